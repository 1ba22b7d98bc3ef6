"""What stands above a definition: how many call it, how many tests reach it, what hangs on it.

Where lenses go is told from the text as it stands; what they say is counted when one is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ramify.features.answers.common import Page, Place
from ramify.features.calls import callers
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import Certainty, SymbolKind, symbol_id

MOST_LENSES: Final = 400
"""Definitions of one file beyond which it has no lenses at all."""
DEPTH: Final = 20
"""Links; further away nobody speaks of an impact."""

_KINDS: Final = frozenset({SymbolKind.CLASS, SymbolKind.FUNCTION, SymbolKind.METHOD})
_EVERYBODY: Final = Page(0, 1_000_000)


@dataclass(frozen=True, slots=True)
class Lens:
    symbol: str
    place: Place
    """The name that it stands above."""


@dataclass(frozen=True, slots=True)
class LensCounts:
    exact: int
    """Callers, each counted once, by the best of its calls."""
    inferred: int
    possible: int
    """Call sites of which only the name matches."""
    affected: int
    """Dependents at any distance, tests left out."""
    tests: int


def lenses(reading: Reading, token: CancelToken, path: str) -> tuple[Lens, ...]:
    """In order of position; tests, and what is defined inside of functions, have none."""
    placed, facts = reading.snapshot.placed(path), reading.snapshot.facts(path)
    if placed is None or facts is None or placed.is_test:
        return ()
    token.check()
    found = tuple(
        Lens(symbol_id(placed, fact.path), Place(path, fact.name_start, fact.name_end))
        for fact in facts.outline.symbols[1:]
        if fact.kind in _KINDS and "<locals>" not in fact.path
    )
    return found if len(found) <= MOST_LENSES else ()


def lens_counts(reading: Reading, token: CancelToken, symbol: str) -> LensCounts | None:
    """None when the graph has no such symbol (yet)."""
    from ramify.features.reach import dependents  # NumPy: not at the start

    found = callers(reading, token, symbol, Certainty.INFERRED, _EVERYBODY)
    if found is None:
        return None
    exact = sum(each.item.certainty == Certainty.EXACT for each in found.items)
    reach = dependents(reading.view, token, [symbol], Certainty.INFERRED, DEPTH)
    return LensCounts(
        exact, len(found.items) - exact, found.possible, len(reach.others), len(reach.tests)
    )


def lens_title(counts: LensCounts) -> str:
    """`3 callers (1 inferred), 2 possible · 9 affected · 4 tests`."""
    callers_ = counts.exact + counts.inferred
    parts = ["no callers known" if not callers_ else _many(callers_, "caller")]
    if counts.inferred:
        parts[0] += f" ({counts.inferred} inferred)"
    if counts.possible:
        parts[0] += f", {counts.possible} possible"
    if counts.affected > callers_:
        parts.append(f"{counts.affected} affected")
    parts.append(_many(counts.tests, "test") if counts.tests else "no test known")
    return " · ".join(parts)


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
