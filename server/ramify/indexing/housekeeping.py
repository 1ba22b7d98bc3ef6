"""When the stores are put in order: after each time of work, once nothing was to do for a while.

Whatever comes meanwhile goes first: what was in hand is given up until the next quiet time. An
idle workspace that is in order wakes up for nothing. Knows no steps (see `ramify_store.upkeep`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final

from ramify.indexing.committed import Base
from ramify.indexing.stores import Stores
from ramify.session.cancel import CancelledError
from ramify_store import upkeep
from ramify_store.upkeep import Kept

QUIET_SECONDS: Final = 30.0


class Housekeeping:
    """Belongs to the writer thread; `report` to any."""

    def __init__(self) -> None:
        self._waits = True
        self._worked_at = time.monotonic()
        self._state = "waits for a quiet time"
        self._last: Kept | None = None

    def worked(self) -> None:
        """Something was done that may leave something to put in order."""
        self._waits = True
        self._worked_at = time.monotonic()
        self._state = "waits for a quiet time"

    def seconds_left(self) -> float | None:
        """Until it is time; None while there is nothing to do."""
        if not self._waits:
            return None
        return max(0.0, self._worked_at + QUIET_SECONDS - time.monotonic())

    def keep(self, stores: Stores, base: Base, is_wanted: Callable[[], bool]) -> Kept | None:
        """Puts the stores in order; None when `is_wanted` said that somebody waits for them."""

        def check() -> None:
            if is_wanted():
                raise CancelledError

        def tell(step: str) -> None:
            self._state = f"puts {step} in order"

        live = {(placed.hash, placed.language) for placed in base.table.placed.values()}
        self._waits = False
        try:
            self._last = upkeep.keep(stores.store, live, check, tell)
        except CancelledError:
            self._waits = True
            self._worked_at = time.monotonic()
            self._state = "interrupted, waits for a quiet time"
            return None
        except BaseException:
            self._state = "failed"
            raise
        self._state = "in order"
        return self._last

    def report(self, stores: Stores | None) -> Mapping[str, int | str]:
        """`state`, and of the last time: `at` (seconds since the epoch), `milliseconds`, `done`,
        `freedBytes`, `orphanVectors`, `evictedFacts`, `forgottenRuns`."""
        last = self._last or (None if stores is None else upkeep.last(stores.directory))
        found: dict[str, int | str] = {"state": self._state}
        if last is not None:
            found |= {
                "at": int(last.at),
                "milliseconds": int(last.seconds * 1000),
                "done": ", ".join(last.done) or "nothing",
                "freedBytes": last.freed,
                "orphanVectors": last.vectors,
                "evictedFacts": last.facts,
                "forgottenRuns": last.runs,
            }
        return found
