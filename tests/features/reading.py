"""A `Reading` from a few texts: what every test of a feature asks.

`<|>` in a text is the cursor and no part of it. `reading_of` extracts and links for real;
`drawn` extracts for real and takes the edges from the test, where those show the point best.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log
from zlib import crc32

import numpy as np
from blake3 import blake3
from numpy import bool_, float32, int32, int64, intp
from numpy.typing import NDArray

from ramify.analysis.extraction.chunks import chunk_text
from ramify.analysis.extraction.extract import extract
from ramify.analysis.linking.link import Linker
from ramify.analysis.text import Text
from ramify.embedding.model import Words
from ramify.embedding.reranker import Answering, Pieces, WordStatistics, padded
from ramify.embedding.tokens import subtokens
from ramify.features.answers.common import Item, Place
from ramify.languages.registry import language_of
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Document, Reading, SearchStatus, Status
from ramify_store.facts import (
    NONE,
    Certainty,
    Edge,
    EdgeKind,
    FileFacts,
    FileLinks,
    LookUp,
    Op,
    Placed,
    Symbol,
    SymbolFact,
    symbol_id,
)
from ramify_store.history import NoHistory
from ramify_store.layers import LinksView
from ramify_store.view import ChunkFilter, Hit

CURSOR = "<|>"
_NAMING = frozenset({Op.NAME, Op.ATTR, Op.IMPORT, Op.STORE_NAME, Op.STORE_ATTR})
TOKEN = CancelToken()


@dataclass(frozen=True)
class Texts:
    """A snapshot of texts alone."""

    texts: Mapping[str, str]
    open_paths: frozenset[str] = frozenset()
    pending_chunks: int = 0
    on_disk: Mapping[str, str] = field(default_factory=dict)
    """What open documents stand over."""
    _facts: dict[str, FileFacts] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        return "/folder"

    @property
    def documents(self) -> Mapping[str, Document]:
        return {
            path: Document(f"file:///folder/{path}", path, 1, self.text(path) or Text(b""))
            for path in self.open_paths
        }

    @property
    def status(self) -> Status:
        count = len(self.texts)
        search = SearchStatus(not self.pending_chunks, self.pending_chunks)
        return Status(1, True, count, count, 0, search)

    def text(self, path: str) -> Text | None:
        return Text(self.texts[path].encode()) if path in self.texts else None

    def saved(self, path: str) -> bytes | None:
        return self.on_disk[path].encode() if path in self.on_disk else None

    def placed(self, path: str) -> Placed | None:
        text = self.text(path)
        if text is None:
            return None
        parts = path.removesuffix(".py").split("/")
        is_package = parts[-1] == "__init__"
        return Placed(
            path=path,
            hash=blake3(text.data).hexdigest(),
            language=language_of(path) or "python",
            root=".",
            module=".".join(parts[:-1] if is_package else parts),
            is_package=is_package,
            is_stub=False,
            is_test=parts[-1].startswith("test_") or "tests" in parts,
            size=len(text.data),
            mtime_ns=0,
        )

    def facts(self, path: str) -> FileFacts | None:
        text = self.text(path)
        if text is not None and path not in self._facts:
            self._facts[path] = extract(text.data, language_of(path) or "python")
        return self._facts.get(path)

    def find_module(self, name: str, root: str) -> str | None:
        stem = name.replace(".", "/")
        return next((p for p in (f"{stem}/__init__.py", f"{stem}.py") if p in self.texts), None)

    def is_namespace(self, name: str, root: str) -> bool:
        directory = name.replace(".", "/") + "/"
        return self.find_module(name, root) is None and any(
            path.startswith(directory) for path in self.texts
        )

    def submodules(self, name: str, root: str) -> Collection[str]:
        directory = name.replace(".", "/") + "/" if name else ""
        below = (p.removeprefix(directory) for p in self.texts if p.startswith(directory))
        return sorted({each.partition("/")[0].removesuffix(".py") for each in below} - {"__init__"})


def reading_of(texts: Mapping[str, str], *, pending_chunks: int = 0) -> Reading:
    """Extracted and linked."""
    snapshot = Texts(_without_cursor(texts), pending_chunks=pending_chunks)
    links = Linker().link(snapshot, sorted(texts), TOKEN).links
    return _reading(snapshot, links)


def drawn(
    texts: Mapping[str, str],
    edges: Iterable[Edge] = (),
    lookups: Iterable[LookUp] = (),
    *,
    pending_chunks: int = 0,
) -> Reading:
    """Extracted; linked by the test's own edges and look-ups."""
    snapshot = Texts(_without_cursor(texts), pending_chunks=pending_chunks)
    edges, lookups = list(edges), list(lookups)
    links = {}
    for path in sorted(texts):
        symbols = _symbols(snapshot, path)
        ids = {symbol.id for symbol in symbols}
        links[path] = FileLinks(
            placed=_placed(snapshot, path),
            symbols=symbols,
            edges=tuple(_sited(snapshot, path, e, e.target) for e in edges if e.source in ids),
            lookups=tuple(_sited(snapshot, path, e, e.name) for e in lookups if e.source in ids),
            keys=(),
            flows=(),
        )
    return _reading(snapshot, links)


