"""How much each sign counts when hits are put in order: numbers alone, chosen by measurement.

In standard deviations of what was found for a question. `python -m benchmarks.search choose` moves
them one after another over the choosing part of its questions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Weights:
    """What is added, or taken off where the comment says less."""

    text: float = 0.15
    """Of BM25, beside 1 for how well a piece answers word by word."""
    vector: float = 0.1
    """Of the cosine of the whole piece."""
    defines: float = 4.0
    """It defines what the query spells."""
    member: float = 4.5
    """It is in the class that the query spells, and the rest of the query says its name."""
    name_words: float = 2.0
    """While there are no vectors: words of the query in its name."""
    path: float = 0.6
    """Words of the query in its path."""
    near: float = 1.0
    """The symbol that was asked to be near; half of it at one step."""
    used: float = 0.2
    """Of the logarithm of how much else uses it."""
    calls: float = 0.6
    """It calls what is found as well."""
    called: float = 0.3
    """What is found as well calls it."""
    company: float = 1.5
    """Much else of its file is found."""
    short: float = 0.8
    """Less, times the logarithm of how many times shorter it is than a piece that says enough."""
    module: float = 2.5
    """Less for the head of a module, its code outside of definitions,"""
    loose: float = 2.0
    """code outside of definitions where the head of a file cannot be told from it,"""
    type: float = 1.0
    """the head of a class,"""
    special: float = 1.0
    """`__init__` and its like,"""
    private: float = 0.1
    """a private symbol,"""
    property: float = 0.3
    """a property,"""
    document: float = 4.0
    """a section of a document or a page."""
    documentation: float = 1.0
    """Less for whatever stands among documents,"""
    made: float = 2.0
    """copies of others' code and what programs made,"""
    example: float = 2.0
    """examples and benchmarks,"""
    declaring: float = 1.0
    """a file of types or constants, which declares what others do,"""
    compatibility: float = 0.4
    """compatibility code,"""
    test: float = 5.0
    """tests,"""
    said_test: float = 3.0
    """tests while the query has the word but does not ask for them,"""
    named_test: float = 1.0
    """tests that it spells."""
    further: float = 0.5
    """Less for each symbol of the same file that stands above,"""
    most_further: int = 3
    """of so many."""


WEIGHTS: Final = Weights()
