"""Which lines of one text are nearly those of another, by the words they share.

Pure: texts in, line numbers out. Blank lines, indentation and punctuation count for nothing; a
renamed variable or two leaves a copy a copy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ramify.embedding.tokens import subtokens

NEARLY: Final = 0.8
"""Share of the words in both, of those in the longer, from which on lines are a copy."""
MOST_LINES: Final = 60
"""Of the lines looked for: as many as a piece of code has."""
LEAST_WORDS: Final = 8
"""Fewer words stand together by chance."""


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    """From 0, in its text."""
    words: Counter[str]


@dataclass(frozen=True, slots=True)
class Copy:
    """Lines [first, last] of the text that was looked through."""

    first: int
    last: int
    share: float
    """1 for the same words, repetitions counted, in whatever order."""


def lines_of(text: str) -> tuple[Line, ...]:
    """Those with words."""
    counted = ((number, Counter(subtokens(line))) for number, line in enumerate(text.split("\n")))
    return tuple(Line(number, words) for number, words in counted if words)


def copied(wanted: Sequence[Line], lines: Sequence[Line]) -> Copy | None:
    """The run of as many lines that is most like the wanted ones, the first of the best; None
    when no run is nearly the same."""
    wanted = wanted[:MOST_LINES]
    whole = _together(wanted)
    size = whole.total()
    if size < LEAST_WORDS or (whole & _together(lines)).total() < NEARLY * size:
        return None
    best: Copy | None = None
    for at in range(max(1, len(lines) - len(wanted) + 1)):
        run = lines[at : at + len(wanted)]
        words = _together(run)
        share = (whole & words).total() / max(size, words.total())
        if share >= NEARLY and (best is None or share > best.share):
            best = Copy(run[0].number, run[-1].number, share)
    return best


def _together(lines: Sequence[Line]) -> Counter[str]:
    words: Counter[str] = Counter()
    for line in lines:
        words.update(line.words)
    return words
