"""From what a change may break to shapes, of one folder and of several.

Beside `ramify.protocol.convert`, which has what all conversions share.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ramify.features.answers import impact as answers
from ramify.protocol.convert import (
    CERTAINTIES,
    EDGES,
    Ranges,
    head_of,
    item,
    joined,
    present,
    status,
)
from ramify.protocol.shapes import impact as shapes
from ramify.protocol.shapes.common import Counted, Item, Status
from ramify_store.facts import Certainty

if TYPE_CHECKING:
    from ramify.features.changed import ChangedSymbols


_Steps: TypeAlias = dict[int, shapes.PathStep]
"""Made already, by the identity of the answer's: paths share most of their links."""

MOST_UNTESTED: Final = 50


def impact_result(
    ranges: Ranges,
    value: answers.Impact,
    cursor: str | None = None,
    changed: ChangedSymbols | None = None,
) -> shapes.ImpactResult:
    steps: _Steps = {}
    return shapes.ImpactResult(
        targets=present(item(ranges, each) for each in value.targets),
        changed=_changed(changed) if changed else None,
        affected=present(_affected(ranges, steps, each) for each in value.affected),
        total=value.affected_total,
        cursor=cursor,
        tests=present(_test(ranges, steps, each) for each in value.tests),
        tests_total=value.tests_total,
        tests_likely=value.tests_likely,
        tests_unnamed=value.tests_unnamed,
        possible=Counted(count=value.possible),
        unresolved=shapes.Unresolved(
            count=value.unresolved.count,
            examples=present(_example(ranges, each) for each in value.unresolved.examples),
            message=value.unresolved.message,
        ),
        breakage=tuple(_breakage(ranges, each) for each in value.breakage),
        breakage_total=value.breakage_total,
        entry_points=present(_entry(ranges, each) for each in value.entries),
        entry_points_total=value.entries_total,
        files=tuple(
            shapes.TouchedFile(uri=ranges.uri(e.name), affected=e.affected, tests=e.tests)
            for e in value.files
        ),
        files_total=value.files_total,
        packages=tuple(
            shapes.TouchedPackage(name=e.name, affected=e.affected, tests=e.tests)
            for e in value.packages
        ),
        packages_total=value.packages_total,
        untested=present(item(ranges, each) for each in value.untested[:MOST_UNTESTED]),
        untested_total=value.untested_total,
        notes=value.notes,
        summary=value.summary,
        status=status(ranges.reading.snapshot.status, value.partial),
    )


def joined_impact(parts: Sequence[shapes.ImpactResult]) -> shapes.ImpactResult:
    """Of several folders, one after the other."""
    changes = [part.changed for part in parts if part.changed]
    return shapes.ImpactResult(
        targets=tuple(each for part in parts for each in part.targets),
        changed=shapes.Changed(
            symbols=tuple(each for change in changes for each in change.symbols),
            removed=tuple(each for change in changes for each in change.removed),
            top_level=tuple(each for change in changes for each in change.top_level),
            unread=tuple(each for change in changes for each in change.unread),
        ),
        affected=tuple(each for part in parts for each in part.affected),
        total=sum(part.total for part in parts),
        cursor=next((part.cursor for part in parts if part.cursor), None),
        tests=tuple(each for part in parts for each in part.tests),
        tests_total=sum(part.tests_total for part in parts),
        tests_likely=sum(part.tests_likely for part in parts),
        tests_unnamed=sum(part.tests_unnamed for part in parts),
        possible=Counted(count=sum(part.possible.count for part in parts)),
        unresolved=shapes.Unresolved(
            count=sum(part.unresolved.count for part in parts),
            examples=tuple(each for part in parts for each in part.unresolved.examples),
            message="; ".join(p.unresolved.message for p in parts if p.unresolved.message),
        ),
        breakage=tuple(each for part in parts for each in part.breakage),
        breakage_total=sum(part.breakage_total for part in parts),
        entry_points=tuple(each for part in parts for each in part.entry_points),
        entry_points_total=sum(part.entry_points_total for part in parts),
        files=tuple(each for part in parts for each in part.files),
        files_total=sum(part.files_total for part in parts),
        packages=tuple(each for part in parts for each in part.packages),
        packages_total=sum(part.packages_total for part in parts),
        untested=tuple(each for part in parts for each in part.untested),
        untested_total=sum(part.untested_total for part in parts),
        notes=tuple(dict.fromkeys(each for part in parts for each in part.notes)),
        summary="; ".join(part.summary for part in parts),
        status=joined([part.status for part in parts]),
    )


