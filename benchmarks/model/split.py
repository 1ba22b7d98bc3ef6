"""From mined pairs to arrays: deduplicated, split by package, turned into sub-token numbers.

The vocabulary comes from the training part alone. Nothing that also occurs in a reporting package
(the same code or the same question) stays in either part. Further questions about the training
part are written beside it.
"""

import hashlib
import multiprocessing
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.model import further_pairs
from benchmarks.model.archives import texts
from benchmarks.model.mine import pairs_file, read_pairs
from benchmarks.model.packages import Package
from benchmarks.model.pairs import LONGEST_CODE, Pair
from benchmarks.model.python_pairs import definitions
from ramify.embedding.tokens import raw_subtokens, subtokens
from ramify.embedding.vocabulary import Vocabulary

VOCABULARY_SIZE = 40_000
CODE_LENGTH = 128
QUERY_LENGTH = 32
SAME_QUESTION = 3
VALIDATION = Path(__file__).parent / "validation.tsv"
KINDS = ("summary", "detail", "comment", "name", "none", *further_pairs.KINDS)


@dataclass(frozen=True, slots=True)
class Examples:
    """Pairs as numbers. Row `i` of each array speaks of pair `i`; 0 fills up; words count from 1.

    `code`, `query`: distinct words in order of first occurrence, shapes (n, CODE_LENGTH) and
    (n, QUERY_LENGTH); `code_times`, `query_times`: how often each occurs, at most 255.
    `package`: number of the package; `kind`: place in KINDS; `definition`: equal where questions
    ask for the same code, whatever of it is left in.
    """

    code: NDArray[np.uint16]
    code_times: NDArray[np.uint8]
    query: NDArray[np.uint16]
    query_times: NDArray[np.uint8]
    package: NDArray[np.int32]
    kind: NDArray[np.int8]
    definition: NDArray[np.int64]

    def save(self, path: Path) -> None:
        np.savez(path, **{name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def load(cls, path: Path) -> "Examples":
        with np.load(path) as arrays:
            return cls(**{name: arrays[name] for name in cls.__slots__})

    def rows(self, rows: Sequence[int]) -> "Examples":
        return Examples(**{name: getattr(self, name)[rows] for name in self.__slots__})

    @classmethod
    def joined(cls, parts: Sequence["Examples"]) -> "Examples":
        return cls(
            **{
                each.name: np.concatenate([getattr(part, each.name) for part in parts])
                for each in fields(cls)
            }
        )


def split(packages: list[Package], reporting: list[Package], cache: Path) -> None:
    """Write vocabulary.txt, train.npz, further.npz, validation.npz and packages.txt under
    `cache`."""
    mined = [package for package in packages if pairs_file(package, cache).exists()]
    reported = reporting_fingerprints(reporting, cache)
    held_out = validation_packages(mined)
    validation = _kept(held_out, cache, reported)
    seen = reported | {mark for _, pair in validation for mark in fingerprints(pair)}
    in_training = {package.key for package in held_out}
    train = _kept([package for package in mined if package.key not in in_training], cache, seen)
    words = vocabulary_words(pair for _, pair in train)
    (cache / "vocabulary.txt").write_text("\n".join(words), encoding="utf-8")
    numbers = {package.key: number for number, package in enumerate(mined)}
    (cache / "packages.txt").write_text("\n".join(numbers), encoding="utf-8")
    vocabulary = Vocabulary(["", *words])
    examples(train, numbers, vocabulary).save(cache / "train.npz")
    examples(validation, numbers, vocabulary).save(cache / "validation.npz")
    kinds = Counter((pair.language, pair.kind) for _, pair in train)
    print(f"{len(train)} for training, {len(validation)} for validation: {dict(kinds)}", flush=True)
    trained = [package for package in mined if package.key not in in_training]
    further = further_examples(trained, cache, seen, numbers, vocabulary)
    further.save(cache / "further.npz")
    counts = np.bincount(further.kind, minlength=len(KINDS)).tolist()
    print(f"{sum(counts)} further questions: {dict(zip(KINDS, counts, strict=True))}")


def validation_packages(listed: Iterable[Package]) -> list[Package]:
    """Those that `validation.tsv` names: never trained on, whatever else is listed."""
    _, *rows = VALIDATION.read_text(encoding="utf-8").splitlines()
    by_key = {package.key: package for package in listed}
    named = (":".join(row.split("\t")) for row in rows)
    return [by_key[key] for key in named if key in by_key]


def reporting_fingerprints(reporting: list[Package], cache: Path) -> set[bytes]:
    """What must not be learned from elsewhere: copies of the code and questions of the packages."""
    return {
        _digest(text)
        for package in reporting
        for _, source in texts(package, cache, (".py",))
        for definition in definitions(source)
        for text in ("code:" + _letters(definition.code[:LONGEST_CODE]), _asked(definition.summary))
        if len(text) > 40
    }


def fingerprints(pair: Pair) -> tuple[bytes, ...]:
    marks = ["code:" + _letters(pair.code)]
    if len(_asked(pair.query)) > 40:
        marks.append(_asked(pair.query))
    return tuple(map(_digest, marks))


def vocabulary_words(pairs: Iterable[Pair]) -> list[str]:
    """The most frequent sub-tokens by number of pairs, most frequent first, ties by spelling."""
    counts = Counter[str]()
    for pair in pairs:
        counts.update({*subtokens(pair.code), *subtokens(pair.query)})
    by_count = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    useful = (word for word, count in by_count if count >= 3 and 1 <= len(word) <= 24)
    return [word for _, word in zip(range(VOCABULARY_SIZE), useful, strict=False)]


def examples(
    pairs: list[tuple[str, Pair]], numbers: dict[str, int], vocabulary: Vocabulary
) -> Examples:
    made = Examples(
        np.zeros((len(pairs), CODE_LENGTH), np.uint16),
        np.zeros((len(pairs), CODE_LENGTH), np.uint8),
        np.zeros((len(pairs), QUERY_LENGTH), np.uint16),
        np.zeros((len(pairs), QUERY_LENGTH), np.uint8),
        np.array([numbers[key] for key, _ in pairs], np.int32),
        np.array([KINDS.index(pair.kind) for _, pair in pairs], np.int8),
        np.zeros(len(pairs), np.int64),
    )
    for row, (_, pair) in enumerate(pairs):
        _fill(made.code[row], made.code_times[row], vocabulary.numbers(raw_subtokens(pair.code)))
        _fill(made.query[row], made.query_times[row], vocabulary.numbers(raw_subtokens(pair.query)))
        made.definition[row] = definition_of(made.code[row])
    return made


def definition_of(code: NDArray[np.uint16]) -> int:
    """Names code by its words."""
    digest = hashlib.blake2b(code.tobytes(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


@dataclass(frozen=True, slots=True)
class _Task:
    """What every process has: inherited, for it is large."""

    cache: Path
    seen: set[bytes]
    numbers: dict[str, int]
    vocabulary: Vocabulary


_TASKS: list[_Task] = []


def further_examples(
    packages: Sequence[Package],
    cache: Path,
    seen: set[bytes],
    numbers: dict[str, int],
    vocabulary: Vocabulary,
) -> Examples:
    """Further questions about the definitions of these packages, on all cores: the same question
    at most three times, and once about one name."""
    task = _Task(cache, seen, numbers, vocabulary)
    asked, own, parts = Counter[bytes](), set[bytes](), list[Examples]()
    context = multiprocessing.get_context("fork")
    with context.Pool(os.cpu_count(), _TASKS.append, (task,)) as pool:
        for made, questions, marks in pool.imap(_further_of, packages, chunksize=8):
            kept = []
            for row, (question, mark) in enumerate(zip(questions, marks, strict=True)):
                if asked[question] < SAME_QUESTION and mark not in own:
                    asked[question] += 1
                    own.add(mark)
                    kept.append(row)
            parts.append(made.rows(kept))
    return Examples.joined(parts)


def _further_of(package: Package) -> tuple[Examples, list[bytes], list[bytes]]:
    """With a digest of each question, and one of the question, its kind and the name."""
    task = _TASKS[-1]
    mined = [
        pair
        for pair in read_pairs(pairs_file(package, task.cache))
        if task.seen.isdisjoint(fingerprints(pair))
    ]
    pairs, questions = list[Pair](), list[bytes]()
    for pair in further_pairs.further_pairs(package.key, mined):
        question = _digest(_asked(pair.query))
        if question not in task.seen:
            pairs.append(pair)
            questions.append(question)
    marks = [
        _digest(f"{pair.kind} {pair.name} {question.hex()}")
        for pair, question in zip(pairs, questions, strict=True)
    ]
    made = examples([(package.key, pair) for pair in pairs], task.numbers, task.vocabulary)
    bare = {(pair.path, pair.name): pair.code for pair in mined}
    known: dict[str, int] = {}
    for row, pair in enumerate(pairs):
        code = bare[pair.path, pair.name]
        if code not in known:
            words = np.zeros(CODE_LENGTH, np.uint16)
            numbers = task.vocabulary.numbers(raw_subtokens(code))
            _fill(words, np.zeros(CODE_LENGTH, np.uint8), numbers)
            known[code] = definition_of(words)
        made.definition[row] = known[code]
    return made, questions, marks


def _fill(row: NDArray[np.uint16], times: NDArray[np.uint8], numbers: Iterable[int]) -> None:
    counts = list(Counter(numbers).items())[: len(row)]
    row[: len(counts)] = [number for number, _ in counts]
    times[: len(counts)] = [min(count, 255) for _, count in counts]


def _kept(packages: list[Package], cache: Path, seen: set[bytes]) -> list[tuple[str, Pair]]:
    return list(_deduplicated(packages, cache, seen))


def _deduplicated(
    packages: list[Package], cache: Path, seen: set[bytes]
) -> Iterator[tuple[str, Pair]]:
    own: set[tuple[str, bytes]] = set()
    asked = Counter[str]()
    for package in packages:
        for pair in read_pairs(pairs_file(package, cache)):
            marks = fingerprints(pair)
            question = _asked(pair.query)
            if pair.kind == "none" or not seen.isdisjoint(marks) or (pair.kind, marks[0]) in own:
                continue
            if asked[question] < SAME_QUESTION:
                asked[question] += 1
                own.add((pair.kind, marks[0]))
                yield package.key, pair


def _letters(text: str) -> str:
    return "".join(subtokens(text))


def _asked(question: str) -> str:
    return "question:" + _letters(question)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=12).digest()
