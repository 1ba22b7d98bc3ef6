"""How long to wait before the next attempt at something that may work in a moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

_FIRST: Final = 0.01
_MOST: Final = 0.5
_GROWTH: Final = 1.7


def delays(
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
    share: Callable[[], float] | None = None,
) -> Iterator[float]:
    """Seconds to sleep between attempts, rising, until `seconds` have passed in all.

    Half of each is left to chance, so that many who wait for one thing do not come at once.
    """
    chance = share or _chance()
    until = clock() + seconds
    delay = _FIRST
    while (left := until - clock()) > 0:
        yield min(left, delay * (0.5 + 0.5 * chance()))
        delay = min(_MOST, delay * _GROWTH)


def _chance() -> Callable[[], float]:
    from random import random  # takes milliseconds to import: not for whoever waits for nothing

    return random
