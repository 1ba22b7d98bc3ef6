"""Examples in docstrings and documents that pytest runs as tests: which of them a change concerns.

They count where the workspace's own configuration of pytest says `--doctest-modules`, documents
where it says `--doctest-glob`. An example
tests the definition that it documents and what stands in that; and whatever of its file it names.
Must never know how a dependent was reached.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Final

from ramify.features.answers.impact import Runnable
from ramify.features.pytest_options import Options, is_below, options_of
from ramify.session.snapshot import Reading
from ramify_store.facts import NONE, Outline, SymbolKind, symbol_id

NAMED: Final = 1
"""What it costs (see `likely`) that an example names something, without standing in it."""

MOST_DOCUMENTS: Final = 200
"""Looked at for one question."""

_DOCTESTS: Final = "--doctest"
_MODULES: Final = "--doctest-modules"
_GLOB: Final = "--doctest-glob"
_EXAMPLE: Final = re.compile(rb"^\s*(?:>>>|\.\.\.)(.*)$", re.MULTILINE)
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Dependent:
    """What changed, or depends on it."""

    symbol: str
    distance: int
    doubt: int


@dataclass(frozen=True, slots=True)
class Doctest:
    symbol: str
    """Whose docstring holds the examples."""
    distance: int
    doubt: int
    run: Runnable


def doctests_of(reading: Reading, dependents: Iterable[Dependent]) -> tuple[Doctest, ...]:
    """The doctests that a change concerns, nearest and surest first; none where pytest runs no
    doctests here."""
    options = options_of(reading)
    if options is None or not any(each.startswith(_DOCTESTS) for each in options.added):
        return ()
    folders = [each.rstrip("/") for each in options.folders]
    found = list(_in_documents(reading, dependents := list(dependents), options, folders))
    if _MODULES in options.added:
        found.extend(_in_modules(reading, dependents, options, folders))
    return tuple(sorted(found, key=lambda each: (each.distance + each.doubt, each.symbol)))


def _in_modules(
    reading: Reading, dependents: Iterable[Dependent], options: Options, folders: Sequence[str]
) -> Iterator[Doctest]:
    by_file: dict[str, dict[str, Dependent]] = {}
    for each in dependents:
        symbol = reading.view.symbol(each.symbol)
        if symbol is not None and is_below(symbol.file, folders):
            by_file.setdefault(symbol.file, {})[symbol.path] = each
    for path, reached in by_file.items():
        yield from _in_file(reading, path, reached, options)


def _in_documents(
    reading: Reading, dependents: Iterable[Dependent], options: Options, folders: Sequence[str]
) -> Iterator[Doctest]:
    """Documents whose examples name one of them: pytest runs each document as one test."""
    globs = list(_globs(options.added))
    if not globs:
        return
    named: dict[str, Dependent] = {}
    for each in sorted(dependents, key=lambda each: (each.doubt, each.distance), reverse=True):
        named.update(dict.fromkeys(_names_of(each.symbol.rpartition("/")[2])[-1:], each))
    paths = [path for path in reading.view.paths() if is_below(path, folders)]
    documents = [path for path in paths if any(fnmatch(path.rpartition("/")[2], g) for g in globs)]
    for path in documents[:MOST_DOCUMENTS]:
        placed, text = reading.view.placed(path), reading.snapshot.text(path)
        if placed is None or text is None:
            continue
        said = named.keys() & _said_in(_EXAMPLE.findall(text.data))
        best = min((named[each] for each in said), key=_doubt_first, default=None)
        if best is not None:
            run = Runnable(path, placed.module, (path.rpartition("/")[2],), is_unittest=False)
            doubt = best.doubt + NAMED
            yield Doctest(symbol_id(placed, ""), best.distance + 1, doubt, run)


def _globs(added: Sequence[str]) -> Iterator[str]:
    for at, each in enumerate(added):
        if each.startswith(f"{_GLOB}="):
            yield each.partition("=")[2]
        elif each == _GLOB:
            yield from added[at + 1 : at + 2]


def _doubt_first(dependent: Dependent) -> tuple[int, int]:
    return dependent.doubt, dependent.distance


def _in_file(
    reading: Reading, path: str, reached: dict[str, Dependent], options: Options
) -> Iterator[Doctest]:
    placed, facts = reading.view.placed(path), reading.snapshot.facts(path)
    text = reading.snapshot.text(path)
    if placed is None or facts is None or text is None:
        return
    for name, words in _examples(facts.outline, text.data):
        within = [each for at, each in reached.items() if name and _stands_in(at, name)]
        named = [
            Dependent(each.symbol, each.distance, each.doubt + NAMED)
            for at, each in reached.items()
            if not words.isdisjoint(_names_of(at))
        ]
        best = min((*within, *named), key=_doubt_first, default=None)
        if best is not None:
            module = _dotted(path) if options.namespaces else placed.module
            node = f"{module}.{name}" if name else module
            run = Runnable(path, placed.module, (node,), is_unittest=False)
            yield Doctest(symbol_id(placed, name), best.distance + 1, best.doubt, run)


def _examples(outline: Outline, data: bytes) -> Iterator[tuple[str, frozenset[str]]]:
    """Paths of symbols that have examples, with the words in those."""
    for fact in outline.symbols:
        if fact.doc_start == NONE or "<locals>" in fact.path or fact.kind == SymbolKind.LAMBDA:
            continue
        lines = _EXAMPLE.findall(data, fact.doc_start, fact.doc_end)
        if lines:
            yield fact.path, _said_in(lines)


def _said_in(lines: Sequence[bytes]) -> frozenset[str]:
    return frozenset(_WORD.findall(b"\n".join(lines).decode("utf-8", "replace")))


def _stands_in(path: str, name: str) -> bool:
    return path == name or path.startswith(f"{name}.")


def _names_of(path: str) -> list[str]:
    """Of a symbol and what it stands in, special ones left out: those nobody names."""
    return [each for each in path.split(".") if each and not each.startswith("__")]


def _dotted(path: str) -> str:
    """As pytest names a module that may stand in packages without an `__init__.py`."""
    inside = path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__")
    return inside.replace("/", ".")
