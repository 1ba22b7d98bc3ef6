"""What standard requests answer, as it is on the wire, and the way there from answers in bytes.

Plain msgspec shapes: pygls would walk its own for longer than most answers take to find.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ramify.features.answers.common import Item, Place
from ramify.features.answers.navigation import Definitions, SymbolTree
from ramify.features.places import bare_name, qualified_name
from ramify.protocol.convert import CERTAINTIES, KINDS, Ranges
from ramify.protocol.shapes.common import Location, Position, Range, Shape
from ramify_store.facts import Symbol, SymbolKind

DEEPEST: Final = 100
"""Levels of a document's symbols; what is nested deeper is left out."""


class DocumentSymbol(Shape, frozen=True, kw_only=True):
    name: str
    kind: int
    range: Range
    selection_range: Range
    detail: str | None = None
    children: tuple[DocumentSymbol, ...] = ()


class SymbolInformation(Shape, frozen=True, kw_only=True):
    name: str
    kind: int
    location: Location
    container_name: str | None = None


class FileLocation(Shape, frozen=True, kw_only=True):
    uri: str


class WorkspaceSymbol(Shape, frozen=True, kw_only=True):
    """Without its range until it is resolved."""

    name: str
    kind: int
    location: FileLocation | Location
    container_name: str | None = None
    data: dict[str, str]


class LocationLink(Shape, frozen=True, kw_only=True):
    origin_selection_range: Range | None = None
    target_uri: str
    target_range: Range
    target_selection_range: Range


class HierarchyItem(Shape, frozen=True, kw_only=True):
    """Of calls and of types alike."""

    name: str
    kind: int
    detail: str
    uri: str
    range: Range
    selection_range: Range
    data: dict[str, str]


class IncomingCall(
    Shape, frozen=True, kw_only=True, rename={"caller": "from", "ranges": "fromRanges"}
):
    caller: HierarchyItem
    ranges: tuple[Range, ...]


class OutgoingCall(
    Shape, frozen=True, kw_only=True, rename={"callee": "to", "ranges": "fromRanges"}
):
    callee: HierarchyItem
    ranges: tuple[Range, ...]


def document_symbols(ranges: Ranges, trees: Iterable[SymbolTree]) -> list[DocumentSymbol]:
    return [symbol for tree in trees if (symbol := _document_symbol(ranges, tree, 1))]


def flat_symbols(ranges: Ranges, trees: Iterable[SymbolTree]) -> list[SymbolInformation]:
    """For clients that know no trees: in order of position."""
    found: list[SymbolInformation] = []
    stack = [(tree, "") for tree in reversed(list(trees))]
    while stack:
        tree, container = stack.pop()
        location = ranges.location(tree.place)
        if location is not None:
            found.append(
                SymbolInformation(
                    name=tree.name,
                    kind=KINDS[tree.kind],
                    location=location,
                    container_name=container or None,
                )
            )
        inside = f"{container}.{tree.name}" if container else tree.name
        stack.extend((child, inside) for child in reversed(tree.children))
    return found


def symbol_information(ranges: Ranges, item: Item) -> SymbolInformation | None:
    location = ranges.location(item.name_place)
    if location is None:
        return None
    return SymbolInformation(
        name=item.name, kind=KINDS[item.kind], location=location, container_name=item.container
    )


def workspace_symbol(uri: str, symbol: Symbol) -> WorkspaceSymbol:
    return WorkspaceSymbol(
        name=bare_name(symbol),
        kind=KINDS[symbol.kind],
        location=FileLocation(uri=uri),
        container_name=qualified_name(symbol.container) if symbol.container else None,
        data={"symbol": symbol.id},
    )


def definition_links(ranges: Ranges, found: Definitions) -> list[LocationLink]:
    """Surest first."""
    links = []
    for target in found.targets:
        whole, name = ranges.range(target.place), ranges.range(target.name_place)
        if whole is not None and name is not None:
            links.append(
                LocationLink(
                    origin_selection_range=ranges.range(found.origin) if found.origin else None,
                    target_uri=ranges.uri(target.place.path),
                    target_range=_around(whole, name),
                    target_selection_range=name,
                )
            )
    return links


def locations(ranges: Ranges, places: Iterable[Place]) -> list[Location]:
    return list(ranges.locations(places))


def hierarchy_item(ranges: Ranges, item: Item, why: str = "") -> HierarchyItem | None:
    """`detail` says how sure the relation is, then what contains it."""
    whole, name = ranges.range(item.place), ranges.range(item.name_place)
    if whole is None or name is None:
        return None
    module = item.kind == SymbolKind.MODULE
    return HierarchyItem(
        name=item.qualified_name if module else item.name,
        kind=KINDS[item.kind],
        detail=" · ".join(_details(item, why)),
        uri=ranges.uri(item.place.path),
        range=_around(whole, name),
        selection_range=name,
        data={"id": item.id},
    )


def _details(item: Item, why: str) -> Iterable[str]:
    if item.certainty is not None:
        sure = CERTAINTIES[item.certainty]
        yield f"{sure}: {why}" if why else sure
    if item.is_test:
        yield "test"
    if item.container is not None:
        yield item.container


def _document_symbol(ranges: Ranges, tree: SymbolTree, depth: int) -> DocumentSymbol | None:
    whole, name = ranges.range(tree.place), ranges.range(tree.name_place)
    if whole is None or name is None:
        return None
    below = tree.children if depth < DEEPEST else ()
    return DocumentSymbol(
        name=tree.name,
        kind=KINDS[tree.kind],
        range=_around(whole, name),
        selection_range=name,
        detail=tree.signature or None,
        children=tuple(c for each in below if (c := _document_symbol(ranges, each, depth + 1))),
    )


def _around(whole: Range, name: Range) -> Range:
    """Clients refuse a selection that is not inside of its range."""
    start = min(whole.start, name.start, key=_order)
    return Range(start, max(whole.end, name.end, key=_order))


def _order(position: Position) -> tuple[int, int]:
    return position.line, position.character