def typed(reading: Reading, texts: Mapping[str, str]) -> Reading:
    """The same graph while these texts are already in open buffers."""
    snapshot = reading.snapshot
    assert isinstance(snapshot, Texts)
    live_texts = {**snapshot.texts, **_without_cursor(texts)}
    live = Texts(live_texts, frozenset(texts), on_disk=snapshot.texts)
    return Reading(reading.view, reading.search, live, reading.history)


def ident(qualified: str) -> str:
    """`a:C.m` is the id of `C.m` in module `a`, `python:os.path.join` that of an external."""
    module, _, path = qualified.partition(":")
    if module == "python":
        return qualified
    return f"python . {module}/{path}"


def edge(
    source: str,
    kind: EdgeKind,
    target: str,
    certainty: Certainty = Certainty.EXACT,
    *,
    dispatch: bool = False,
    why: str = "import",
) -> Edge:
    return Edge(ident(source), ident(target), kind, certainty, why, dispatch, ())


def calls(
    source: str, target: str, certainty: Certainty = Certainty.EXACT, *, dispatch: bool = False
) -> Edge:
    return edge(source, EdgeKind.CALLS, target, certainty, dispatch=dispatch)


def unknown(source: str, name: str, certainty: Certainty = Certainty.POSSIBLE) -> LookUp:
    return LookUp(ident(source), name, EdgeKind.CALLS, certainty, ())


def certainty_of(item: Item) -> str:
    assert item.certainty is not None
    return item.certainty.name.lower()


def cursor(texts: Mapping[str, str]) -> tuple[str, int]:
    """Path and byte offset of the cursor."""
    for path, text in texts.items():
        before, mark, _ = text.partition(CURSOR)
        if mark:
            return path, len(before.encode())
    raise AssertionError("no cursor in the texts")


def shown(reading: Reading, place: Place | None) -> str:
    """`a.py:3:name`: path, line from 1 and the text there."""
    assert place is not None
    text = reading.snapshot.text(place.path)
    assert text is not None
    line = text.position(place.start, "utf-8").line + 1
    return f"{place.path}:{line}:{text.data[place.start : place.end].decode()}"


def short(symbol: str) -> str:
    """`a:C.m` of an id: the way back from `ident`."""
    module, _, path = symbol.removeprefix("python . ").partition("/")
    return f"{module}:{path}"


def _without_cursor(texts: Mapping[str, str]) -> dict[str, str]:
    return {path: text.replace(CURSOR, "") for path, text in texts.items()}


def _placed(snapshot: Texts, path: str) -> Placed:
    placed = snapshot.placed(path)
    assert placed is not None
    return placed


def _reading(snapshot: Texts, links: Mapping[str, FileLinks]) -> Reading:
    outlines = {path: facts.outline for path in links if (facts := snapshot.facts(path))}
    view = LinksView(links, outlines.get, revision=1)
    return Reading(view, PlainSearch(snapshot, view), snapshot, NoHistory(None))


def _symbols(snapshot: Texts, path: str) -> tuple[Symbol, ...]:
    placed, facts = _placed(snapshot, path), snapshot.facts(path)
    assert facts is not None
    return tuple(_symbol(placed, fact, facts) for fact in facts.outline.symbols)