def no_impact(state: Status, target: Item | None, summary: str) -> shapes.ImpactResult:
    """There is no symbol at the place that was asked about, or one the graph lacks yet."""
    return shapes.ImpactResult(
        targets=(target,) if target else (),
        affected=(),
        total=0,
        tests=(),
        tests_total=0,
        possible=Counted(count=0),
        unresolved=shapes.Unresolved(count=0, examples=(), message=""),
        summary=summary,
        status=state,
    )


def _affected(ranges: Ranges, steps: _Steps, value: answers.Affected) -> shapes.AffectedItem | None:
    head = _dependent(ranges, steps, value)
    if head is None:
        return None
    return shapes.AffectedItem(**head, concerned=value.concerned)


def _test(ranges: Ranges, steps: _Steps, value: answers.TestToRun) -> shapes.TestItem | None:
    head = _dependent(ranges, steps, value)
    if head is None:
        return None
    head["reasons"] = value.reasons
    return shapes.TestItem(
        **head,
        doubt=value.doubt,
        node_ids=tuple(["::".join((each.path, *each.names)) for each in value.runs]),
    )


def _dependent(
    ranges: Ranges, steps: _Steps, value: answers.Affected | answers.TestToRun
) -> dict[str, Any] | None:
    head = head_of(ranges, value.item)
    if head is None:
        return None
    head["certainty"] = CERTAINTIES[value.item.certainty or Certainty.UNRESOLVED]
    head["distance"] = value.distance
    head["path"] = tuple([steps.get(id(e)) or _step(ranges, steps, e) for e in value.path])
    return head


def _breakage(ranges: Ranges, value: answers.Breakage) -> shapes.Breakage:
    return shapes.Breakage(
        target=value.target,
        id=value.id,
        change=value.change,
        concerns=value.concerns,
        exact=value.exact,
        inferred=value.inferred,
        possible=value.possible,
        misfits=value.misfits,
        sites=present(_breaking(ranges, each) for each in value.sites),
        message=value.message,
    )


def _breaking(ranges: Ranges, value: answers.BreakingSite) -> shapes.BreakingSite | None:
    site = ranges.location(value.place)
    if site is None:
        return None
    return shapes.BreakingSite(
        source=value.source,
        source_name=value.source_name,
        site=site,
        certainty=CERTAINTIES[value.certainty],
        misfit=value.misfit,
    )


def _entry(ranges: Ranges, value: answers.Entry) -> shapes.EntryPoint | None:
    head = head_of(ranges, value.item)
    if head is None:
        return None
    return shapes.EntryPoint(**head, entry=value.kind, how=value.how, distance=value.distance)


def _step(ranges: Ranges, steps: _Steps, value: answers.Step) -> shapes.PathStep:
    step = steps[id(value)] = shapes.PathStep(
        id=value.id,
        name=value.name,
        site=ranges.location(value.site) if value.site else None,
        edge=EDGES[value.edge],
        certainty=CERTAINTIES[value.certainty],
        why=value.why,
    )
    return step


def _changed(value: ChangedSymbols) -> shapes.Changed:
    return shapes.Changed(
        symbols=tuple(
            shapes.ChangedSymbol(id=symbol, change=change, before=value.before.get(symbol))
            for symbol, change in zip(value.ids, value.changes, strict=True)
        ),
        removed=value.removed,
        top_level=value.top_level,
        unread=value.unread,
    )


def _example(ranges: Ranges, value: answers.Example) -> shapes.UnresolvedSite | None:
    site = ranges.location(value.place)
    if site is None:
        return None
    return shapes.UnresolvedSite(
        name=value.name,
        source=value.source,
        source_name=value.source_name,
        site=site,
        is_test=value.is_test,
    )
