"""Asks questions through the feature itself, over an indexed workspace, and scores the answers."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.search.corpus import Question, cut_docstrings, natural_questions, unpacked
from ramify.embedding.model import load_embedder
from ramify.features.answers import Page
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


@contextmanager
def tests_of(package: str, cache: Path) -> Iterator[list[Test]]:
    """The natural questions over the package as it is; its docstrings over it without them."""
    with tempfile.TemporaryDirectory(prefix="ramify-search-") as scratch:
        whole, bare = Path(scratch, "whole"), Path(scratch, "bare")
        unpacked(package, cache, whole)
        unpacked(package, cache, bare)
        cut = cut_docstrings(bare)
        with indexed(bare) as of_bare:
            docstrings = Test(package, "docstrings", tuple(cut), of_bare)
            natural = natural_questions(package)
            if not natural:
                yield [docstrings]
                return
            with indexed(whole) as of_whole:
                yield [Test(package, "natural", tuple(natural), of_whole), docstrings]


@contextmanager
def indexed(folder: Path) -> Iterator[Reading]:
    workspace = Workspace.open(folder, Settings(), memory=True)
    try:
        workspace.refresh()
        yield workspace.client().reading(CancelToken(), complete_within=_PATIENCE)
    finally:
        workspace.close()


def score(test: Test) -> Score:
    embedder, token = load_embedder(), CancelToken()
    ranks, times = [], []
    for question in test.questions:
        began = perf_counter()
        answer = search(test.reading, token, question.text, embedder, page=Page(limit=DEPTH))
        times.append(1000 * (perf_counter() - began))
        ranks.append(rank([hit.item.id for hit in answer.hits], question, place_of(test.reading)))
    return summed(ranks, times)


def rank(found: Sequence[str], question: Question, place: Callable[[str], str]) -> int:
    """Of the first true place within the first ten, from 1; 0 when there is none."""
    places = (place(each) for each in found[:DEPTH])
    return next((at for at, each in enumerate(places, 1) if each in question.answers), 0)


def place_of(reading: Reading) -> Callable[[str], str]:
    def place(symbol_id: str) -> str:
        symbol = reading.view.symbol(symbol_id)
        return f"{symbol.file}:{ORDINAL.sub('', symbol.path)}" if symbol else ""

    return place


def summed(ranks: Sequence[int], times: Sequence[float]) -> Score:
    count = max(1, len(ranks))
    return Score(
        questions=len(ranks),
        mrr=sum(1 / each for each in ranks if each) / count,
        recall=sum(each > 0 for each in ranks) / count,
        p95_ms=sorted(times)[int(0.95 * (len(times) - 1))] if times else 0.0,
    )
