"""Code by what it does: full text, embeddings and graph constraints in one ranking.

Both retrievals see the filters, so that a narrow question still finds its hundred best. Their
scores are made comparable (z-scores of what was found) and added, the vector weighing more; then
`ranking` adds what neither knows. Must never know how chunks are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp
from typing import Final, Literal

import numpy as np
import pathspec
from msgspec import structs

from ramify.embedding.model import Embedder
from ramify.embedding.tokens import subtokens
from ramify.features.answers.common import FIRST_PAGE, Page, Place
from ramify.features.answers.search import SearchAnswer, SearchHit
from ramify.features.near import Near, Neighbour, symbols_near
from ramify.features.places import Places
from ramify.features.priors import kind_of
from ramify.features.ranking import Candidate, Query, candidates, parsed, ranked
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.errors import StoreError
from ramify_store.facts import Symbol, SymbolKind
from ramify_store.view import ChunkFilter, Hit, Retrieved

RETRIEVED: Final = 150
"""Chunks taken from each retrieval, at least."""

LOOKED_THROUGH: Final = 400
"""Pieces with words of a quoted phrase that are looked through for the phrase itself."""

LONGEST_QUERY: Final = 4000
"""Characters of a query that are read; further ones are ignored, and the answer says so."""

MOST_DEFINING: Final = 20
"""Pieces that define one name, in languages that are not parsed."""

SNIPPET_LINES: Final = 6
_COMMENTS: Final = (b"//", b"#", b"--", b"*", b"/*", b";", b"@")
_LONGEST_SNIPPET: Final = 1000
_MOST_SAID: Final = 6
"""Words that a note names."""

_CHUNK_KINDS: Final[Mapping[SymbolKind, tuple[str, ...]]] = {
    SymbolKind.MODULE: ("module", "code", "section"),
    SymbolKind.CLASS: ("class",),
    SymbolKind.FUNCTION: ("function",),
    SymbolKind.METHOD: ("function",),
    SymbolKind.PROPERTY: ("function",),
    SymbolKind.LAMBDA: ("function",),
    SymbolKind.VARIABLE: ("code", "module"),
    SymbolKind.FIELD: ("class",),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """An empty tuple does not narrow."""

    paths: tuple[str, ...] = ()
    """Globs as in .gitignore, relative to the folder; one that starts with `!` excludes."""
    kinds: tuple[SymbolKind, ...] = ()
    languages: tuple[str, ...] = ()
    tests: Literal["include", "exclude", "only"] = "include"


NO_FILTERS: Final = Filters()


def search(
    reading: Reading,
    token: CancelToken,
    query: str,
    embedder: Embedder,
    filters: Filters = NO_FILTERS,
    near: Near | None = None,
    page: Page = FIRST_PAGE,
) -> SearchAnswer:
    """One hit for each symbol, its best piece, best first; a module or a file without symbols may
    have several."""
    asked = parsed(_read(query))
    if not asked.words:
        return SearchAnswer((), 0, "the query has no words to look for")
    neighbours = symbols_near(reading.view, token, near) if near else None
    only = _chunk_filter(filters, neighbours)
    wanted = max(RETRIEVED, 2 * (page.offset + page.limit))
    vector = embedder.embed_query(asked.telling)
    found_by = vector if vector.any() else None
    phrased, wordless, unheard = False, None, list[str]()
    try:
        if holders := _holders(reading, token, asked, only):
            only, phrased = replace(only, symbols=holders), True
        named = _named(reading, asked, only, filters)
        retrieved = reading.search.retrieved(asked.words, found_by, wanted, only, named)
        if reading.snapshot.status.search.complete and not asked.is_common:
            unheard = [*reading.search.unheard(asked.words)]
    except StoreError as error:
        wordless = str(error)
        named = _named(reading, asked, only, filters)
        retrieved = reading.search.retrieved((), found_by, wanted, only, named)
    token.check()
    found = candidates(reading, asked, retrieved, embedder, page.offset + page.limit)
    kept = [each for each in found if not filters.kinds or kind_of(each) in filters.kinds]
    token.check()
    tests_asked = filters.tests == "only"
    order = ranked(reading.view, asked, kept, neighbours or {}, tests_asked=tests_asked)
    token.check()
    places = Places(reading)
    shown = order[page.offset : page.offset + page.limit]
    trust = _trust(asked, order, unheard)
    hits = (_hit(reading, places, asked, each, neighbours or {}, trust) for each in shown)
    if not order and (nowhere := _nothing_passes(reading, filters)):
        return SearchAnswer((), 0, nowhere)
    return SearchAnswer(
        hits=tuple(hit for hit in hits if hit),
        total=len(order),
        note=_note(reading, query, asked, retrieved, wordless, unheard, phrased=phrased),
    )


def _read(query: str) -> str:
    """As much of it as is read, up to the end of a word where there is one."""
    if len(query) <= LONGEST_QUERY:
        return query
    return query[:LONGEST_QUERY].rpartition(" ")[0] or query[:LONGEST_QUERY]


def _nothing_passes(reading: Reading, filters: Filters) -> str | None:
    """Why no file can hold a hit, where it is the filters that leave none."""
    view = reading.view
    files = {path: placed.language for path in view.paths() if (placed := view.placed(path))}
    if filters.languages and not {*filters.languages} & {*files.values()}:
        wanted, there = " or ".join(filters.languages), ", ".join(sorted({*files.values()}))
        return f"no indexed file is of the language {wanted}: there are {there}"
    if filters.paths and not any(map(_paths(filters.paths), files)):
        return f"no indexed file matches {' or '.join(filters.paths)}"
    return None


def _chunk_filter(filters: Filters, neighbours: Mapping[str, Neighbour] | None) -> ChunkFilter:
    chunk_kinds = {chunk for kind in filters.kinds for chunk in _CHUNK_KINDS[kind]}
    return ChunkFilter(
        paths=_paths(filters.paths) if filters.paths else None,
        symbols=neighbours.keys() if neighbours is not None else None,
        kinds=chunk_kinds or None,
        languages=frozenset(filters.languages) or None,
        tests={"include": None, "exclude": False, "only": True}[filters.tests],
    )


class _Paths:
    """Remembers its verdicts: the chunks of one file ask one after another."""

    def __init__(self, globs: tuple[str, ...]) -> None:
        excludes_only = all(glob.startswith("!") for glob in globs)
        lines = ("**", *globs) if excludes_only else globs
        self._spec = pathspec.PathSpec.from_lines("gitignore", lines)
        self._verdicts: dict[str, bool] = {}

    def __call__(self, path: str) -> bool:
        verdict = self._verdicts.get(path)
        if verdict is None:
            verdict = self._verdicts[path] = self._spec.match_file(path)
        return verdict


@lru_cache(maxsize=16)
def _paths(globs: tuple[str, ...]) -> _Paths:
    return _Paths(globs)


def _holders(
    reading: Reading, token: CancelToken, asked: Query, only: ChunkFilter
) -> frozenset[str]:
    """Ids of the symbols with a piece that holds every quoted phrase; none where nothing does."""
    if not asked.phrases:
        return frozenset()
    words = tuple(dict.fromkeys(subtokens(" ".join(asked.phrases))))
    found = set()
    for hit in reading.search.full_text(words, LOOKED_THROUGH, only):
        token.check()
        text = reading.search.text_of(hit).casefold()
        if all(phrase in text for phrase in asked.phrases):
            found.add(hit.symbol)
    return frozenset(found)


def _named(reading: Reading, asked: Query, only: ChunkFilter, filters: Filters) -> Sequence[Hit]:
    """First pieces of the definitions of identifiers that the query names."""
    found: list[Hit] = []
    for identifier in asked.identifiers:
        for symbol in reading.view.named(identifier.rpartition(".")[2]):
            if _is_wanted(reading, symbol, only, filters):
                found.extend(reading.search.chunks_of(symbol.id)[:1])
        found.extend(reading.search.defining(identifier, only)[:MOST_DEFINING])
    return found


def _is_wanted(reading: Reading, symbol: Symbol, only: ChunkFilter, filters: Filters) -> bool:
    placed = reading.view.placed(symbol.file)
    return (
        (only.paths is None or only.paths(symbol.file))
        and (only.symbols is None or symbol.id in only.symbols)
        and (not filters.kinds or symbol.kind in filters.kinds)
        and (only.languages is None or bool(placed and placed.language in only.languages))
        and (only.tests is None or symbol.is_test == only.tests)
    )


def _hit(
    reading: Reading,
    places: Places,
    asked: Query,
    found: Candidate,
    neighbours: Mapping[str, Neighbour],
    trust: float,
) -> SearchHit | None:
    item = places.item(found.symbol)
    if item is None:
        return None
    place = item.place
    if found.hit.path not in reading.snapshot.documents:
        place = Place(found.hit.path, found.hit.start, found.hit.end)
    text = reading.snapshot.text(place.path)
    piece = text.data[place.start : place.end] if text else b""
    said = f"{item.qualified_name} {piece.decode('utf-8', 'ignore')}"
    if not found.symbol.path:
        defined = _defining_line(piece, found.hit.name)
        start = place.start + (_telling_line(piece, asked.words) if defined is None else defined)
        item = structs.replace(item, place=place, name_place=Place(place.path, start, start))
        place, piece = structs.replace(place, start=start), piece[start - place.start :]
    snippet, length = _snippet(piece)
    return SearchHit(
        item=structs.replace(item, reasons=found.reasons(asked, said, neighbours)),
        score=round(trust / (1 + exp(-found.score / 2)), 4),
        snippet=snippet,
        snippet_place=Place(place.path, place.start, place.start + length),
    )


def _trust(asked: Query, order: Sequence[Candidate], unheard: Sequence[str]) -> float:
    """What the scores of a question are worth, 0 to 1: words that stand nowhere can be answered
    by meaning alone, as well as the nearest piece is near."""
    missing = len(unheard) / max(1, len(asked.words))
    nearest = max((each.cosine or 0.0 for each in order), default=0.0) if missing else 1.0
    return 1 - missing * (1 - min(1.0, max(0.0, nearest)))


def _defining_line(data: bytes, name: str) -> int | None:
    """Where the line begins that defines what a piece is called, below its comments; None where
    it does not: the piece is a later one."""
    own = name.rpartition(".")[2].encode()
    start = 0
    for line in data.splitlines(keepends=True) if own else ():
        if own in line and not line.lstrip().startswith(_COMMENTS):
            return start
        start += len(line)
    return None


def _telling_line(data: bytes, words: Sequence[str]) -> int:
    """Where the first of the lines begins that a snippet shows best: those with most of the words,
    the first of equals. A definition is known by its head; a stretch of a file is not."""
    lines = data.splitlines(keepends=True)
    held = [{word for word in words if word in line} for line in _lowered(lines)]
    best, most = 0, 0
    for first in range(max(1, len(lines) - SNIPPET_LINES + 1)):
        count = len(set().union(*held[first : first + SNIPPET_LINES]))
        if count > most:
            best, most = first, count
    return sum(map(len, lines[:best]))


def _lowered(lines: Sequence[bytes]) -> Iterator[str]:
    return (line.decode("utf-8", "ignore").lower() for line in lines)


def _snippet(data: bytes) -> tuple[str, int]:
    """The first lines, and how many bytes they take."""
    lines = data[:_LONGEST_SNIPPET].splitlines(keepends=True)[:SNIPPET_LINES]
    shown = b"".join(lines).decode("utf-8", "ignore").rstrip()
    return shown, len(shown.encode())


def _note(
    reading: Reading,
    query: str,
    asked: Query,
    found: Retrieved,
    wordless: str | None,
    unheard: Sequence[str],
    *,
    phrased: bool,
) -> str | None:
    notes = []
    if wordless is not None:
        notes.append(f"found by meaning alone, for the words cannot be looked up: {wordless}")
    if asked.phrases and not phrased:
        notes.append("nothing found holds what is quoted: its words were looked for")
    if len(query) > LONGEST_QUERY:
        notes.append(f"only the first {LONGEST_QUERY} characters of the query were read")
    if asked.is_common:
        notes.append("the query has only common words")
    if unheard:
        notes.append(f"stands nowhere in the workspace: {', '.join(unheard[:_MOST_SAID])}")
    pending = reading.snapshot.status.search
    worded = not bool(np.isnan(found.texts).all())
    if not found.near and not worded and not pending.complete:
        notes.append("search is still being prepared")
    elif not found.near and worded:
        notes.append("found by words alone: no embeddings yet")
    elif not pending.complete:
        notes.append(f"{pending.pending_chunks} pieces are not embedded yet")
    return "; ".join(notes) or None
