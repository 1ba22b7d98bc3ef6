"""Imports: chains, aliases, stars, relative ones, submodules, circles."""

from __future__ import annotations

from ramify_store.facts import EdgeKind
from tests.analysis.linked import calls, relations, unresolved

LIBRARY = "# file: library.py\ndef f(): pass\ndef g(): pass\ndef _h(): pass\n"


def test_a_module() -> None:
    assert calls(LIBRARY + "# file: main.py\nimport library\nlibrary.f()\n") == [
        "main -> library.f"
    ]


def test_a_module_under_another_name() -> None:
    assert calls(LIBRARY + "# file: main.py\nimport library as x\nx.f()\n") == ["main -> library.f"]


def test_a_name() -> None:
    assert calls(LIBRARY + "# file: main.py\nfrom library import f\nf()\n") == ["main -> library.f"]


def test_a_name_under_another_name() -> None:
    text = LIBRARY + "# file: main.py\nfrom library import f as x, g as y\ny()\n"
    assert calls(text) == ["main -> library.g"]
    assert relations(text, EdgeKind.IMPORTS) == [
        "main -> library",
        "main -> library.f",
        "main -> library.g",
    ]


def test_a_star_brings_public_names() -> None:
    text = LIBRARY + "# file: main.py\nfrom library import *\nf()\n_h()\n"
    assert calls(text) == ["main -> library.f"]
    assert unresolved(text) == ["main: _h (unresolved)"]


def test_a_star_brings_what_is_listed() -> None:
    text = """\
# file: library.py
__all__ = ["_h"]
def f(): pass
def _h(): pass
# file: main.py
from library import *
f()
_h()
"""
    assert calls(text) == ["main -> library._h"]
    assert unresolved(text) == ["main: f (unresolved)"]


def test_a_chain_of_imports() -> None:
    text = LIBRARY + "# file: a.py\nfrom library import f\n# file: main.py\nfrom a import f\nf()\n"
    assert calls(text) == ["main -> library.f"]


def test_a_chain_through_a_module() -> None:
    text = LIBRARY + "# file: a.py\nimport library\n# file: main.py\nimport a\na.library.f()\n"
    assert calls(text) == ["main -> library.f"]


def test_relative_imports() -> None:
    text = """\
# file: pkg/__init__.py
# file: pkg/a.py
def f(): pass
# file: pkg/sub/__init__.py
# file: pkg/sub/b.py
from ..a import f
from .. import a
from . import c
f()
a.f()
c.g()
# file: pkg/sub/c.py
def g(): pass
"""
    assert calls(text) == ["pkg.sub.b -> pkg.a.f", "pkg.sub.b -> pkg.sub.c.g"]


def test_a_submodule_by_attribute() -> None:
    text = """\
# file: pkg/__init__.py
# file: pkg/sub.py
def f(): pass
# file: main.py
import pkg.sub
pkg.sub.f()
"""
    assert calls(text) == ["main -> pkg.sub.f"]


def test_what_a_package_brings_from_its_modules() -> None:
    text = """\
# file: pkg/__init__.py
from .sub import f
# file: pkg/sub.py
def f(): pass
# file: main.py
from pkg import f
import pkg
f()
def use(): pkg.f()
"""
    assert calls(text) == ["main -> pkg.sub.f", "main.use -> pkg.sub.f"]


def test_modules_that_import_each_other() -> None:
    text = """\
# file: a.py
import b
def f(): b.g()
# file: b.py
import a
def g(): a.f()
"""
    assert calls(text) == ["a.f -> b.g", "b.g -> a.f"]


def test_stars_in_a_circle_end() -> None:
    text = """\
# file: a.py
from b import *
def f(): g()
# file: b.py
from a import *
def g(): f()
"""
    assert calls(text) == ["a.f -> b.g", "b.g -> a.f"]


def test_a_conditional_import_may_be_either() -> None:
    text = """\
# file: fast.py
def f(): pass
# file: slow.py
def f(): pass
# file: main.py
try:
    from fast import f
except ImportError:
    from slow import f
f()
"""
    assert calls(text) == ["main -> fast.f", "main -> slow.f"]


def test_an_import_inside_a_function() -> None:
    text = LIBRARY + "# file: main.py\ndef use():\n    from library import f\n    f()\n"
    assert calls(text) == ["main.use -> library.f"]


def test_an_import_of_types_only() -> None:
    text = """\
# file: library.py
class C:
    def go(self): pass
# file: main.py
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from library import C
def use(c: C): c.go()
"""
    assert calls(text) == ["main.use -> library.C.go"]


def test_a_class_in_a_namespace_package() -> None:
    text = (
        "# file: ns/sub/mod.py\ndef f(): pass\n# file: main.py\nfrom ns.sub import mod\nmod.f()\n"
    )
    assert calls(text) == ["main -> ns.sub.mod.f"]


def test_a_lazy_module_is_asked() -> None:
    text = """\
# file: library.py
def __getattr__(name): pass
# file: main.py
import library
from library import other
library.missing()
"""
    assert calls(text) == ["main -> library.__getattr__"]


def test_a_name_that_is_missing() -> None:
    text = LIBRARY + "# file: main.py\nfrom library import missing\nmissing()\n"
    assert unresolved(text) == ["main: missing (unresolved)", "main: missing (unresolved)"]


def test_a_stub_beside_its_source() -> None:
    text = """\
# file: library.py
def f(): pass
# file: main.py
import library
library.f()
# file: library.pyi
def f() -> None: ...
"""
    assert calls(text) == ["main -> library.f"]
