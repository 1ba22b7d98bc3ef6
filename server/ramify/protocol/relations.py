"""From what belongs to a symbol to shapes: its calls, and all that is related to it.

Beside `ramify.protocol.convert`, which has what all conversions share.
"""

from __future__ import annotations

from ramify.features.answers import relations as answers
from ramify.protocol.convert import CERTAINTIES, Ranges, head_of, item, present, status
from ramify.protocol.shapes import relations as shapes
from ramify.protocol.shapes.common import Counted, Item, RankedItem, Status
from ramify_store.facts import Certainty


def related_result(ranges: Ranges, value: answers.Related) -> shapes.RelatedResult:
    return shapes.RelatedResult(
        target=item(ranges, value.target),
        groups=tuple(
            shapes.RelatedGroup(
                relation=group.relation,
                items=present(item(ranges, each) for each in group.items),
                total=group.total,
            )
            for group in value.groups
        ),
        ranked=present(_ranked(ranges, each) for each in value.ranked),
        total=value.total,
        notes=value.notes,
        status=status(ranges.reading.snapshot.status),
    )


def calls_result(
    ranges: Ranges, value: answers.Calls, cursor: str | None = None
) -> shapes.CallsResult:
    return shapes.CallsResult(
        target=item(ranges, value.target),
        items=present(_call(ranges, each) for each in value.items),
        possible=Counted(count=value.possible),
        unresolved=Counted(count=value.unresolved),
        external=tuple(
            shapes.ExternalCall(
                id=each.id,
                sites=ranges.locations(each.sites),
                certainty=CERTAINTIES[each.certainty],
            )
            for each in value.external
        ),
        total=value.total,
        cursor=cursor,
        status=status(ranges.reading.snapshot.status),
    )


def no_related(state: Status, target: Item | None) -> shapes.RelatedResult:
    """There is no symbol at the place that was asked about, or one the graph lacks yet."""
    return shapes.RelatedResult(target=target, groups=(), ranked=(), total=0, status=state)


def no_calls(state: Status, target: Item | None) -> shapes.CallsResult:
    """There is no symbol at the place that was asked about, or one the graph lacks yet."""
    none = Counted(count=0)
    return shapes.CallsResult(
        target=target, items=(), possible=none, unresolved=none, total=0, status=state
    )


def _ranked(ranges: Ranges, value: answers.Scored) -> RankedItem | None:
    head = head_of(ranges, value.item)
    if head is None:
        return None
    return RankedItem(**head | {"reasons": value.item.reasons, "score": value.score})


def _call(ranges: Ranges, value: answers.CallItem) -> shapes.CallItem | None:
    head = head_of(ranges, value.item)
    if head is None:
        return None
    sure = CERTAINTIES[value.item.certainty or Certainty.UNRESOLVED]
    own = {"sites": ranges.locations(value.sites), "certainty": sure, "why": value.why}
    return shapes.CallItem(**head | own)
