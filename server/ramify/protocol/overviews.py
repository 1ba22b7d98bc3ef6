"""From answers about what may go or should change to shapes: circles of imports, hotspots, what
nothing reaches, whether a symbol can go.

Beside `ramify.protocol.convert`, which has what all conversions share.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ramify.features.answers import overviews as answers
from ramify.features.answers.navigation import Reference
from ramify.protocol import convert
from ramify.protocol.convert import Ranges
from ramify.protocol.shapes import overviews as shapes
from ramify.protocol.shapes.common import Counted, Item, Status


def cycles(
    ranges: Ranges, value: answers.Circles, cursor: str | None = None
) -> shapes.CyclesResult:
    return shapes.CyclesResult(
        cycles=convert.present(_cycle(ranges, each) for each in value.items),
        total=value.total,
        modules=value.modules,
        cursor=cursor,
        status=convert.status(ranges.reading.snapshot.status),
    )


def _cycle(ranges: Ranges, value: answers.Circle) -> shapes.Cycle | None:
    """None when one of its files is gone."""
    example = convert.present(_import_link(ranges, each) for each in value.example)
    if len(example) < len(value.example):
        return None
    return shapes.Cycle(
        modules=convert.present(convert.item(ranges, each) for each in value.modules),
        example=example,
        imports=value.imports,
        cut=_import_link(ranges, value.cut) if value.cut else None,
        left=value.left,
    )


def _import_link(ranges: Ranges, value: answers.ImportLink) -> shapes.ImportLink | None:
    source, target = convert.item(ranges, value.source), convert.item(ranges, value.target)
    if source is None or target is None:
        return None
    sites = ranges.locations(value.sites)
    return shapes.ImportLink(source=source, target=target, sites=sites, uses=value.uses)


def hotspots(
    ranges: Ranges, value: answers.Hotspots, cursor: str | None = None
) -> shapes.HotspotsResult:
    return shapes.HotspotsResult(
        hotspots=convert.present(_hotspot(ranges, each) for each in value.items),
        total=value.total,
        notes=value.notes,
        cursor=cursor,
        status=convert.status(ranges.reading.snapshot.status),
    )


def _hotspot(ranges: Ranges, value: answers.Hotspot) -> shapes.Hotspot | None:
    found = convert.item(ranges, value.item)
    if found is None:
        return None
    return shapes.Hotspot(
        **msgspec.structs.asdict(found),
        score=value.score,
        complexity=value.complexity,
        callers=value.callers,
        callees=value.callees,
        commits=value.commits,
    )


def joined_cycles(parts: Sequence[shapes.CyclesResult]) -> shapes.CyclesResult:
    """Of several folders, one after the other."""
    return shapes.CyclesResult(
        cycles=tuple(each for part in parts for each in part.cycles),
        total=sum(part.total for part in parts),
        modules=sum(part.modules for part in parts),
        cursor=next((part.cursor for part in parts if part.cursor), None),
        status=convert.joined([part.status for part in parts]),
    )


def joined_hotspots(parts: Sequence[shapes.HotspotsResult]) -> shapes.HotspotsResult:
    """Of several folders, one after the other."""
    return shapes.HotspotsResult(
        hotspots=tuple(each for part in parts for each in part.hotspots),
        total=sum(part.total for part in parts),
        notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
        cursor=next((part.cursor for part in parts if part.cursor), None),
        status=convert.joined([part.status for part in parts]),
    )


def unreachable(
    ranges: Ranges, value: answers.Unreachable, cursor: str | None = None
) -> shapes.UnreachableResult:
    return shapes.UnreachableResult(
        items=convert.present(_unreached(ranges, each) for each in value.items),
        total=value.total,
        possible=Counted(count=value.possible),
        cursor=cursor,
        status=convert.status(ranges.reading.snapshot.status),
    )


def _unreached(ranges: Ranges, value: answers.Unreached) -> shapes.UnreachableItem | None:
    found = convert.item(ranges, value.item)
    if found is None:
        return None
    head = msgspec.structs.asdict(found)
    return shapes.UnreachableItem(**head, why=value.why, only_tests=value.only_tests)


def joined_unreachable(parts: Sequence[shapes.UnreachableResult]) -> shapes.UnreachableResult:
    """Of several folders, one after the other."""
    return shapes.UnreachableResult(
        items=tuple(each for part in parts for each in part.items),
        total=sum(part.total for part in parts),
        possible=Counted(count=sum(part.possible.count for part in parts)),
        cursor=next((part.cursor for part in parts if part.cursor), None),
        status=convert.joined([part.status for part in parts]),
    )


def removable(
    ranges: Ranges, value: answers.Removal, cursor: str | None = None
) -> shapes.RemovableResult:
    return shapes.RemovableResult(
        target=convert.item(ranges, value.target),
        verdict=value.verdict,
        summary=value.summary,
        uses=convert.present(_use(ranges, each) for each in value.references.items),
        total=value.references.total,
        possible=Counted(count=value.references.possible),
        unresolved=Counted(count=value.references.unresolved),
        entry=value.entry,
        cursor=cursor,
        status=convert.status(ranges.reading.snapshot.status),
    )


def _use(ranges: Ranges, value: Reference) -> shapes.RemainingUse | None:
    site = ranges.location(value.place)
    if site is None:
        return None
    certainty = convert.CERTAINTIES[value.certainty]
    return shapes.RemainingUse(site=site, source=value.source, certainty=certainty, why=value.why)


def no_removable(status: Status, target: Item | None) -> shapes.RemovableResult:
    """There is no symbol at the place that was asked about, or one the graph lacks yet."""
    return shapes.RemovableResult(
        target=target,
        verdict="unknown",
        summary="The graph has no such symbol.",
        uses=(),
        total=0,
        possible=Counted(count=0),
        unresolved=Counted(count=0),
        status=status,
    )
