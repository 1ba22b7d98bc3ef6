"""A graph kept up to date by relinking equals the graph linked from scratch."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ramify.analysis.linking.link import Linker
from ramify_store.facts import FileLinks
from tests.analysis.linked import Texts, Token, program, short

# Each file in several states; None is its absence. They use each other in every way that makes
# one file's links depend on another's text.
STATES: Mapping[str, tuple[str | None, ...]] = {
    "base.py": (
        "class Base:\n    def go(self): return self\n    def stop(self): pass\n",
        "class Base:\n    def go(self): return Other()\n\nclass Other:\n    def stop(self): pass\n",
        "class Root:\n    def stop(self): pass\n\nclass Base(Root):\n    @staticmethod\n    def go(): return Base()\n",
        "# a comment\n\nclass Base:\n    def go(self): return self\n    def stop(self): pass\n",
        "Base = None\n",
        "class Base(\n",
        None,
    ),
    "pkg/__init__.py": (
        "from base import Base\nfrom .tools import *\n",
        "from .tools import make\n",
        "from base import *\n__all__ = ['Base']\n",
        "",
        None,
    ),
    "pkg/tools.py": (
        "from base import Base\ndef make(): return Base()\ndef run(cb): return cb()\n",
        "from base import Base\ndef make(kind=Base): return kind()\ndef run(cb): return inner(cb)\ndef inner(f): return f()\n",
        "import base\ndef make() -> 'base.Base': ...\ndef _hidden(): pass\n",
        "TABLE = {'a': len}\ndef make(): return TABLE['a']\n",
        None,
    ),
    "base.pyi": (
        None,
        "class Base:\n    kept: Other\n    def go(self) -> Other: ...\nclass Other: ...\n",
        "from typing import overload\nclass Base:\n    @overload\n    def go(self) -> Base: ...\n"
        "    @overload\n    def go(self) -> list[Other]: ...\n    def stop(self, x: Base): ...\n"
        "class Other:\n    def stop(self): ...\n",
    ),
    "django/http/request.py": (
        None,
        "class HttpRequest:\n    def go(self): pass\n",
        "from base import Base\nclass HttpRequest(Base): pass\n",
    ),
    "requested.py": (
        None,
        "import django\ndef view(request): request.go()\n"
        "class Mixin:\n    def run(self): return self.request.stop()\n",
        "def view(request): request.go()\n",
    ),
    "site.py": (
        None,
        "from flask import Blueprint, Flask\nfrom base import Base\napp = Flask('x')\n"
        "bp = Blueprint('b', 'x', url_prefix='/b')\n@app.before_request\ndef before(): pass\n"
        "@app.route('/go/<int:n>')\ndef go(n): Base().go()\n@bp.get('/stop')\ndef stop(): pass\n",
        "from flask import Blueprint, Flask\nimport parts\napp = Flask('x')\napp.register_blueprint(parts.bp, url_prefix='/b')\n",
        "from django.urls import include, path\nimport base\nfrom base import Base\n"
        "urlpatterns = [path('go/<int:n>', base.Base.go, name='go'), path('b/stop', Base, name='b:stop'), path('b/', include('parts'))]\n",
    ),
    "parts.py": (
        None,
        "from flask import Blueprint\nbp = Blueprint('b', 'x')\n@bp.get('/stop')\ndef stop(): pass\n",
        "from django.urls import path\nimport base\nurlpatterns = [path('go/<int:n>', base.Base.go)]\n",
    ),
    "test_site.py": (
        None,
        "from flask import url_for\ndef test_go(client, n): client.get(f'/go/{n}')\n"
        "def test_stop(client):\n    url = url_for('b.stop')\n    client.get(url), client.get('/b/stop')\n",
        "from flask import Flask, redirect\nimport site\napp = Flask('y')\n@app.get('/b/stop')\ndef own(): redirect('go')\n"
        "def test_stop(client): client.get('/b/stop'), client.get('/go/1')\n",
    ),
    "rows.py": (
        None,
        "from django.db import models\nfrom base import Base\nclass Rows(models.Manager):\n"
        "    def get_queryset(self): return super().get_queryset()\n    def go(self): return self.model().stop()\n"
        "class Ticket(models.Model):\n    objects = Rows()\n    def stop(self): Base().go()\n",
        "from django.db import models\nclass Ticket(models.Model): pass\nclass Other(models.Model):\n    def stop(self): pass\n",
    ),
    "shown.py": (
        None,
        "from django.views.generic import DetailView\nfrom django.contrib import admin\nfrom rows import Ticket\n"
        "class Show(DetailView):\n    model = Ticket\n    def get(self): self.object.stop(), self.get_object().stop()\n"
        "def close(ticket): ticket.stop(), Ticket.objects.filter(a=1)\n"
        "class Admin(admin.ModelAdmin):\n    def go(self, obj): obj.stop()\nadmin.site.register(Ticket, Admin)\n",
        "from django.apps import apps\nfrom django.dispatch import receiver\nTicket = apps.get_model('rows', 'Ticket')\n"
        "@receiver(saved, sender=Ticket)\ndef close(ticket, instance): ticket.stop(), instance.stop()\n",
    ),
    "box.py": (
        None,
        "from base import Base\nclass Box[T: Base]:\n    def get(self) -> T: ...\n"
        "    def all(self) -> list[T]: ...\nclass Boxes(Box['Base']): pass\n",
        "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass Box(Generic[T]):\n"
        "    def get(self) -> T: ...\n    def all(self) -> dict[str, T]: ...\nclass Boxes(Box): pass\n",
    ),
    "boxed.py": (
        None,
        "from base import Base\nfrom box import Box, Boxes\nfrom child import Child\n"
        "def use(b: Box[Base], c: 'Box[Child]'):\n    b.get().go()\n    [x.stop() for x in c.all()]\n"
        "    Box[Child]().get().use()\n    Boxes().get().stop()\n",
        "import heapq\nfrom box import Boxes\nfrom pkg.tools import run\n"
        "C = type('C', (), {'go': run})\nheap = []\ndef use(b): heapq.heappush(heap, Boxes)\n"
        "def pop(): return heapq.heappop(heap)().get(), C().go(use)\n",
    ),
    "chain.py": (
        None,
        "from pkg.tools import run\nfrom base import Base\nimport chained\n"
        "def first(f): chained.second(f)\ndef third(f): run(f)\nfirst(Base)\nthird(f=None)\n",
        "from pkg.tools import run\nimport chained\ndef first(f): run(f)\n"
        "def third(g, f=run): g(), f()\nfirst(lambda: chained)\n",
    ),
    "chained.py": (
        None,
        "import chain\ndef second(f): chain.third(f)\n",
        "import chain\ndef second(f, *rest): chain.third(len, f=f)\n",
    ),
    "child.py": (
        "from base import Base\nclass Child(Base):\n    def stop(self): super().stop()\n    def use(self): self.go().stop()\n",
        "from pkg import Base\nclass Child(Base):\n    x = 1\n    def use(self): return self.go()\n",
        "import child as me\nfrom main import entry\nclass Child: pass\ndef made(): yield entry()\n",
        None,
    ),
    "main.py": (
        "from pkg import make\nfrom pkg.tools import run\nfrom child import Child\n"
        "def entry():\n    make().go().stop()\n    run(Child)\n    run(lambda: Child().use())\n",
        "import pkg.tools as t\ndef entry(c):\n    t.make().stop()\n    t.run(entry)\n    c.stop()\n",
        "from pkg import *\nfrom child import *\ndef entry(): return Child().use().stop(), make()\n",
        None,
    ),
    "wrapping.py": (
        "def wrap(f):\n    def inner(*args): return f(*args)\n    return inner\n",
        "from functools import wraps, singledispatch\ndef wrap(f):\n    @wraps(f)\n"
        "    def inner(): return f()\n    return inner\n@singledispatch\ndef job(): pass\n"
        "@job.register\ndef _(x: int): pass\n",
        "def wrap(f): return f\n",
        None,
    ),
    "wrapped.py": (
        "from wrapping import wrap\n@wrap\n@wrap\ndef job(): return job()\njob()\n",
        "from wrapping import wrap, job\nfrom base import Base\n@wrap\nclass C(Base):\n"
        "    @wrap\n    def go(self): return self.go().stop(), job()\n",
        "from wrapping import *\nclass wrap:\n    def __init__(self, f): self.f = f\n"
        "    def go(self): self.f(), job()\n@wrap\ndef thing(): thing.go()\n",
        None,
    ),
    "conftest.py": (
        "import pytest\nfrom child import Child\n@pytest.fixture(autouse=True)\ndef clean(): pass\n"
        "@pytest.fixture(params=[Child])\ndef child(request): return request.param()\n",
        "import pytest\nfrom child import Child\n@pytest.fixture\ndef child(): return Child()\n"
        "@pytest.fixture(params=['go', 'use'])\ndef way(request): return request.param\n",
        "import pytest\n@pytest.fixture\ndef child():\n    from base import Base\n    yield Base()\n",
        None,
    ),
    "heap.py": (
        None,
        "from base import Base\nclass Heap(list):\n    def top(self): return self[-1]\n"
        "def put(heap: Heap): heap.append(Base())\ndef take(heap: Heap): heap.top().go(), heap.pop().stop()\n",
        "from child import Child\nclass Heap(list):\n    def append(self, x): super().append(x)\n"
        "def put(heap): Heap([Child()]).extend(heap)\ndef take(heap: Heap):\n    for x in heap: x.use()\n",
        "class Heap:\n    def __iter__(self): return iter(self)\ndef put(heap): heap[0] = Heap()\n",
    ),
    "heaps.py": (
        None,
        "from heap import Heap, put\nfrom base import Base\nclass Heaps(Heap): pass\n"
        "def use(): put(Heap()), Heaps([Base]).append(Base())\n"
        "def all(h: Heaps): return [x().go() for x in h], h[0].stop()\n",
    ),
    "lazy.py": (
        None,
        "from types import MethodType\nclass lazy:\n    def __init__(self, f, g=None): self.f = f\n"
        "    def __get__(self, thing, owner):\n        made = self.f(thing)\n        return made\n"
        "class bound(lazy):\n    def __get__(self, thing, owner): return MethodType(self.f, thing)\n",
        "class lazy:\n    def __init__(self, g, f=None): self.f = f\n"
        "    def __get__(self, thing, owner): return self.f or self\nbound = lazy\n",
        "def lazy(f): return f\nclass bound: pass\n",
    ),
    "clock.py": (
        None,
        "from lazy import bound, lazy\nfrom base import Base\nfrom child import Child\nclass Clock:\n"
        "    one = bound(Base)\n    two = bound(Child)\n    @lazy\n    def go(self): return Base()\n",
        "from lazy import bound, lazy\nfrom base import Base\nfrom child import Child\nclass Clock:\n"
        "    two = bound(Base)\n    one = bound(Child)\n    @lazy\n    def go(self): return Child()\n",
        "from lazy import *\nclass Clock:\n    one = bound(f=Clock)\n    two = lazy\n    go = lazy(bound)\n",
    ),
    "tick.py": (
        None,
        "from clock import Clock\ndef tick(c: Clock): c.one().go(), c.two().use(), c.go.stop()\n",
        "from clock import Clock\nclass Tick(Clock):\n    def use(self): self.one(self.two), self.go()\n",
    ),
    "texts.py": (
        None,
        "WAYS = ['go', 'stop']\nPAIRS = [('base', 'go'), ('child', 'use')]\n",
        "WAYS = {'stop': 'go'}\nPAIRS = ['child']\n",
        "WAYS = ('go',)\nPAIRS = [(WAYS, 'stop')]\n",
    ),
    "named.py": (
        None,
        "import importlib, texts\nfrom base import Base\ndef each(b: Base):\n"
        "    for way in texts.WAYS: getattr(b, way)()\n"
        "    for name, way in texts.PAIRS: getattr(importlib.import_module(name), way)\n"
        "def gone(values): return list(values)\ndef made():\n    yield Base\ngone(made())\n",
        "from texts import *\nfrom base import Base\nfrom child import made\n"
        "def each(b: Base):\n    for a, b in WAYS.items(): getattr(b, a)(), getattr(b, b)()\n"
        "def gone(values): return next(values).go()\ngone(made())\n",
    ),
    "table.py": (
        "from child import Child\nKEY = 'a'\nTABLE = {'a': Child, 'b': len}\n"
        "def give(*args, **kwargs): return take(*args, **kwargs)\n"
        "def take(f, g=None): return f(), g()\n",
        "from base import Base\nKEY = 'b'\nTABLE = {'b': Base}\nTABLE.update(a=KEY)\n"
        "def give(*args, **kwargs): return kwargs['g']().stop(), args[0]\n",
        "KEY = 0\nTABLE = [len, len]\ndef give(f, **rest): return rest\n",
        None,
    ),
    "shape.py": (
        "class Mixin:\n    hook = None\n    def go(self): self.draw(), self.hook()\n"
        "class Left(Mixin):\n    def turn(self): super().turn()\n"
        "class Right(Mixin):\n    def turn(self): pass\n",
        "from dataclasses import dataclass, field\nfrom base import Base\n"
        "class Mixin(Base):\n    hook: object = field(default_factory=Base)\n    other: object\n"
        "    def go(self): self.hook(), self.other()\nclass Left(Mixin): pass\n"
        "class Right(Mixin):\n    size = property(Base.go)\n",
        "class Mixin:\n    def turn(self): return Mixin()\nLeft = Right = Mixin\n",
        None,
    ),
    "square.py": (
        "from shape import Left, Right, Mixin\nimport shape\nclass Square(Left, Right):\n"
        "    def draw(self): self.turn()\ndef f(): pass\nMixin.hook = f\n"
        "def use(m: Mixin): m.draw(), m.missing()\n",
        "import shape\nclass Square(shape.Right):\n    def draw(self): return self.size.stop()\n"
        "def use():\n    made = Square(use, Square)\n    made.go(), made.draw()\n",
        "from shape import Mixin\nclass Circle(Mixin):\n    def missing(self): pass\n    draw = missing\n",
        None,
    ),
    "injected.py": (
        "from typing import Annotated\nfrom fastapi import Depends\nfrom child import Child\n"
        "Given = Annotated[Child, Depends(Child)]\ndef give(): yield Child()\n",
        "from typing import Annotated\nfrom fastapi import Depends, Security\nfrom base import Base\n"
        "def give(): return Base()\nGiven = Annotated[Base, Security(give)]\n",
        "from base import Base as Given\ndef give(): pass\n",
        None,
    ),
    "routes.py": (
        "import sys\nfrom fastapi import Depends\nfrom injected import Given, give\n"
        "def show(one: Given, two=Depends(give)): one.go(), two.stop()\n"
        "def again(): sys.modules['injected'].give()\n",
        None,
    ),
    "models.py": (
        "from django.db import models\nclass Kept(models.QuerySet):\n"
        "    def live(self): return self.filter(x=1)\nclass Author(models.Model):\n"
        "    def greet(self): return self.post_set.live().first().show()\n"
        "class Post(models.Model):\n    objects = Kept.as_manager()\n"
        "    author = models.ForeignKey(Author, 1)\n    def show(self): self.author.greet()\n",
        "from django.db import models\nclass Boss(models.Manager):\n"
        "    def live(self): return self.all()\nclass Author(models.Model):\n"
        "    objects = Boss()\n    def greet(self): pass\n"
        "class Post(models.Model):\n"
        "    author = models.ManyToManyField('Author', related_name='posts')\n"
        "    objects = models.Manager.from_queryset(Boss)()\n    def show(self): pass\n",
        "class Post:\n    objects = []\n    def show(self): pass\nAuthor = Post\n",
        None,
    ),
    "views.py": (
        "from models import *\nfrom registry import found, make\ndef show():\n"
        "    for post in Post.objects.live(): post.show(), post.author.greet()\n"
        "found.append(show)\nmake['a'] = Post\n",
        "from models import Author\nfrom registry import *\nadd(Author), make.update(a=Author)\n"
        "def all(author: Author): author.posts.all()[0].show(), author.objects.live()\n",
        None,
    ),
    "registry.py": (
        "found, make = [], {}\ndef add(f): found.append(f)\n"
        "def run():\n    for f in found: f()\n    make['a']().show()\n",
        "from collections import defaultdict\nfound = list()\nmake = defaultdict(list)\n"
        "def add(f): make[f].append(f)\ndef run(): [f() for f in found], make['a'][0].show()\n",
        "found = [len]\nmake = dict(a=len)\ndef run(): make['a'](), found[0]()\n",
        None,
    ),
    "making.py": (
        "from operator import methodcaller\nfrom base import Base\nfrom contextlib import ContextDecorator\n"
        "stop = methodcaller('stop')\nclass Meta(type):\n"
        "    def __new__(m, *a):\n        k = super().__new__(m, *a)\n        k.x = k.kind()\n        return k\n"
        "    def __call__(c, *a): return super().__call__(*a)\n"
        "class around(ContextDecorator):\n    def __enter__(self): Base()\n"
        "def __getattr__(name):\n    from child import Child\n    return Child\n",
        "from operator import methodcaller\nfrom base import Base as Child\nstop = methodcaller('go')\n"
        "class Meta: pass\nclass around:\n    def __call__(self, f): return stop\n",
        "from contextlib import contextmanager\nfrom base import Base\n@contextmanager\n"
        "def around(): yield Base()\nclass Meta(type): kind = Base\n",
        None,
    ),
    "makes.py": (
        "from making import *\nfrom making import Child, Meta, around, stop\nfrom base import Base\n"
        "@around()\ndef made(x): return x\nclass Thing(metaclass=Meta):\n    kind = Base\n"
        "    def __init__(self, f=Base): f()\n    def visit_a(self): self.x.stop()\n"
        "    def visit(self, a): getattr(self, f'visit_{a}')()\n"
        "Thing.later = made\nstop(Child()), Thing(made).later(), Thing(Base).visit(1)\n",
        "import making\ndef made(x): return making.Child().stop()\nThing = type('T', (making.Child,), {})\n"
        "Thing().go(), making.stop(Thing()), made(1)\n",
        "Thing = made = len\n",
        None,
    ),
    "repo.py": (
        "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass Repo(Generic[T]):\n"
        "    item: T\n    def get(self) -> T: return self.item\n    def one(self): return self.get()\n",
        "from typing import Generic, TypeVar\nfrom base import Base\nT = TypeVar('T', bound=Base)\n"
        "K = TypeVar('K')\nclass Repo(Generic[K, T]):\n    kind: type[T]\n"
        "    def get(self) -> K: ...\n    def one(self): return self.kind()\n",
        None,
    ),
    "repos.py": (
        "from repo import Repo, T\nfrom child import Child\nclass Kept(Repo[T]): pass\n"
        "class Children(Kept[Child]):\n    def use(self): self.get().use(), self.one().stop()\n",
        "from repo import Repo\nfrom base import Base\nfrom child import Child\n"
        "class Both(Repo[Base, Child]): pass\ndef use(b: Both): b.get().stop(), b.one().use()\n",
        None,
    ),
    "many.py": (
        "from makes import made, Thing\ndef add(f): f(), max(f, f, key=f)\n"
        + "".join(f"def f{n}(x=0): Thing.visit\nadd(f{n})\n" for n in range(9))
        + "add(made)\n",
        "from wrapping import wrap\ndef add(f): return f()\n"
        + "".join(f"@wrap\ndef f{n}(): add(f{n})\n" for n in range(9)),
        None,
    ),
    "over.py": (
        None,
        "from typing import overload\nfrom base import Base\nclass Leaf:\n    def stop(self): pass\n"
        "    @overload\n    def __getitem__(self, key: int) -> Base: ...\n"
        "    @overload\n    def __getitem__(self, key: str) -> 'Leaf': ...\n"
        "    def __getitem__(self, key): return key\n"
        "@overload\ndef pick(x: int, y: int = 0) -> Base: ...\n"
        "@overload\ndef pick(x: Leaf) -> Leaf: ...\n"
        "@overload\ndef pick(x: type[Base]) -> list[Leaf]: ...\ndef pick(x, y=0): return x\n",
        "from typing import Callable, overload\nfrom base import Base as B\n"
        "class Leaf(B):\n    def stop(self): pass\n"
        "@overload\ndef pick(x: B) -> Leaf: ...\n@overload\ndef pick(x: int) -> Leaf: ...\n"
        "@overload\ndef pick(x: int, y: int) -> Callable[..., B]: ...\n"
        "def pick(x, y=B): return y\n",
        "from base import Base\nclass Leaf: pass\ndef pick(x, y=None): return Base()\n",
    ),
    "overuser.py": (
        None,
        "from over import Leaf, pick\nfrom base import Base\ndef use(leaf: Leaf):\n"
        "    pick(1).stop(), pick(leaf).stop(), pick(Base)[0].stop(), leaf[0].go(), leaf[''].stop()\n",
        "import over\ndef use(x):\n    over.pick(x).stop(), over.pick(x=1, y=2).go()\n"
        "    if False: over.pick(1).go()\n    over.pick(over.Leaf()).stop()\n"
        "    return\n    over.pick(x, use)\n",
    ),
    "user.py": (
        "from functools import partial\nimport table\nfrom base import Base\n"
        "def use():\n    table.TABLE[table.KEY]().stop()\n    table.give(Base, g=Base().go)\n"
        "    partial(table.give, Base)(g=use)\n",
        "from table import give, KEY, TABLE\nfrom base import Base\n"
        "def use(x):\n    give(**{'f': use, 'g': Base})['g']()\n    TABLE[1:][0]()\n"
        "    if not isinstance(x, Base): return\n    x.stop(), getattr(x, KEY)\n",
        None,
    ),
    "plug.py": (
        "from far import Base\nclass Plug(Base):\n    def open(self): super().open()\n"
        "    def shut(self): pass\n    def __init__(self, *args): super().__init__(*args)\n",
        "import threading\nclass Plug(threading.Thread):\n    def run(self): pass\n"
        "    def open(self): pass\n    def __call__(self): pass\n",
        "from far import Base\nclass Root(Base):\n    def shut(self): super().shut()\n"
        "class Plug(Root):\n    def shut(self): pass\n    def __call__(self): pass\n",
        "class Plug:\n    def open(self): pass\n",
    ),
    "socket.py": (
        "import far\nfrom plug import Plug\nclass Deep(Plug):\n    def open(self): pass\n"
        "    def shut(self): super().shut()\n@far.task(Plug)\ndef job(): pass\n"
        "def use(deep: Deep):\n    Plug(job).start(), deep.go(), far.take(deep), deep == 1\n"
        "    far.take(job, cls=Plug), job.main(), Deep(use).go()\n    far.Thing().hook = job\n",
        "import far\nfrom plug import *\ndef job(): pass\n"
        "def use(plug: Plug): plug.start(far.take(plug, job)), plug['a']\n",
    ),
    "test_main.py": (
        "import pytest\npytestmark = pytest.mark.usefixtures('clean')\n"
        "def setup_module(): pass\nclass TestIt:\n    def setup_method(self, child): pass\n"
        "    def test_it(self, request): request.getfixturevalue('child').use()\n",
        "from main import entry\ndef test_child(child): child.use(); child.stop()\n",
        "def test_child(child, way): child.go().stop(), getattr(child, way)()\n",
        None,
    ),
}


def plain(links: Mapping[str, FileLinks]) -> list[str]:
    """A graph as lines, without what linking remembers for itself."""
    lines = []
    for path, of_file in sorted(links.items()):
        lines += [f"{path} has {short(symbol.id)}" for symbol in of_file.symbols]
        for edge in of_file.edges:
            arrow = f"{short(edge.source)} -> {short(edge.target)}"
            lines.append(f"{arrow} {edge.kind.name} {edge.why} {edge.dispatch} {edge.sites}")
        lines += [
            f"{short(x.source)} ? {x.name} {x.kind.name} {x.certainty.name} {x.sites}"
            for x in of_file.lookups
        ]
    return lines


def scratch(texts: Mapping[str, str]) -> list[str]:
    return plain(Linker().link(Texts(texts), sorted(texts), Token()).links)


Change = tuple[str, int]
CHANGES = st.sampled_from([(p, n) for p, states in STATES.items() for n in range(len(states))])


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(CHANGES, max_size=7),
    st.lists(st.lists(CHANGES, min_size=1, max_size=3), max_size=6),
    st.booleans(),
)
def test_relinking_equals_linking_from_scratch(
    start: list[Change], batches: list[list[Change]], restart: bool
) -> None:
    texts = {path: states[0] for path, states in STATES.items() if states[0] is not None}
    texts = after(texts, start)
    linker = Linker()
    before = Texts(texts)
    links = dict(linker.link(before, sorted(texts), Token()).links)
    for batch in batches:
        texts = after(texts, batch)
        now = Texts(texts)
        if restart:
            linker = Linker(Remembered(of_file) for of_file in links.values())
        changed = {p for p in {path for path, _ in batch} if before.texts.get(p) != texts.get(p)}
        delta = linker.relink(before, now, changed, Token())
        links = {p: of_file for p, of_file in links.items() if p not in delta.removed}
        links.update(delta.links)
        assert plain(links) == scratch(texts)
        before = now


class Remembered:
    """What a store gives back of a contribution."""

    def __init__(self, links: FileLinks) -> None:
        self.path = links.placed.path
        self.keys = links.keys
        self.flows = links.flows


def after(texts: Mapping[str, str], batch: list[Change]) -> dict[str, str]:
    changed = dict(texts)
    for path, number in batch:
        state = STATES[path][number]
        if state is None:
            changed.pop(path, None)
        else:
            changed[path] = state
    return changed


@pytest.mark.parametrize(
    ("path", "text", "relinked"),
    [
        # Nobody asked anything that a comment changes.
        ("base.py", "# new\nclass Base:\n    def go(self): return 1\n", ["base.py"]),
        # Another body with the same result wakes nobody either.
        ("base.py", "class Base:\n    def go(self): return 2 * 1\n", ["base.py"]),
        # A method that comes wakes who looks it up through an instance.
        (
            "base.py",
            "class Base:\n    def go(self): return 1\n    def stop(self): pass\n",
            ["base.py", "user.py"],
        ),
        # A module that goes wakes who imports it.
        ("base.py", None, ["user.py"]),
    ],
)
def test_only_what_asked_is_linked_again(path: str, text: str | None, relinked: list[str]) -> None:
    before = program(
        "# file: base.py\nclass Base:\n    def go(self): return 1\n"
        "# file: user.py\nfrom base import Base\ndef f(b: Base): b.go(), b.stop()\n"
        "# file: stranger.py\ndef g(): return g()\n"
    )
    linker = Linker()
    linker.link(before, sorted(before.texts), Token())
    texts = dict(before.texts)
    if text is None:
        del texts[path]
    else:
        texts[path] = text
    delta = linker.relink(before, Texts(texts), {path}, Token())
    assert sorted(delta.links) == relinked


@pytest.mark.parametrize(
    ("callers", "relinked"), [(1, ["base.py", "more.py", "user.py"]), (65, ["more.py"])]
)
def test_one_more_in_a_crowd_of_arguments_wakes_nobody(callers: int, relinked: list[str]) -> None:
    many = "".join(f"def c{n}(): pass\nrun(c{n})\n" for n in range(callers))
    before = program(
        "# file: base.py\ndef run(f): return f\n"
        f"# file: many.py\nfrom base import run\n{many}"
        "# file: user.py\nfrom base import run\ndef g(): return run(len)()\n"
        "# file: more.py\nfrom base import run\n"
    )
    texts = dict(before.texts)
    texts["more.py"] += "def c(): pass\nrun(c)\n"
    linker = Linker()
    linker.link(before, sorted(before.texts), Token())
    delta = linker.relink(before, Texts(texts), {"more.py"}, Token())
    assert sorted(delta.links) == relinked
