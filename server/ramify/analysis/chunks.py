"""Chunks."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from ramify_store.facts import ChunkFact, SymbolFact


def cut(
    data: bytes,
    language: str,
    symbols: Sequence[SymbolFact],
    lines: array[int],
    statement_starts: Sequence[int],
) -> tuple[ChunkFact, ...]:
    return ()
