"""How much tests and what changed have in common by their names.

Of two tests that links tell no better apart, the one that says the words of the changed name (in
its own name, its class's or its file's, or in what it refers to) is the likelier to run it. Must
never know a text, nor what is made of the number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ramify.embedding.tokens import subtokens
from ramify.features.upstream import Ints, Upstream, upstream_of
from ramify_store.layers import LayeredView
from ramify_store.view import GraphView

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


def shared_words(view: GraphView, changed: Ints, tests: Ints) -> Ints | None:
    """For each of the tests, how many words of the changed names it says itself; None where there
    are too many of either to tell."""
    upstream, known = upstream_of(view), vocabulary_of(view)
    words: dict[str, int] = {}
    for each in changed.tolist() if len(changed) <= MOST_WORDS else ():
        for word in sorted(_said(_named(upstream.ids[each]))):
            words.setdefault(word, 1 << len(words))
    if not 0 < len(words) <= MOST_WORDS or not 0 < len(tests) <= MOST_TESTS:
        return None
    masks = np.zeros(len(known.codes), dtype=np.int64)
    for word, bit in words.items():
        masks[list(known.saying.get(word, ()))] |= bit
    every = np.flatnonzero(upstream.facts.is_test_case)
    sampled = every[:: max(1, len(every) // SAMPLED)]
    said = _said_by(upstream, known, masks, np.concatenate([tests, sampled]))
    telling = _telling(said[len(tests) :], len(words))
    shared: Ints = np.bitwise_count(said[: len(tests)] & telling).astype(np.int32)
    return shared


def _said_by(upstream: Upstream, known: Vocabulary, masks: Masks, tests: Ints) -> Masks:
    unique, which = np.unique(tests, return_inverse=True)
    said = _said_around(upstream, known, masks, unique)
    place = np.full(len(upstream.ids), -1, dtype=np.int32)
    place[unique] = np.arange(len(unique))
    for part, alive in upstream.parts:
        rows = np.flatnonzero(place[part.source] >= 0)
        if alive is not None:
            rows = rows[alive[part.source[rows]]]
        target = part.target[rows]
        named = masks[known.own[target]] | masks[known.outer[target]]
        np.bitwise_or.at(said, place[part.source[rows]], named)
    return said[which]


def _said_around(upstream: Upstream, known: Vocabulary, masks: Masks, tests: Ints) -> Masks:
    """By a test's name, by those of all that it stands in, and by that of the file."""
    said = np.zeros(len(tests), dtype=np.int64)
    at, rows = tests.astype(np.int32), np.arange(len(tests))
    while len(rows):
        said[rows] |= masks[known.own[at]] | masks[known.module[at]]
        at = upstream.facts.container[at]
        rows, at = rows[at >= 0], at[at >= 0]
    return said


def _telling(said: Masks, count: int) -> int:
    """The words that are not everywhere."""
    bits = (1 << at for at in range(count))
    few = len(said) < FEW
    return sum(bit for bit in bits if few or np.mean(said & bit != 0) <= COMMON)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The names in the ids of a view's symbols, by number of the symbol, and the words in them."""

    codes: Mapping[str, int]
    """By name."""
    saying: Mapping[str, Sequence[int]]
    """By word: codes of the names that say it."""
    own: Ints
    """Code of the name."""
    outer: Ints
    """Of what it stands in; that of "" at the top of a module."""
    module: Ints
    """Of the file, where the symbol is a module, else that of ""."""


def vocabulary_of(view: GraphView) -> Vocabulary:
    """Made when first asked for; over that of the view below, if there is one."""
    known = _kept.get(view)
    if known is None:
        below = vocabulary_of(view.base) if isinstance(view, LayeredView) else _NONE
        known = _kept[view] = _with(below, upstream_of(view).ids)
    return known


_kept: WeakKeyDictionary[GraphView, Vocabulary] = WeakKeyDictionary()
_NOTHING: Final = np.empty(0, dtype=np.int32)
_NONE: Final = Vocabulary({"": 0}, {}, _NOTHING, _NOTHING, _NOTHING)


def _with(below: Vocabulary, ids: Sequence[str]) -> Vocabulary:
    """What is below, with the ids that follow."""
    codes = dict(below.codes)
    columns: list[int] = []
    for each in ids[len(below.own) :]:
        around, _, name = _named(each).rpartition(".")
        file = "" if name or "/" not in each else each.partition("/")[0].rpartition(".")[2]
        columns.extend([codes.setdefault(word, len(codes)) for word in (name, around, file)])
    new: dict[str, list[int]] = {}
    for name, code in islice(codes.items(), len(below.codes), None):
        for word in _said(name):
            new.setdefault(word, []).append(code)
    saying = {**below.saying, **{w: (*below.saying.get(w, ()), *new[w]) for w in new}}
    own, outer, module = np.array(columns, dtype=np.int32).reshape(-1, 3).T
    return Vocabulary(
        codes=codes,
        saying=saying,
        own=np.concatenate([below.own, own]),
        outer=np.concatenate([below.outer, outer]),
        module=np.concatenate([below.module, module]),
    )


def _named(symbol_id: str) -> str:
    """The name and that of what it stands in."""
    path = symbol_id.rpartition("/")[2] if "/" in symbol_id else symbol_id.rpartition(":")[2]
    return ".".join(path.split(".")[-2:])


def _said(names: str) -> frozenset[str]:
    words = (word.removesuffix("s") if len(word) > 3 else word for word in subtokens(names))
    return frozenset(words) - _IDLE
