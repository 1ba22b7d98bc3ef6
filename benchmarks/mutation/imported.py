"""What other tools select: every test whose file imports the changed file, directly or not.

As generous as such a tool can be: imports inside of functions count, importing a module runs the
packages around it, and a test depends on the `conftest.py` of its folder and of those above.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath


def importers(texts: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """By file: the files that import it, transitively, and itself."""
    direct: dict[str, set[str]] = {path: set() for path in texts}
    for path, text in texts.items():
        for imported in (*_imports(path, ast.parse(text), texts), *_conftests(path, texts)):
            direct[imported].add(path)
    return {path: _closure(path, direct) for path in texts}


def selected(importing: Iterable[str], suite: Iterable[str]) -> frozenset[str]:
    """Of a suite's tests those that stand in one of the files."""
    files = frozenset(importing)
    return frozenset(each for each in suite if each.partition("::")[0] in files)


def _imports(path: str, tree: ast.Module, texts: Mapping[str, str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files(_roots(path), alias.name.split("."), texts)
        elif isinstance(node, ast.ImportFrom):
            module = node.module.split(".") if node.module else []
            roots = [_above(path, node.level)] if node.level else _roots(path)
            yield from _files(roots, module, texts)
            for alias in node.names:
                yield from _files(roots, [*module, alias.name], texts)


def _roots(path: str) -> list[PurePosixPath]:
    """Where an absolute import may start: the root, `src`, and beside the file."""
    return [PurePosixPath(), PurePosixPath("src"), PurePosixPath(path).parent]


def _above(path: str, level: int) -> PurePosixPath:
    folder = PurePosixPath(path).parent
    for _ in range(level - 1):
        folder = folder.parent
    return folder


def _files(
    roots: Iterable[PurePosixPath], parts: list[str], texts: Mapping[str, str]
) -> Iterator[str]:
    """The module and the packages around it, as far as they are there."""
    for root in roots:
        at = root
        init = str(at / "__init__.py")
        if init in texts:
            yield init
        for part in parts:
            at = at / part
            for file in (f"{at}.py", str(at / "__init__.py")):
                if file in texts:
                    yield file


def _conftests(path: str, texts: Mapping[str, str]) -> Iterator[str]:
    for folder in PurePosixPath(path).parents:
        file = str(folder / "conftest.py")
        if file in texts and file != path:
            yield file


def _closure(start: str, following: Mapping[str, set[str]]) -> frozenset[str]:
    seen, waiting = {start}, [start]
    while waiting:
        for each in following[waiting.pop()] - seen:
            seen.add(each)
            waiting.append(each)
    return frozenset(seen)
