"""Moves one weight of the ranking at a time and keeps what answers the choosing part best.

What is made better is the mean over packages of NDCG@10 by place and by file; plain natural
questions, the other natural ones and docstrings count the same. What was found is remembered, so
that only the ranking runs again. Whether a gain is more than luck is said by packages that had no
part in it: weights are chosen on three quarters of them and measured on the rest, four times.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from benchmarks.search.measure import DEPTH, Test, place_of, scored, tests_of
from benchmarks.search.questions import PLAIN_KINDS, Question
from ramify.embedding.model import load_embedder
from ramify.features import search
from ramify.features.answers.common import Page, Place
from ramify.features.company import USES
from ramify.features.ranking import Candidate, Query, ranked
from ramify.features.weights import WEIGHTS, Weights
from ramify.session.cancel import CancelToken
from ramify_store.facts import Edge

VALUES: Final[Mapping[str, Sequence[float]]] = {
    "text": (0.0, 0.15, 0.3),
    "vector": (0.0, 0.1, 0.2),
    "path": (0.3, 0.6, 1.0),
    "used": (0.1, 0.2, 0.3),
    "calls": (0.0, 0.3, 0.6, 0.9),
    "called": (0.0, 0.3, 0.6),
    "company": (0.5, 1.0, 1.5, 2.0),
    "short": (0.0, 0.5, 0.8, 1.0, 1.3),
    "module": (0.8, 1.5, 2.5),
    "loose": (0.0, 1.0, 2.0, 3.0),
    "type": (0.5, 1.0, 1.5),
    "special": (0.5, 1.0, 2.0),
    "private": (0.0, 0.1, 0.2),
    "property": (0.0, 0.3, 0.6),
    "member": (0.0, 4.5),
    "document": (2.0, 4.0, 6.0),
    "documentation": (0.0, 1.0, 2.0),
    "made": (0.0, 2.0, 4.0),
    "example": (0.0, 1.0, 2.0),
    "declaring": (0.0, 0.5, 1.0, 1.5),
    "compatibility": (0.0, 0.4),
    "test": (3.0, 5.0, 8.0),
    "said_test": (0.0, 1.5, 3.0),
    "further": (0.25, 0.5, 0.75),
}
MOST_OF_ONE: Final = 20
"""Docstrings of one package that are asked, evenly taken: there are many more than questions."""
FOLDS: Final = 4
_NO_CHANGE: Final = 0.0005
_GROUPS: Final = ("plain", "indirect", "docstrings")


def choose(packages: Sequence[str], cache: Path) -> None:
    measured = _Measured(list(_asked(packages, cache)))
    print(f"{'as it is':42} {measured.said(measured.of(WEIGHTS))}", flush=True)
    apart = [0.0] * len(measured.asked)
    for number in range(FOLDS):
        held_back = frozenset(packages[number::FOLDS])
        weights, _ = _climbed(measured, frozenset(packages) - held_back)
        for at, value in enumerate(measured.of(weights)):
            if measured.asked[at].package in held_back:
                apart[at] = value
    print(f"{'chosen on other packages':42} {measured.said(apart)}", flush=True)
    weights, moves = _climbed(measured, frozenset(packages))
    for move in moves:
        print(move)
    print(f"{'chosen on all':42} {measured.said(measured.of(weights))}")
    print({name: value for name, value in asdict(weights).items() if value != _now(name)})


def _climbed(measured: _Measured, packages: Collection[str]) -> tuple[Weights, list[str]]:
    weights, moves = WEIGHTS, list[str]()
    best = measured.figure(measured.of(weights), packages)
    for name, values in VALUES.items():
        for value in values:
            moved = replace(weights, **{name: value})
            figure = measured.figure(measured.of(moved), packages)
            if figure > best + _NO_CHANGE:
                moves.append(f"{name} {getattr(weights, name)} -> {value}: {figure:.4f}")
                best, weights = figure, moved
    return weights, moves


def _now(name: str) -> float:
    return float(getattr(WEIGHTS, name))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with all that the ranking of its answers needs."""

    package: str
    group: str
    question: Question
    query: Query
    found: Sequence[Candidate]
    places: Mapping[tuple[str, int], str]
    view: _Edges

    def value(self, weights: Weights) -> float:
        view: Any = self.view
        order = ranked(view, self.query, self.found, {}, tests_asked=False, weights=weights)
        places = [self.places[each.symbol.id, each.hit.start] for each in order]
        result = scored(places[:10], self.question)
        return (result.ndcg + result.file_ndcg) / 2


