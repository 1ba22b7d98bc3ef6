"""From pieces that were found to one order of symbols, with the reasons for each place in it.

Scores of pieces are in standard deviations of what was found. Added to them: the definition of an
identifier that the query names, words of the path, nearness in the graph, how much else uses it,
how much else of its file was found. Taken off: tests, documents, compatibility code and heads that
nobody asked for, further symbols of one file. The weights are those of `benchmarks/search`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, isnan, log1p, sqrt
from typing import Final

import numpy as np
from numpy import float32
from numpy.typing import NDArray

from ramify.embedding.model import Embedder
from ramify.embedding.reranker import Answering, Pieces, WordStatistics
from ramify.embedding.tokens import subtokens
from ramify.features.near import Neighbour
from ramify.features.places import bare_name, qualified_name
from ramify.languages.registry import language_of
from ramify.session.snapshot import Reading
from ramify_store.facts import EdgeKind, Symbol, SymbolKind
from ramify_store.view import GraphView, Hit

TEXT_WEIGHT: Final = 0.3
"""Of BM25 beside 1 for how well a piece answers word by word."""
VECTOR_WEIGHT: Final = 0.2
"""Of the cosine of the whole piece."""
_FIRST_TEXT_WEIGHT: Final = 0.2
"""Of BM25 beside 1 for the cosine, in what is compared word by word."""

_DEFINES: Final = 4.0
_ONLY_NAME_WORDS: Final = 2.0
"""While there are no vectors."""
_TELLING_NAME: Final = 0.5
"""Cosine from which on a name counts as a reason."""
_PATH_WORDS: Final = 0.6
_MODULE: Final = 1.5
_CLASS: Final = 1.0
_DUNDER: Final = 1.0
_PRIVATE: Final = 0.2
_DOCUMENT: Final = 4.0
_USED: Final = 0.2
_COHERENT: Final = 1.0
_MAY_BE_FIRST: Final = 20
_MAY_BE_SHOWN: Final = 40
_FURTHER: Final = 0.5
_MOST_FURTHER: Final = 3
_NEAR: Final = 1.0
_TEST: Final = 5.0
_NAMED_TEST: Final = 1.0
_COMPATIBILITY: Final = 0.4
_USES: Final = (EdgeKind.CALLS, EdgeKind.USES, EdgeKind.INHERITS, EdgeKind.DECORATES)

RERANKED: Final = 100
"""Pieces that are compared with the question word by word, at least."""
_STANDARD: Final = 50
"""Best pieces whose spread is the unit of the scores."""

_COMMON: Final = frozenset(
    """
    a about all an and any are as at be been being but by can code could did do does doing for from
    get gets got had has have having here how i if in into is it its me my of on or our should show
    so some such than that the their them then there these they this those to use used uses using
    was we were what when where which while who why will with would you your
    """.split()
)
_TEST_WORDS: Final = frozenset({"test", "tests", "testing", "pytest", "unittest", "fixture"})
_COMPATIBILITY_WORDS: Final = frozenset({"compat", "legacy", "deprecated", "vendor", "vendored"})
_HEAD_WORDS: Final = frozenset(
    "class classes module modules document documents documentation docs readme changelog".split()
)
_DOCUMENTS: Final = frozenset(
    {"markdown", "restructuredtext", "asciidoc", "text", "toml", "yaml", "ini"}
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
_IDENTIFIER: Final = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_LOOKS_WRITTEN: Final = re.compile(r"_|\.|[a-z0-9][A-Z]|^[A-Z][a-z]+[A-Z]")
_QUOTED: Final = re.compile(r'["“]([^"“”]{2,200})["”]')
_MOST_WORDS: Final = 64


@dataclass(frozen=True, slots=True)
class Query:
    text: str
    words: tuple[str, ...]
    """To look for in the text: sub-tokens, each once, without common words where others are."""
    identifiers: tuple[str, ...]
    """Names the query seems to spell, dotted or not: `QuerySet.filter`, `salted_hmac`."""
    is_common: bool
    """Only common words."""
    phrases: tuple[str, ...] = ()
    """What stands in double quotes: a hit has to hold it as it is, but for the case."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A symbol with its best piece; of a file without symbols, each piece is one."""

    symbol: Symbol
    hit: Hit
    score: float
    cosine: float | None
    """Of the piece to the question; None while it has no vector."""
    named: bool
    """The query names its identifier."""
    name: float = 0.0
    """Cosine of its name to the question."""

    def reasons(
        self,
        asked: Query,
        text: str,
        neighbours: Mapping[str, Neighbour],
    ) -> tuple[str, ...]:
        """Short phrases, the weightiest first."""
        said = [f'holds "{phrase}"' for phrase in asked.phrases if phrase in text.casefold()]
        if self.named:
            said.append(f"defines `{bare_name(self.symbol)}`")
        if self.name >= _TELLING_NAME and not self.named:
            said.append(f"its name fits ({self.name:.2f})")
        if (near := neighbours.get(self.symbol.id)) is not None and near.distance:
            steps = "1 step" if near.distance == 1 else f"{near.distance} steps"
            said.append(f"{steps} away ({near.reason})")
        present = set(subtokens(text))
        if words := [word for word in asked.words if word in present]:
            said.append("words: " + ", ".join(words[:6]))
        if self.cosine is not None:
            said.append(f"similar in meaning ({self.cosine:.2f})")
        if self.symbol.is_test:
            said.append("a test")
        return tuple(said)


