"""What code outside the workspace runs: members that stand for those of a base, what it is given,
and what it leaves alone."""

from __future__ import annotations

import pytest

from tests.analysis.linked import calls, why

CLIENT = """\
from far import Client
class Mine(Client):
    def open(self): return super().open()
    def shut(self): pass
"""


def test_a_method_of_a_base_outside_runs_what_stands_for_its_own() -> None:
    """`open` is known to be a name of the base, since `super()` is asked for it."""
    text = CLIENT + "def use(mine: Mine): mine.get()\n"
    assert calls(text) == ["main.use -> main.Mine.open"]


def test_a_name_of_a_base_in_the_workspace_says_nothing_of_one_outside() -> None:
    text = """\
from far import Client
class Own(Client):
    def open(self): pass
class Mine(Own):
    def open(self): super().open()
def use(mine: Mine): mine.get()
"""
    assert calls(text) == ["main.Mine.open -> main.Own.open"]


def test_what_every_object_has_says_nothing_of_a_base() -> None:
    text = """\
from far import Client
class Mine(Client):
    def __init__(self): super().__init__()
    def __setattr__(self, name, value): super().__setattr__(name, value)
def use(mine: Mine): mine.get()
"""
    assert calls(text) == []


def test_a_class_below_that_asks_for_the_name() -> None:
    text = """\
# file: near.py
from far import Client
class Mine(Client):
    def open(self): pass
# file: main.py
from near import Mine
class Deep(Mine):
    def shut(self): super().shut()
def use(deep: Deep): deep.get()
"""
    assert calls(text) == ["main.use -> main.Deep.shut"]


@pytest.mark.parametrize(
    ("base", "body", "use", "run"),
    [
        ("threading.Thread", "def run(self): pass", "it.start()", ["run"]),
        ("threading.Thread", "def run(self): pass", "it.join()", []),
        ("json.JSONEncoder", "def default(self, o): pass", "it.encode(1)", ["default"]),
        (
            "ast.NodeVisitor",
            "def visit_If(self, n): pass\n    def help(self): pass",
            "it.visit(1)",
            ["visit_If"],
        ),
        ("logging.Handler", "def emit(self, r): pass", "it.handle(1)", ["emit"]),
        (
            "html.parser.HTMLParser",
            "def handle_data(self, d): pass",
            "it.feed('')",
            ["handle_data"],
        ),
        ("dict", "def __missing__(self, k): pass", "it['a']", ["__missing__"]),
        ("collections.abc.Mapping", "def __getitem__(self, k): pass", "it.get(1)", ["__getitem__"]),
        (
            "collections.abc.MutableMapping",
            "def popitem(self): pass\n    def __delitem__(self, k): pass",
            "it.clear()",
            ["popitem"],
        ),
        (
            "collections.abc.MutableMapping",
            "def __delitem__(self, k): pass",
            "it.clear()",
            ["__delitem__"],
        ),
        ("io.RawIOBase", "def readinto(self, b): pass", "it.readline()", ["readinto"]),
        ("unittest.TestCase", "def setUp(self): super().setUp()", "it.assertEqual(1, 1)", []),
        ("datetime.date", "def replace(self): super().replace()", "it.weekday()", []),
    ],
)
def test_classes_of_the_standard_library(base: str, body: str, use: str, run: list[str]) -> None:
    module, _, name = base.rpartition(".")
    first = f"from {module} import {name}\n" if module else ""
    text = f"{first}class Mine({name}):\n    {body}\ndef use(it: Mine): {use}\n"
    assert calls(text) == [f"main.use -> main.Mine.{each}" for each in run]


def test_constructing_runs_what_the_class_is_known_to_run_then() -> None:
    text = """\
from socketserver import BaseRequestHandler
from threading import Thread
class Handler(BaseRequestHandler):
    def handle(self): pass
class Worker(Thread):
    def run(self): pass
def use(): Handler(1, 2, 3), Worker()
"""
    assert calls(text) == [
        "main.use -> main.Handler",
        "main.use -> main.Handler.handle",
        "main.use -> main.Worker",
    ]


def test_a_base_outside_runs_what_its_constructor_was_given() -> None:
    text = """\
from far import Client
class App:
    def __call__(self): pass
    def client(self): return Mine(self)
class Mine(Client):
    def __init__(self, *args): super().__init__(*args)
def use(app: App): app.client().get()
"""
    assert calls(text) == [
        "main.App.client -> main.Mine",
        "main.App.client -> main.Mine.__init__",
        "main.use -> main.App.__call__",
        "main.use -> main.App.client",
    ]


def test_a_class_without_a_constructor_hands_on_what_it_is_made_of() -> None:
    text = """\
from far import Client
class Mine(Client): pass
def app(): pass
def use(): Mine(app).get()
"""
    assert calls(text) == ["main.use -> main.Mine", "main.use -> main.app"]


