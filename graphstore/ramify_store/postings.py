"""Which chunks hold which words, and how often: arrays in memory that BM25 reads.

Derived from the words of the chunk table. Only what is live counts, so that the scores of some
files do not depend on how these came to be. Knows neither tables nor files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

MOST_CHUNKS: Final = 1 << 16
"""In one part: a place in it takes 16 bits."""

_SATURATION: Final = 1.2
_LENGTH: Final = 0.75
"""The k1 and b of BM25 (Robertson and Zaragoza, 2009)."""
_MOST_TIMES: Final = (1 << 16) - 1


@dataclass(frozen=True, slots=True)
class Written:
    """The words of some chunks, one after another."""

    ids: Ids
    """Of the chunks."""
    lengths: NDArray[np.int64]
    """How many words each chunk has, repetitions counted."""
    words: Sequence[str]
    """The different ones."""
    places: NDArray[np.int64]
    """In `words`, of every word of every chunk."""


def written(chunks: Iterable[tuple[int, str]]) -> Written:
    """Of chunk ids with their words, one space between."""
    ids: list[int] = []
    texts: list[list[str]] = []
    for chunk, text in chunks:
        ids.append(chunk)
        texts.append(text.split())
    places = {word: at for at, word in enumerate(dict.fromkeys(chain.from_iterable(texts)))}
    lengths = np.array([len(text) for text in texts], np.int64)
    every = map(places.__getitem__, chain.from_iterable(texts))
    return Written(
        np.array(ids, np.int64),
        lengths,
        tuple(places),
        np.fromiter(every, np.int64, int(lengths.sum())),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The postings of at most MOST_CHUNKS chunks, none of them empty."""

    ids: Ids
    lengths: NDArray[np.int32]
    """Words of each chunk, repetitions counted."""
    words: NDArray[np.int32]
    """Numbers of the words that some of them hold, ascending."""
    starts: NDArray[np.int64]
    """Where each word's chunks begin, and one more for the end."""
    chunks: NDArray[np.uint16]
    """Places in `ids`, ascending for each word."""
    times: NDArray[np.uint8] | NDArray[np.uint16]
    """How often the word stands in each of these."""

    def holding(self, number: int) -> slice:
        """Where the chunks of a word stand."""
        at = int(np.searchsorted(self.words, number))
        if at == len(self.words) or self.words[at] != number:
            return slice(0, 0)
        return slice(int(self.starts[at]), int(self.starts[at + 1]))

    def entries(self, first: int) -> NDArray[np.int64]:
        """Number, place of the chunk (in a part where they begin at `first`) and times of all that
        is in it: 32, 16 and 16 bits of one number, which sorts at once."""
        entries = np.repeat(self.words.astype(np.int64) << 32, np.diff(self.starts))
        entries += (self.chunks.astype(np.int64) + first) << 16
        entries += self.times
        return entries


@dataclass(frozen=True, eq=False)
class Postings:
    """Frozen, but for the numbers of new words: who adds makes a new value with the old parts."""

    numbers: dict[str, int]
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, texts: Iterable[Written]) -> Postings:
        """Of chunks that are all different."""
        postings = cls({}, ())
        parts: list[list[Part]] = [[]]
        for part in postings._parts(texts):
            if sum(len(each.ids) for each in (*parts[-1], part)) > MOST_CHUNKS:
                parts.append([])
            parts[-1].append(part)
        return cls(postings.numbers, tuple(_joined(some) for some in parts if some))

    def with_more(self, more: Written) -> Postings:
        """Small parts are joined, so that there are never many."""
        parts = [*self.parts, *self._parts([more])]
        while len(parts) > 1 and len(parts[-2].ids) < 2 * len(parts[-1].ids):
            if len(parts[-2].ids) + len(parts[-1].ids) > MOST_CHUNKS:
                break
            parts[-2:] = [_joined(parts[-2:])]
        return Postings(self.numbers, tuple(parts))

    def only(self, is_live: Callable[[Ids], Mask]) -> Postings:
        """Without the chunks that are gone."""
        return Postings(self.numbers, tuple(_only(part, is_live(part.ids)) for part in self.parts))

    def _parts(self, texts: Iterable[Written]) -> Iterable[Part]:
        for text in texts:
            number = self.numbers
            numbers = np.array([number.setdefault(w, len(number)) for w in text.words], np.int64)
            ends = np.cumsum(text.lengths)
            for first in range(0, len(text.ids), MOST_CHUNKS):
                ids = text.ids[first : first + MOST_CHUNKS]
                lengths = text.lengths[first : first + MOST_CHUNKS]
                begin = int(ends[first] - text.lengths[first])
                places = text.places[begin : begin + int(lengths.sum())]
                kept = lengths > 0
                if kept.any():
                    yield _part(ids[kept], lengths[kept], numbers[places])


