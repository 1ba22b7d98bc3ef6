"""typeshed's stubs as they come from typeshed-client: which modules there are, and what each binds
to its names.

Conditions are read as Python 3.11 on Linux reads them; names that only another platform or a later
version has are added. Knows nothing of what the result is written as.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeAlias

from typeshed_client.finder import SearchContext, find_typeshed, get_search_context, get_stub_ast

VERSION = (3, 11)
PLATFORM = "linux"


@dataclass(frozen=True)
class Import:
    """`from module import name`; without a name the module itself."""

    module: str
    name: str | None


Node: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign
Bound: TypeAlias = list[Node | Import]
_NODES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)


@dataclass
class Stub:
    """One module."""

    name: str
    is_package: bool
    names: dict[str, Bound] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    exported: set[str] = field(default_factory=set)
    """What `__all__` and `from a import b as b` export."""


@cache
def context() -> SearchContext:
    return get_search_context(search_path=[], version=VERSION, platform=PLATFORM)


def module_names() -> list[str]:
    """Every module of the standard library, private ones too, in order."""
    folder = find_typeshed()
    found = []
    for path in sorted(folder.rglob("*.pyi")):
        parts = list(path.relative_to(folder).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        found.append(".".join(parts))
    return sorted(found)


@cache
def stub(module: str) -> Stub | None:
    """None where there is no such module."""
    folder = Path(find_typeshed(), *module.split("."))
    is_package = (folder / "__init__.pyi").is_file()
    path = folder / "__init__.pyi" if is_package else folder.with_suffix(".pyi")
    if not path.is_file():
        return None
    tree = get_stub_ast(module, search_context=context()) or ast.parse(path.read_bytes())
    made = Stub(module, is_package)
    made.names = bound(tree.body, made)
    return made


def bound(body: list[ast.stmt], of: Stub) -> dict[str, Bound]:
    """What a body binds: as Python 3.11 on Linux runs it, then what else it may."""
    names: dict[str, Bound] = {}
    for name, node in _statements(body, of, False):
        names.setdefault(name, []).append(node)
    others: dict[str, Bound] = {}
    for name, node in _statements(body, of, True):
        if name not in names:
            others.setdefault(name, []).append(node)
    return names | others


def _statements(
    body: list[ast.stmt], of: Stub, anyway: bool
) -> Iterator[tuple[str, Node | Import]]:
    for node in body:
        if isinstance(node, ast.If):
            holds = _holds(node.test)
            if anyway or holds is not False:
                yield from _statements(node.body, of, anyway)
            if anyway or holds is not True:
                yield from _statements(node.orelse, of, anyway)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                yield name, Import(alias.name if alias.asname else name, None)
        elif isinstance(node, ast.ImportFrom):
            yield from _imported(node, of)
        elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and _is_all(node):
            of.exported |= _texts(node.value)
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            for target in targets:
                if isinstance(target, ast.Name):
                    yield target.id, node
        elif isinstance(node, _NODES):
            yield node.name, node


def _imported(node: ast.ImportFrom, of: Stub) -> Iterator[tuple[str, Import]]:
    parts = of.name.split(".")
    if node.level:
        parts = parts[: len(parts) - node.level + of.is_package]
        module = ".".join([*parts, node.module] if node.module else parts)
    else:
        module = node.module or ""
    for alias in node.names:
        if alias.name == "*":
            if module not in of.stars:
                of.stars.append(module)
        else:
            if alias.asname == alias.name:
                of.exported.add(alias.name)
            yield alias.asname or alias.name, Import(module, alias.name)


def _holds(test: ast.expr) -> bool | None:
    """Whether a condition holds; None for one that is not about version or platform."""
    if isinstance(test, ast.BoolOp):
        each = [_holds(value) for value in test.values]
        decisive = isinstance(test.op, ast.Or)
        return decisive if decisive in each else (None if None in each else not decisive)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _holds(test.operand)
        return None if inner is None else not inner
    if isinstance(test, ast.Name):
        return test.id == "TYPE_CHECKING" or None
    if not isinstance(test, ast.Compare) or not isinstance(test.left, ast.Attribute):
        return None
    try:
        given = ast.literal_eval(test.comparators[0])
    except ValueError:
        return None
    if test.left.attr == "version_info":
        at_least = given[:2] <= VERSION
        return at_least if isinstance(test.ops[0], ast.GtE) else not at_least
    if test.left.attr == "platform":
        same = given == PLATFORM
        return same if isinstance(test.ops[0], ast.Eq) else not same
    return None


def _is_all(node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> bool:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return isinstance(target, ast.Name) and target.id == "__all__"


def _texts(value: ast.expr | None) -> set[str]:
    constants = (
        (each for each in ast.walk(value) if isinstance(each, ast.Constant)) if value else ()
    )
    return {each.value for each in constants if isinstance(each.value, str)}


def exports(module: str) -> list[str]:
    """The names that `from module import *` brings, and others meant for its users."""
    of = stub(module)
    if of is None:
        return []
    own = [
        name
        for name, nodes in of.names.items()
        if name in of.exported
        or (not name.startswith("_") and not all(isinstance(n, Import) for n in nodes))
    ]
    found = dict.fromkeys(own)
    for star in of.stars:
        found.update(dict.fromkeys(exports(star)))
    return list(found)


def looked_up(module: str, name: str) -> tuple[Stub, Bound] | None:
    """Where a name of a module is bound, through star imports."""
    of = stub(module)
    if of is None:
        return None
    if name in of.names:
        return of, of.names[name]
    for star in of.stars:
        found = looked_up(star, name)
        if found is not None:
            return found
    return None