def test_code_outside_runs_callables_that_it_is_handed() -> None:
    text = """\
import far
class App:
    def __call__(self): pass
class Plain:
    def go(self): pass
app, plain = App(), Plain()
def f(): pass
def a(): far.run(f)
def b(): far.run(app, plain)
def c(): far.thing.hook(key=f)
"""
    assert calls(text) == [
        "main -> main.App",
        "main -> main.Plain",
        "main.a -> main.f",
        "main.b -> main.App.__call__",
        "main.c -> main.f",
    ]


def test_code_outside_runs_members_of_objects_that_it_is_handed() -> None:
    text = """\
import far
class Reader(far.Reader):
    def read(self): return super().read()
    def seek(self): pass
def use(reader: Reader): far.run(reader)
"""
    assert calls(text) == ["main.use -> main.Reader.read"]


@pytest.mark.parametrize(
    "call", ["isinstance(f, int)", "self.assertEqual(f, 1)", "pytest.param(f)", "copy.copy(f)"]
)
def test_what_only_looks_at_its_arguments(call: str) -> None:
    text = f"""\
import copy, pytest
from far import Case
def f(): pass
class Test(Case):
    def test_it(self): {call}
"""
    assert calls(text) == []


def test_a_class_handed_where_one_is_asked_for() -> None:
    text = """\
import json
class Encoder(json.JSONEncoder):
    def default(self, o): pass
class Error(Exception):
    def __init__(self): pass
def use(): json.dumps(1, cls=Encoder), json.loads(Error)
"""
    assert calls(text) == ["main.use -> main.Encoder", "main.use -> main.Encoder.default"]


def test_what_a_decorator_outside_is_handed_runs_with_what_it_decorates() -> None:
    text = """\
import click
def check(value): pass
@click.command()
@click.option("--x", callback=check)
def serve(): pass
def use(): serve.main()
"""
    assert calls(text) == ["main.serve -> main.check", "main.use -> main.serve"]


def test_callables_put_into_objects_outside() -> None:
    text = """\
from far import Thing
thing = Thing()
def f(): pass
def a(): thing.hook = f
def b(): thing.hooks["x"] = f
"""
    assert calls(text) == ["main.a -> main.f"]


def test_each_edge_says_what_it_rests_on() -> None:
    text = CLIENT + "def f(): pass\ndef use(mine: Mine): mine.get(f)\n"
    assert why(text, "main.use -> main.Mine.open") == ["inferred: run by a base outside"]
    assert why(text, "main.use -> main.f") == ["inferred: handed to code outside", "exact: scope"]


def test_of_many_things_that_a_receiver_may_be_none_is_meant() -> None:
    text = CLIENT + "class A: pass\nclass B: pass\ndef use(it: Mine | A | B): it.get()\n"
    assert calls(text) == []


@pytest.mark.parametrize(
    ("call", "method"),
    [
        ("copy.copy(it)", "__copy__"),
        ("pickle.dumps(it)", "__reduce__"),
        ("print('a', it)", "__str__"),
        ("'{}'.format(it)", "__format__"),
        ("os.path.join('a', it)", "__fspath__"),
        ("math.floor(it)", "__floor__"),
        ("self.assertEqual(it, 1)", "__eq__"),
        ("self.assertIn(1, it)", "__contains__"),
    ],
)
def test_functions_that_ask_for_special_methods(call: str, method: str) -> None:
    text = f"""\
import copy, math, os, pickle
from far import Case
class Thing:
    def {method}(self, *args): pass
class Test(Case):
    def use(self, it: Thing): {call}
"""
    assert calls(text) == [f"main.Test.use -> main.Thing.{method}"]


def test_a_table_that_is_declared_to_hold_callables_holds_those_that_are_put_there() -> None:
    text = """\
from typing import Callable
class App:
    def __init__(self): self.views: dict[str, Callable[[], None]] = {}
    def route(self, rule):
        def decorate(f): self.add(rule, f)
        return decorate
    def add(self, rule, f): self.views[rule] = f
    def run(self, rule): self.views[rule]()
app = App()
@app.route("/")
def index(): pass
"""
    assert "main.App.run -> main.index" in calls(text)


def test_of_many_members_that_stand_for_those_of_a_base_nobody_knows_which_runs_which() -> None:
    names = ["get", "post", "put", "patch", "head"]
    wrappers = "".join(f"    def {name}(self): return super().{name}()\n" for name in names)
    text = f"from far import Client\nclass Mine(Client):\n{wrappers}"
    text += "def use(mine: Mine): mine.send()\n"
    assert calls(text) == []


def test_of_many_callables_that_are_handed_on_nobody_knows_which_runs() -> None:
    many = "".join(f"def f{n}(): pass\nrun(f{n})\n" for n in range(9))
    text = f"import far\ndef run(f): far.take(f)\n{many}"
    assert [arrow for arrow in calls(text) if arrow.startswith("main.run ->")] == []
