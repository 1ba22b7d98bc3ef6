"""Asks questions through the feature itself, over an indexed workspace, and scores the answers:
by place, by file, and beside both what BM25 alone answers."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from math import log2
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.search.corpus import (
    PARTS,
    checked_out,
    checked_questions,
    cut_docstrings,
    unpacked_wheel,
)
from benchmarks.search.questions import Question
from ramify.embedding.model import load_embedder
from ramify.features.answers.common import Page, Place
from ramify.features.answers.search import SearchHit
from ramify.features.ranking import parsed
from ramify.features.search import RETRIEVED, search
from ramify.indexing.workspace import Workspace
from ramify.session.cancel import CancelToken
from ramify.session.settings import Settings
from ramify.session.snapshot import Reading
from ramify_store.facts import Symbol
from ramify_store.view import ChunkFilter

DEPTH: Final = 10
ORDINAL: Final = re.compile(r"#\d+")
"""Several definitions of one path count as one place."""
_PATIENCE: Final = 600.0


@dataclass(frozen=True, slots=True)
class Found:
    """How good one list of hits is."""

    ndcg: float
    """Of the grades; a place that is found twice counts once."""
    file_ndcg: float
    """The same of files: each counts where its first hit stands, with the grade of its best
    place."""
    rank: int
    """Of the first hit that is a true place, from 1; 0 when there is none."""
    file_rank: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one question."""

    question: Question
    search: Found
    words: Found
    """BM25 alone over the same pieces."""
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Score:
    """Means over questions, of the first ten hits."""

    questions: int
    ndcg: float
    mrr: float
    recall: float
    """Share of questions with a true place among the hits."""
    file_ndcg: float
    words_ndcg: float
    words_file_ndcg: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Test:
    package: str
    kind: str
    questions: tuple[Question, ...]
    reading: Reading


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
            checked_out(package, cache, whole)
            tests.append(Test(package, "natural", natural, stack.enter_context(indexed(whole))))
        if any(package in part for part in PARTS.values()):
            bare = Path(scratch, "bare")
            unpacked_wheel(package, cache, bare)
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
        places = [_place_of_hit(test.reading, question, hit) for hit in answer.hits]
        words = by_words(test.reading, question)
        found.append(Outcome(question, scored(places, question), scored(words, question), took))
    return found


def by_words(reading: Reading, question: Question) -> list[str]:
    """The places that BM25 alone puts first: the best piece of each symbol, and nothing else."""
    words = parsed(question.text).words
    best: dict[tuple[str, int], str] = {}
    for hit in reading.search.full_text(words, RETRIEVED, ChunkFilter()):
        symbol = reading.view.symbol(hit.symbol)
        if symbol is not None:
            key = (symbol.id, 0 if symbol.path else hit.start)
            shown = Place(hit.path, hit.start, hit.end)
            best.setdefault(key, place_of(reading, question, symbol, shown))
    return [*best.values()][:DEPTH]


def scored(places: Sequence[str], question: Question) -> Found:
    """Of the places of hits, best first."""
    files, question_of_files = [_file_of(place) for place in places], _asked_of_files(question)
    return Found(
        ndcg(places, question),
        ndcg([*dict.fromkeys(files)], question_of_files),
        rank(places, question),
        rank([*dict.fromkeys(files)], question_of_files),
    )


def _asked_of_files(question: Question) -> Question:
    files = frozenset(map(_file_of, question.answers))
    return replace(question, answers=files, helps=frozenset(map(_file_of, question.helps)) - files)


def _file_of(place: str) -> str:
    return place.partition(":")[0]


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


def _place_of_hit(reading: Reading, question: Question, hit: SearchHit) -> str:
    symbol = reading.view.symbol(hit.item.id)
    return place_of(reading, question, symbol, hit.snippet_place) if symbol else ""


def place_of(reading: Reading, question: Question, symbol: Symbol, shown: Place) -> str:
    """`path:Qualified.name`; in a language without symbols the question's place that is shown."""
    if symbol.path or not question.spans:
        return f"{symbol.file}:{ORDINAL.sub('', symbol.path)}"
    text = reading.snapshot.text(shown.path)
    data = text.data if text else b""
    first = data.count(b"\n", 0, shown.start) + 1
    last = data.count(b"\n", 0, shown.end) + 1
    over = (
        span
        for span in question.spans
        if span.place.startswith(f"{symbol.file}:") and span.first <= last and first <= span.last
    )
    return max((span.place for span in over), key=question.grade, default=f"{symbol.file}:")


def summed(found: Sequence[Outcome]) -> Score:
    times = sorted(each.milliseconds for each in found)
    ranks = [each.search.rank for each in found]
    return Score(
        questions=len(found),
        ndcg=_mean([each.search.ndcg for each in found]),
        mrr=_mean([1 / rank if rank else 0.0 for rank in ranks]),
        recall=_mean([float(rank > 0) for rank in ranks]),
        file_ndcg=_mean([each.search.file_ndcg for each in found]),
        words_ndcg=_mean([each.words.ndcg for each in found]),
        words_file_ndcg=_mean([each.words.file_ndcg for each in found]),
        p95_ms=times[int(0.95 * (len(times) - 1))] if times else 0.0,
    )


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / max(1, len(numbers))


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / log2(at + 1) for at, gain in enumerate(gains, 1))
