"""What is related to a symbol though no edge says so: like code, documents, common history.

The rest of the groups of `ramify.features.related`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from numpy import int32
from numpy.typing import NDArray

from ramify.embedding.tokens import subtokens
from ramify.features.relatives import Relative
from ramify.session.snapshot import Reading
from ramify_store.facts import Symbol, SymbolKind
from ramify_store.view import ChunkFilter, Hit

SIMILAR: Final = 12
LEAST_SIMILAR: Final = 0.5
"""Cosine below which two pieces of code have nothing in common but their language."""
NEAR_CLONE: Final = 0.8
"""Share of the words that two pieces have in common from which on one is a copy of the other."""
TOGETHER: Final = 12
LEAST_TOGETHER: Final = 0.05
"""Share of the weighted commits below which two files went together by chance."""

_SECTIONS: Final = 100
_CLASSES_AND_FUNCTIONS: Final = frozenset({SymbolKind.CLASS, SymbolKind.FUNCTION})


def similar(reading: Reading, symbol: Symbol, inside: Collection[str]) -> list[Relative]:
    """By the embedding of its first piece."""
    pieces = reading.search.chunks_of(symbol.id)
    vector = reading.search.vector_of(pieces[0]) if pieces else None
    if vector is None:
        return []
    best: dict[str, Hit] = {}
    for hit in reading.search.nearest(vector, 4 * SIMILAR, ChunkFilter()):
        if hit.symbol not in inside and hit.score >= LEAST_SIMILAR:
            best.setdefault(hit.symbol, hit)
    shown = list(best.values())[:SIMILAR]
    own, *others = reading.search.words_of([pieces[0], *shown])
    return [
        Relative(other, None, hit.score, f"{_likeness(own, words)} ({hit.score:.2f})")
        for hit, words in zip(shown, others, strict=True)
        if (other := reading.view.symbol(hit.symbol)) is not None
    ]


def _likeness(own: NDArray[int32], other: NDArray[int32]) -> str:
    """By the words that two pieces share, of all they have."""
    words, others = set(own[own >= 0].tolist()), set(other[other >= 0].tolist())
    shared = len(words & others) / max(1, len(words | others))
    return "nearly the same code" if shared >= NEAR_CLONE else "similar code"


def documents(reading: Reading, symbol: Symbol) -> list[Relative]:
    """Documents that name it. A name that is a plain word, or that others have too, counts with
    its class or module before it or as code."""
    words = subtokens(symbol.name)
    if not words:
        return []
    mention = _mention(symbol, telling=len(words) > 1 and len(reading.view.named(symbol.name)) == 1)
    only = ChunkFilter(kinds=("section",), words=frozenset(words))
    found: dict[str, int] = {}
    for hit in reading.search.full_text(words, _SECTIONS, only):
        if hit.symbol != symbol.id and mention.search(reading.search.text_of(hit)):
            found[hit.symbol] = found.get(hit.symbol, 0) + 1
    return [
        Relative(document, None, count, f"mentions it in {count} section{'s' * (count > 1)}")
        for document_id, count in found.items()
        if (document := reading.view.symbol(document_id)) is not None
    ]


def _mention(symbol: Symbol, *, telling: bool) -> re.Pattern[str]:
    name = re.escape(symbol.name)
    owner = symbol.container.rpartition("/")[2] or symbol.container.rpartition(" ")[2].rstrip("/")
    qualified = rf"\b{re.escape(owner.rpartition('.')[2])}\.{name}\b"
    as_code = rf"`[^`\n]*\b{name}\b[^`\n]*`" if symbol.kind in _CLASSES_AND_FUNCTIONS else qualified
    return re.compile(rf"\b{name}\b" if telling else f"{qualified}|{as_code}")


def together(reading: Reading, symbol: Symbol) -> list[Relative]:
    """Files that the repository changed in the same commits as its file."""
    found = []
    for each in reading.history.companions(symbol.file):
        of_file = reading.view.symbols_of(each.path)
        if of_file and each.strength >= LEAST_TOGETHER:
            reason = f"changed together with its file in {each.shared} of {each.commits} commits"
            found.append(Relative(of_file[0], None, each.strength, reason))
    return found[:TOGETHER]
