"""Demand-driven least fixpoints with memory, for inference that runs in circles.

Questions (keys) are answered by a function that may ask further questions. A question that asks
itself is first told "nothing", then asked again until its answer stands still: the answers are the
least fixpoint, so they do not depend on which question came first. Answers met inside an
unfinished circle are kept only until the circle's head is done.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")

FREE: Final = 1 << 60
_ROUNDS: Final = 40
"""Answers only grow and their values are few, so a circle settles in a few rounds; the
bound is for the pathological, whose answer is then still sound as far as it goes."""

_DEEPEST: Final = 600
"""Questions inside questions; generated chains of assignments are longer than any stack."""


class _Active(Generic[Answer]):
    __slots__ = ("answer", "depth")

    def __init__(self, depth: int, answer: Answer) -> None:
        self.depth = depth
        self.answer = answer


class Solver(Generic[Key, Answer]):
    """Holds the answers. `low` is the depth of the shallowest unfinished question that what is
    being computed has leaned on; FREE when on none, and then the result may be remembered."""

    def __init__(self, nothing: Answer) -> None:
        self.low = FREE
        self.done: dict[Key, Answer] = {}
        """Settled answers; who is in a hurry may look here first."""
        self._nothing = nothing
        self._active: dict[Key, _Active[Answer]] = {}
        self._tentative: dict[Key, tuple[Answer, int]] = {}
        self._trail: list[Key] = []
        self.settled_along: list[Key] = []
        """The other questions of the circle that was settled last."""
        self._previous: dict[Key, Answer] = {}
        self._moved = False

    def ask(self, key: Key, answer: Callable[[], Answer]) -> Answer:
        """The answer to a question that is not settled yet."""
        active = self._active.get(key)
        if active is not None:
            self.low = min(self.low, active.depth)
            return active.answer
        tentative = self._tentative.get(key)
        if tentative is not None:
            self.low = min(self.low, tentative[1])
            return tentative[0]
        if len(self._active) >= _DEEPEST:
            self.low = 0
            return self._nothing
        return self._work_out(key, answer)

    @property
    def is_at_work(self) -> bool:
        return bool(self._active)

    def is_settled_by(self, asking: Callable[[], object]) -> bool:
        """Asks something for its own sake; whether that leans on nothing unfinished. What does is
        forgotten: nobody here goes on from it, so the circle may be settled without it."""
        low, moved, trail = self.low, self._moved, len(self._trail)
        self.low = FREE
        asking()
        leans = self.low != FREE
        if leans:
            self._forget(trail)
        self.low, self._moved = low, moved
        return not leans

    def _work_out(self, key: Key, answer: Callable[[], Answer]) -> Answer:
        """Only a circle's head repeats; the questions inside go once a round, each from where
        the round before left it, until a round moves nothing."""
        outer = self.low
        depth = len(self._active)
        trail = len(self._trail)
        state = _Active(depth, self._previous.get(key, self._nothing))
        self._active[key] = state
        moved_outside, self._moved = self._moved, False
        try:
            for _ in range(_ROUNDS):
                self.low = FREE
                self._moved = False
                found = answer()
                if found != state.answer:
                    self._moved = True
                    state.answer = found
                if self.low != depth or not self._moved:
                    break
                self._forget(trail)
        finally:
            del self._active[key]
            self._moved = self._moved or moved_outside
        if self.low >= depth:
            self._settle(key, found, trail)
            self._moved = moved_outside
            self.low = outer
        else:
            self._tentative[key] = (found, self.low)
            self._trail.append(key)
            self._previous[key] = found
            self.low = min(outer, self.low)
        return found

    def _settle(self, key: Key, found: Answer, trail: int) -> None:
        self.done[key] = found
        self._previous.pop(key, None)
        self.settled_along = self._trail[trail:]
        for settled in self.settled_along:
            self.done[settled] = self._tentative.pop(settled)[0]
            self._previous.pop(settled, None)
        del self._trail[trail:]

    def _forget(self, trail: int) -> None:
        for key in self._trail[trail:]:
            del self._tentative[key]
        del self._trail[trail:]
