"""From mined pairs to arrays: deduplicated, split by package, turned into sub-token numbers.

The vocabulary comes from the training part alone. Nothing that also occurs in a reporting package
(the same code or the same question) stays in either part.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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
KINDS = ("summary", "detail", "comment", "name", "none")


@dataclass(frozen=True, slots=True)
class Examples:
    """Pairs as numbers. Row `i` of each array speaks of pair `i`; 0 fills up; words count from 1.

    `code`, `query`: distinct words in order of first occurrence, shapes (n, CODE_LENGTH) and
    (n, QUERY_LENGTH); `code_times`, `query_times`: how often each occurs, at most 255.
    `package`: number of the package; `kind`: place in KINDS.
    """

    code: NDArray[np.uint16]
    code_times: NDArray[np.uint8]
    query: NDArray[np.uint16]
    query_times: NDArray[np.uint8]
    package: NDArray[np.int32]
    kind: NDArray[np.int8]

    def save(self, path: Path) -> None:
        np.savez(path, **{name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def load(cls, path: Path) -> "Examples":
        with np.load(path) as arrays:
            return cls(**{name: arrays[name] for name in cls.__slots__})


def split(packages: list[Package], reporting: list[Package], cache: Path) -> None:
    """Write vocabulary.txt, train.npz, validation.npz and packages.txt under `cache`."""
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
    print(f"{len(train)} for training, {len(validation)} for validation: {dict(kinds)}")


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
    )
    for row, (_, pair) in enumerate(pairs):
        _fill(made.code[row], made.code_times[row], vocabulary.numbers(raw_subtokens(pair.code)))
        _fill(made.query[row], made.query_times[row], vocabulary.numbers(raw_subtokens(pair.query)))
    return made


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
