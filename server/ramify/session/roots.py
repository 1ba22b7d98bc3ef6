"""Import roots, and where a file stands below them: its module name, package, stub, test or not.

Roots come from settings and from build metadata, which is read and never run. Pure but for reading
metadata files through a function that is passed in.
"""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

METADATA_NAMES: Final = frozenset({"pyproject.toml", "setup.cfg", "setup.py"})
"""Files that say where packages are. A change of one of them may move every module."""


@dataclass(frozen=True, slots=True)
class Spot:
    """What a path alone says of a file."""

    root: str
    """Import root, relative to the folder; "." for the folder itself."""
    module: str
    """Dotted name; of `pkg/__init__.py` it is `pkg`; "" for an `__init__.py` in a root."""
    is_package: bool
    is_stub: bool
    is_test: bool


@dataclass(frozen=True, slots=True)
class Roots:
    """The roots that something names; every other root is a directory that holds loose modules."""

    source: frozenset[str]
    """Configured, or named by metadata: what is below is importable, namespaces included."""
    projects: frozenset[str]
    """Directories with build metadata, and the folder itself."""

    def __contains__(self, directory: str) -> bool:
        return directory in self.source or directory in self.projects

    def all(self) -> tuple[str, ...]:
        """Sorted."""
        return tuple(sorted(self.source | self.projects))


def find_roots(
    configured: Iterable[str],
    metadata: Iterable[str],
    read: Callable[[str], bytes | None],
    is_directory: Callable[[str], bool],
    is_package: Callable[[str], bool],
) -> Roots:
    """Configured roots, or else what the metadata files (by path) say, and `src` beside them.

    A directory that is itself a package is no root: some packages carry a `setup.py` in each part.
    """
    chosen = {root for each in configured if is_directory(root := each.strip("/") or ".")}
    if chosen:
        return Roots(frozenset(chosen), frozenset({"."}))
    named: dict[str, set[str]] = {}
    for path in metadata:
        directory, name = _split(path)
        if directory == "." or not is_package(directory):
            data = read(path)
            named.setdefault(directory, set()).update(() if data is None else _READERS[name](data))
    source = {
        joined
        for directory, below in named.items()
        for each in (below or {"src"})
        if (joined := _joined(directory, each)) is not None and is_directory(joined)
    }
    projects = frozenset({*named, "."})
    return Roots(frozenset(source) - projects, projects)


def place(path: str, language: str, roots: Roots, is_package: Callable[[str], bool]) -> Spot:
    """Where a source file stands. A file of a language without modules is called by its path.

    Going up from the file through directories with an `__init__`, the first named root or the
    first directory without one is its root; a directory without one below a source root is a
    namespace package of that root. `is_package` tells whether a directory (relative) has one.
    """
    if language != "python":
        return Spot(".", path, is_package=False, is_stub=False, is_test=_is_other_test(path))
    directory, _, name = path.rpartition("/")
    stem, _, suffix = name.rpartition(".")
    root = _root_of(directory, roots, is_package)
    inside = directory if root == "." else directory[len(root) + 1 :]
    parts = [part for part in inside.split("/") if part]
    package = stem == "__init__"
    module = ".".join(parts if package else [*parts, stem or name])
    return Spot(root, module, package, suffix == "pyi", is_test(path, is_package))


def is_test(path: str, is_package: Callable[[str], bool]) -> bool:
    """By the names that unittest, pytest and Django give tests.

    A directory `test` counts only where it is no part of a package: `django.test` is a library.
    """
    *directories, name = path.split("/")
    if _TEST_FILE.match(name):
        return True
    for depth, each in enumerate(directories):
        if each in ("tests", "__tests__"):
            return True
        if each == "test" and not is_package("/".join(directories[:depth])):
            return True
    return False


def _is_other_test(path: str) -> bool:
    """By the names that the usual runners of other languages look for."""
    *directories, name = path.split("/")
    return (
        any(map(_TEST_FOLDER.match, directories))
        or _OTHER_TEST_FILE.match(name) is not None
        or _SPECIFICATION.search(path) is not None
    )


