"""Byte offsets and lines, and the one place that converts them to and from client columns.

Everything inside Ramify counts bytes of UTF-8 text; UTF-16 exists only where a face asks for it.
Knows no files: texts come in as bytes.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Literal, NamedTuple

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_LINE_END = re.compile(rb"\r\n|\n|\r")


def line_starts_of(data: bytes) -> array[int]:
    """Offset of each line's first byte; lines end at LF, CRLF or CR, as in LSP."""
    starts = array("I", [0])
    starts.extend(accumulate(map(len, data.splitlines(keepends=True))))
    if len(starts) > 1 and data[-1] not in b"\r\n":
        starts.pop()  # the last line has no end, and so none follows it
    return starts


class Position(NamedTuple):
    """Zero-based; `column` is in the units of the encoding it was made for."""

    line: int
    column: int


@dataclass(frozen=True)
class Text:
    """UTF-8 text with its line index. Offsets outside the text are clamped, as LSP asks."""

    data: bytes

    @cached_property
    def line_starts(self) -> Sequence[int]:
        return line_starts_of(self.data)

    @cached_property
    def is_ascii(self) -> bool:
        return self.data.isascii()

    def position(self, offset: int, encoding: Encoding) -> Position:
        """The position of a byte offset; inside a character it is that character's start."""
        data, starts = self.data, self.line_starts
        if not 0 <= offset <= len(data):
            offset = 0 if offset < 0 else len(data)
        line = bisect_right(starts, offset) - 1
        start = starts[line]
        if encoding == "utf-8" or data[start:offset].isascii():
            return Position(line, offset - start)
        prefix = data[start:offset].decode("utf-8", "ignore")
        return Position(line, columns_of(prefix, encoding))

    def offset(self, line: int, column: int, encoding: Encoding) -> int:
        """The byte offset of a position; columns past the end of a line mean its end."""
        if line < 0:
            return 0
        if line >= len(self.line_starts):
            return len(self.data)
        start = self.line_starts[line]
        raw = self.line(line)
        if encoding == "utf-8" or self.is_ascii:
            return start + max(0, min(column, len(raw)))
        text = raw.decode("utf-8", "replace")
        if encoding == "utf-32":
            return start + len(text[: max(0, column)].encode())
        taken = text.encode("utf-16-le")[: 2 * max(0, column)].decode("utf-16-le", "ignore")
        return start + len(taken.encode())

    def replaced(self, start: int, end: int, new: bytes) -> Text:
        """The text with other bytes in place of [start, end). The line index is carried over, not
        made anew: a keystroke in a long file costs the copy alone."""
        view = memoryview(self.data)
        text = Text(b"".join((view[:start], new, view[end:])))
        text.__dict__["line_starts"] = _moved_starts(self.line_starts, text.data, start, end, new)
        return text

    def line(self, line: int) -> bytes:
        """The line's bytes without its line end."""
        start = self.line_starts[line]
        after = line + 1 < len(self.line_starts)
        end = self.line_starts[line + 1] if after else len(self.data)
        return self.data[start:end].rstrip(b"\r\n")


def _moved_starts(
    before: Sequence[int], data: bytes, start: int, end: int, new: bytes
) -> array[int]:
    """Line starts of `data` from those before the edit. What the edit can touch is scanned again:
    from the line before it (a CR there may get or lose its LF) to a byte after it."""
    from numpy import frombuffer, uint32  # not at import: the first answers need no numpy

    first = bisect_right(before, max(0, start - 1))
    after = bisect_right(before, end + 1)
    scanned_from, new_end = before[first - 1], start + len(new)
    around = _LINE_END.finditer(data, scanned_from, min(len(data), new_end + 2))
    starts = array("I", before[:first])
    starts.extend(match.end() for match in around if match.end() <= new_end + 1)
    tail = frombuffer(array("I", before[after:]), dtype=uint32)
    starts.frombytes((tail + uint32((new_end - end) % 2**32)).tobytes())
    return starts


def columns_of(prefix: str, encoding: Encoding) -> int:
    """How many columns a piece of a line takes."""
    if encoding == "utf-16":
        return len(prefix.encode("utf-16-le")) // 2
    return len(prefix) if encoding == "utf-32" else len(prefix.encode())