def parsed(query: str) -> Query:
    """What a query asks for; control characters count as spaces."""
    text = _CONTROL.sub(" ", query).strip()
    every = list(dict.fromkeys(subtokens(text)))
    telling = [word for word in every if word not in _COMMON]
    spelled = _IDENTIFIER.findall(text)
    alone = len(spelled) == 1
    identifiers = (each for each in spelled if alone or _LOOKS_WRITTEN.search(each))
    return Query(
        text=text,
        words=tuple((telling or every)[:_MOST_WORDS]),
        identifiers=tuple(dict.fromkeys(identifiers))[:_MOST_WORDS],
        is_common=bool(every) and not telling,
        phrases=tuple(each.casefold() for each in _QUOTED.findall(text) if subtokens(each)),
    )


def candidates(
    reading: Reading,
    asked: Query,
    texts: Sequence[Hit],
    nearest: Sequence[Hit],
    named: Iterable[Hit],
    embedder: Embedder,
    vector: NDArray[float32],
    most: int,
) -> list[Candidate]:
    """One for each symbol of the pieces that were found in any way, at least the `most` best; with
    its best piece. While nothing is embedded the words alone count."""
    known = {_key(hit): hit for hit in nearest}
    others = list({_key(hit): hit for hit in (*texts, *named) if _key(hit) not in known}.values())
    hits = [*known.values(), *others]
    if not hits:
        return []
    by_text = _text_scores(hits, texts)
    if not nearest:
        return _best_pieces(reading, asked, _Found(hits, by_text))
    cosines = np.append(_scores(nearest), reading.search.cosines_of(others, vector))
    compared = np.where(np.isnan(cosines), np.nanmin(cosines), cosines)
    by_vector = _standardised(compared, _scores(nearest))
    first = by_vector + _FIRST_TEXT_WEIGHT * by_text
    kept = np.sort(np.argsort(-first, kind="stable")[: max(RERANKED, most)])
    hits = [hits[at] for at in kept.tolist()]
    answering = _answering(reading, asked, hits, embedder, compared[kept])
    best = np.sort(answering.scores)[-_STANDARD:]
    scores = (
        _standardised(answering.scores, best)
        + TEXT_WEIGHT * by_text[kept]
        + VECTOR_WEIGHT * by_vector[kept]
    )
    return _best_pieces(reading, asked, _Found(hits, scores, cosines[kept], answering.names))


@dataclass(frozen=True, slots=True)
class _Found:
    """Pieces, with a score for each; the rest where there are vectors."""

    hits: Sequence[Hit]
    scores: NDArray[float32]
    cosines: NDArray[float32] | None = None
    names: NDArray[float32] | None = None


def _answering(
    reading: Reading,
    asked: Query,
    hits: Sequence[Hit],
    embedder: Embedder,
    cosines: NDArray[float32],
) -> Answering:
    symbols = [reading.view.symbol(hit.symbol) for hit in hits]
    pieces = Pieces(
        words=reading.search.words_of(hits),
        names=embedder.numbers_of([bare_name(each) if each else "" for each in symbols]),
        containers=embedder.numbers_of([_around(each) if each else "" for each in symbols]),
        cosines=cosines,
    )
    count, words, holding = reading.search.word_counts()
    return embedder.answering(
        asked.text, pieces, WordStatistics(count, words / max(1, count), holding)
    )


def _best_pieces(reading: Reading, asked: Query, found: _Found) -> list[Candidate]:
    best: dict[str | tuple[str, int], Candidate] = {}
    for at, (hit, score) in enumerate(zip(found.hits, found.scores.tolist(), strict=True)):
        symbol = reading.view.symbol(hit.symbol)
        if symbol is None:
            continue
        key = hit.symbol if symbol.path else (hit.symbol, hit.start)
        known = best.get(key)
        if known is None or score > known.score:
            cosine = None if found.cosines is None else float(found.cosines[at])
            best[key] = Candidate(
                symbol=symbol,
                hit=hit,
                score=score,
                cosine=None if cosine is None or isnan(cosine) else cosine,
                named=any(_names(identifier, symbol) for identifier in asked.identifiers),
                name=0.0 if found.names is None else float(found.names[at]),
            )
    return list(best.values())


def ranked(
    view: GraphView,
    asked: Query,
    found: Iterable[Candidate],
    neighbours: Mapping[str, Neighbour],
    *,
    tests_asked: bool,
) -> list[Candidate]:
    """Best first; of equal ones in order of path and position."""
    tests_asked = tests_asked or not _TEST_WORDS.isdisjoint(asked.words)
    words = frozenset(asked.words)
    scored = []
    for each in found:
        symbol = each.symbol
        near = neighbours.get(symbol.id)
        score = (
            each.score
            + _path_score(symbol.file, words)
            + (_NEAR / (1 + near.distance) if near else 0.0)
            + (_DEFINES if each.named else -_head_loss(each, words))
            - (_NAMED_TEST if each.named else _TEST) * (symbol.is_test and not tests_asked)
        )
        if each.cosine is None:
            score += _ONLY_NAME_WORDS * _overlap(subtokens(bare_name(symbol)), words)
        scored.append((score, each))
    return _spread(_with_company(_with_use(view, scored)))


