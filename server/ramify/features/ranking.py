"""From pieces that were found to one order of symbols, with the reasons for each place in it.

Pieces are compared with the question word by word, in standard deviations of what was found. What
a symbol is and where it stands (`priors`), and what else was found around it (`company`), is added
to that. The weights are those of `weights`, chosen by `benchmarks/search`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy import float32
from numpy.typing import NDArray

from ramify.embedding.model import Embedder
from ramify.embedding.questions import COMMON_WORDS, telling
from ramify.embedding.reranker import Answering, Pieces, WordStatistics
from ramify.embedding.tokens import subtokens
from ramify.features.company import (
    Scored,
    heads_below_members,
    ordered,
    spread,
    with_calls,
    with_company,
    with_use,
)
from ramify.features.near import Neighbour
from ramify.features.places import bare_name, qualified_name
from ramify.features.priors import Asking, prior, words_of_path
from ramify.features.weights import WEIGHTS, Weights
from ramify.session.snapshot import Reading
from ramify_store.facts import Symbol
from ramify_store.view import GraphView, Hit, Retrieved

_FIRST_TEXT_WEIGHT: Final = 0.2
"""Of BM25 beside 1 for the cosine, in what is compared word by word."""
_TELLING_NAME: Final = 0.5
"""Cosine from which on a name counts as a reason."""

RERANKED: Final = 100
"""Pieces that are compared with the question word by word, at least."""
_STANDARD: Final = 50
"""Best pieces whose spread is the unit of the scores."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
_IDENTIFIER: Final = re.compile(r"[^\W\d]\w*(?:(?:\.|::|#|->)[^\W\d]\w*)*")
_JOINED: Final = re.compile(r"::|#|->")
_LOOKS_WRITTEN: Final = re.compile(r"_|\.|[a-z0-9][A-Z]|^[A-Z][a-z]+[A-Z]")
_QUOTED: Final = re.compile(r'["“]([^"“”]{2,200})["”]')
_RUN: Final = re.compile(r"\w+")
_MOST_WORDS: Final = 64


@dataclass(frozen=True, slots=True)
class Query:
    text: str
    telling: str
    """What of it is compared with code."""
    words: tuple[str, ...]
    """To look for in the text: sub-tokens, each once, without common words where others are."""
    identifiers: tuple[str, ...]
    """Names the query seems to spell, dotted or not: `QuerySet.filter`, `salted_hmac`."""
    is_common: bool
    """Only common words."""
    phrases: tuple[str, ...] = ()
    """What stands in double quotes: a hit has to hold it as it is, but for the case."""


class Signs(NamedTuple):
    """Of a piece, in standard deviations of what was found."""

    answers: float
    """How well it answers, word by word; while nothing is embedded, BM25."""
    text: float = 0.0
    vector: float = 0.0

    def summed(self, weights: Weights) -> float:
        return self.answers + weights.text * self.text + weights.vector * self.vector


class Candidate(NamedTuple):
    """A symbol with its best piece; of a file without symbols, each piece is one."""

    symbol: Symbol
    hit: Hit
    signs: Signs
    cosine: float | None
    """Of the piece to the question; None while it has no vector."""
    named: bool
    """The query names its identifier."""
    member: bool = False
    """The query names its class, and says its name."""
    name: float = 0.0
    """Cosine of its name to the question."""
    score: float = 0.0
    """Once it is ranked."""
    beside: str = ""
    """What else was found that it calls or that calls it, once it is ranked."""

    def reasons(
        self,
        asked: Query,
        text: str,
        neighbours: Mapping[str, Neighbour],
    ) -> tuple[str, ...]:
        """Short phrases, the weightiest first."""
        said = [f'holds "{phrase}"' for phrase in asked.phrases if phrase in text.casefold()]
        if self.named:
            said.append(f"defines `{self.hit.name or bare_name(self.symbol)}`")
        elif self.hit.name:
            said.append(f"in `{self.hit.name}`")
        if self.name >= _TELLING_NAME and not self.named:
            said.append(f"its name fits ({self.name:.2f})")
        if (near := neighbours.get(self.symbol.id)) is not None and near.distance:
            steps = "1 step" if near.distance == 1 else f"{near.distance} steps"
            said.append(f"{steps} away ({near.reason})")
        if self.beside:
            said.append(self.beside)
        if words := _present(asked.words, text):
            said.append("words: " + ", ".join(words[:6]))
        if told := [word for word in asked.words if word in words_of_path(self.symbol.file)]:
            said.append("path: " + ", ".join(told[:6]))
        if self.cosine is not None:
            said.append(f"similar in meaning ({self.cosine:.2f})")
        if self.symbol.is_test:
            said.append("a test")
        return tuple(said)


