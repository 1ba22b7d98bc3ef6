"""From what a search found to shapes.

Beside `ramify.protocol.convert`, which has what all conversions share.
"""

from __future__ import annotations

from ramify.features.answers import search as answers
from ramify.protocol.convert import Ranges, head_of, present, status
from ramify.protocol.shapes import search as shapes


def search_result(
    ranges: Ranges, value: answers.SearchAnswer, cursor: str | None = None
) -> shapes.SearchResult:
    return shapes.SearchResult(
        hits=present(_hit(ranges, each) for each in value.hits),
        total=value.total,
        cursor=cursor,
        note=value.note,
        status=status(ranges.reading.snapshot.status),
    )


def _hit(ranges: Ranges, value: answers.SearchHit) -> shapes.SearchHit | None:
    head, span = head_of(ranges, value.item), ranges.range(value.snippet_place)
    if head is None or span is None:
        return None
    own = {
        "reasons": value.item.reasons,
        "score": value.score,
        "snippet": value.snippet,
        "snippet_range": span,
    }
    return shapes.SearchHit(**head | own)
