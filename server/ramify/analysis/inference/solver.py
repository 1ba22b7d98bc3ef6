"""Demand-driven least fixpoints with memory, for inference that runs in circles.

Questions (keys) are answered by a function that may ask further questions. A question that asks
itself is first told "nothing", then asked again until its answer stands still: the answers are the
least fixpoint, so they do not depend on which question came first. Answers met inside an
unfinished circle are kept only until the circle's head is done.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Final, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")

FREE: Final = 1 << 60
_ROUNDS: Final = 40
"""Answers only grow and their values are few, so a circle settles in a few rounds; the
bound is for the pathological, whose answer is then still sound as far as it goes."""

_DEEPEST: Final = 600
"""Questions inside questions; generated chains of assignments are longer than any stack."""


class Solver(Generic[Key, Answer]):
    """Works out answers; who asks keeps those that are settled. `low` is the depth of the
    shallowest unfinished question that what is being computed has leaned on; FREE when on none, and
    then the result may be remembered."""

    def __init__(self, nothing: Answer) -> None:
        self.low = FREE
        self.settled = False
        """Whether the answer given last is settled."""
        self.settled_along: Sequence[tuple[Key, Answer]] = ()
        """The other questions of the circle that was settled with it."""
        self._nothing = nothing
        self._depths: dict[Key, int] = {}
        """Of the questions being answered."""
        self._so_far: dict[Key, Answer] = {}
        """Their answers, of those that have one before they are done."""
        self._tentative: dict[Key, tuple[Answer, int]] = {}
        self._trail: list[Key] = []
        self._moved = False

    def ask(self, key: Key, answer: Callable[[], Answer]) -> Answer:
        """The answer to a question that is not settled yet."""
        depths = self._depths
        depth = depths.get(key)
        if depth is not None:
            self.low = min(self.low, depth)
            self.settled = False
            return self._so_far.get(key, self._nothing)
        tentative = self._tentative.get(key)
        if tentative is not None:
            self.low = min(self.low, tentative[1])
            self.settled = False
            return tentative[0]
        depth = len(depths)
        if depth >= _DEEPEST:
            self.low = 0
            self.settled = False
            return self._nothing
        return self._work_out(key, answer, depth)

    @property
    def is_at_work(self) -> bool:
        return bool(self._depths)

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

    def _work_out(self, key: Key, answer: Callable[[], Answer], depth: int) -> Answer:
        """Only a circle's head repeats; the questions inside go once a round, each from where
        the round before left it, until a round moves nothing."""
        outer = self.low
        trail = len(self._trail)
        moved_outside = self._moved
        self._depths[key] = depth
        try:
            self.low = FREE
            self._moved = False
            found = answer()
            if self.low <= depth:
                found = self._again(key, answer, depth, found, trail)
        finally:
            del self._depths[key]
        if self.low >= depth:
            self._so_far.pop(key, None)
            self.settled = True
            self.settled_along = self._settle(trail) if len(self._trail) > trail else ()
            self._moved = moved_outside
            self.low = outer
        else:
            self._tentative[key] = (found, self.low)
            self._trail.append(key)
            self._so_far[key] = found
            self._moved = self._moved or moved_outside
            self.low = min(outer, self.low)
            self.settled = False
        return found

    def _again(
        self, key: Key, answer: Callable[[], Answer], depth: int, found: Answer, trail: int
    ) -> Answer:
        """The answer to a question in a circle, asked on from what was found when it was asked
        first; of the head of the circle until it stands still."""
        for turn in range(_ROUNDS):
            if turn:
                self.low = FREE
                self._moved = False
                found = answer()
            if found != self._so_far.get(key, self._nothing):
                self._moved = True
                self._so_far[key] = found
            if self.low != depth or not self._moved:
                break
            self._forget(trail)
        return found

    def _forget(self, trail: int) -> None:
        for key in self._trail[trail:]:
            del self._tentative[key]
        del self._trail[trail:]

    def _settle(self, trail: int) -> Sequence[tuple[Key, Answer]]:
        settled = []
        for key in self._trail[trail:]:
            settled.append((key, self._tentative.pop(key)[0]))
            self._so_far.pop(key, None)
        del self._trail[trail:]
        return settled