def parsed(query: str) -> Query:
    """What a query asks for; control characters count as spaces."""
    text = _CONTROL.sub(" ", query).strip()
    every = list(dict.fromkeys(subtokens(text)))
    rare = [word for word in every if word not in COMMON_WORDS]
    spelled = _IDENTIFIER.findall(text)
    alone = len(spelled) == 1
    spelled = [_JOINED.sub(".", each) for each in spelled]
    identifiers = (each for each in spelled if alone or _LOOKS_WRITTEN.search(each))
    return Query(
        text=text,
        telling=telling(text),
        words=tuple((rare or every)[:_MOST_WORDS]),
        identifiers=tuple(dict.fromkeys(identifiers))[:_MOST_WORDS],
        is_common=bool(every) and not rare,
        phrases=tuple(each.casefold() for each in _QUOTED.findall(text) if subtokens(each)),
    )


def candidates(
    reading: Reading,
    asked: Query,
    found: Retrieved,
    embedder: Embedder,
    most: int,
) -> list[Candidate]:
    """One for each symbol of the pieces that were found in any way, those that are named and at
    least the `most` best; with its best piece. While nothing is embedded the words alone count."""
    every = np.arange(len(found.cosines))
    if not len(every):
        return []
    by_text = _text_scores(found.texts)
    if not found.near:
        signs = [Signs(each) for each in by_text.tolist()]
        return _best_pieces(asked, _Found(_with_symbols(reading, found.hits(every)), signs))
    cosines = found.cosines
    compared = np.where(np.isnan(cosines), np.nanmin(cosines), cosines)
    by_vector = _standardised(compared, cosines[: found.near])
    first = by_vector + _FIRST_TEXT_WEIGHT * by_text
    first = np.where(found.named, np.float32(np.inf), first)
    kept = np.sort(np.argsort(-first, kind="stable")[: max(RERANKED, most)])
    pieces = _with_symbols(reading, found.hits(kept))
    answering = _answering(reading, asked, pieces, embedder, compared[kept])
    best = np.sort(answering.scores)[-_STANDARD:]
    columns = (_standardised(answering.scores, best), by_text[kept], by_vector[kept])
    signs = [Signs(*each) for each in zip(*(each.tolist() for each in columns), strict=True)]
    return _best_pieces(
        asked, _Found(pieces, signs, cosines[kept].tolist(), answering.names.tolist())
    )


Piece = tuple[Hit, Symbol | None]


def _with_symbols(reading: Reading, hits: Sequence[Hit]) -> list[Piece]:
    return [(hit, reading.view.symbol(hit.symbol)) for hit in hits]


@dataclass(frozen=True, slots=True)
class _Found:
    """Pieces, with the signs of each; the rest where there are vectors."""

    pieces: Sequence[Piece]
    signs: Sequence[Signs]
    cosines: Sequence[float] | None = None
    names: Sequence[float] | None = None


def _answering(
    reading: Reading,
    asked: Query,
    pieces: Sequence[Piece],
    embedder: Embedder,
    cosines: NDArray[float32],
) -> Answering:
    compared = Pieces(
        words=reading.search.words_of([hit for hit, _ in pieces]),
        names=embedder.numbers_of([_own_name(*each) for each in pieces]),
        containers=embedder.numbers_of([_around(*each) for each in pieces]),
        cosines=cosines,
    )
    count, words, holding = reading.search.word_counts()
    return embedder.answering(
        asked.telling, compared, WordStatistics(count, words / max(1, count), holding)
    )


def _best_pieces(asked: Query, found: _Found) -> list[Candidate]:
    best: dict[str | tuple[str, str | int], tuple[float, int]] = {}
    for at, ((hit, symbol), signs) in enumerate(zip(found.pieces, found.signs, strict=True)):
        if symbol is not None:
            key = hit.symbol if symbol.path else (hit.symbol, hit.name or hit.start)
            score = signs.summed(WEIGHTS)
            if key not in best or score > best[key][0]:
                best[key] = (score, at)
    return [_candidate(asked, found, at) for _, at in best.values()]


