"""What must be written so that the graph's rows become others: the row-wise commit as a value.

Knows rows, and no database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ramify_store.rows import EdgeKey, LookUpKey, Rows, Sites, SymbolRow

_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Difference:
    put_symbols: Sequence[SymbolRow]
    """New ones and those whose row changed."""
    vanished: Sequence[str]
    undefined: Sequence[str]
    """Symbols whose DEFINES edge goes; `defined` says where the new one starts."""
    defined: Mapping[str, str]
    uncontained: Sequence[str]
    contained: Mapping[str, str]
    deleted_edges: Sequence[EdgeKey]
    created_edges: Mapping[EdgeKey, Sites]
    moved_edges: Mapping[EdgeKey, Sites]
    """Edges that stay and stand at other sites of their symbol."""
    deleted_lookups: Sequence[LookUpKey]
    created_lookups: Mapping[LookUpKey, Sites]
    moved_lookups: Mapping[LookUpKey, Sites]

    @property
    def size(self) -> int:
        """How many rows are touched."""
        return sum(len(getattr(self, name)) for name in self.__slots__)


def difference(before: Rows, after: Rows) -> Difference:
    return Difference(
        put_symbols=[row for key, row in after.symbols.items() if before.symbols.get(key) != row],
        vanished=_gone(before.symbols, after.symbols),
        undefined=[key for key, path in before.file_of.items() if after.file_of.get(key) != path],
        defined=_new(before.file_of, after.file_of),
        uncontained=[
            key
            for key, container in before.container_of.items()
            if after.container_of.get(key) != container
        ],
        contained=_new(before.container_of, after.container_of),
        deleted_edges=_gone(before.edges, after.edges),
        created_edges={key: sites for key, sites in after.edges.items() if key not in before.edges},
        moved_edges=_moved(before.edges, after.edges),
        deleted_lookups=_gone(before.lookups, after.lookups),
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
