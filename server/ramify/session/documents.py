"""Open buffers: a client's edits applied to texts.

A pure function from one frozen text to the next. Knows no client, no disk and no version order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ramify.analysis.text import Encoding, Position, Text


@dataclass(frozen=True, slots=True)
class Change:
    """One content change of LSP: `text` in place of [start, end), or of everything without a
    range. Positions are in the client's encoding and speak of the text after earlier changes."""

    text: str
    start: Position | None = None
    end: Position | None = None


def apply(text: Text, changes: Iterable[Change], encoding: Encoding) -> Text:
    """The text after all changes, in order. Positions outside the text are clamped; a range that
    ends before it starts is read the other way round."""
    for change in changes:
        text = _applied(text, change, encoding)
    return text


def text_of(content: str) -> Text:
    """A client's string as bytes. Lone surrogates, which UTF-8 cannot hold, become `?`; a BOM
    stays out, as it does in texts read from the disk."""
    return Text(_utf8(content.removeprefix("\ufeff")))


def _applied(text: Text, change: Change, encoding: Encoding) -> Text:
    if change.start is None or change.end is None:
        return text_of(change.text)
    first = text.offset(change.start.line, change.start.column, encoding)
    last = text.offset(change.end.line, change.end.column, encoding)
    first, last = min(first, last), max(first, last)
    return text.replaced(first, last, _utf8(change.text))


def _utf8(content: str) -> bytes:
    return content.encode("utf-8", "replace")