def _candidate(asked: Query, found: _Found, at: int) -> Candidate:
    hit, symbol = found.pieces[at]
    assert symbol is not None
    cosine = None if found.cosines is None else found.cosines[at]
    return Candidate(
        symbol=symbol,
        hit=hit,
        signs=found.signs[at],
        cosine=None if cosine is None or isnan(cosine) else cosine,
        named=any(_names(identifier, hit, symbol) for identifier in asked.identifiers),
        member=any(_is_member(identifier, symbol, asked) for identifier in asked.identifiers),
        name=0.0 if found.names is None else found.names[at],
    )


def ranked(
    view: GraphView,
    asked: Query,
    found: Iterable[Candidate],
    neighbours: Mapping[str, Neighbour],
    *,
    tests_asked: bool,
    weights: Weights = WEIGHTS,
) -> list[Candidate]:
    """Best first; of equal ones in order of path and position."""
    asking = Asking.of(asked.text, asked.words, tests_asked=tests_asked)
    scored: list[Scored[Candidate]] = []
    for each in found:
        near = neighbours.get(each.symbol.id)
        score = each.signs.summed(weights) + prior(asking, each, weights)
        if near is not None:
            score += weights.near / (1 + near.distance)
        if each.cosine is None:
            score += weights.name_words * _overlap(subtokens(bare_name(each.symbol)), asking.words)
        scored.append((score, each))
    if not asking.for_heads:
        scored = heads_below_members(scored)
    scored, beside = with_calls(view, scored, weights)
    scored = spread(with_company(with_use(view, scored, weights), weights), weights)
    return [
        each._replace(score=score, beside=beside.get(each.symbol.id, ""))
        for score, each in ordered(scored)
    ]


def _present(words: Sequence[str], text: str) -> list[str]:
    """Those that are sub-tokens of the text. Most are so where they first stand: of a long text,
    that of a class, little more is split."""
    lowered = text.lower()
    if len(lowered) != len(text):
        found = set(subtokens(text))
        return [word for word in words if word in found]
    return [word for word in words if _stands(word, text, lowered)]


def _stands(word: str, text: str, lowered: str) -> bool:
    seen = set()
    at = lowered.find(word)
    while at >= 0:
        end = at + len(word)
        while at > 0 and _RUN.match(text, at - 1):
            at -= 1
        run = _RUN.match(text, at)
        token = run[0] if run else ""
        if token not in seen and word in subtokens(token):
            return True
        seen.add(token)
        at = lowered.find(word, max(end, run.end() if run else end))
    return False


def _own_name(hit: Hit, symbol: Symbol | None) -> str:
    return hit.name.rpartition(".")[2] or (bare_name(symbol) if symbol else "")


def _around(hit: Hit, symbol: Symbol | None) -> str:
    """`QuerySet` of `QuerySet.filter`; nothing of what stands in a module."""
    if hit.name or symbol is None:
        return hit.name.rpartition(".")[0].rpartition(".")[2]
    return symbol.path.rpartition(".")[0].rpartition(".")[2]


def _overlap(name: Sequence[str], words: frozenset[str]) -> float:
    """How much of the name the query says, and of the query the name."""
    if not name:
        return 0.0
    said = len(words.intersection(name))
    return said / sqrt(len(set(name)) * len(words))


def _names(identifier: str, hit: Hit, symbol: Symbol) -> bool:
    """`QuerySet.filter` names the method, not everything called `filter`."""
    if hit.name:
        return f".{hit.name}".endswith(f".{identifier}")
    if identifier.rpartition(".")[2] != bare_name(symbol):
        return False
    return f".{qualified_name(symbol.id)}".endswith("." + identifier)


def _is_member(identifier: str, symbol: Symbol, asked: Query) -> bool:
    """Of `how does QuerySet filter`, `QuerySet.filter`: its class is spelled, its name is said."""
    around = symbol.path.rpartition(".")[0]
    if not around or around.rpartition(".")[2] != identifier.rpartition(".")[2]:
        return False
    own = set(subtokens(bare_name(symbol)))
    return bool(own) and own <= set(asked.words).difference(subtokens(identifier))


def _text_scores(scores: NDArray[float32]) -> NDArray[float32]:
    """In standard deviations of what full text found; what it did not find counts as its least."""
    found = scores[~np.isnan(scores)]
    if not len(found):
        return np.zeros(len(scores), float32)
    return _standardised(np.where(np.isnan(scores), found.min(), scores), found)


def _standardised(scores: NDArray[float32], found: NDArray[float32]) -> NDArray[float32]:
    result: NDArray[float32] = (scores - found.mean()) / max(float(found.std()), 1e-6)
    return result
