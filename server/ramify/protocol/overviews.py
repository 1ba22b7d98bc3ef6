"""From answers about whole workspaces to shapes: circles of imports, hotspots.

Beside `ramify.protocol.convert`, which has what all conversions share.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ramify.features import answers
from ramify.protocol import convert, shapes
from ramify.protocol.convert import Ranges


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
