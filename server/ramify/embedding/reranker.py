"""How well each of a few pieces answers a question, read word by word.

Beside the vectors of whole pieces: how near every word of the question comes to a word of the
piece, of its head, of its name and of its container (late interaction over the static table), and
how rare it is. A network of a few thousand weights, trained by `benchmarks/model`, makes one score
of that. Must never know how pieces are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

NO_WORD: Final = -1
"""Fills up rows of word numbers."""
MOST_ASKED: Final = 24
"""Distinct words of a question that are read."""
HEAD_WORDS: Final = 16
"""First words of a piece: its name, its signature, where it stands."""
NAME_WORDS: Final = 10
TOKEN_FEATURES: Final = 20
WHOLE_FEATURES: Final = 16

_NAME: Final = 12
"""Among the features of a piece: the cosine of its name within its container."""
_NOTHING: Final = -0.2
"""The cosine to a word that is not there."""
_SAME: Final = 0.999
_DEGREES: Final = (0.7, 0.5, 0.35)
_FAR: Final = 128
"""Place of a word that is not there."""
_EARLY: Final = 32
_TINY: Final = 1e-6


@dataclass(frozen=True, slots=True)
class WordStatistics:
    """In how many of all the pieces each word of the vocabulary stands."""

    pieces: int
    mean_words: float
    """Distinct words of a piece, on average."""
    holding: NDArray[np.int64]
    """By word number; words beyond its end stand nowhere."""

    def rarity(self, words: Numbers) -> Floats:
        """The inverse document frequency of BM25."""
        known = words < len(self.holding)
        holding = np.zeros(len(words))
        holding[known] = self.holding[words[known]]
        return np.log(1 + (self.pieces - holding + 0.5) / (holding + 0.5)).astype(np.float32)


def statistics_of(words: NDArray[np.integer]) -> WordStatistics:
    """Of rows of word numbers, filled up with NO_WORD."""
    used = words[words >= 0]
    return WordStatistics(len(words), len(used) / max(1, len(words)), np.bincount(used))


@dataclass(frozen=True, slots=True)
class Pieces:
    """What is compared with a question: row `i` of each speaks of piece `i`."""

    words: NDArray[np.int32]
    """Numbers of the distinct words in order of first occurrence, filled up with NO_WORD."""
    names: NDArray[np.int32]
    """The same of the name, at most NAME_WORDS."""
    containers: NDArray[np.int32]
    """Of the class or function around it."""
    cosines: Floats
    """Of the whole piece to the question."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's distinct words, and how much each of them says in general."""

    words: Numbers
    weights: Floats


@dataclass(frozen=True, slots=True)
class Answering:
    """A number for each piece."""

    scores: Floats
    """How well it answers: comparable within one question alone."""
    names: Floats
    """Cosine of its name, within its container, to the question."""


class Table:
    """The vectors of single words: bytes, with the length that each has in the sum of a text."""

    def __init__(self, vectors: NDArray[np.int8], scales: Floats) -> None:
        self.vectors = vectors
        self.scales = scales
        lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float32))
        self.lengths: Floats = np.maximum(lengths, _TINY)
        self.norms: Floats = self.lengths * scales

    def units(self, words: Numbers) -> Floats:
        """Rows of unit length, shape (len(words), dimensions)."""
        rows = self.vectors.take(words, axis=0).astype(np.float32)
        rows /= self.lengths[words, None]
        return rows


class Reranker:
    """Two small layers for each word of a question, then two for the piece. Pure."""

    def __init__(self, arrays: dict[str, NDArray[np.generic]]) -> None:
        def read(name: str) -> Floats:
            return arrays[name].astype(np.float32)

        self._word_layers = [
            (read("word_1"), read("word_1_bias")),
            (read("word_2"), read("word_2_bias")),
        ]
        self._whole = (read("whole_1"), read("whole_1_bias"))
        self._out, self._straight = read("out"), read("straight")

    def answering(
        self, table: Table, asked: Asked, pieces: Pieces, statistics: WordStatistics
    ) -> Answering:
        if not len(asked.words) or not len(pieces.cosines):
            nothing = np.zeros(len(pieces.cosines), np.float32)
            return Answering(nothing, nothing)
        words, wholes = features(table, asked, pieces, statistics)
        shares = words[:, :, :1]
        (first, first_bias), (second, second_bias) = self._word_layers
        hidden = np.maximum(words @ first + first_bias, 0) @ second + second_bias
        summed = (hidden * shares).sum(1) / np.maximum(shares.sum(1), _TINY)
        both = np.concatenate([summed, wholes], axis=1)
        layer, bias = self._whole
        scores: Floats = np.maximum(both @ layer + bias, 0) @ self._out + both @ self._straight
        return Answering(scores, wholes[:, _NAME])