def _part(ids: Ids, lengths: NDArray[np.int64], numbers: NDArray[np.int64]) -> Part:
    """Of the numbers of all words of these chunks, one after another."""
    keys = numbers << 16 | np.repeat(np.arange(len(ids)), lengths)
    keys.sort()
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    times = np.minimum(np.diff(first, append=len(keys)), _MOST_TIMES)
    return _sorted(ids, lengths, keys[first] << 16 | times)


def _sorted(ids: Ids, lengths: NDArray[np.integer], entries: NDArray[np.int64]) -> Part:
    """See `Part.entries`: ascending."""
    numbers = entries >> 32
    first = np.flatnonzero(np.diff(numbers, prepend=-1))
    times = entries & _MOST_TIMES
    few = int(times.max(initial=0)) < 1 << 8
    return Part(
        ids=ids,
        lengths=lengths.astype(np.int32),
        words=numbers[first].astype(np.int32),
        starts=np.append(first, len(entries)).astype(np.int64),
        chunks=(entries >> 16 & (MOST_CHUNKS - 1)).astype(np.uint16),
        times=times.astype(np.uint8) if few else times.astype(np.uint16),
    )


def _joined(parts: Sequence[Part]) -> Part:
    if len(parts) == 1:
        return parts[0]
    firsts = np.cumsum([0, *(len(part.ids) for part in parts)]).tolist()
    entries = np.concatenate([p.entries(first) for p, first in zip(parts, firsts, strict=False)])
    entries.sort()
    ids = np.concatenate([part.ids for part in parts])
    return _sorted(ids, np.concatenate([part.lengths for part in parts]), entries)


def _only(part: Part, kept: Mask) -> Part:
    if kept.all():
        return part
    entries = part.entries(0)
    chunks = entries >> 16 & (MOST_CHUNKS - 1)
    gone = np.cumsum(~kept)
    entries -= gone[chunks] << 16
    return _sorted(part.ids[kept], part.lengths[kept], entries[kept[chunks]])


@dataclass(frozen=True, eq=False)
class LivePostings:
    """Postings as they stand in some rows."""

    postings: Postings
    rows: tuple[Rows, ...]
    """Of each part, the row of each of its chunks; -1 for one that is gone."""
    count: int
    """Of the rows."""

    def scores(self, words: Iterable[str]) -> Floats:
        """BM25 of every row; 0 for one that holds none of the words."""
        scores = np.zeros(self.count, np.float32)
        for word in dict.fromkeys(words):
            found = list(self._holding(word))
            holding = sum(len(rows) for rows, _ in found)
            if holding:
                rarity = np.log(1 + (self._chunks - holding + 0.5) / (holding + 0.5))
                for rows, shares in found:
                    scores[rows] += np.float32(rarity) * shares
        return scores

    def holding(self, words: Iterable[str]) -> Mask:
        """Which rows hold all of the words."""
        held = np.ones(self.count, np.bool_)
        for word in words:
            rows = np.zeros(self.count, np.bool_)
            for found, _ in self._holding(word):
                rows[found] = True
            held &= rows
        return held

    def knows(self, word: str) -> bool:
        """Whether it stands in a chunk, or stood in one that is gone since."""
        number = self.postings.numbers.get(word)
        if number is None:
            return False
        held = (part.holding(number) for part in self.postings.parts)
        return any(at.start != at.stop for at in held)

    def _holding(self, word: str) -> Iterable[tuple[Rows, Floats]]:
        """Live rows with the word, and how much of it each has, length considered."""
        number = self.postings.numbers.get(word)
        if number is None:
            return
        every = zip(self.postings.parts, self.rows, self._norms, self._whole, strict=True)
        for part, rows, norms, whole in every:
            at = part.holding(number)
            if at.start == at.stop:
                continue
            chunks = part.chunks[at]
            live = rows[chunks]
            times = part.times[at].astype(np.float32)
            shares = times * np.float32(1 + _SATURATION) / (times + norms[chunks])
            if whole:
                yield live, shares
            else:
                kept = live >= 0
                yield live[kept], shares[kept]

    @cached_property
    def _chunks(self) -> int:
        """How many there are that hold words."""
        return sum(int((rows >= 0).sum()) for rows in self.rows)

    @cached_property
    def _whole(self) -> tuple[bool, ...]:
        """Of each part, whether all its chunks are live."""
        return tuple(bool((rows >= 0).all()) for rows in self.rows)

    @cached_property
    def _norms(self) -> tuple[Floats, ...]:
        """Of the chunks of each part, by how much longer than the mean each is."""
        parts = self.postings.parts
        every = zip(parts, self.rows, strict=True)
        total = sum(int(part.lengths[rows >= 0].sum()) for part, rows in every)
        mean = total / max(1, self._chunks)
        return tuple(_norm(part.lengths / max(mean, 1e-9)) for part in parts)


def _norm(relative: NDArray[np.float64]) -> Floats:
    norm: Floats = (_SATURATION * (1 - _LENGTH + _LENGTH * relative)).astype(np.float32)
    return norm
