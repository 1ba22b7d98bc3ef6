"""Decorators: what applying one calls, and what the decorated name is afterwards."""

from __future__ import annotations

from ramify_store.facts import EdgeKind
from tests.analysis.linked import calls, relations


def test_a_decorator_is_called_with_the_function() -> None:
    text = """\
def plain(f): return f
@plain
def g(): pass
g()
"""
    assert calls(text) == ["main -> main.g", "main -> main.plain"]
    assert relations(text, EdgeKind.DECORATES) == ["main.g -> main.plain"]


def test_a_wrapper_runs_in_its_place() -> None:
    text = """\
def wrap(f):
    def inner(): f()
    return inner
@wrap
def g(): pass
g()
"""
    assert calls(text) == [
        "main -> main.wrap",
        "main -> main.wrap.<locals>.inner",
        "main.wrap.<locals>.inner -> main.g",
    ]


def test_a_wrapper_that_says_whom_it_stands_for_leaves_it_in_sight() -> None:
    text = """\
from functools import wraps
def wrap(f):
    @wraps(f)
    def inner(*args, **kwargs): return f(*args, **kwargs)
    return inner
@wrap
def g(): pass
g()
"""
    assert calls(text) == [
        "main -> main.g",
        "main -> main.wrap",
        "main -> main.wrap.<locals>.inner",
        "main.wrap.<locals>.inner -> main.g",
    ]


def test_a_decorator_with_arguments() -> None:
    text = """\
def repeat(times):
    def decorate(f):
        def inner(): f()
        return inner
    return decorate
@repeat(3)
def g(): pass
g()
"""
    assert calls(text) == [
        "main -> main.repeat",
        "main -> main.repeat.<locals>.decorate",
        "main -> main.repeat.<locals>.decorate.<locals>.inner",
        "main.repeat.<locals>.decorate.<locals>.inner -> main.g",
    ]


def test_a_callable_given_to_a_decorator() -> None:
    text = """\
def before(hook):
    def decorate(f):
        def inner():
            hook()
            f()
        return inner
    return decorate
def check(): pass
@before(check)
def g(): pass
g()
"""
    assert calls(text) == [
        "main -> main.before",
        "main -> main.before.<locals>.decorate",
        "main -> main.before.<locals>.decorate.<locals>.inner",
        "main.before.<locals>.decorate.<locals>.inner -> main.check",
        "main.before.<locals>.decorate.<locals>.inner -> main.g",
    ]


def test_stacked_decorators_wrap_each_other() -> None:
    text = """\
def one(f):
    def first(): f()
    return first
def two(f):
    def second(): f()
    return second
@one
@two
def g(): pass
g()
"""
    assert calls(text) == [
        "main -> main.one",
        "main -> main.one.<locals>.first",
        "main -> main.two",
        "main.one.<locals>.first -> main.two.<locals>.second",
        "main.two.<locals>.second -> main.g",
    ]


def test_a_class_as_decorator() -> None:
    text = """\
class Command:
    def __init__(self, f): self.f = f
    def run(self): self.f()
@Command
def g(): pass
g.run()
"""
    assert calls(text) == [
        "main -> main.Command",
        "main -> main.Command.__init__",
        "main -> main.Command.run",
        "main.Command.run -> main.g",
    ]


def test_a_decorated_class() -> None:
    text = """\
def register(cls): return cls
@register
class C:
    def go(self): pass
C().go()
"""
    assert calls(text) == ["main -> main.C", "main -> main.C.go", "main -> main.register"]


def test_a_method_as_decorator() -> None:
    text = """\
class App:
    def route(self, path):
        def decorate(f):
            self.add(f)
            return f
        return decorate
    def add(self, f): f()
app = App()
@app.route("/")
def index(): pass
"""
    assert calls(text) == [
        "main -> main.App",
        "main -> main.App.route",
        "main -> main.App.route.<locals>.decorate",
        "main.App.add -> main.index",
        "main.App.route.<locals>.decorate -> main.App.add",
    ]


def test_a_decorated_method() -> None:
    text = """\
def wrap(f):
    def inner(self): return f(self)
    return inner
class C:
    @wrap
    def go(self): pass
    def use(self): self.go()
"""
    assert calls(text) == [
        "main.C -> main.wrap",
        "main.C.use -> main.wrap.<locals>.inner",
        "main.wrap.<locals>.inner -> main.C.go",
    ]


