"""Calls that are made by name at run time, and calls that leave the workspace."""

from __future__ import annotations

from ramify_store.facts import EdgeKind
from tests.analysis.linked import calls, edges, unresolved


def externals(text: str) -> list[str]:
    return sorted(
        {e.target for e in edges(text) if e.kind == EdgeKind.CALLS and " " not in e.target}
    )


def test_getattr_with_a_constant() -> None:
    text = """\
class C:
    def go(self): pass
def use(c: C): getattr(c, "go")()
"""
    assert calls(text) == ["main.use -> main.C.go"]


def test_getattr_with_a_constant_in_a_variable() -> None:
    text = """\
class C:
    def go(self): pass
NAME = "go"
def use(c: C): getattr(c, NAME)()
"""
    assert calls(text) == ["main.use -> main.C.go"]


def test_getattr_may_give_its_default() -> None:
    text = """\
class C:
    def go(self): pass
def f(): pass
def use(c: C): getattr(c, "stop", f)()
"""
    assert calls(text) == ["main.use -> main.f"]


def test_getattr_with_something_else_is_unknown() -> None:
    text = """\
class C:
    def go(self): pass
def use(c: C, name): getattr(c, name)()
"""
    assert calls(text) == []
    assert unresolved(text) == ["main.use: getattr (unresolved)"]


def test_setattr_with_a_constant() -> None:
    text = """\
class C:
    def go(self): self.run()
def f(): pass
c = C()
setattr(c, "run", f)
c.run()
"""
    assert calls(text) == ["main -> main.C", "main -> main.f", "main.C.go -> main.f"]


def test_globals_by_name() -> None:
    text = """\
def f(): pass
globals()["f"]()
"""
    assert calls(text) == ["main -> main.f"]


def test_eval_is_unknown() -> None:
    text = "def f(): pass\neval('f')()\n"
    assert calls(text) == []
    assert unresolved(text) == ["main: eval (unresolved)"]


def test_import_module_with_a_constant() -> None:
    text = """\
# file: library.py
def f(): pass
# file: main.py
import importlib
library = importlib.import_module("library")
library.f()
"""
    assert calls(text) == ["main -> library.f"]


def test_dunder_import_gives_the_package_around() -> None:
    text = """\
# file: pkg/__init__.py
def f(): pass
# file: pkg/inner.py
def f(): pass
# file: main.py
__import__("pkg.inner").f()
__import__("pkg.inner").inner.f()
"""
    assert calls(text) == ["main -> pkg.f", "main -> pkg.inner.f"]


def test_modules_by_name() -> None:
    text = """\
# file: library.py
def f(): pass
# file: main.py
import sys
def own(): sys.modules[__name__].other()
def named(): sys.modules["library"].f()
def got(): getattr(sys.modules[__name__], "other")()
def other(): pass
"""
    assert calls(text) == [
        "main.got -> main.other",
        "main.named -> library.f",
        "main.own -> main.other",
    ]


def test_a_module_of_a_name_that_nobody_tells_is_not_known() -> None:
    text = "import sys\ndef use(name): sys.modules[name].f()\n"
    assert unresolved(text) == ["main.use: f (possible)"]


def test_calls_of_the_library_are_external() -> None:
    text = """\
import os.path
from json import dumps as write
print(os.path.join("a"), write({}), "x".upper())
"""
    assert calls(text) == []
    assert externals(text) == [
        "python:builtins.print",
        "python:builtins.str.upper",
        "python:json.dumps",
        "python:os.path.join",
    ]


def test_a_method_of_an_external_class() -> None:
    text = """\
from pathlib import Path
def f(p: Path): p.exists(), Path("a").read_text()
"""
    assert externals(text) == [
        "python:pathlib.Path",
        "python:pathlib.Path.exists",
        "python:pathlib.Path.read_text",
    ]
    assert unresolved(text) == []


def test_an_external_decorator() -> None:
    text = "import app\n@app.route('/')\ndef f(): pass\nf()\n"
    assert calls(text) == ["main -> main.f"]
    assert externals(text) == ["python:app.route"]


def test_a_base_outside_is_asked_for_what_is_missing() -> None:
    text = """\
import threading
class Job(threading.Thread):
    def run(self): self.join()
"""
    assert externals(text) == ["python:threading.Thread.join"]


def test_getattr_with_each_of_what_a_loop_goes_over() -> None:
    text = """\
class C:
    def go(self): pass
    def stop(self): pass
    def wait(self): pass
NAMES = ("go", "stop")
def use(c: C):
    for name in NAMES: getattr(c, name)()
    return [getattr(c, way) for way, often in {("wait", 1), (other, 2)}]
"""
    assert calls(text) == ["main.use -> main.C.go", "main.use -> main.C.stop"]
    assert "main.use -> main.C.wait" not in calls(text)


def test_getattr_with_the_key_of_a_table() -> None:
    text = """\
class C:
    def go(self): pass
    def stop(self): pass
TABLE = {"go": "stop"}
def use(c: C):
    for key in TABLE: getattr(c, key)()
def turn(c: C):
    for value in TABLE.values(): getattr(c, value)()
def both(c: C):
    for key, value in TABLE.items(): getattr(c, key)(getattr(c, value)())
"""
    assert calls(text) == [
        "main.both -> main.C.go",
        "main.both -> main.C.stop",
        "main.turn -> main.C.stop",
        "main.use -> main.C.go",
    ]


def test_a_name_that_is_made_of_itself_ends() -> None:
    text = """\
class C:
    def go(self): pass
def use(c: C, name):
    for name in getattr(c, name): name = getattr(c, name).kind
    while name: name = getattr(getattr(c, name), name.param)
    getattr(c, "go" if name else name)()
"""
    assert calls(text) == ["main.use -> main.C.go"]
