"""Moves one weight of the ranking at a time and keeps what answers the choosing part best.

What is made better is the mean over packages of NDCG@10, natural questions and docstrings counting
the same. What was found is remembered, so that only the ranking runs again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from benchmarks.search.measure import Test, score, tests_of
from ramify.features import ranking, search

VALUES: Final[Mapping[str, Sequence[float]]] = {
    "TEXT_WEIGHT": (0.0, 0.15, 0.3, 0.5),
    "VECTOR_WEIGHT": (0.0, 0.2, 0.4),
    "_PATH_WORDS": (0.0, 0.3, 0.6, 1.0),
    "_MODULE": (0.3, 0.8, 1.5, 2.5),
    "_CLASS": (0.0, 0.5, 1.0, 1.5),
    "_DUNDER": (0.3, 1.0, 1.5),
    "_PRIVATE": (0.0, 0.2, 0.4),
    "_USED": (0.0, 0.1, 0.2, 0.3),
    "_COHERENT": (0.0, 0.5, 1.0, 1.5),
}
"""How far tests and documents fall behind is set by hand: wheels have neither."""
MOST_OF_ONE: Final = 80
"""Questions of one test that are asked, evenly taken: a large package needs no more."""
_NO_CHANGE: Final = 0.0005


def choose(packages: Sequence[str], cache: Path) -> None:
    search.candidates = _Remembered()  # type: ignore[assignment]
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
        scores = [score(test).ndcg for test in tests if test.kind == kind]
        means.append(sum(scores) / len(scores))
    return sum(means) / len(means)


def _lighter(test: Test) -> Test:
    step = max(1, len(test.questions) // MOST_OF_ONE)
    return replace(test, questions=test.questions[::step])


class _Remembered:
    """`ranking.candidates`, worked out once for each question and weights of the pieces."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Any] = {}

    def __call__(self, reading: Any, asked: ranking.Query, *found: Any) -> Any:
        key = (id(reading), asked.text, ranking.TEXT_WEIGHT, ranking.VECTOR_WEIGHT)
        if key not in self._known:
            self._known[key] = ranking.candidates(reading, asked, *found)
        return self._known[key]
