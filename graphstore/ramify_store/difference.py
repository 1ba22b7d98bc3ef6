"""What must be written so that the graph's rows become others: the row-wise commit as a value.

Knows rows, and no database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ramify_store.facts import EdgeKind
from ramify_store.rows import EdgeKey, LookUpKey, Rows, Sites, SymbolRow

_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Difference:
    put_symbols: Sequence[SymbolRow]
    """New ones and those whose row changed."""
    vanished: Sequence[str]
    undefined: Mapping[str, str]
    """Symbols whose DEFINES edge goes, and from which file; `defined` says what comes instead."""
    defined: Mapping[str, str]
    uncontained: Mapping[str, str]
    contained: Mapping[str, str]
    emptied: Sequence[tuple[EdgeKind, str]]
    """Symbols all of whose edges of a kind go: one query for all of them."""
    deleted_edges: Sequence[EdgeKey]
    """Single edges that go while others of their kind and symbol stay."""
    created_edges: Mapping[EdgeKey, Sites]
    moved_edges: Mapping[EdgeKey, Sites]
    """Edges that stay and stand at other sites of their symbol."""
    unwaiting: Sequence[str]
    """Symbols all of whose look-ups go."""
    deleted_lookups: Sequence[LookUpKey]
    created_lookups: Mapping[LookUpKey, Sites]
    moved_lookups: Mapping[LookUpKey, Sites]

    @property
    def size(self) -> int:
        """How many rows are touched."""
        return sum(len(getattr(self, name)) for name in self.__slots__)


def difference(before: Rows, after: Rows) -> Difference:
    edged = {(key.kind, key.source) for key in after.edges}
    waiting = {key.source for key in after.lookups}
    return Difference(
        put_symbols=[row for key, row in after.symbols.items() if before.symbols.get(key) != row],
        vanished=_gone(before.symbols, after.symbols),
        undefined=_new(after.file_of, before.file_of),
        defined=_new(before.file_of, after.file_of),
        uncontained=_new(after.container_of, before.container_of),
        contained=_new(before.container_of, after.container_of),
        emptied=sorted({(key.kind, key.source) for key in before.edges} - edged),
        deleted_edges=[
            key for key in _gone(before.edges, after.edges) if (key.kind, key.source) in edged
        ],
        created_edges={key: sites for key, sites in after.edges.items() if key not in before.edges},
        moved_edges=_moved(before.edges, after.edges),
        unwaiting=sorted({key.source for key in before.lookups} - waiting),
        deleted_lookups=[
            key for key in _gone(before.lookups, after.lookups) if key.source in waiting
        ],
        created_lookups={
            key: sites for key, sites in after.lookups.items() if key not in before.lookups
        },
        moved_lookups=_moved(before.lookups, after.lookups),
    )


def _gone(before: Mapping[_Key, object], after: Mapping[_Key, object]) -> list[_Key]:
    return [key for key in before if key not in after]


def _new(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in after.items() if before.get(key) != value}


def _moved(before: Mapping[_Key, Sites], after: Mapping[_Key, Sites]) -> dict[_Key, Sites]:
    return {key: sites for key, sites in after.items() if key in before and before[key] != sites}
