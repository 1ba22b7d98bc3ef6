"""From changed files to the symbols that changed: by what they say, not by lines.

A symbol counts as changed when its own text does, without what it contains, its docstring and the
white space at the ends of lines; so a changed method does not make its class a change. Must never
know where the two states come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ramify.analysis.decode import Undecodable, decode
from ramify.analysis.extract import extract
from ramify.features.places import qualified_name
from ramify.session.cancel import CancelToken
from ramify.session.git import ChangedFile
from ramify.session.snapshot import Reading
from ramify_store.facts import NONE, Outline, SymbolKind, symbol_id

_MODULE = ""


@dataclass(frozen=True, slots=True)
class ChangedSymbols:
    """All in order of path and position."""

    ids: tuple[str, ...]
    """Changed or new, and in the graph."""
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
    ids: list[str] = []
    removed: list[str] = []
    top_level: list[str] = []
    unread: list[str] = []
    for file in files:
        token.check()
        placed = reading.view.placed(file.path)
        language = placed.language if placed else None
        after = _live(reading, file.path) if file.after is None else _own(file.after, language)
        before = {} if file.before is None else _own(file.before, language)
        if placed is None:
            (unread if reading.snapshot.text(file.path) else removed).append(file.path)
            continue
        for path in _differing(before, after):
            if path == _MODULE:
                top_level.append(file.path)
            elif reading.view.symbol(symbol_id(placed, path)) is not None:
                ids.append(symbol_id(placed, path))
        gone = (qualified_name(symbol_id(placed, path)) for path in before if path not in after)
        removed.extend(gone)
    return ChangedSymbols(tuple(ids), tuple(removed), tuple(top_level), tuple(unread))


def _differing(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    for path, own in after.items():
        if before.get(path) != own:
            yield path


def _live(reading: Reading, path: str) -> Mapping[str, bytes]:
    text, facts = reading.snapshot.text(path), reading.snapshot.facts(path)
    return own_texts(text.data, facts.outline) if text and facts else {}


def _own(raw: bytes, language: str | None) -> Mapping[str, bytes]:
    data = decode(raw)
    if isinstance(data, Undecodable) or language is None:
        return {}
    return own_texts(data, extract(data, language).outline)


def own_texts(data: bytes, outline: Outline) -> dict[str, bytes]:
    """By path of each symbol, in order: its text without docstring and what it contains. Fields
    and lambdas belong to the text around them."""
    holes: dict[int, list[tuple[int, int]]] = {}
    for fact in outline.symbols:
        if fact.parent != NONE and _stands_alone(fact.kind):
            holes.setdefault(fact.parent, []).append((fact.start, fact.end))
    texts: dict[str, bytes] = {}
    for index, fact in enumerate(outline.symbols):
        if _stands_alone(fact.kind):
            cut = [*holes.get(index, ())]
            if fact.doc_start != NONE:
                cut.append((fact.doc_start, fact.doc_end))
            texts[fact.path] = _without(data, fact.start, fact.end, cut)
    return texts


def _stands_alone(kind: SymbolKind) -> bool:
    return kind not in (SymbolKind.LAMBDA, SymbolKind.FIELD)


def _without(data: bytes, start: int, end: int, holes: list[tuple[int, int]]) -> bytes:
    pieces: list[bytes] = []
    at = start
    for first, last in sorted(holes):
        pieces.append(data[at:first])
        at = max(at, last)
    pieces.append(data[at:end])
    lines = (line.rstrip() for line in b"".join(pieces).splitlines())
    return b"\n".join(line for line in lines if line)
