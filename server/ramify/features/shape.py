"""What a piece of code says once comments and formatting are gone: its syntax tree, without what a
formatter adds, takes away or writes otherwise.

Which nodes those are is the language's affair (`LanguageSpec.layout`). Must never know what is
compared with what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from ramify.analysis.extraction.parse import Node, is_parsed, parse
from ramify.languages.registry import spec_of
from ramify.languages.spec import Layout

END: Final = object()
"""Follows the children of a node."""

_STRING: Final = "string"
_TEXT: Final = "string_content"
_ESCAPED: Final = re.compile(rb"\\(?:(['\"])|.)", re.DOTALL)
_DOUBLED: Final = re.compile(rb"([{}])\1")


def shape_of(text: bytes, language: str) -> Sequence[object]:
    """Equal for two pieces of code that differ in comments and layout alone: types of nodes and
    the texts of those without children, in order. Of a language without a grammar, its words."""
    spec = spec_of(language)
    if spec is None or not is_parsed(language):
        return text.split()
    layout = spec.layout
    shape: list[object] = []
    waiting: list[object] = [parse(text, language).root_node]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Node):
            shape.append(node)
        elif node.type in layout.strings:
            shape.append(_STRING)
            waiting += (END, *reversed(_pieces(node)))
        elif node.type in layout.nothing:
            continue
        elif not node.child_count or node.type in layout.verbatim:
            told = node.text or b""
            shape += (node.type, told.lower() if node.type in layout.caseless else told)
        else:
            if not _only_groups(node, layout):
                shape.append(layout.alike.get(node.type, node.type))
                waiting.append(END)
            waiting += reversed(_telling(node, layout))
    return shape


def _only_groups(node: Node, layout: Layout) -> bool:
    if node.type in layout.grouping:
        return True
    if node.type in layout.singles:
        return all(each.type != "," for each in node.children)
    parent = layout.spread.get(node.type)
    return parent is not None and node.parent is not None and node.parent.type == parent


def _telling(node: Node, layout: Layout) -> list[Node]:
    """The children, without commas and without brackets that only group."""
    children = node.children
    kept = [each for each in children if each.type != ","]
    if node.type in layout.listing and len(children) - len(kept) == 1 and children[-2].type == ",":
        return children
    if node.type in layout.grouping or node.type in layout.bracketed:
        return [e for e in kept if e.type not in ("(", ")") and not _is_empty(e, layout)]
    return kept


def _is_empty(node: Node, layout: Layout) -> bool:
    return node.type in layout.omitted and not node.named_child_count


def _pieces(string: Node) -> list[object]:
    """What is written in a string and what is computed in it; texts side by side are one."""
    joined: list[object] = []
    for is_text, run in groupby(_parts(string), key=lambda part: isinstance(part, bytes)):
        parts = list(run)
        joined += [b"".join(p for p in parts if isinstance(p, bytes))] if is_text else parts
    return joined


def _parts(string: Node) -> Iterator[bytes | Node]:
    """Texts as they would stand in a plain literal, with what is computed between them."""
    if string.type != _STRING:
        for each in string.children:
            if each.type == _STRING:
                yield from _parts(each)
        return
    opening, *inside, closing = string.children
    kind = (opening.text or b"").lower()
    quotes = kind.lstrip(b"bfrtu")
    if b"b" in kind or b"t" in kind:
        yield kind.removesuffix(quotes).translate(None, b"rf") + b" "
    for each in inside:
        yield _plain(each.text or b"", kind) if each.type == _TEXT else each
    # The grammar takes what ends in an escaped quote, as r"\"" does, for a part of the quotes.
    yield _plain((closing.text or b"").removesuffix(quotes), kind)


def _plain(text: bytes, kind: bytes) -> bytes:
    if b"f" in kind or b"t" in kind:
        text = _DOUBLED.sub(rb"\1", text)
    if b"r" in kind:
        return text.replace(b"\\", b"\\\\")
    return _ESCAPED.sub(lambda found: found[1] or found[0], text)
