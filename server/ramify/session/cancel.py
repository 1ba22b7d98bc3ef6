"""Cancelling: a flag that a long question asks now and then, and a deadline beside it."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf


class CancelledError(Exception):
    """The client withdrew the question: stop, answer nothing."""


class CancelToken:
    """Shared by the loop (which cancels) and one worker (which asks).

    `deadline` is in seconds of `clock`; past it `expired` is true and a feature gives what it has
    and says that it is partial.
    """

    def __init__(
        self, deadline: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._cancelled = False
        self._deadline = deadline
        self._clock = clock

    def cancel(self) -> None:
        self._cancelled = True

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled

    @property
    def expired(self) -> bool:
        return self._deadline is not None and self._clock() >= self._deadline

    @property
    def remaining(self) -> float:
        """Seconds until the deadline, negative past it; infinite without one."""
        return inf if self._deadline is None else self._deadline - self._clock()

    def check(self) -> None:
        """Raises CancelledError once the question was withdrawn."""
        if self._cancelled:
            raise CancelledError
