"""Whether two graphs are the same, and if not, how they differ, in words a person can use.

For `ramify verify` and for the property that incremental equals from scratch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from ramify_store.facts import Edge, FileLinks, LookUp
from ramify_store.layers import edge_order, lookup_order


def normalised(links: FileLinks) -> FileLinks:
    """The same contribution with edges and look-ups in the order of views, each once."""
    return msgspec.structs.replace(
        links,
        edges=tuple(sorted(set(links.edges), key=edge_order)),
        lookups=tuple(sorted(set(links.lookups), key=lookup_order)),
        keys=tuple(sorted(set(links.keys))),
    )


def differences(
    expected: Mapping[str, FileLinks], actual: Mapping[str, FileLinks]
) -> Iterator[str]:
    """One line for each difference, by path; nothing when the graphs are equal.

    Times of change of files are not compared: they say when, not what. Nor are keys: which of
    several equal questions a file asked depends on what was asked before it.
    """
    for path in sorted(expected.keys() | actual.keys()):
        if path not in actual:
            yield f"{path}: missing"
        elif path not in expected:
            yield f"{path}: should not be there"
        else:
            yield from _in_file(path, normalised(expected[path]), normalised(actual[path]))


def _in_file(path: str, expected: FileLinks, actual: FileLinks) -> Iterator[str]:
    for name in expected.placed.__struct_fields__:
        wanted, found = getattr(expected.placed, name), getattr(actual.placed, name)
        if wanted != found and name != "mtime_ns":
            yield f"{path}: {name} is {found!r}, expected {wanted!r}"
    yield from _both(path, map(repr, expected.symbols), map(repr, actual.symbols))
    if expected.symbols != actual.symbols and set(expected.symbols) == set(actual.symbols):
        yield f"{path}: symbols in another order"
    yield from _both(path, map(_edge, expected.edges), map(_edge, actual.edges))
    yield from _both(path, map(_lookup, expected.lookups), map(_lookup, actual.lookups))
    if expected.flows != actual.flows:
        yield f"{path}: flows differ"


def _both(path: str, expected: Iterable[str], actual: Iterable[str]) -> Iterator[str]:
    wanted, found = set(expected), set(actual)
    for line in sorted(wanted - found):
        yield f"{path}: missing {line}"
    for line in sorted(found - wanted):
        yield f"{path}: should not be there: {line}"


def _edge(edge: Edge) -> str:
    dispatch = ", dispatch" if edge.dispatch else ""
    return (
        f"{edge.source} {edge.kind.name} {edge.target} "
        f"({edge.certainty.name.lower()}, {edge.why}{dispatch}) at {list(edge.sites)}"
    )


def _lookup(lookup: LookUp) -> str:
    return (
        f"{lookup.source} looks up {lookup.name} ({lookup.kind.name}, "
        f"{lookup.certainty.name.lower()}) at {list(lookup.sites)}"
    )