def _symbol(placed: Placed, fact: SymbolFact, facts: FileFacts) -> Symbol:
    parent = facts.outline.symbols[fact.parent].path if fact.parent != NONE else None
    return Symbol(
        id=symbol_id(placed, fact.path),
        name=fact.name or placed.module.rpartition(".")[2],
        path=fact.path,
        kind=fact.kind,
        flags=fact.flags,
        container="" if parent is None else symbol_id(placed, parent),
        file=placed.path,
        is_test=placed.is_test,
        complexity=fact.complexity,
    )


def _sited(snapshot: Texts, path: str, item, target: str):  # type: ignore[no-untyped-def]
    """With the sites in its source that read as the target's name; an override has none."""
    if item.kind == EdgeKind.OVERRIDES:
        return item
    facts, text = snapshot.facts(path), snapshot.text(path)
    assert facts is not None and text is not None
    source = next(
        fact
        for fact in facts.outline.symbols
        if symbol_id(_placed(snapshot, path), fact.path) == item.source
    )
    name = target.replace("/", ".").rpartition(".")[2].encode()
    sites = tuple(
        ordinal
        for ordinal, (start, end) in enumerate(zip(*facts.outline.sites(), strict=True))
        if source.start <= start < source.end and text.data[start:end] == name
        if facts.body.ops[ordinal] in _NAMING
    )
    return _replaced(item, sites)


def _replaced(item, sites: tuple[int, ...]):  # type: ignore[no-untyped-def]
    if isinstance(item, LookUp):
        return LookUp(item.source, item.name, item.kind, item.certainty, sites)
    return Edge(item.source, item.target, item.kind, item.certainty, item.why, item.dispatch, sites)


@dataclass(frozen=True)
class PlainHit:
    path: str
    symbol: str
    kind: str
    start: int
    end: int
    is_test: bool
    score: float = 0.0
    name: str = ""


class HashingModel:
    """A tiny embedder: words that two texts share make them near."""

    model_id = "test"
    dimensions = 512

    def embed_chunks(self, texts: Sequence[str]) -> NDArray[float32]:
        return np.stack([self.embed_query(text) for text in texts])

    def embed_words(self, texts: Sequence[Words]) -> NDArray[float32]:
        raise AssertionError("nothing is indexed here")

    def read(self, tokens: Sequence[str]) -> Words:
        raise AssertionError("nothing is indexed here")

    def numbers_of(self, names: Sequence[str]) -> NDArray[int32]:
        return np.zeros((len(names), 0), int32)

    def answering(self, query: str, pieces: Pieces, statistics: WordStatistics) -> Answering:
        """As well as they are near."""
        return Answering(4 * pieces.cosines, np.zeros_like(pieces.cosines))

    def embed_query(self, text: str) -> NDArray[float32]:
        row = np.zeros(self.dimensions, dtype=float32)
        for word in subtokens(text):
            row[crc32(word.encode()) % self.dimensions] += 1.0
        length = float(np.linalg.norm(row))
        return (row / length).astype(float32) if length else row


@dataclass(frozen=True)
class PlainRetrieved:
    near: int
    cosines: NDArray[float32]
    texts: NDArray[float32]
    named: NDArray[bool_]
    found: Sequence[Hit]

    def hits(self, places: NDArray[intp]) -> Sequence[Hit]:
        return [self.found[at] for at in places.tolist()]


