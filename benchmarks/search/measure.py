"""Asks questions through the feature itself, over an indexed workspace, and scores the answers."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from math import log2
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.search.corpus import PARTS, checked_questions, cut_docstrings, unpacked
from benchmarks.search.questions import Question
from ramify.embedding.model import load_embedder
from ramify.features.answers.common import Page
from ramify.features.answers.search import SearchHit
from ramify.features.search import search
from ramify.indexing.workspace import Workspace
from ramify.session.cancel import CancelToken
from ramify.session.settings import Settings
from ramify.session.snapshot import Reading

DEPTH: Final = 10
ORDINAL: Final = re.compile(r"#\d+")
"""Several definitions of one path count as one place."""
_PATIENCE: Final = 600.0


@dataclass(frozen=True, slots=True)
class Score:
    """Means over questions, of the first ten hits."""

    questions: int
    ndcg: float
    """Of the grades; a place that is found twice counts once."""
    mrr: float
    """Of the first hit that is a true place."""
    recall: float
    """Share of questions with a true place among the hits."""
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Test:
    package: str
    kind: str
    questions: tuple[Question, ...]
    reading: Reading


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one question."""

    question: Question
    ndcg: float
    rank: int
    milliseconds: float


@contextmanager
def tests_of(package: str, cache: Path) -> Iterator[list[Test]]:
    """The natural questions over the package as it is; its docstrings over it without them.

    Raises ValueError where a question names a place that the package does not have.
    """
    natural = checked_questions(package, cache)
    with tempfile.TemporaryDirectory(prefix="ramify-search-") as scratch, ExitStack() as stack:
        tests = []
        if natural:
            whole = Path(scratch, "whole")
            unpacked(package, cache, whole)
            tests.append(Test(package, "natural", natural, stack.enter_context(indexed(whole))))
        if any(package in part for part in PARTS.values()):
            bare = Path(scratch, "bare")
            unpacked(package, cache, bare)
            cut = tuple(cut_docstrings(bare))
            tests.append(Test(package, "docstrings", cut, stack.enter_context(indexed(bare))))
        yield tests


@contextmanager
def indexed(folder: Path) -> Iterator[Reading]:
    workspace = Workspace.open(folder, Settings(), memory=True)
    try:
        workspace.refresh()
        yield workspace.client().reading(CancelToken(), complete_within=_PATIENCE)
    finally:
        workspace.close()


def score(test: Test) -> Score:
    return summed(outcomes(test))


def outcomes(test: Test) -> list[Outcome]:
    embedder, token, found = load_embedder(), CancelToken(), []
    for question in test.questions:
        began = perf_counter()
        answer = search(test.reading, token, question.text, embedder, page=Page(limit=DEPTH))
        took = 1000 * (perf_counter() - began)
        places = [place_of(test.reading, question, hit) for hit in answer.hits]
        found.append(Outcome(question, ndcg(places, question), rank(places, question), took))
    return found


def rank(found: Sequence[str], question: Question) -> int:
    """Of the first true place within the first ten, from 1; 0 when there is none."""
    places = enumerate(found[:DEPTH], 1)
    return next((at for at, place in places if place in question.answers), 0)


def ndcg(found: Sequence[str], question: Question) -> float:
    """Of the first ten, by grades: a true place gains 3, one that helps 1."""
    graded = {place: 2 ** question.grade(place) - 1 for place in question.answers | question.helps}
    best = sorted(graded.values(), reverse=True)
    gains = [graded.pop(place, 0) for place in found[:DEPTH]]
    return _discounted(gains) / _discounted(best[:DEPTH])


def place_of(reading: Reading, question: Question, hit: SearchHit) -> str:
    """`path:Qualified.name`; in a language without symbols the question's place that is shown."""
    symbol = reading.view.symbol(hit.item.id)
    if symbol is None:
        return ""
    if symbol.path or not question.spans:
        return f"{symbol.file}:{ORDINAL.sub('', symbol.path)}"
    shown = hit.snippet_place
    text = reading.snapshot.text(shown.path)
    data = text.data if text else b""
    first = data.count(b"\n", 0, shown.start) + 1
    last = data.count(b"\n", 0, shown.end) + 1
    over = (
        span
        for span in question.spans
        if span.place.startswith(f"{symbol.file}:") and span.first <= last and first <= span.last
    )
    return max((span.place for span in over), key=question.grade, default="")


def summed(found: Sequence[Outcome]) -> Score:
    count = max(1, len(found))
    times = sorted(each.milliseconds for each in found)
    return Score(
        questions=len(found),
        ndcg=sum(each.ndcg for each in found) / count,
        mrr=sum(1 / each.rank for each in found if each.rank) / count,
        recall=sum(each.rank > 0 for each in found) / count,
        p95_ms=times[int(0.95 * (len(times) - 1))] if times else 0.0,
    )


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / log2(at + 1) for at, gain in enumerate(gains, 1))
