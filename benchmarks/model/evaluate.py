"""Docstring to code within a package: how often the right definition comes first.

Candidates are the documented functions and methods of a package without their docstrings, chosen
as in CodeSearchNet (Husain et al. 2019): no tests, no dunder methods, at least three lines. The
first sentence of a docstring asks for its definition, where no other has the same sentence.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.model.archives import texts
from benchmarks.model.bm25 import Bm25
from benchmarks.model.mine import pairs_file, read_pairs
from benchmarks.model.packages import Package
from benchmarks.model.pairs import LONGEST_CODE, is_question
from benchmarks.model.python_pairs import Definition, definitions
from benchmarks.model.split import validation_packages
from ramify.embedding.model import MOST_WORDS, Embedder, StaticEmbedder, load_embedder
from ramify.embedding.reranker import Pieces, padded, statistics_of
from ramify.embedding.tokens import raw_subtokens

RERANKED = 64


@dataclass(frozen=True, slots=True)
class DocstringTest:
    """One package: question `i` is answered by candidate `answers[i]` alone."""

    package: str
    candidates: tuple[str, ...]
    names: tuple[str, ...]
    """Of the candidates: `Class.method`."""
    questions: tuple[str, ...]
    answers: tuple[int, ...]

    def only(self, rows: Sequence[int]) -> "DocstringTest":
        """Only some of the questions."""
        return replace(
            self,
            questions=tuple(self.questions[row] for row in rows),
            answers=tuple(self.answers[row] for row in rows),
        )

    def pieces(self, embedder: StaticEmbedder) -> Pieces:
        """All candidates, as near as nothing."""
        parts = [name.rpartition(".") for name in self.names]
        return Pieces(
            words=padded(
                [embedder.read(raw_subtokens(code)).numbers.tolist() for code in self.candidates],
                MOST_WORDS,
            ),
            names=embedder.numbers_of([name for _, _, name in parts]),
            containers=embedder.numbers_of([around.rpartition(".")[2] for around, _, _ in parts]),
            cosines=np.zeros(len(self.names), np.float32),
        )


Scorer = Callable[[DocstringTest], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Score:
    """Means over questions: reciprocal rank within the first ten, share found within them."""

    mrr: float
    recall: float


def docstring_test(package: Package, cache: Path) -> DocstringTest:
    """The test of one package. Definitions with the same source count once."""
    found = {
        definition.code[:LONGEST_CODE]: definition
        for path, text in texts(package, cache, (".py",))
        for definition in definitions(text)
        if is_question(definition.summary) and _is_candidate(path, definition)
    }
    times = Counter(definition.summary for definition in found.values())
    asked = [
        (row, definition.summary)
        for row, definition in enumerate(found.values())
        if times[definition.summary] == 1
    ]
    return DocstringTest(
        package.name,
        tuple(found),
        tuple(definition.name for definition in found.values()),
        tuple(summary for _, summary in asked),
        tuple(row for row, _ in asked),
    )


def _is_candidate(path: str, definition: Definition) -> bool:
    name = definition.name.lower()
    return (
        not definition.is_class
        and not name.endswith("__")
        and "test" not in name
        and re.search(r"(^|/)tests?/", path) is None
        and len(definition.code.strip().splitlines()) >= 3
    )


def score(test: DocstringTest, scorer: Scorer) -> Score:
    """How well `scorer(test)` (shape: questions by candidates) ranks the answers.

    Ties count against the scorer.
    """
    scores = scorer(test)
    own = scores[np.arange(len(test.answers)), list(test.answers)]
    ranks = (scores >= own[:, None]).sum(axis=1)
    within = ranks <= 10
    return Score(float((within / ranks).mean()), float(within.mean()))


@cache
def by_bm25(test: DocstringTest) -> NDArray[np.float64]:
    index = Bm25(test.candidates)
    return np.stack([index.scores(question) for question in test.questions])


def by_vectors(embedder: Embedder) -> Scorer:
    @cache
    def scorer(test: DocstringTest) -> NDArray[np.float64]:
        asked = np.stack([embedder.embed_query(question) for question in test.questions])
        return (asked @ embedder.embed_chunks(test.candidates).T).astype(np.float64)

    return scorer


def by_both(first: Scorer, second: Scorer, weight: float) -> Scorer:
    """The sum of two scorers' z-scores over the candidates, the second one's times `weight`."""

    def scorer(test: DocstringTest) -> NDArray[np.float64]:
        return standardised(first(test)) + weight * standardised(second(test))

    return scorer


def by_reranker(embedder: StaticEmbedder) -> Scorer:
    """The RERANKED nearest by both, compared word by word; the others behind them."""
    vectors = by_vectors(embedder)
    first = by_both(by_bm25, vectors, 8.0)

    def scorer(test: DocstringTest) -> NDArray[np.float64]:
        cosines, pieces = vectors(test), test.pieces(embedder)
        statistics = statistics_of(pieces.words)
        scores = first(test) - 1e6
        for row, question in enumerate(test.questions):
            near = np.argsort(-scores[row], kind="stable")[:RERANKED]
            some = Pieces(
                pieces.words[near],
                pieces.names[near],
                pieces.containers[near],
                cosines[row][near].astype(np.float32),
            )
            scores[row][near] = embedder.answering(question, some, statistics).scores
        return scores

    return scorer


def standardised(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = scores - scores.mean(axis=1, keepdims=True)
    return np.asarray(centred / (centred.std(axis=1, keepdims=True) + 1e-9))


def shipped() -> StaticEmbedder:
    embedder = load_embedder()
    assert isinstance(embedder, StaticEmbedder)
    return embedder


def table(tests: Sequence[DocstringTest], scorers: dict[str, Scorer]) -> str:
    """A Markdown table: a row for each package and their mean, MRR@10 / recall@10 per scorer."""
    rows = [
        f"| package | questions | candidates | {' | '.join(scorers)} |",
        "|---" * (len(scorers) + 3) + "|",
    ]
    results = {name: [score(test, scorer) for test in tests] for name, scorer in scorers.items()}
    for at, test in enumerate(tests):
        cells = [f"{r[at].mrr:.3f} / {r[at].recall:.3f}" for r in results.values()]
        rows.append(
            f"| {test.package} | {len(test.questions)} | {len(test.candidates)} "
            f"| {' | '.join(cells)} |"
        )
    means = [
        f"{np.mean([s.mrr for s in r]):.3f} / {np.mean([s.recall for s in r]):.3f}"
        for r in results.values()
    ]
    total = sum(len(test.questions) for test in tests)
    rows.append(f"| **mean** | {total} | | {' | '.join(means)} |")
    return "\n".join(rows)


def report(packages: Sequence[Package], cache: Path) -> str:
    """The shipped model beside BM25 and beside both together, in one table."""
    tests = [docstring_test(package, cache) for package in packages]
    embedder = shipped()
    vectors = by_vectors(embedder)
    scorers = {
        "BM25": by_bm25,
        "model": vectors,
        "BM25 + 8 x model": by_both(by_bm25, vectors, 8.0),
        "these, reranked": by_reranker(embedder),
    }
    return table(tests, scorers)


def report_validation(packages: Sequence[Package], cache: Path) -> str:
    """The same for the validation packages of every language, mean over packages by ecosystem.

    Candidates are the documented definitions that were mined; what is chosen is chosen by this.
    """
    mined = [package for package in packages if pairs_file(package, cache).exists()]
    scorers = {"BM25": by_bm25, "model": by_vectors(shipped())}
    rows = ["| ecosystem | packages | " + " | ".join(scorers) + " |", "|---|---|---|---|"]
    held_out = validation_packages(mined)
    for ecosystem in dict.fromkeys(package.ecosystem for package in held_out):
        tests = [
            mined_test(package, cache) for package in held_out if package.ecosystem == ecosystem
        ]
        scores = [[score(test, scorer) for test in tests] for scorer in scorers.values()]
        cells = [
            f"{np.mean([s.mrr for s in each]):.3f} / {np.mean([s.recall for s in each]):.3f}"
            for each in scores
        ]
        rows.append(f"| {ecosystem} | {len(tests)} | {' | '.join(cells)} |")
    return "\n".join(rows)


def mined_test(package: Package, cache: Path) -> DocstringTest:
    """The test of one package in any language, from its mined first sentences."""
    pairs = [pair for pair in read_pairs(pairs_file(package, cache)) if pair.kind == "summary"]
    times = Counter(pair.query for pair in pairs)
    asked = [(row, pair.query) for row, pair in enumerate(pairs) if times[pair.query] == 1]
    return DocstringTest(
        package.name,
        tuple(pair.code for pair in pairs),
        tuple(pair.name for pair in pairs),
        tuple(question for _, question in asked),
        tuple(row for row, _ in asked),
    )