@dataclass(frozen=True, slots=True)
class _Edges:
    """Of a graph, what the ranking asks of it about some symbols."""

    counts: Mapping[str, int]
    out: Mapping[str, Sequence[Edge]]

    def incoming_count(self, target: str, kinds: object) -> int:
        return self.counts[target]

    def among(self, symbols: Collection[str], kinds: object) -> set[tuple[str, str]]:
        return {
            (source, edge.target)
            for source in symbols
            for edge in self.out[source]
            if edge.target in symbols
        }


def _asked(packages: Sequence[str], cache: Path) -> Iterator[_Asked]:
    for package in packages:
        with tests_of(package, cache) as tests:
            for test in tests:
                step = 1
                if test.kind == "docstrings":
                    step = max(1, len(test.questions) // MOST_OF_ONE)
                for question in test.questions[::step]:
                    yield _remembered(test, question)


def _remembered(test: Test, question: Question) -> _Asked:
    handed: list[tuple[Query, list[Candidate]]] = []

    def hear(_: object, query: Query, found: list[Candidate], *rest: object, **more: object) -> Any:
        handed.append((query, found))
        return []

    heard, search.ranked = search.ranked, hear
    try:
        search.search(
            test.reading, CancelToken(), question.text, load_embedder(), page=Page(limit=DEPTH)
        )
    finally:
        search.ranked = heard
    query, found = handed[0] if handed else (search.parsed(question.text), [])
    view = test.reading.view
    ids = {each.symbol.id for each in found}
    group = "plain" if question.kind in PLAIN_KINDS else "indirect"
    return _Asked(
        test.package,
        test.kind if test.kind == "docstrings" else group,
        question,
        query,
        found,
        {
            (each.symbol.id, each.hit.start): place_of(
                test.reading, question, each.symbol, Place(*_span(each))
            )
            for each in found
        },
        _Edges(
            {each: view.incoming_count(each, USES) for each in ids},
            {each: [e for e in view.outgoing(each, USES) if e.target in ids] for each in ids},
        ),
    )


def _span(found: Candidate) -> tuple[str, int, int]:
    return found.hit.path, found.hit.start, found.hit.end


class _Measured:
    """How good the answers are under some weights, each worked out once."""

    def __init__(self, asked: Sequence[_Asked]) -> None:
        self.asked = asked
        self._known: dict[Weights, list[float]] = {}

    def of(self, weights: Weights) -> list[float]:
        """In order of the questions."""
        if weights not in self._known:
            self._known[weights] = [each.value(weights) for each in self.asked]
        return self._known[weights]

    def figure(self, values: Sequence[float], packages: Collection[str]) -> float:
        means = [self._group(values, group, packages) for group in _GROUPS]
        return sum(means) / len(means)

    def said(self, values: Sequence[float]) -> str:
        every = {each.package for each in self.asked}
        means = [f"{group} {self._group(values, group, every):.4f}" for group in _GROUPS]
        return ", ".join([f"{self.figure(values, every):.4f}", *means])

    def _group(self, values: Sequence[float], group: str, packages: Collection[str]) -> float:
        own: dict[str, list[float]] = {}
        for each, value in zip(self.asked, values, strict=True):
            if each.group == group and each.package in packages:
                own.setdefault(each.package, []).append(value)
        means = [sum(some) / len(some) for some in own.values()]
        return sum(means) / max(1, len(means))