def features(
    table: Table, asked: Asked, pieces: Pieces, statistics: WordStatistics
) -> tuple[Floats, Floats]:
    """Of each word of the question in each piece, shape (pieces, words, TOKEN_FEATURES), and of
    each piece, shape (pieces, WHOLE_FEATURES). The first of a word is its share in the question."""
    near = _Nearness(table, asked, pieces)
    body, names = near.to(pieces.words), near.to(pieces.names)
    rarity = statistics.rarity(asked.words)
    shares = asked.weights / asked.weights.sum()
    best, best_head = body.max(0), body[:HEAD_WORDS].max(0)
    best_name, best_around = names.max(0), near.to(pieces.containers).max(0)
    same, place = _first_same(body)
    length = (pieces.words >= 0).sum(1)
    count, number = len(pieces.cosines), len(asked.words)

    columns = (
        *(shares * number, np.log(asked.weights + _TINY), 1 / (1 + np.arange(number)), rarity / 4),
        *(best, best_head, best_name, best_around),
        *(same, best_head > _SAME, best_name > _SAME),
        *(_nearer(body, degree) for degree in _DEGREES),
        *(best - best.max(0), best_name - best_name.max(0)),
        same.mean(0),
        best_head - best_head.max(0),
        np.maximum(best_name, best_around),
        1 / (1 + place / 8),
    )
    words = np.empty((count, number, TOKEN_FEATURES), np.float32)
    for at, column in enumerate(columns):
        words[:, :, at] = column

    named = pieces.names >= 0
    nearest = near.nearest(pieces.names)
    cover = same @ rarity / np.sqrt(0.4 + 0.6 * length / statistics.mean_words)
    of_head, of_name, of_name_and_container = near.cosines(
        pieces.words[:, :HEAD_WORDS], pieces.names, pieces.containers
    )
    words_of_name = np.maximum(named.sum(1), 1)
    early = pieces.words[:, :_EARLY]
    wholes = np.stack(
        [
            _standardised(pieces.cosines),
            5 * (pieces.cosines - pieces.cosines.max()),
            _standardised(cover),
            (cover - cover.max()) / (cover.std() + _TINY),
            of_name,
            np.where(named, nearest, 0).sum(1) / words_of_name,
            np.where(named, nearest, 1).min(1),
            np.log(words_of_name),
            np.log1p(length) - 3.5,
            best_name[:, 0],
            np.where(named[:, 0], nearest[:, 0], 0),
            np.where(early >= 0, near.nearest(early), 0).sum(1) / _EARLY,
            of_name_and_container,
            _standardised(of_head),
            _standardised(np.maximum(best, 0) @ shares),
            _standardised(of_name_and_container),
        ],
        axis=1,
    )
    return words, wholes.astype(np.float32)


class _Nearness:
    """Cosines between the words of a question and all words of some pieces, worked out once."""

    def __init__(self, table: Table, asked: Asked, pieces: Pieces) -> None:
        used = np.zeros(len(table.vectors) + 1, np.bool_)
        for numbers in (pieces.words, pieces.names, pieces.containers):
            used[numbers] = True
        used[NO_WORD] = False
        words = np.flatnonzero(used)
        self._place = np.full(len(used), len(words), np.intp)
        self._place[words] = np.arange(len(words))
        self._weighted: Floats = np.zeros((len(words) + 1, table.vectors.shape[1]), np.float32)
        rows = self._weighted[:-1]
        np.multiply(table.vectors.take(words, axis=0), table.scales[words, None], out=rows)
        question = table.units(asked.words)
        self._cosines = np.full((len(words) + 1, len(asked.words)), _NOTHING, np.float32)
        np.divide(rows @ question.T, table.norms[words, None], out=self._cosines[:-1])
        self._nearest = self._cosines.max(1)
        whole = (asked.weights[:, None] * question).sum(0)
        self._whole: Floats = whole / (np.linalg.norm(whole) + _TINY)

    def to(self, rows: NDArray[np.int32]) -> Floats:
        """Shape (width of the rows, pieces, words of the question): what is reduced first comes
        first, which is several times as fast as last."""
        places = self._place[np.ascontiguousarray(rows.T)]
        cosines: Floats = self._cosines.take(places, axis=0)
        return cosines

    def nearest(self, rows: NDArray[np.int32]) -> Floats:
        """Of each word in the rows, to the word of the question that it is nearest to."""
        nearest: Floats = self._nearest[self._place[rows]]
        return nearest

    def cosines(
        self, heads: NDArray[np.int32], names: NDArray[np.int32], containers: NDArray[np.int32]
    ) -> tuple[Floats, Floats, Floats]:
        """Of the whole question to the sum of the words of each head, of each name, and of each
        name with its container."""
        name = self._summed(names)
        sums = (self._summed(heads), name, name + self._summed(containers))
        head, of_name, of_both = map(self._cosine, sums)
        return head, of_name, of_both

    def _summed(self, rows: NDArray[np.int32]) -> Floats:
        width = int((rows >= 0).sum(1).max(initial=0))
        summed: Floats = self._weighted.take(self._place[rows[:, :width]], axis=0).sum(1)
        return summed

    def _cosine(self, sums: Floats) -> Floats:
        lengths = np.sqrt(np.einsum("ij,ij->i", sums, sums))
        found: Floats = sums @ self._whole / (lengths + _TINY)
        return found


def _first_same(body: Floats) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Which words of the question stand in which piece, and where first."""
    at, *which = np.nonzero(body > _SAME)
    place = np.full(body.shape[1:], _FAR, np.intp)
    # From the last to the first, which stays. A word far back is as far as one that is not there.
    place[tuple(each[::-1] for each in which)] = at[::-1]
    same = np.zeros(place.shape, np.bool_)
    same[tuple(which)] = True
    return same, place


def _nearer(body: Floats, degree: float) -> Floats:
    """The logarithm of how many words of a piece are nearer than that."""
    nearer = (body > degree).view(np.uint8)
    count = np.add.reduce(nearer, axis=0, dtype=np.min_scalar_type(len(body)))
    found: Floats = np.log1p(count.astype(np.float32))
    return found


def _standardised(numbers: Floats) -> Floats:
    result: Floats = (numbers - numbers.mean()) / (numbers.std() + _TINY)
    return result


def padded(rows: Sequence[Sequence[int]], width: int) -> NDArray[np.int32]:
    """The first numbers of each row, filled up with NO_WORD."""
    filled = np.full((len(rows), width), NO_WORD, np.int32)
    for at, row in enumerate(rows):
        filled[at, : len(row)] = row[:width]
    return filled
