"""What files that are gone were called, and what still says those names.

A module that is not there is taken for one outside the workspace: whoever names it, or what it
held, refers to an external of that name. Must never know why the file went.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath

from ramify.analysis.extraction.parse import is_parsed
from ramify.languages.registry import language_of
from ramify_store.facts import EdgeKind, SymbolKind
from ramify_store.view import GraphView


def former_modules(view: GraphView, paths: Collection[str]) -> Mapping[str, str]:
    """By path: the dotted name that a file had, as the import roots are now."""
    wanted = [path for path in paths if is_parsed(language_of(path) or "")]
    if not wanted:
        return {}
    placed = filter(None, map(view.placed, view.paths()))
    roots = {each.root for each in placed if is_parsed(each.language)} | {"."}
    return {path: _module_below(roots, PurePosixPath(path)) for path in wanted}


def still_named(view: GraphView, modules: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    """By path: the externals that its module and what it held have become, where edges reach
    any."""
    if not modules:
        return {}
    paths = {f"{language_of(path)}:{module}": path for path, module in modules.items()}
    named: dict[str, list[str]] = {}
    for external in sorted(view.externals()):
        name = external
        while name and name not in paths:
            name = name.rpartition(".")[0]
        if name:
            named.setdefault(paths[name], []).append(external)
    return {path: tuple(externals) for path, externals in named.items()}


def importers_of(view: GraphView, externals: Iterable[str]) -> list[str]:
    """Modules that cannot be loaded any more, for what they import is not there."""
    edges = [edge for each in externals for edge in view.incoming(each, (EdgeKind.IMPORTS,))]
    sources = [view.symbol(source) for source in dict.fromkeys(edge.source for edge in edges)]
    return [each.id for each in sources if each is not None and each.kind == SymbolKind.MODULE]


def _module_below(roots: Collection[str], path: PurePosixPath) -> str:
    root = max((root for root in roots if root == "." or path.is_relative_to(root)), key=len)
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
