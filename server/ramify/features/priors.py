"""What a symbol is and where it stands, before it is compared with anything: who asks where
something is done wants the function, not its test, its example, its document or the head around it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt
from typing import Final, Protocol

from ramify.embedding.tokens import subtokens
from ramify.features.weights import Weights
from ramify.languages.registry import language_of
from ramify_store.facts import Symbol, SymbolKind
from ramify_store.view import Hit

_TEST_WORDS: Final = frozenset({"test", "tests", "testing", "pytest", "unittest", "fixture"})
_ASKS_FOR_TESTS: Final = re.compile(
    r"^\W*(?:where (?:are|is) |which |what |find |show )?(?:the |a |all )?(?:unit |integration )?"
    r"tests?\W+(?:for|of|that|which|case|cover|check)\b|\btested\b|\bfixtures?\b|\bpytest\b",
    re.IGNORECASE,
)
_COMPATIBILITY_WORDS: Final = frozenset({"compat", "legacy", "deprecated", "vendor", "vendored"})
_EXAMPLE_WORDS: Final = frozenset(
    "example examples demo demos sample samples tutorial tutorials benchmark benchmarks bench "
    "benches perf perftest fuzz lab playground".split()
)
_DOCUMENTATION_WORDS: Final = frozenset(
    "doc docs documentation changelog changes history news templates".split()
)
_MADE_FOLDERS: Final = re.compile(
    r"(?:^|/)(?:_?vendor(?:s|ed)?|third[_-]?party|node_modules|(?:dist|out|bundles?|generated"
    r"|extern(?:als?)?|deps)(?=/.*\.(?!py$)\w+$))/"
)
"""Where copies of others' code stand, and what programs made."""
_DECLARING_STEMS: Final = frozenset("types typing interfaces constants".split())
_LONG_ENOUGH: Final = 1500
"""Bytes of a piece that is not short."""
_SHORTEST: Final = 100
"""A piece of fewer bytes is as short as one of so many."""
_HEAD_WORDS: Final = frozenset(
    "class classes module modules document documents documentation docs readme changelog".split()
)
_DOCUMENTS: Final = frozenset(
    {"markdown", "restructuredtext", "asciidoc", "text", "toml", "yaml", "ini", "html", "css"}
)


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as far as priors depend on it."""

    words: frozenset[str]
    has_test_word: bool
    for_tests: bool
    for_heads: bool
    for_examples: bool

    @classmethod
    def of(cls, text: str, words: Sequence[str], *, tests_asked: bool) -> Asking:
        own = frozenset(words)
        return cls(
            own,
            not own.isdisjoint(_TEST_WORDS),
            tests_asked or _ASKS_FOR_TESTS.search(text) is not None,
            not own.isdisjoint(_HEAD_WORDS),
            not own.isdisjoint(_EXAMPLE_WORDS),
        )


class Standing(Protocol):
    """What a prior looks at."""

    @property
    def symbol(self) -> Symbol: ...

    @property
    def hit(self) -> Hit: ...

    @property
    def named(self) -> bool:
        """The query spells its identifier."""
        ...

    @property
    def member(self) -> bool:
        """The query spells its class and says its name."""
        ...


def prior(asking: Asking, found: Standing, weights: Weights) -> float:
    path = _Path.of(found.symbol.file)
    said = len(asking.words & path.words) / sqrt(max(1, len(asking.words)))
    score = weights.path * said - weights.compatibility * (not path.compatibility <= asking.words)
    if found.named:
        return score + weights.defines - weights.named_test * _is_unasked_test(asking, found)
    score += weights.member * found.member
    if not asking.for_heads:
        score -= weights.short * _shortness(found.hit)
    score -= _head_loss(asking, found, weights) + _place_loss(asking, path, weights)
    if _is_unasked_test(asking, found):
        score -= weights.said_test if asking.has_test_word else weights.test
    return score


def _shortness(hit: Hit) -> float:
    """A few words that all fit are soon found in a few lines that do nothing else."""
    return max(0.0, log(_LONG_ENOUGH / max(_SHORTEST, hit.end - hit.start)))


def kind_of(found: Standing) -> SymbolKind:
    """Of what a piece defines, also where no symbol says so."""
    if not found.hit.name:
        return found.symbol.kind
    if found.hit.kind == "class":
        return SymbolKind.CLASS
    return SymbolKind.METHOD if "." in found.hit.name else SymbolKind.FUNCTION


def _is_unasked_test(asking: Asking, found: Standing) -> bool:
    return not asking.for_tests and (
        found.symbol.is_test or found.hit.name.partition(".")[0].lower() in _TEST_WORDS
    )


def _head_loss(asking: Asking, found: Standing, weights: Weights) -> float:
    symbol = found.symbol
    if symbol.name.startswith("__"):
        return weights.special
    if asking.for_heads:
        return 0.0
    if found.hit.kind == "section":
        return weights.document if language_of(symbol.file) in _DOCUMENTS else 0.0
    loss = weights.private if symbol.name.startswith("_") else 0.0
    kind = kind_of(found)
    if kind is SymbolKind.MODULE:
        return loss + (weights.module if found.hit.kind == "module" else weights.loose)
    if kind is SymbolKind.CLASS:
        return loss + weights.type
    return loss + weights.property * (kind is SymbolKind.PROPERTY)


def _place_loss(asking: Asking, path: _Path, weights: Weights) -> float:
    return (
        weights.made * path.is_made
        + weights.example * (path.is_example and not asking.for_examples)
        + weights.documentation * (path.is_documentation and not asking.for_heads)
        + weights.declaring * path.is_declaring
    )


def words_of_path(path: str) -> frozenset[str]:
    return _Path.of(path).words


@dataclass(frozen=True, slots=True)
class _Path:
    words: frozenset[str]
    compatibility: frozenset[str]
    """Its words that say compatibility."""
    is_example: bool
    is_documentation: bool
    is_declaring: bool
    is_made: bool

    @staticmethod
    @lru_cache(maxsize=4096)
    def of(path: str) -> _Path:
        folders, _, name = path.rpartition("/")
        words = frozenset(subtokens(path))
        return _Path(
            words,
            words & _COMPATIBILITY_WORDS,
            not _EXAMPLE_WORDS.isdisjoint(subtokens(folders)),
            not _DOCUMENTATION_WORDS.isdisjoint(re.split(r"[/_.\-]+", path.lower())),
            _declares(name),
            _MADE_FOLDERS.search(path) is not None,
        )


def _declares(name: str) -> bool:
    """By its name a file of types or of constants, or of declarations alone."""
    if name.endswith((".h", ".d.ts")):
        return True
    words = subtokens(name.partition(".")[0])
    return len(words) <= 2 and not _DECLARING_STEMS.isdisjoint(words)