def test_a_decorator_from_another_file() -> None:
    text = """\
# file: library.py
def wrap(f):
    def inner(): f()
    return inner
# file: main.py
import library
@library.wrap
def g(): pass
# file: user.py
from main import g
g()
"""
    assert calls(text) == [
        "library.wrap.<locals>.inner -> main.g",
        "main -> library.wrap",
        "user -> library.wrap.<locals>.inner",
    ]


def test_the_wrapped_function_called_outright() -> None:
    text = """\
def wrap(f):
    def inner(): f()
    return inner
def g(): pass
h = wrap(g)
h()
"""
    assert calls(text) == [
        "main -> main.wrap",
        "main -> main.wrap.<locals>.inner",
        "main.wrap.<locals>.inner -> main.g",
    ]


def test_an_unknown_decorator_hides_nothing_of_what_it_takes() -> None:
    text = """\
import functools
import lib
def wrap(f):
    @functools.wraps(f)
    def inner(): f()
    return inner
@lib.command()
@wrap
def g(): pass
def use(): g()
"""
    assert [line for line in calls(text) if line.startswith("main.use")] == [
        "main.use -> main.g",
        "main.use -> main.wrap.<locals>.inner",
    ]


def test_a_decorator_of_many_leaves_them_in_sight() -> None:
    many = "".join(f"@wrap\ndef f{n}(): pass\n" for n in range(9))
    text = f"""\
def wrap(f):
    def inner(): f()
    return inner
{many}
def use(): f0()
"""
    assert calls(text) == [
        "main -> main.wrap",
        "main.use -> main.f0",
        "main.use -> main.wrap.<locals>.inner",
    ]


def test_an_instance_that_replaces_what_it_decorates() -> None:
    text = """\
class Retry:
    def __call__(self, f):
        def inner(): f()
        return inner
@Retry()
def g(): pass
def use(): g()
"""
    assert [c for c in calls(text) if c.startswith("main.use ")] == [
        "main.use -> main.Retry.__call__.<locals>.inner"
    ]


def test_what_takes_no_argument_does_not_decorate() -> None:
    text = """\
def tag(f=None):
    def decorate(g):
        def inner(): g()
        return inner
    return decorate if f is None else decorate(f)
@tag()
def g(): pass
def use(): g()
"""
    assert [c for c in calls(text) if c.startswith("main.use ")] == [
        "main.use -> main.tag.<locals>.decorate.<locals>.inner"
    ]


def test_a_context_manager_around_each_call() -> None:
    text = """\
from contextlib import ContextDecorator, contextmanager
class Timed(ContextDecorator):
    def __enter__(self): pass
    def __exit__(self, *details): pass
@contextmanager
def quiet(): yield
@Timed()
def f(): pass
@quiet()
def g(): pass
def use(): f(), g()
"""
    assert [c for c in calls(text) if c.startswith("main.use ")] == [
        "main.use -> main.Timed.__enter__",
        "main.use -> main.Timed.__exit__",
        "main.use -> main.f",
        "main.use -> main.g",
        "main.use -> main.quiet",
    ]


def test_the_receiver_of_a_wrapped_method() -> None:
    text = """\
def checked(method):
    def inner(self): self.check(), method(self)
    return inner
class C:
    def check(self): pass
    @checked
    def go(self): pass
def use(): C().go()
"""
    assert "main.checked.<locals>.inner -> main.C.check" in calls(text)


def test_a_decorator_that_makes_a_descriptor_of_a_method() -> None:
    text = """\
class lazy:
    def __init__(self, f): self.f = f
    def __get__(self, obj, owner): return self.f(obj)
class C:
    @lazy
    def body(self): pass
def use(c: C): c.body
"""
    assert calls(text) == [
        "main.C -> main.lazy",
        "main.C -> main.lazy.__init__",
        "main.lazy.__get__ -> main.C.body",
        "main.use -> main.lazy.__get__",
    ]


def test_a_decorator_defined_in_the_class_where_it_decorates() -> None:
    text = """\
class C:
    def deco(method):
        def inner(self): return method(self)
        return inner
    @deco
    def go(self): pass
C().go()
"""
    assert "main.C.deco.<locals>.inner -> main.C.go" in calls(text)
