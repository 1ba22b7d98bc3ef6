"""From what two retrievals found to one order, with the reasons for each place in it.

Scores are in standard deviations of what each retrieval found. Added to them: the definition of an
identifier that the query names, how near the name alone is to the query, words of the name and of
the path, nearness in the graph. Taken off: tests, compatibility code and heads that nobody asked
for, further symbols of one file. The weights are those of `benchmarks/search`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import sqrt
from typing import Final

import numpy as np
from numpy import float32
from numpy.typing import NDArray

from ramify.embedding.model import Embedder
from ramify.embedding.tokens import subtokens
from ramify.features.near import Neighbour
from ramify.features.places import bare_name, qualified_name
from ramify.session.snapshot import Reading
from ramify_store.facts import Symbol, SymbolKind
from ramify_store.view import Hit

TEXT_WEIGHT: Final = 0.2
"""Of BM25 beside 1 for the vector: equal weights let the text drag the vector down."""

_DEFINES: Final = 4.0
_NAME_MEANING: Final = 5.0
_NAME_WORDS: Final = 0.5
_ONLY_NAME_WORDS: Final = 2.0
"""While there are no vectors."""
_TELLING_NAME: Final = 0.5
"""Cosine from which on a name counts as a reason."""
_PATH_WORDS: Final = 0.3
_MODULE: Final = 0.6
_CLASS: Final = 0.3
_DUNDER: Final = 0.6
_FURTHER: Final = 0.3
_MOST_FURTHER: Final = 3
_NEAR: Final = 1.0
_TEST: Final = 2.5
_COMPATIBILITY: Final = 0.4

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
_HEAD_WORDS: Final = frozenset({"class", "classes", "module", "modules", "document", "readme"})
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
_IDENTIFIER: Final = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_LOOKS_WRITTEN: Final = re.compile(r"_|\.|[a-z0-9][A-Z]|^[A-Z][a-z]+[A-Z]")
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A symbol with its best piece."""

    symbol: Symbol
    hit: Hit
    score: float
    cosine: float | None
    named: bool
    """The query names its identifier."""

    def reasons(
        self,
        asked: Query,
        text: str,
        neighbours: Mapping[str, Neighbour],
        cosines: Mapping[str, float],
    ) -> tuple[str, ...]:
        """Short phrases, the weightiest first; `cosines` are those of the names."""
        said = []
        if self.named:
            said.append(f"defines `{bare_name(self.symbol)}`")
        name = cosines.get(self.symbol.id, 0.0)
        if name >= _TELLING_NAME and not self.named:
            said.append(f"its name fits ({name:.2f})")
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
    )


def fused(
    reading: Reading,
    asked: Query,
    texts: Sequence[Hit],
    nearest: Sequence[Hit],
    named: Iterable[tuple[Symbol, Hit]],
    vector: NDArray[float32],
) -> list[Candidate]:
    """One candidate for each symbol that was found in any way."""
    hits = {_key(hit): hit for hit in (*texts, *nearest, *(hit for _, hit in named))}
    cosines = {_key(hit): hit.score for hit in nearest}
    if nearest:
        for key, hit in hits.items():
            row = reading.search.vector_of(hit) if key not in cosines else None
            if row is not None:
                cosines[key] = float(np.dot(row, vector))
    by_text = _standardised({_key(hit): hit.score for hit in texts}, _scores(texts))
    by_vector = _standardised(cosines, _scores(nearest))
    best: dict[str, Candidate] = {}
    for key, hit in hits.items():
        score = TEXT_WEIGHT * by_text(key) + by_vector(key) if nearest else by_text(key)
        known = best.get(hit.symbol)
        symbol = known.symbol if known else reading.view.symbol(hit.symbol)
        if symbol is not None and (known is None or score > known.score):
            is_named = any(_names(identifier, symbol) for identifier in asked.identifiers)
            best[hit.symbol] = Candidate(symbol, hit, score, cosines.get(key), is_named)
    return list(best.values())


def name_cosines(
    candidates: Sequence[Candidate], embedder: Embedder, vector: NDArray[float32]
) -> Mapping[str, float]:
    """How near each symbol's name is to the query: in a long piece its words drown."""
    rows = embedder.embed_chunks([_name_in_class(each.symbol) for each in candidates])
    cosines = (rows @ vector).tolist()
    return {each.symbol.id: cosine for each, cosine in zip(candidates, cosines, strict=True)}


def ranked(
    asked: Query,
    candidates: Iterable[Candidate],
    neighbours: Mapping[str, Neighbour],
    cosines: Mapping[str, float],
    *,
    tests_asked: bool,
) -> list[Candidate]:
    """Best first; of equal ones in order of path and position. `cosines` are those of the names,
    empty while there are no vectors."""
    tests_asked = tests_asked or not _TEST_WORDS.isdisjoint(asked.words)
    words = frozenset(asked.words)
    scored = []
    for each in candidates:
        symbol = each.symbol
        near = neighbours.get(symbol.id)
        score = (
            each.score
            + _name_score(symbol, words, cosines.get(symbol.id))
            + _path_score(symbol.file, words)
            + (_NEAR / (1 + near.distance) if near else 0.0)
            + (_DEFINES if each.named else -_head_loss(symbol, words))
            - _TEST * (symbol.is_test and not tests_asked)
        )
        scored.append((score, each))
    return _spread(scored)


def _path_score(path: str, words: frozenset[str]) -> float:
    """What the words of the path add, less what compatibility code loses."""
    own = _words_of(path)
    said = len(words & own) / sqrt(len(words))
    return _PATH_WORDS * said - _COMPATIBILITY * (not (own & _COMPATIBILITY_WORDS) <= words)


@lru_cache(maxsize=4096)
def _words_of(path: str) -> frozenset[str]:
    return frozenset(subtokens(path))


def _name_score(symbol: Symbol, words: frozenset[str], cosine: float | None) -> float:
    overlap = _overlap(subtokens(bare_name(symbol)), words)
    if cosine is None:
        return _ONLY_NAME_WORDS * overlap
    return _NAME_MEANING * cosine + _NAME_WORDS * overlap


def _head_loss(symbol: Symbol, words: frozenset[str]) -> float:
    """Who asks where something is done wants the function, not the class around it."""
    if symbol.name.startswith("__"):
        return _DUNDER
    if words & _HEAD_WORDS:
        return 0.0
    return {SymbolKind.MODULE: _MODULE, SymbolKind.CLASS: _CLASS}.get(symbol.kind, 0.0)


def _name_in_class(symbol: Symbol) -> str:
    """`filter QuerySet`: the container too, where that is no module."""
    around, _, _ = symbol.path.rpartition(".")
    return f"{bare_name(symbol)} {around.rpartition('.')[2]}"


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


def _standardised(
    scores: Mapping[tuple[str, int, int], float], found: NDArray[float32]
) -> Callable[[tuple[str, int, int]], float]:
    """Scores in standard deviations of what was found; what was not counts as its least."""
    if not len(found):
        return lambda key: 0.0
    mean, spread = float(found.mean()), max(float(found.std()), 1e-6)
    least = float(found.min())
    return lambda key: (scores.get(key, least) - mean) / spread
