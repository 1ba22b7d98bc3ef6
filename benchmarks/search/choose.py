"""Moves one weight of the ranking at a time and keeps what answers the choosing part best.

What is made better is the mean over packages of MRR@10, natural questions and docstrings counting
the same. What was retrieved is remembered, so that only the ranking runs again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cache as remembered
from pathlib import Path
from typing import Any, Final

from numpy import float32
from numpy.typing import NDArray

from benchmarks.search.measure import Test, score, tests_of
from ramify.features import ranking
from ramify_store.view import ChunkFilter, Hit, SearchView

VALUES: Final[Mapping[str, Sequence[float]]] = {
    "TEXT_WEIGHT": (0.05, 0.1, 0.2, 0.3, 0.45, 0.7),
    "_NAME_MEANING": (0.0, 2.0, 3.5, 5.0, 6.5),
    "_NAME_WORDS": (0.0, 0.5, 1.0, 2.0),
    "_PATH_WORDS": (0.0, 0.3, 0.6),
    "_MODULE": (0.0, 0.6, 1.0),
    "_CLASS": (0.0, 0.3, 0.6),
    "_DUNDER": (0.0, 0.6, 1.0),
    "_FURTHER": (0.0, 0.15, 0.3, 0.45),
}
MOST_OF_ONE: Final = 80
"""Questions of one test that are asked, evenly taken: a large package needs no more."""
_NO_CHANGE: Final = 0.0005


def choose(packages: Sequence[str], cache: Path) -> None:
    with ExitStack() as stack:
        tests = [
            _lighter(test)
            for package in packages
            for test in stack.enter_context(tests_of(package, cache))
        ]
        best = _figure(tests)
        print(f"as it is: {best:.4f}", flush=True)
        for name, value in _moves():
            before = getattr(ranking, name)
            setattr(ranking, name, value)
            figure = _figure(tests)
            print(f"{name} {before} -> {value}: {figure:.4f}", flush=True)
            if figure > best + _NO_CHANGE:
                best = figure
            else:
                setattr(ranking, name, before)
        print({name: getattr(ranking, name) for name in VALUES}, f"{best:.4f}")


def _moves() -> Iterator[tuple[str, float]]:
    for _ in range(2):
        for name, values in VALUES.items():
            yield from ((name, value) for value in values if value != getattr(ranking, name))


def _figure(tests: Sequence[Test]) -> float:
    kinds = dict.fromkeys(test.kind for test in tests)
    means = []
    for kind in kinds:
        scores = [score(test).mrr for test in tests if test.kind == kind]
        means.append(sum(scores) / len(scores))
    return sum(means) / len(means)


def _lighter(test: Test) -> Test:
    step = max(1, len(test.questions) // MOST_OF_ONE)
    reading = replace(test.reading, search=_Remembering(test.reading.search))
    return replace(test, questions=test.questions[::step], reading=reading)


class _Remembering:
    """A SearchView that is asked everything once; only for searches without filters."""

    def __init__(self, search: SearchView) -> None:
        self._nearest: dict[tuple[bytes, int], Sequence[Hit]] = {}
        self._matching: dict[tuple[tuple[str, ...], int], Sequence[Hit]] = {}
        self._search = search
        self.chunks_of = remembered(search.chunks_of)
        self.text_of: Any = search.text_of
        self._vectors: dict[tuple[str, int, int], NDArray[float32] | None] = {}

    def full_text(self, words: Sequence[str], limit: int, only: ChunkFilter) -> Sequence[Hit]:
        key = (tuple(words), limit)
        if key not in self._matching:
            self._matching[key] = self._search.full_text(words, limit, only)
        return self._matching[key]

    def nearest(self, vector: NDArray[float32], limit: int, only: ChunkFilter) -> Sequence[Hit]:
        key = (vector.tobytes(), limit)
        if key not in self._nearest:
            self._nearest[key] = self._search.nearest(vector, limit, only)
        return self._nearest[key]

    def vector_of(self, hit: Hit) -> NDArray[float32] | None:
        key = (hit.path, hit.start, hit.end)
        if key not in self._vectors:
            self._vectors[key] = self._search.vector_of(hit)
        return self._vectors[key]
