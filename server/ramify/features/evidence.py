"""Tests that ran a piece of code, by a coverage file: from contexts to symbols.

pytest-cov records `tests/test_a.py::TestA::test_b|run`, coverage.py itself `test_a.TestA.test_b`.
Must never know how a data file is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from ramify.features.answers.impact import Runnable
from ramify.features.upstream import is_test_case
from ramify.session.coverage import Coverage
from ramify.session.snapshot import Reading
from ramify_store.facts import EdgeKind, Symbol, symbol_id

RAN_IT: Final = "ran it, by coverage"
RAN_IT_BEFORE: Final = "ran it before the change, by coverage"
RAN_AN_OLDER: Final = "ran it, by a coverage file older than the code"

_PYTEST: Final = re.compile(r"(?P<path>[^:|]+\.py)::(?P<names>[^|\[]+)(?:\[.*)?")


class Lines(NamedTuple):
    """Where a piece of code stands: lines from 1, both included."""

    path: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """A test that ran the code."""

    test: Symbol
    run: Runnable
    reason: str

    @property
    def is_fresh(self) -> bool:
        return self.reason == RAN_IT


def ran_by(
    reading: Reading, coverage: Coverage, pieces: Iterable[tuple[Lines | None, Lines | None]]
) -> tuple[Evidence, ...]:
    """Tests that ran one of the pieces, each as it stands now and as it stood before a change, in
    order of id; the best reason counts."""
    found: dict[tuple[str, tuple[str, ...]], Evidence] = {}
    for now, before in pieces:
        lines, reason = _which(coverage, now, before)
        if lines is None:
            continue
        for ran in coverage.ran(lines.path):
            # The line of the `def` itself runs when the module is imported.
            inside = range(lines.first + (lines.last > lines.first), lines.last + 1)
            if ran.lines.isdisjoint(inside):
                continue
            for test, run in _tests_of(reading, ran.context):
                known = found.get((test.id, run.names))
                if known is None or not known.is_fresh:
                    found[test.id, run.names] = Evidence(test, run, reason)
    return tuple(found[key] for key in sorted(found))


def _which(coverage: Coverage, now: Lines | None, before: Lines | None) -> tuple[Lines | None, str]:
    if now is not None and not coverage.is_older_than(now.path):
        return now, RAN_IT
    return (before, RAN_IT_BEFORE) if before is not None else (now, RAN_AN_OLDER)


def _tests_of(reading: Reading, context: str) -> Iterable[tuple[Symbol, Runnable]]:
    """The test that a context names, if it is one of the workspace."""
    named = _PYTEST.match(context)
    if named is not None:
        path, names = named["path"], tuple(named["names"].split("::"))
        placed = reading.view.placed(path)
        test = _defined(reading, symbol_id(placed, ".".join(names))) if placed else None
        if test is not None and placed is not None:
            yield test, Runnable(path, placed.module, names, is_unittest=False)
        return
    dotted = context.partition("|")[0]
    for symbol in reading.view.named(dotted.rpartition(".")[2]):
        placed = reading.view.placed(symbol.file)
        if placed is not None and is_test_case(symbol):
            full = f"{placed.module}.{symbol.path}"
            if full == dotted or full.endswith(f".{dotted}"):
                names = tuple(symbol.path.split("."))
                yield symbol, Runnable(symbol.file, placed.module, names, is_unittest=False)


def _defined(reading: Reading, wanted: str) -> Symbol | None:
    """The method itself, or the one that the class inherits."""
    owner, dot, name = wanted.rpartition(".")
    waiting, seen = [owner], {owner}
    symbol = reading.view.symbol(wanted)
    while symbol is None and waiting and dot and "/" in owner:
        for edge in reading.view.outgoing(waiting.pop(0), (EdgeKind.INHERITS,)):
            if edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)
                symbol = symbol or reading.view.symbol(f"{edge.target}.{name}")
    return symbol
