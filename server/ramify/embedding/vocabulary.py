"""From sub-tokens to the numbers of those that a model knows.

A sub-token outside the vocabulary counts as the longest known words it is made of (`urlparse` is
`url parse`). Must never know what the numbers stand for in a model.
"""

from collections.abc import Iterable, Sequence
from itertools import chain

_SHORTEST_PIECE = 3
_LONGEST_PIECE = 20
_MOST_REMEMBERED = 200_000


class Vocabulary:
    """Words in a fixed order; a word's number is its place. Safe to share between threads."""

    def __init__(self, words: Sequence[str]) -> None:
        self._numbers = {word: number for number, word in enumerate(words)}
        self._remembered: dict[str, tuple[int, ...]] = _Remembered(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, tokens: Iterable[str]) -> Iterable[int]:
        """The numbers of the sub-tokens of a text as they are written, in order, repetitions
        kept."""
        if len(self._remembered) > _MOST_REMEMBERED:
            self._remembered = _Remembered(self._numbers)
        remembered = self._remembered
        return chain.from_iterable([remembered[token] for token in tokens])


class _Remembered(dict[str, tuple[int, ...]]):
    """Sub-token as written -> numbers, filled on demand: most texts repeat the same words."""

    def __init__(self, numbers: dict[str, int]) -> None:
        super().__init__()
        self._numbers = numbers

    def __missing__(self, token: str) -> tuple[int, ...]:
        found = self[token] = _numbers_of(token.lower(), self._numbers)
        return found


def _numbers_of(word: str, numbers: dict[str, int]) -> tuple[int, ...]:
    if word in numbers:
        return (numbers[word],)
    if word.isdecimal():
        return ()
    pieces: list[int] = []
    start = 0
    while start + _SHORTEST_PIECE <= len(word):
        for end in range(min(len(word), start + _LONGEST_PIECE), start + _SHORTEST_PIECE - 1, -1):
            if (number := numbers.get(word[start:end])) is not None:
                pieces.append(number)
                start = end
                break
        else:
            start += 1
    return tuple(pieces)
