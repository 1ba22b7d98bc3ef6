"""When to try once more what failed for a reason that may pass: a busy file, a full disk, a lock.

Each attempt waits longer than the one before it, half of the wait left to chance, and after some
it is left to the next change. Knows nothing of what is tried.
"""

from __future__ import annotations

import random
import time
from typing import Final

from ramify_store.errors import StoreClosed, StoreError

ATTEMPTS: Final = 8
FIRST_SECONDS: Final = 1.0
MOST_SECONDS: Final = 60.0


class Retry:
    """Belongs to one thread."""

    def __init__(self) -> None:
        self._failures = 0
        self._at: float | None = None

    def succeeded(self) -> None:
        self._failures, self._at = 0, None

    def failed(self, error: BaseException) -> None:
        """Plans the next attempt where the reason may pass and there were not too many."""
        self._at = None
        if not may_pass(error) or self._failures >= ATTEMPTS:
            return
        longest = min(MOST_SECONDS, FIRST_SECONDS * 2**self._failures)
        self._at = time.monotonic() + longest * (0.5 + 0.5 * random.random())  # noqa: S311
        self._failures += 1

    def seconds_left(self) -> float | None:
        """Until the next attempt; None where none is planned."""
        return None if self._at is None else max(0.0, self._at - time.monotonic())

    def begun(self) -> None:
        """The next attempt is on its way."""
        self._at = None


def may_pass(error: BaseException) -> bool:
    """Whether the same thing may work in a moment: what the system or a store refused, no bug."""
    return isinstance(error, OSError | StoreError) and not isinstance(error, StoreClosed)
