"""Functions that are risky to change: complex inside, much called, and changed again and again.

The score is the product of the three, each on a scale that flattens (twice the callers is not twice
the risk), over the largest of the workspace.
"""

from __future__ import annotations

from dataclasses import replace
from math import log2
from typing import Final

from ramify.features.answers.common import FIRST_PAGE, Page
from ramify.features.answers.overviews import Hotspot, Hotspots
from ramify.features.places import Places
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import Certainty, EdgeKind, Symbol
from ramify_store.view import Churn, GraphView

_CALLS: Final = (EdgeKind.CALLS,)
_UNCHANGED: Final = Churn(0, 0.0)


def hotspots(reading: Reading, token: CancelToken, page: Page = FIRST_PAGE) -> Hotspots:
    """Tests and what has no branch are left out."""
    view, churn = reading.view, reading.history.churn()
    found = []
    for path in view.paths():
        token.check()
        changed = churn.get(path, _UNCHANGED)
        for symbol in view.symbols_of(path):
            if symbol.complexity > 1 and not symbol.is_test:
                found.append(_measured(view, symbol, changed))
    found.sort(key=lambda each: (-each[0], each[1].id))
    highest = found[0][0] if found else 1.0
    places = Places(reading)
    unread = reading.history.unread
    return Hotspots(
        items=tuple(
            replace(hotspot, score=round(score / highest, 4))
            for score, symbol, numbers in found[page.offset : page.offset + page.limit]
            if (item := places.item(symbol)) and (hotspot := Hotspot(item, 0.0, *numbers))
        ),
        total=len(found),
        notes=() if unread is None else (f"how often files changed: {unread}",),
    )


def _measured(
    view: GraphView, symbol: Symbol, changed: Churn
) -> tuple[float, Symbol, tuple[int, int, int, int]]:
    incoming = {e.source for e in view.incoming(symbol.id, _CALLS) if _counts(e.certainty)}
    outgoing = {e.target for e in view.outgoing(symbol.id, _CALLS) if _counts(e.certainty)}
    score = _flat(symbol.complexity) * _flat(1 + len(incoming)) * _flat(1 + changed.weight)
    return score, symbol, (symbol.complexity, len(incoming), len(outgoing), changed.commits)


def _counts(certainty: Certainty) -> bool:
    return certainty > Certainty.POSSIBLE


def _flat(number: float) -> float:
    return log2(1 + number)
