"""From changed files to the symbols that changed and how: by what they say, not by lines.

A symbol counts as changed when its own code does: without what it contains, its docstring, comments
and formatting. So a changed method does not make its class a change, and a moved definition is
none. Must never know where the two states come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from ramify.analysis.extraction.decode import Undecodable, decode
from ramify.analysis.extraction.extract import extract
from ramify.analysis.extraction.parse import is_parsed, parse
from ramify.features.places import qualified_name
from ramify.session.cancel import CancelToken
from ramify.session.git import ChangedFile
from ramify.session.snapshot import Reading
from ramify_store.facts import NONE, Outline, SymbolFact, SymbolKind, symbol_id

_MODULE: Final = ""
_END: Final = object()
"""Follows the type of a node that has children."""


Change = Literal["added", "signature", "body"]
"""What happened to a symbol that is there now; a changed decorator or base is its signature."""


@dataclass(frozen=True, slots=True)
class ChangedSymbols:
    """All in order of path and position."""

    ids: tuple[str, ...]
    """Changed or new, and in the graph."""
    changes: tuple[Change, ...]
    """What happened to each of `ids`."""
    removed: tuple[str, ...]
    """Qualified names, and paths of files, that are gone. Who still names them is unresolved."""
    top_level: tuple[str, ...]
    """Files whose code outside of all definitions changed: imports and statements that run."""
    unread: tuple[str, ...]
    """Changed files that the graph does not know: left out, binary, or of no known language."""


def changed_symbols(
    reading: Reading, token: CancelToken, files: Iterable[ChangedFile]
) -> ChangedSymbols:
    """What differs between the two states of the files. Where a state after is not given, it is
    the live text. A definition that moved within its file is no change."""
    ids: dict[str, Change] = {}
    removed: list[str] = []
    top_level: list[str] = []
    unread: list[str] = []
    for file in files:
        token.check()
        placed = reading.view.placed(file.path)
        language = placed.language if placed else None
        before = {} if file.before is None else _own(file.before, language)
        after = _live(reading, file.path) if file.after is None else _own(file.after, language)
        if placed is None:
            (unread if reading.snapshot.text(file.path) else removed).append(file.path)
            continue
        for path, change in _differing(before, after, placed.language):
            if path == _MODULE:
                top_level.append(file.path)
            elif reading.view.symbol(symbol_id(placed, path)) is not None:
                ids[symbol_id(placed, path)] = change
        gone = (qualified_name(symbol_id(placed, path)) for path in before if path not in after)
        removed.extend(gone)
    return ChangedSymbols(
        tuple(ids), tuple(ids.values()), tuple(removed), tuple(top_level), tuple(unread)
    )


class OwnText(NamedTuple):
    """What a symbol says itself: without docstring and without what it contains."""

    head: bytes
    """Down to the end of its signature."""
    body: bytes


def _differing(
    before: Mapping[str, OwnText], after: Mapping[str, OwnText], language: str
) -> Iterator[tuple[str, Change]]:
    for path, now in after.items():
        then = before.get(path)
        if then is None:
            yield path, "added"
        elif _differs(then.head, now.head, language):
            yield path, "signature"
        elif _differs(then.body, now.body, language):
            yield path, "body"


def _differs(before: bytes, after: bytes, language: str) -> bool:
    return before != after and _shape(before, language) != _shape(after, language)


def _shape(text: bytes, language: str) -> Sequence[object]:
    """What a piece of code is once comments and formatting are gone: its syntax tree."""
    if not is_parsed(language):
        return text.split()
    shape: list[object] = []
    waiting = [parse(text, language).root_node]
    while waiting:
        node = waiting.pop()
        if node.type.endswith("comment"):
            continue
        shape.append(node.type)
        if node.child_count:
            shape.append(_END)
            waiting.extend(reversed(node.children))
        else:
            shape.append(node.text)
    return shape


def _live(reading: Reading, path: str) -> Mapping[str, OwnText]:
    text, facts = reading.snapshot.text(path), reading.snapshot.facts(path)
    return own_texts(text.data, facts.outline) if text and facts else {}


def _own(raw: bytes, language: str | None) -> Mapping[str, OwnText]:
    data = decode(raw)
    if isinstance(data, Undecodable) or language is None:
        return {}
    return own_texts(data, extract(data, language).outline)


def own_texts(data: bytes, outline: Outline) -> dict[str, OwnText]:
    """By path of each symbol, in order. Fields and lambdas belong to the text around them."""
    holes: dict[int, list[tuple[int, int]]] = {}
    for index, fact in enumerate(outline.symbols):
        if fact.parent != NONE and _stands_alone(fact.kind):
            holes.setdefault(fact.parent, []).append((fact.start, fact.end))
        if fact.doc_start != NONE:
            holes.setdefault(index, []).append((fact.doc_start, fact.doc_end))
    return {
        fact.path: _own_text(data, fact, holes.get(index, []))
        for index, fact in enumerate(outline.symbols)
        if _stands_alone(fact.kind)
    }


def _stands_alone(kind: SymbolKind) -> bool:
    return kind not in (SymbolKind.LAMBDA, SymbolKind.FIELD)


def _own_text(data: bytes, fact: SymbolFact, holes: list[tuple[int, int]]) -> OwnText:
    """The signature is told by its fact: where it ends is the language's affair."""
    head = data[fact.start : fact.name_end] if fact.name_end > fact.start else b""
    pieces: list[bytes] = []
    at = fact.start
    for first, last in sorted(holes):
        pieces.append(data[at:first])
        at = max(at, last)
    pieces.append(data[at : fact.end])
    return OwnText(head + fact.signature.encode(), b"".join(pieces))
