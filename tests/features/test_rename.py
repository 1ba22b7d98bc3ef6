"""Renames: `<|>` is the cursor; what changes is shown as the texts read afterwards."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ramify.features.rename import Change, Rename, RenameRefusedError, renamable, rename
from tests.features.reading import CURSOR, TOKEN, reading_of


def renamed(texts: Mapping[str, str], new: str = "new") -> Rename:
    path = next(path for path, text in texts.items() if CURSOR in text)
    return rename(reading_of(texts), TOKEN, path, texts[path].index(CURSOR), new)


def after(texts: Mapping[str, str], new: str = "new") -> dict[str, str]:
    """The texts that change, with all certain changes made."""
    return _applied(texts, renamed(texts, new).changes, new)


def _applied(texts: Mapping[str, str], changes: tuple[Change, ...], new: str) -> dict[str, str]:
    applied: dict[str, str] = {}
    for change in sorted(changes, key=lambda each: -each.place.start):
        path, start, end = change.place.path, change.place.start, change.place.end
        data = applied.get(path, texts[path].replace(CURSOR, "")).encode()
        applied[path] = (data[:start] + new.encode() + data[end:]).decode()
    return applied


def refusal(texts: Mapping[str, str], new: str = "new") -> str:
    with pytest.raises(RenameRefusedError) as refused:
        renamed(texts, new)
    return str(refused.value)


def test_a_function_its_imports_and_its_uses() -> None:
    texts = {
        "a.py": "def f<|>(): ...\nf()\n",
        "b.py": "from a import f\nx = [f, 'f']\n",
        "c.py": "import a\na.f()\n",
        "d.py": "def f(): ...\nf()\n",
    }
    assert after(texts) == {
        "a.py": "def new(): ...\nnew()\n",
        "b.py": "from a import new\nx = [new, 'f']\n",
        "c.py": "import a\na.new()\n",
    }


def test_from_a_use_as_from_the_definition() -> None:
    texts = {"a.py": "def f(): ...\n", "b.py": "from a import f\n<|>f()\n"}
    assert after(texts) == {"a.py": "def new(): ...\n", "b.py": "from a import new\nnew()\n"}


def test_an_alias_keeps_its_name() -> None:
    texts = {"a.py": "def <|>f(): ...\n", "b.py": "from a import f as g\ng()\n"}
    assert after(texts)["b.py"] == "from a import new as g\ng()\n"


def test_exports_are_names_in_strings() -> None:
    texts = {
        "p/__init__.py": "from p.a import f\n__all__ = ['f', 'g']\n",
        "p/a.py": 'def <|>f(): "f"\n__all__ = ["f"]\n',
    }
    assert after(texts) == {
        "p/__init__.py": "from p.a import new\n__all__ = ['new', 'g']\n",
        "p/a.py": 'def new(): "f"\n__all__ = ["new"]\n',
    }


def test_a_method_with_all_that_override_it() -> None:
    text = (
        "class A:\n    def m(self): ...\n"
        "class B(A):\n    def <|>m(self):\n        super().m()\n"
        "class C(A):\n    def m(self): ...\n"
        "class Other:\n    def m(self): ...\n"
    )
    assert after({"a.py": text})["a.py"] == (
        "class A:\n    def new(self): ...\n"
        "class B(A):\n    def new(self):\n        super().new()\n"
        "class C(A):\n    def new(self): ...\n"
        "class Other:\n    def m(self): ...\n"
    )


def test_fields_of_self() -> None:
    text = (
        "class A:\n    def __init__(self):\n        self.<|>x = 1\n    def f(self): return self.x\n"
    )
    assert after({"a.py": text})["a.py"] == text.replace("<|>", "").replace("self.x", "self.new")


def test_what_has_the_name_alone_is_listed_apart() -> None:
    found = renamed({"a.py": "class A:\n    def <|>m(self): ...\ndef f(x): x.m()\n"})
    assert len(found.changes) == 1
    assert [(each.certainty.name, each.why) for each in found.doubtful] == [
        ("POSSIBLE", "only the name matches")
    ]


def test_what_may_mean_another_is_listed_apart() -> None:
    text = (
        "class A:\n    def <|>m(self): ...\n"
        "class B:\n    def m(self): ...\n"
        "def f(flag):\n    x = A() if flag else B()\n    x.m()\n"
    )
    (doubtful,) = renamed({"a.py": text}).doubtful
    assert doubtful.why == "may also mean a.B.m"


def test_a_local_variable() -> None:
    text = "def f():\n    <|>x = 1\n    return x + g(x=x)\n"
    assert after({"a.py": text})["a.py"] == "def f():\n    new = 1\n    return new + g(x=new)\n"


def test_a_parameter_and_the_calls_that_pass_it_by_name() -> None:
    texts = {
        "a.py": "def f(<|>x, y=0):\n    return x\nf(x=1)\nf(y=f(2), x=f(x=3))\n",
        "b.py": "from a import f\nf(\n    y=1,\n    x=2,\n)\n",
    }
    assert after(texts) == {
        "a.py": "def f(new, y=0):\n    return new\nf(new=1)\nf(y=f(2), new=f(new=3))\n",
        "b.py": "from a import f\nf(\n    y=1,\n    new=2,\n)\n",
    }


@pytest.mark.parametrize(
    ("text", "new", "why"),
    [
        ("def <|>f(): ...\n", "1x", "`1x` is not a name"),
        ("def <|>f(): ...\n", "class", "`class` is not a name"),
        ("def <|>f(): ...\ndef g(): ...\n", "g", "a has a `g` already"),
        ("import os\nos.<|>getcwd()\n", "new", "os.getcwd is defined outside of the workspace"),
        ("class A:\n    def <|>__len__(self): ...\n", "new", "Python itself calls `__len__` by"),
        ("def f(x):\n    x.<|>m()\n", "new", "nobody knows what this name means here"),
        ("x = <|>(1)\n", "new", "there is no name here that could be changed"),
        ("def <|>f(): ...\ndef g(new):\n    f()\n", "new", "`new` means something else in a.py:3"),
        ("def f(new):\n    <|>x = new\n    return x\n", "new", "`new` means something else in"),
    ],
)
def test_what_would_break_is_refused(text: str, new: str, why: str) -> None:
    assert refusal({"a.py": text}, new).startswith(why)


def test_a_module_has_the_name_of_its_file() -> None:
    texts = {"a.py": "", "b.py": "import <|>a\n"}
    assert refusal(texts) == "a module has the name of its file: rename the file instead"


def test_a_base_outside_may_call_it() -> None:
    found = renamed(
        {"a.py": "import ast\nclass V(ast.NodeVisitor):\n    def <|>visit(self): ...\n"}
    )
    assert found.notes == (
        "a.V derives from ast.NodeVisitor, which stands outside of the workspace and may call"
        " visit by its name",
    )


def test_what_is_renamed_is_the_name_under_the_cursor() -> None:
    reading = reading_of({"a.py": "def func(): ...\n"})
    place = renamable(reading, "a.py", 6)
    assert (place.start, place.end) == (4, 8)
