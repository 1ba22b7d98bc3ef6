"""Import statements: one IMPORT for each thing named, and the names they bind."""

from __future__ import annotations

from ramify.analysis.extraction.parse import Node
from ramify.analysis.extraction.state import Walk, tidy
from ramify_store.facts import NONE, BindingKind, Op


def import_statement(w: Walk, node: Node) -> None:
    for child in tidy(w, node.children):
        if child.type == "dotted_name":
            prefixes = _prefixes(w, child)
            if prefixes:
                first = tidy(w, child.children)[0]
                _bind(w, first, prefixes[0])
        elif child.type == "aliased_import":
            parts = tidy(w, child.children)
            prefixes = _prefixes(w, parts[0])
            if prefixes:
                _bind(w, parts[-1], prefixes[-1])


def import_from_statement(w: Walk, node: Node) -> None:
    children = tidy(w, node.children)
    named = [child for child in children if child.is_named]
    if not named:
        return
    source = named[0]
    module, dots = _source(w, source)
    site = source.start_byte, source.end_byte
    w.emit(Op.IMPORT, module, NONE, dots, *site)
    for child in named[1:]:
        if child.type == "wildcard_import":
            w.emit(Op.STAR_IMPORT, module, NONE, dots, child.start_byte, child.end_byte)
        else:
            _imported(w, child, module, dots)


def future_import(w: Walk, node: Node) -> None:
    module = w.name(b"__future__")
    for child in tidy(w, node.children):
        if child.type == "__future__":
            w.emit(Op.IMPORT, module, NONE, 0, child.start_byte, child.end_byte)
        elif child.is_named:
            _imported(w, child, module, 0)


def _imported(w: Walk, node: Node, module: int, dots: int) -> None:
    parts = tidy(w, node.children) if node.type == "aliased_import" else [node]
    start, end = parts[0].start_byte, parts[0].end_byte
    if start == end or node.type not in ("aliased_import", "dotted_name", "identifier"):
        return
    value = w.emit(Op.IMPORT, module, w.name(w.data[start:end]), dots, start, end)
    _bind(w, parts[-1], value)


def _bind(w: Walk, name: Node, value: int) -> None:
    start, end = name.start_byte, name.end_byte
    if start == end:
        return
    target = w.emit(Op.STORE_NAME, w.name(w.data[start:end]), NONE, NONE, start, end)
    w.bind(BindingKind.IMPORT, target, value)


def _prefixes(w: Walk, dotted: Node) -> list[int]:
    """`a`, `a.b`, `a.b.c`: each at its last component."""
    found = []
    path = b""
    for child in tidy(w, dotted.children):
        start, end = child.start_byte, child.end_byte
        if child.type != "identifier" or start == end:
            continue
        path = path + b"." + w.data[start:end] if path else w.data[start:end]
        found.append(w.emit(Op.IMPORT, w.name(path), NONE, 0, start, end))
    return found


def _source(w: Walk, node: Node) -> tuple[int, int]:
    """Name of the module without its dots, and how many dots there are."""
    text = b"".join(w.data[node.start_byte : node.end_byte].split())
    name = text.lstrip(b".")
    return w.name(name), len(text) - len(name)
