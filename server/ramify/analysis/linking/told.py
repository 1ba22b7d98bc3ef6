"""What others are told about files, round by round, kept from one relinking to the next.

Who edits a file edits it again: what was told of it after the one edit is what was told before the
next. Knows nothing of what is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

from ramify.analysis.linking.keys import Ask

_MOST: Final = 8
"""Files of which it is kept: those linked again last."""


class Answer(NamedTuple):
    told: Any
    """Can be compared with what another program tells."""
    is_stable: bool
    """No flow had a part in it: it holds in every round."""


Answers = Mapping[Ask, Answer]


class Told:
    """By file and round. Frozen."""

    def __init__(self, answers: Mapping[str, Mapping[int, Answers]] | None = None) -> None:
        self._answers = {} if answers is None else answers

    def get(self, path: str, number: int, ask: Ask) -> Answer | None:
        rounds = self._answers.get(path)
        return None if rounds is None else answer_in(rounds, number, ask)

    def after(self, answers: Mapping[str, Mapping[int, Answers]], changed: Collection[str]) -> Told:
        """The same once other answers took their place; of a file that was changed nothing else
        is known."""
        found = {path: known for path, known in self._answers.items() if path not in changed}
        for path, rounds in answers.items():
            found[path] = {**found.pop(path, {}), **rounds}
        return Told(dict(list(found.items())[-_MOST:]))


def answer_in(rounds: Mapping[int, Answers], number: int, ask: Ask) -> Answer | None:
    """An answer of a round, or of the first one if that holds in all of them."""
    answers = rounds.get(0)
    first = None if answers is None else answers.get(ask)
    if number == 0 or (first is not None and first.is_stable):
        return first
    answers = rounds.get(number)
    return None if answers is None else answers.get(ask)
