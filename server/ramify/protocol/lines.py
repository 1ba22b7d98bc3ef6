"""From byte offsets to lines and columns of a client's encoding, for one file after another.

Most files of a workspace are asked about again and again as they were indexed: their lines, and the
ranges in them, are kept from one answer to the next. Must never know what stands in a range.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Protocol

from ramify.analysis.text import Encoding, Text, columns_of
from ramify.protocol.shapes.common import Position, Range
from ramify.session.snapshot import Reading

MOST_KEPT: Final = 512
"""Files whose lines are kept: about two megabytes."""


class Lines(Protocol):
    def range(self, start: int, end: int) -> Range: ...


def lines_of(reading: Reading, path: str, encoding: Encoding) -> Lines | None:
    """Of the live text of a file; None when it is gone."""
    document = reading.snapshot.documents.get(path)
    if document is not None:
        return _TextLines(document.text, encoding)
    live, indexed = reading.snapshot.placed(path), reading.view.placed(path)
    if live is None or indexed is None or live.hash != indexed.hash:
        text = reading.snapshot.text(path)
        return _TextLines(text, encoding) if text else None
    with _keeping:
        known = _kept.get((live.hash, encoding))
        if known is not None:
            _kept.move_to_end((live.hash, encoding))
            return known
    made = _as_indexed(reading, path, encoding)
    if isinstance(made, _KeptLines):
        with _keeping:
            _kept[live.hash, encoding] = made
            if len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return made


_kept: OrderedDict[tuple[str, Encoding], _KeptLines] = OrderedDict()
_keeping = Lock()


def _as_indexed(reading: Reading, path: str, encoding: Encoding) -> Lines | None:
    outline = reading.view.outline(path)
    if outline is not None and outline.ascii:
        return _KeptLines(outline.lines(), outline.size, {}, encoding)
    text = reading.snapshot.text(path)
    if text is None or outline is None or len(text.data) != outline.size:
        return _TextLines(text, encoding) if text else None
    return _KeptLines(text.line_starts, outline.size, _beyond_ascii(text, encoding), encoding)


def _beyond_ascii(text: Text, encoding: Encoding) -> dict[int, bytes]:
    lines: Iterable[bytes] = () if encoding == "utf-8" else text.data.splitlines(keepends=True)
    return {number: line for number, line in enumerate(lines) if not line.isascii()}


@dataclass(frozen=True, slots=True)
class _KeptLines:
    starts: Sequence[int]
    size: int
    beyond_ascii: Mapping[int, bytes]
    """Lines in which a column is not the same in every encoding."""
    encoding: Encoding
    _ranges: dict[tuple[int, int], Range] = field(default_factory=dict)

    def range(self, start: int, end: int) -> Range:
        known = self._ranges.get((start, end))
        if known is None:
            known = Range(self._position(start), self._position(end))
            self._ranges[start, end] = known
        return known

    def _position(self, offset: int) -> Position:
        if not 0 <= offset <= self.size:
            offset = 0 if offset < 0 else self.size
        number = bisect_right(self.starts, offset) - 1
        column = offset - self.starts[number]
        if number in self.beyond_ascii:
            prefix = self.beyond_ascii[number][:column]
            return Position(number, columns_of(prefix.decode("utf-8", "ignore"), self.encoding))
        return Position(number, column)


@dataclass(frozen=True, slots=True)
class _TextLines:
    text: Text
    encoding: Encoding

    def range(self, start: int, end: int) -> Range:
        return Range(self._position(start), self._position(end))

    def _position(self, offset: int) -> Position:
        return Position(*self.text.position(offset, self.encoding))
