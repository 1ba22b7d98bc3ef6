"""From bytes to a syntax tree: the only importer of tree-sitter.

Never fails on a text: a tree with errors is a tree. Knows grammars and nothing of what the
extractor reads out of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Final

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Tree

__all__ = ["Node", "error_extent", "error_note", "is_parsed", "kind_ids", "parse"]

ERROR_KIND: Final = 0xFFFF
"""`Node.kind_id` of what the parser could not place, in every grammar."""

_GRAMMARS: dict[str, Callable[[], object]] = {"python": tree_sitter_python.language}


def is_parsed(language: str) -> bool:
    """Whether there is a grammar for the language."""
    return language in _GRAMMARS


def parse(data: bytes, language: str) -> Tree:
    """The syntax tree of UTF-8 text; raises KeyError for a language without a grammar."""
    # A parser keeps state between calls and costs a microsecond: none is shared among threads.
    return Parser(_grammar(language)).parse(data)


def error_note(root: Node, line_starts: Sequence[int]) -> str | None:
    """`2 syntax errors, first in line 7`; None for a text without any. Lines count from 1."""
    count = 0
    first = -1
    pending = [root]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            count += 1
            start = node.start_byte
            first = start if first < 0 else min(first, start)
        if node.has_error:
            pending.extend(child for child in node.children if child.has_error)
    if not count:
        return None
    plural = "s" if count > 1 else ""
    return f"{count} syntax error{plural}, first in line {bisect_right(line_starts, first)}"


def error_extent(root: Node) -> int:
    """How many bytes of the text the parser could not place."""
    extent = 0
    pending = [root]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            extent += node.end_byte - node.start_byte + 1
        elif node.has_error:
            pending.extend(child for child in node.children if child.has_error)
    return extent


def kind_ids(language: str, names: Iterable[str]) -> dict[int, str]:
    """`Node.kind_id` of named nodes of these types: cheaper to ask for than `Node.type`."""
    grammar = _grammar(language)
    wanted = frozenset(names)
    found = {
        kind: name
        for kind in range(grammar.node_kind_count)
        if grammar.node_kind_is_named(kind)
        and (name := grammar.node_kind_for_id(kind)) is not None
        and name in wanted
    }
    return found | ({ERROR_KIND: "ERROR"} if "ERROR" in wanted else {})


@cache
def _grammar(language: str) -> Language:
    return Language(_GRAMMARS[language]())
