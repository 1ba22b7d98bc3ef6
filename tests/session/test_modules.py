"""From dotted names to paths."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from ramify.session.files import FileTable, packages_of, put, unplaced
from ramify.session.roots import Roots

ROOTS = Roots(frozenset({"src"}), frozenset({"."}))


def table(paths: Iterable[str]) -> FileTable:
    paths = list(paths)
    packages = packages_of(paths)
    placed = {path: put(unplaced(path, "", "python", 0, 0), ROOTS, packages) for path in paths}
    return FileTable(placed, ROOTS, ())


@pytest.mark.parametrize(
    ("paths", "name", "root", "expected"),
    [
        (["a/__init__.py", "a/b.py"], "a.b", ".", "a/b.py"),
        (["a.py", "a/__init__.py"], "a", ".", "a/__init__.py"),
        (["a.pyi", "a.py"], "a", ".", "a.py"),
        (["a.pyi"], "a", ".", "a.pyi"),
        (["a.py", "src/a.py"], "a", ".", "a.py"),
        (["a.py", "src/a.py"], "a", "src", "src/a.py"),
        (["src/a.py"], "a", "tests", "src/a.py"),
        (["src/ns/a.py"], "ns.a", "tests", "src/ns/a.py"),
        (["app/models.py"], "app.models", ".", "app/models.py"),
        (["scripts/tool.py"], "tool", ".", "scripts/tool.py"),
        (["scripts/types.py"], "types", ".", None),
        (["scripts/types.py"], "types", "scripts", "scripts/types.py"),
        (["x/tool.py", "b/tool.py"], "tool", ".", "b/tool.py"),
        (["a.md"], "a", ".", None),
        ([], "os", ".", None),
        (["__init__.py"], "", ".", None),
    ],
)
def test_find_module(paths: list[str], name: str, root: str, expected: str | None) -> None:
    assert table(paths).modules.find_module(name, root) == expected


@pytest.mark.parametrize(
    ("paths", "name", "expected"),
    [
        (["src/ns/deep/a.py"], "ns", True),
        (["src/ns/deep/a.py"], "ns.deep", True),
        (["src/ns/deep/a.py"], "ns.deep.a", False),
        (["src/pkg/__init__.py"], "pkg", False),
        (["docs/readme.md"], "docs", False),
        (["email/a.py"], "email", False),
        ([], "ns", False),
    ],
)
def test_is_namespace(paths: list[str], name: str, expected: bool) -> None:
    assert table(paths).modules.is_namespace(name, "src") is expected


@pytest.mark.parametrize(
    ("paths", "name", "expected"),
    [
        (
            ["p/__init__.py", "p/b.py", "p/a.pyi", "p/c/__init__.py", "p/d/e.py"],
            "p",
            ["a", "b", "c"],
        ),
        (["src/ns/a.py", "ns/b.py"], "ns", ["a", "b"]),
        (["a.py"], "a", []),
        ([], "nothing", []),
    ],
)
def test_submodules(paths: list[str], name: str, expected: list[str]) -> None:
    assert table(paths).modules.submodules(name, ".") == expected


def test_a_new_table_shares_the_modules_when_no_place_changed() -> None:
    old = table(["a.py", "b.py"])
    edited = old.replaced({"a.py": put(unplaced("a.py", "x", "python", 1, 1), ROOTS, ())}, ())
    assert edited.modules is old.modules
    assert old.replaced({}, ["b.py"]).modules.find_module("b", ".") is None


def test_an_unsaved_init_gives_the_files_around_it_another_place() -> None:
    old = table(["pkg/a.py"])
    assert old.placed["pkg/a.py"].module == "a"
    new = old.with_buffers({"pkg/__init__.py": unplaced("pkg/__init__.py", "", "python", 0, 0)})
    assert new.placed["pkg/a.py"].module == "pkg.a"
