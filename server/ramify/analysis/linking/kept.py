"""Answers kept from one relinking to the next, so that an edit works out little more than itself.

An answer about a file holds while nothing that the file asked others for has changed, and while
the files that its values point into keep their numbering. Both are told by the number of the
relinking in which that last happened; an answer is checked when it is used, never searched for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import Final

from ramify.analysis.inference.engine import (
    ANY_FLOW,
    Found,
    Question,
    Taint,
)
from ramify.analysis.inference.values import MADE, Value

_MOST: Final = 25_000
"""Answers kept of one kind, half a kilobyte each; beyond that the older half is dropped."""

_MOST_PROGRAMS: Final = 2_000
"""Edits after which all are dropped: what was worked out before them hardly holds."""

_numbers = count(1)


class Kept:
    """Answers with the number of the program that they were worked out in, as they hold in one
    program. Frozen, but that answers come along: those of all the programs that were made of one
    by edits, one after the other or side by side, are kept together."""

    def __init__(self) -> None:
        self._answers: dict[Question, tuple[Found, int, Taint]] = {}
        self._stale: Mapping[str, int] = {}
        self._renumbered: Mapping[str, int] = {}
        self._now = next(_numbers)
        self._programs = frozenset((self._now,))
        """Numbers of this program and of those that it was made of: they only rise."""

    def after(self, renumbered: Iterable[str], stale: Iterable[str]) -> Kept:
        """The same answers as they hold once these files have other facts, and these others
        other answers."""
        other = Kept()
        if len(self._programs) > _MOST_PROGRAMS:
            return other
        other._answers = self._answers
        other._programs |= self._programs
        other._renumbered = {**self._renumbered, **dict.fromkeys(renumbered, other._now)}
        other._stale = {**self._stale, **dict.fromkeys(stale, other._now)}
        return other

    def get(self, question: Question) -> tuple[Found, Taint] | None:
        """An answer that holds, and what it was made of; anything, once some of that has other
        numbers."""
        entry = self._answers.get(question)
        if entry is None:
            return None
        found, at, taint = entry
        if at == self._now:
            return found, taint
        if at not in self._programs or self._stale.get(question[1], 0) > at:
            return None
        renumbered = self._renumbered
        for result in found:
            for value in result:
                if _has_moved(value, renumbered, at):
                    return None
        if any(isinstance(each, tuple) and _has_moved(each, renumbered, at) for each in taint):
            return found, ANY_FLOW
        return found, taint

    def keep(
        self, answers: Mapping[Question, Found], taint_of: Callable[[Question], Taint]
    ) -> None:
        """Adds answers about this program."""
        if len(self._answers) > _MOST:
            for question in list(self._answers)[: _MOST // 2]:
                self._answers.pop(question, None)
        now = self._now
        self._answers.update(
            (question, (found, now, taint_of(question))) for question, found in answers.items()
        )


def _has_moved(value: Value, renumbered: Mapping[str, int], at: int) -> bool:
    """Whether a file whose numbering a value uses was numbered anew since."""
    if value[0] == MADE:
        return renumbered.get(value[2], 0) > at
    for part in value:
        if isinstance(part, tuple):
            if _has_moved(part, renumbered, at):
                return True
        elif isinstance(part, str) and renumbered.get(part, 0) > at:
            return True
    return False