def _with_use(
    view: GraphView, scored: Sequence[tuple[float, Candidate]]
) -> list[tuple[float, Candidate]]:
    """What much else uses is asked for more often; only where it can matter."""
    best = _ordered(scored)
    return [
        (score + _USED * log1p(view.incoming_count(each.symbol.id, _USES)), each)
        for score, each in best[:_MAY_BE_FIRST]
    ] + best[_MAY_BE_FIRST:]


def _with_company(scored: Sequence[tuple[float, Candidate]]) -> list[tuple[float, Candidate]]:
    """Where much of a file stands high, the file is about what is asked for."""
    best = _ordered(scored)[:_MAY_BE_SHOWN]
    company: dict[str, float] = {}
    for score, each in best:
        near_the_top = exp((score - best[0][0]) / 2)
        company[each.symbol.file] = company.get(each.symbol.file, 0.0) + near_the_top
    most = max(company.values(), default=1.0)
    return [
        (score + _COHERENT * company.get(each.symbol.file, 0.0) / most, each)
        for score, each in scored
    ]


def _path_score(path: str, words: frozenset[str]) -> float:
    """What the words of the path add, less what compatibility code loses."""
    own = _words_of(path)
    said = len(words & own) / sqrt(len(words))
    return _PATH_WORDS * said - _COMPATIBILITY * (not (own & _COMPATIBILITY_WORDS) <= words)


@lru_cache(maxsize=4096)
def _words_of(path: str) -> frozenset[str]:
    return frozenset(subtokens(path))


def _head_loss(found: Candidate, words: frozenset[str]) -> float:
    """Who asks where something is done wants the function, not the class around it, nor the
    document that tells of it."""
    symbol = found.symbol
    if symbol.name.startswith("__"):
        return _DUNDER
    if words & _HEAD_WORDS:
        return 0.0
    if symbol.name.startswith("_"):
        return _PRIVATE + (_CLASS if symbol.kind is SymbolKind.CLASS else 0.0)
    if found.hit.kind == "section":
        return _DOCUMENT if language_of(symbol.file) in _DOCUMENTS else 0.0
    return {SymbolKind.MODULE: _MODULE, SymbolKind.CLASS: _CLASS}.get(symbol.kind, 0.0)


def _around(symbol: Symbol) -> str:
    """`QuerySet` of `QuerySet.filter`; nothing of what stands in a module."""
    return symbol.path.rpartition(".")[0].rpartition(".")[2]


def _overlap(name: Sequence[str], words: frozenset[str]) -> float:
    """How much of the name the query says, and of the query the name."""
    if not name:
        return 0.0
    said = len(words.intersection(name))
    return said / sqrt(len(set(name)) * len(words))


def _spread(scored: Iterable[tuple[float, Candidate]]) -> list[Candidate]:
    """Further symbols of one file fall back a little: the first screen shows more files."""
    before: dict[str, int] = {}
    lowered = []
    for score, each in _ordered(scored):
        rank = before[each.symbol.file] = before.get(each.symbol.file, -1) + 1
        fall = 0.0 if each.named else _FURTHER * min(rank, _MOST_FURTHER)
        lowered.append((score - fall, each))
    return [replace(each, score=score) for score, each in _ordered(lowered)]


def _ordered(scored: Iterable[tuple[float, Candidate]]) -> list[tuple[float, Candidate]]:
    return sorted(scored, key=lambda each: (-each[0], each[1].hit.path, each[1].hit.start))


def _names(identifier: str, symbol: Symbol) -> bool:
    """`QuerySet.filter` names the method, not everything called `filter`."""
    if identifier.rpartition(".")[2] != bare_name(symbol):
        return False
    return f".{qualified_name(symbol.id)}".endswith("." + identifier)


def _key(hit: Hit) -> tuple[str, int, int]:
    return hit.path, hit.start, hit.end


def _scores(hits: Sequence[Hit]) -> NDArray[float32]:
    return np.array([hit.score for hit in hits], dtype=float32)


def _text_scores(hits: Sequence[Hit], texts: Sequence[Hit]) -> NDArray[float32]:
    """In standard deviations of what full text found; what it did not find counts as its least."""
    if not texts:
        return np.zeros(len(hits), float32)
    scores = {_key(hit): hit.score for hit in texts}
    least = min(scores.values())
    own = np.array([scores.get(_key(hit), least) for hit in hits], float32)
    return _standardised(own, _scores(texts))


def _standardised(scores: NDArray[float32], found: NDArray[float32]) -> NDArray[float32]:
    result: NDArray[float32] = (scores - found.mean()) / max(float(found.std()), 1e-6)
    return result
