"""How a command ends: its exit codes and the one exception for "no answer".

Everything a verb cannot do for a reason that the user can act on is an `UnansweredError`; its
message says what to do. Knows nothing of how either is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

ANSWERED: Final = 0
UNANSWERED: Final = 1
"""The question could not be answered, or the answer is that something is wrong (`verify`)."""
USAGE: Final = 2
INTERRUPTED: Final = 130


@dataclass(frozen=True)
class Candidate:
    """A symbol that an ambiguous name may have meant."""

    name: str
    kind: str
    place: str
    """`path:line:col`, clickable."""


class UnansweredError(Exception):
    """The question has no answer; the message says why and what to do."""

    def __init__(self, message: str, candidates: Sequence[Candidate] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.candidates = tuple(candidates)


class UsageError(Exception):
    """Arguments that contradict each other, found after parsing."""