class PlainSearch:
    """Full text and nearest neighbours over a handful of chunks, by the book."""

    def __init__(self, snapshot: Texts, view: LinksView) -> None:
        model = HashingModel()
        self._texts: dict[PlainHit, str] = {}
        for path in view.paths():
            placed, facts, text = _placed(snapshot, path), snapshot.facts(path), snapshot.text(path)
            assert facts is not None and text is not None
            for chunk in facts.outline.chunks:
                owner = symbol_id(placed, facts.outline.symbols[chunk.symbol].path)
                place = (chunk.kind, chunk.start, chunk.end, placed.is_test)
                hit = PlainHit(path, owner, *place, name=chunk.name)
                self._texts[hit] = chunk_text(text.data, facts.outline, chunk)
        self._words = {hit: subtokens(text) for hit, text in self._texts.items()}
        embedded = () if snapshot.pending_chunks else self._texts
        self._vectors = {hit: model.embed_query(self._texts[hit]) for hit in embedded}

    def full_text(self, words: Sequence[str], limit: int, only: ChunkFilter) -> Sequence[Hit]:
        scores = {hit: self._bm25(hit, words) for hit in self._texts if _passes(hit, only)}
        return _best({hit: score for hit, score in scores.items() if score > 0}, limit)

    def nearest(self, vector: NDArray[float32], limit: int, only: ChunkFilter) -> Sequence[Hit]:
        rows = self._vectors.items()
        return _best({hit: float(row @ vector) for hit, row in rows if _passes(hit, only)}, limit)

    def retrieved(
        self,
        words: Sequence[str],
        vector: NDArray[float32] | None,
        limit: int,
        only: ChunkFilter,
        named: Sequence[Hit] = (),
    ) -> PlainRetrieved:
        near = [] if vector is None else self.nearest(vector, limit, only)
        worded = self.full_text(words, limit, only) if words else ()
        texts = {_plain(hit): hit.score for hit in worded}
        spelled = {_plain(hit) for hit in named}
        every = dict.fromkeys(_plain(hit) for hit in (*near, *texts, *named))
        rows = [self._vectors.get(hit) for hit in every]
        cosines = [np.nan if row is None or vector is None else row @ vector for row in rows]
        return PlainRetrieved(
            len(near),
            np.array(cosines, float32),
            np.array([texts.get(hit, np.nan) for hit in every], float32),
            np.array([hit in spelled for hit in every], bool_),
            tuple(every),
        )

    def words_of(self, hits: Sequence[Hit]) -> NDArray[int32]:
        rows = [
            [crc32(word.encode()) % 50_000 for word in self._words[_plain(hit)]] for hit in hits
        ]
        return padded(rows, 64)

    def word_counts(self) -> tuple[int, int, NDArray[int64]]:
        return len(self._vectors), 0, np.zeros(0, int64)

    def unheard(self, words: Sequence[str]) -> Sequence[str]:
        return [word for word in words if not any(word in held for held in self._words.values())]

    def defining(self, name: str, only: ChunkFilter) -> Sequence[Hit]:
        return [
            hit for hit in self._texts if f".{hit.name}".endswith(f".{name}") and _passes(hit, only)
        ]

    def chunks_of(self, symbol_id: str) -> Sequence[Hit]:
        return [hit for hit in self._texts if hit.symbol == symbol_id]

    def vector_of(self, hit: Hit) -> NDArray[float32] | None:
        return self._vectors.get(_plain(hit))

    def text_of(self, hit: Hit) -> str:
        return self._texts[_plain(hit)]

    def _bm25(self, hit: PlainHit, words: Sequence[str]) -> float:
        own = self._words[hit]
        mean = sum(map(len, self._words.values())) / len(self._words)
        score = 0.0
        for word in words:
            holding = sum(word in other for other in self._words.values())
            rarity = log(1 + (len(self._words) - holding + 0.5) / (holding + 0.5))
            count = own.count(word)
            score += rarity * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * len(own) / mean))
        return score


def _plain(hit: Hit) -> PlainHit:
    place = (hit.kind, hit.start, hit.end, hit.is_test)
    return PlainHit(hit.path, hit.symbol, *place, name=hit.name)


def _passes(hit: PlainHit, only: ChunkFilter) -> bool:
    return (
        (only.paths is None or only.paths(hit.path))
        and (only.symbols is None or hit.symbol in only.symbols)
        and (only.kinds is None or hit.kind in only.kinds)
        and (only.languages is None or "python" in only.languages)
        and (only.tests is None or hit.is_test == only.tests)
    )


def _best(scores: Mapping[PlainHit, float], limit: int) -> list[PlainHit]:
    ordered = sorted(scores, key=lambda hit: (-scores[hit], hit.path, hit.start))
    return [replace(hit, score=scores[hit]) for hit in ordered[:limit]]