_TEST_FOLDER: Final = re.compile(
    r"(?:.+[-_])?tests?(?:[-_].+)?$|__(?:tests|mocks|snapshots)__$|testdata$|e2e$"
    r"|[A-Za-z]*[a-z]Tests?$"
)
_OTHER_TEST_FILE: Final = re.compile(
    r"(?:test_.+|.+_(?:test|tests|unittest)|.+\.(?:test|spec|e2e)|tests?"
    r"|Test[A-Z]\w*|\w*[a-z0-9](?:Test|Tests|TestCase|IT))\.\w+$"
)
_SPECIFICATION: Final = re.compile(
    r"(?:(?:^|/)specs?/.*|_spec|[a-z0-9](?:Spec|Suite))\.(?:rb|jsx?|tsx?|mjs|lua|php|scala|groovy|hs)$"
)
"""Where tests are called so: elsewhere a specification may be what the code is about."""
_TEST_FILE: Final = re.compile(r"(?:test_.*|.*_test|tests|conftest)\.pyi?$")


def _root_of(directory: str, roots: Roots, is_package: Callable[[str], bool]) -> str:
    top = directory
    while top and top not in roots and is_package(top):
        top = top.rpartition("/")[0]
    if not top:
        return "."
    above = top
    while above and above not in roots:
        above = above.rpartition("/")[0]
    return above if above and above in roots.source else top


def _split(path: str) -> tuple[str, str]:
    directory, _, name = path.rpartition("/")
    return directory or ".", name


def _joined(directory: str, below: str) -> str | None:
    """A root as metadata writes it, made relative to the folder; None when it leads outside."""
    below = below.replace("\\", "/")
    if below.startswith("/") or ":" in below:
        return None
    parts = [] if directory == "." else directory.split("/")
    for part in below.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts) or "."


def _pyproject_roots(data: bytes) -> Iterator[str]:
    try:
        project = tomllib.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return
    yield from _texts(_at(project, "tool", "setuptools", "packages", "find", "where"))
    yield from _texts(_values(_at(project, "tool", "setuptools", "package-dir")))
    hatch = _at(project, "tool", "hatch", "build")
    yield from _texts(_at(hatch, "dev-mode-dirs"))
    for packages in (_at(hatch, "packages"), _at(hatch, "targets", "wheel", "packages")):
        yield from (each.rstrip("/").rpartition("/")[0] or "." for each in _texts(packages))
    yield from _texts(_values(_at(hatch, "targets", "wheel", "sources")))
    poetry = _at(project, "tool", "poetry", "packages")
    for package in poetry if isinstance(poetry, list) else ():
        yield from _texts(_at(package, "from"))
    yield from _texts(_at(project, "tool", "pdm", "build", "package-dir"))
    yield from _texts(_at(project, "tool", "maturin", "python-source"))
    yield from _texts(_at(project, "tool", "uv", "build-backend", "module-root"))
    yield from _texts(_at(project, "tool", "pytest", "ini_options", "pythonpath"))


def _setup_cfg_roots(data: bytes) -> Iterator[str]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(data.decode("utf-8", "replace"))
    except configparser.Error:
        return
    where = parser.get("options.packages.find", "where", fallback="")
    yield from (each.strip() for each in re.split(r"[,\n]", where) if each.strip())
    for line in parser.get("options", "package_dir", fallback="").splitlines():
        name, _, directory = line.partition("=")
        if not name.strip() and directory.strip():
            yield directory.strip()


def _setup_py_roots(data: bytes) -> Iterator[str]:
    """`package_dir={"": "src"}` and `find_packages("src")` where they are written plainly."""
    text = data.decode("utf-8", "replace")
    for match in _PACKAGE_DIR.finditer(text):
        yield from _literal(match[1])
    for match in _FIND_PACKAGES.finditer(text):
        yield from _literal(match[1])


_STRING: Final = r"""("[^"\n]*"|'[^'\n]*')"""
_PACKAGE_DIR: Final = re.compile(r"""package_dir\s*=\s*\{\s*(?:""|'')\s*:\s*""" + _STRING)
_FIND_PACKAGES: Final = re.compile(r"find_(?:namespace_)?packages\(\s*(?:where\s*=\s*)?" + _STRING)


def _literal(source: str) -> Iterator[str]:
    try:
        value = ast.literal_eval(source)
    except (ValueError, SyntaxError):
        return
    if isinstance(value, str):
        yield value


_READERS: Final[Mapping[str, Callable[[bytes], Iterator[str]]]] = {
    "pyproject.toml": _pyproject_roots,
    "setup.cfg": _setup_cfg_roots,
    "setup.py": _setup_py_roots,
}


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _values(value: Any) -> Any:
    """Of `{"" = "src", pkg = "lib/pkg"}` only what holds for every package."""
    return value.get("") if isinstance(value, dict) else None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (each for each in value if isinstance(each, str))
