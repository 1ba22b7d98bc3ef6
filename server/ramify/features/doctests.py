"""Examples in docstrings that pytest runs as tests: which of them a change concerns.

They count where the workspace's own configuration of pytest says `--doctest-modules`. An example
tests the definition that it documents and what stands in that; and whatever of its file it names.
Must never know how a dependent was reached.
"""

from __future__ import annotations

import configparser
import re
import shlex
import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ramify.features.answers.impact import Runnable
from ramify.session.snapshot import Reading
from ramify_store.facts import NONE, Outline, Placed, SymbolKind, symbol_id

NAMED: Final = 1
"""What it costs (see `likely`) that an example names something, without standing in it."""

_MODULES: Final = "--doctest-modules"
_CONFIGURED: Final = {
    "pytest.ini": "pytest",
    ".pytest.ini": "pytest",
    "pyproject.toml": "tool.pytest",
    "tox.ini": "pytest",
    "setup.cfg": "tool:pytest",
}
"""By file that pytest reads, in its order: the section that makes it the one."""
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
    folders = _collected_folders(reading)
    if folders is None:
        return ()
    by_file: dict[str, dict[str, Dependent]] = {}
    for each in dependents:
        symbol = reading.view.symbol(each.symbol)
        if symbol is not None and _is_below(symbol.file, folders):
            by_file.setdefault(symbol.file, {})[symbol.path] = each
    found = [
        doctest for path, reached in by_file.items() for doctest in _in_file(reading, path, reached)
    ]
    return tuple(sorted(found, key=lambda each: (each.distance + each.doubt, each.symbol)))


def _in_file(reading: Reading, path: str, reached: dict[str, Dependent]) -> Iterator[Doctest]:
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
        best = min((*within, *named), key=lambda e: (e.doubt, e.distance), default=None)
        if best is not None:
            run = Runnable(path, placed.module, (_node(placed, name),), is_unittest=False)
            yield Doctest(symbol_id(placed, name), best.distance + 1, best.doubt, run)


def _examples(outline: Outline, data: bytes) -> Iterator[tuple[str, frozenset[str]]]:
    """Paths of symbols that have examples, with the words in those."""
    for fact in outline.symbols:
        if fact.doc_start == NONE or "<locals>" in fact.path or fact.kind == SymbolKind.LAMBDA:
            continue
        lines = _EXAMPLE.findall(data, fact.doc_start, fact.doc_end)
        if lines:
            said = b"\n".join(lines).decode("utf-8", "replace")
            yield fact.path, frozenset(_WORD.findall(said))


def _stands_in(path: str, name: str) -> bool:
    return path == name or path.startswith(f"{name}.")


def _names_of(path: str) -> list[str]:
    """Of a symbol and what it stands in, special ones left out: those nobody names."""
    return [each for each in path.split(".") if each and not each.startswith("__")]


def _node(placed: Placed, name: str) -> str:
    return f"{placed.module}.{name}" if name else placed.module


def _is_below(path: str, folders: Collection[str]) -> bool:
    return not folders or any(path == each or path.startswith(f"{each}/") for each in folders)


def _collected_folders(reading: Reading) -> tuple[str, ...] | None:
    """Where pytest looks for doctests of modules, empty for everywhere; None: nowhere."""
    for path, section in _CONFIGURED.items():
        text = reading.snapshot.text(path)
        options = _options(path, section, text.data) if text else None
        if options is not None:
            added, folders = options
            return tuple(each.rstrip("/") for each in folders) if _MODULES in added else None
    return None


def _options(path: str, section: str, data: bytes) -> tuple[list[str], list[str]] | None:
    """`addopts` and `testpaths`; None where the file is not pytest's."""
    said = data.decode("utf-8", "replace")
    try:
        if path.endswith(".toml"):
            table = tomllib.loads(said).get("tool", {}).get("pytest")
            if table is None:
                return None
            table = table.get("ini_options", table)
            return _words(table.get("addopts", "")), _words(table.get("testpaths", ""))
        parser = configparser.RawConfigParser(strict=False)
        parser.read_string(said)
        if not parser.has_section(section):
            return None
        table = dict(parser.items(section))
        return _words(table.get("addopts", "")), _words(table.get("testpaths", ""))
    except (ValueError, AttributeError, configparser.Error):
        return None


def _words(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(each) for each in value]
    return shlex.split(str(value), comments=True)
