"""Answers kept from one relinking to the next, so that an edit works out little more than itself.

An answer about a file holds while nothing that the file asked others for has changed, and while
the files that its values point into keep their numbering. Both are told by the number of the
relinking in which that last happened; an answer is checked when it is used, never searched for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from ramify.analysis.inference.engine import (
    ANY_FLOW,
    Found,
    Question,
    Taint,
)
from ramify.analysis.inference.values import MADE, Value

_MOST: Final = 150_000
"""Answers kept at most: beyond that all are dropped and the next edit starts afresh."""


class Kept:
    """Answers with the number of the relinking that they were worked out in."""

    def __init__(self) -> None:
        self._answers: dict[Question, tuple[Found, int, Taint]] = {}
        self._stale: dict[str, int] = {}
        self._renumbered: dict[str, int] = {}
        self._now = 0

    def copy(self) -> Kept:
        other = Kept()
        other._answers = dict(self._answers)
        other._stale = dict(self._stale)
        other._renumbered = dict(self._renumbered)
        other._now = self._now
        return other

    def after(self, renumbered: Iterable[str], stale: Iterable[str]) -> Kept:
        """The same answers as they hold once these files have other facts, and these others
        other answers."""
        other = Kept()
        other._answers = self._answers
        other._now = self._now + 1
        other._renumbered = {**self._renumbered, **dict.fromkeys(renumbered, other._now)}
        other._stale = {**self._stale, **dict.fromkeys(stale, other._now)}
        return other

    def get(self, question: Question) -> Found | None:
        entry = self._answers.get(question)
        if entry is None:
            return None
        found, at, _ = entry
        if self._stale.get(question[1], 0) > at:
            return None
        if self._renumbered:
            for result in found:
                for value in result:
                    if any(self._renumbered.get(path, 0) > at for path in _paths_in(value)):
                        return None
        return found

    def taint_of(self, question: Question) -> Taint:
        """What a kept answer was made of; anything, once some of that has other numbers."""
        _, at, taint = self._answers[question]
        asked = (each for each in taint if isinstance(each, tuple))
        moved = any(self._renumbered.get(path, 0) > at for q in asked for path in _paths_in(q))
        return ANY_FLOW if moved else taint

    def keep(self, answers: dict[Question, Found], taint_of: Callable[[Question], Taint]) -> None:
        if len(self._answers) > _MOST:
            self._answers = {}
        now = self._now
        self._answers.update(
            (question, (found, now, taint_of(question))) for question, found in answers.items()
        )


def _paths_in(value: Value) -> Iterator[str]:
    """The files whose numbering a value uses."""
    if value[0] == MADE:
        yield value[2]
        return
    for part in value[1:]:
        if isinstance(part, tuple):
            yield from _paths_in(part)
        elif isinstance(part, str):
            yield part
