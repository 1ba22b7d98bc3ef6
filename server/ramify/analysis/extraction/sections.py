"""Where the sections of a text that is not parsed begin: at its headings."""

from __future__ import annotations

import re

from ramify.languages.registry import spec_of

_SMALL = 120
"""A section shorter than this is read with the one that follows it."""

_HEADING = re.compile(rb"^ {0,3}#{1,6}[ \t]+\S", re.MULTILINE)
_FENCE = re.compile(rb"^ {0,3}(```|~~~)", re.MULTILINE)
_UNDERLINED = re.compile(
    rb"^(?P<title>[^\s\-=~^\"'`#*+.:_][^\n]*)\r?\n(?P<line>([-=~^\"'`#*+.:_])\3{2,})[ \t]*\r?$",
    re.MULTILINE,
)


def section_starts(data: bytes, language: str) -> list[int]:
    """Offsets in ascending order; the first is always 0."""
    spec = spec_of(language)
    form = spec.sections if spec else "blocks"
    if form == "headings":
        found = _headings(data)
    elif form == "underlines":
        found = [
            match.start()
            for match in _UNDERLINED.finditer(data)
            if len(match["line"]) >= len(match["title"].decode("utf-8", "replace").rstrip())
        ]
    else:
        found = []
    starts = [0]
    for start in found:
        if start - starts[-1] >= _SMALL:
            starts.append(start)
    return starts


def _headings(data: bytes) -> list[int]:
    """Markdown's `#` headings outside fenced code."""
    fences = [(match.start(), match[1]) for match in _FENCE.finditer(data)]
    fenced: list[tuple[int, int]] = []
    opened: tuple[int, bytes] | None = None
    for at, mark in fences:
        if opened is None:
            opened = (at, mark)
        elif mark == opened[1]:
            fenced.append((opened[0], at))
            opened = None
    if opened is not None:
        fenced.append((opened[0], len(data)))
    found = []
    position = 0
    for match in _HEADING.finditer(data):
        at = match.start()
        while position < len(fenced) and fenced[position][1] < at:
            position += 1
        if position == len(fenced) or not fenced[position][0] <= at:
            found.append(at)
    return found
