"""How much tests and what changed have in common by their names.

Of two tests that links tell no better apart, the one that says the words of the changed name (in
its own name, its class's or its file's, or in what it refers to) is the likelier to run it. Must
never know a text, nor what is made of the number.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ramify.embedding.tokens import subtokens
from ramify.features.upstream import Ints, Upstream

MOST_TESTS: Final = 2_000
"""Of more, nobody reads which stand first; looking at all they refer to would take too long."""
MOST_WORDS: Final = 62
COMMON: Final = 0.75
"""What a larger share of all tests says tells none of them from the others."""
FEW: Final = 20
"""Where there are fewer tests, all may say the same word, and it still counts."""
SAMPLED: Final = 500
"""Tests from which that share is taken, spread over all of them."""

Masks = NDArray[np.int64]
"""A bit for each word."""

_IDLE: Final = frozenset({"test", "init", "self", "local"})


def shared_words(upstream: Upstream, changed: Ints, tests: Ints) -> Ints | None:
    """For each of the tests, how many words of the changed names it says itself; None where there
    are too many of either to tell."""
    words: dict[str, int] = {}
    for each in changed.tolist() if len(changed) <= MOST_WORDS else ():
        for word in sorted(_words(upstream.ids[each])):
            words.setdefault(word, 1 << len(words))
    if not 0 < len(words) <= MOST_WORDS or not 0 < len(tests) <= MOST_TESTS:
        return None
    every = np.flatnonzero(upstream.facts.is_test_case)
    sampled = every[:: max(1, len(every) // SAMPLED)]
    said = _said_by(upstream, words, np.concatenate([tests, sampled]))
    telling = _telling(said[len(tests) :], len(words))
    shared: Ints = np.bitwise_count(said[: len(tests)] & telling).astype(np.int32)
    return shared


def _said_by(upstream: Upstream, words: dict[str, int], tests: Ints) -> Masks:
    ids = upstream.ids
    unique, which = np.unique(tests, return_inverse=True)
    said = np.array([_mask(words, _words_around(ids[each])) for each in unique.tolist()], np.int64)
    place = np.full(len(ids), -1, dtype=np.int32)
    place[unique] = np.arange(len(unique))
    for part, alive in upstream.parts:
        rows = np.flatnonzero(place[part.source] >= 0)
        if alive is not None:
            rows = rows[alive[part.source[rows]]]
        if len(rows):
            targets, named = np.unique(part.target[rows], return_inverse=True)
            masks = [_mask(words, _words(ids[each])) for each in targets.tolist()]
            np.bitwise_or.at(said, place[part.source[rows]], np.array(masks, np.int64)[named])
    return said[which]


def _telling(said: Masks, count: int) -> int:
    """The words that are not everywhere."""
    bits = (1 << at for at in range(count))
    few = len(said) < FEW
    return sum(bit for bit in bits if few or np.mean(said & bit != 0) <= COMMON)


def _mask(words: dict[str, int], said: frozenset[str]) -> int:
    return sum(bit for word, bit in words.items() if word in said)


@lru_cache(maxsize=50_000)
def _words(symbol_id: str) -> frozenset[str]:
    """Of the name and of what it stands in."""
    path = symbol_id.rpartition("/")[2] if "/" in symbol_id else symbol_id.rpartition(":")[2]
    return _said(".".join(path.split(".")[-2:]))


@lru_cache(maxsize=50_000)
def _words_around(symbol_id: str) -> frozenset[str]:
    """Of the name, of all that it stands in, and of the file."""
    module, _, path = symbol_id.partition("/")
    return _said(f"{module.rpartition('.')[2]}.{path}")


def _said(names: str) -> frozenset[str]:
    words = (word.removesuffix("s") if len(word) > 3 else word for word in subtokens(names))
    return frozenset(words) - _IDLE
