"""What a client points at: a position in a text, as it stood when the message arrived.

Taken on the loop, read later on a pool, when the text may be another: a position is carried over
to it or refused, never taken for a wrong one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ramify.analysis.text import Encoding
from ramify.features.definition import naming_token_at
from ramify.features.locate import symbol_around, symbol_named_at
from ramify.lsp.folders import Folder
from ramify.lsp.rpc import CONTENT_MODIFIED, INVALID_PARAMS, REQUEST_FAILED, RefusedError
from ramify.lsp.server import RamifyServer
from ramify.protocol.shapes.common import Position
from ramify.session.snapshot import Document, Reading
from ramify_store.facts import Symbol


@dataclass(frozen=True, slots=True)
class Spot:
    """A file, or a position in it, as it stood when it was pointed at."""

    folder: Folder | None
    """None: a document in no folder."""
    path: str
    document: Document | None
    """None: not open, so what is on disk is meant."""
    position: Position
    encoding: Encoding
    language_id: str = ""
    """As the client says; counts where there is no folder."""

    def offset(self, reading: Reading) -> int:
        """Its byte offset in the reading's text, which may be newer.

        Raises RefusedError: ContentModified where the text around it changed since.
        """
        now = reading.snapshot.text(self.path)
        if now is None:
            raise RefusedError(REQUEST_FAILED, f"{self.path} is not a text file of the workspace")
        then = self.document.text if self.document else now
        offset = then.offset(self.position.line, self.position.character, self.encoding)
        moved = offset if then is now else moved_offset(then.data, now.data, offset)
        if moved is None:
            raise RefusedError(CONTENT_MODIFIED, "the text changed since the question was asked")
        return moved


def spot(ls: RamifyServer, uri: str, position: Position | None = None) -> Spot:
    """Raises RefusedError for a file that is neither open nor in a folder."""
    position = position or Position(0, 0)
    opened = ls.folders.document(uri)
    if opened is not None:
        document = opened.document
        language = opened.language_id
        return Spot(opened.folder, document.path, document, position, ls.encoding, language)
    found = ls.folders.folder_of(uri)
    if found is None:
        raise RefusedError(INVALID_PARAMS, "the file is neither open nor in a workspace folder")
    return Spot(found[0], found[1], None, position, ls.encoding)


def symbol_at(reading: Reading, at: Spot) -> Symbol | None:
    """The symbol named there; beside names the one around it; none for a name of something
    that is no symbol of the workspace."""
    offset = at.offset(reading)
    named = symbol_named_at(reading, at.path, offset)
    if named is not None:
        return named
    facts = reading.snapshot.facts(at.path)
    if facts is None or naming_token_at(facts, offset) is not None:
        return None
    return symbol_around(reading, at.path, offset)


def moved_offset(then: bytes, now: bytes, offset: int) -> int | None:
    """Where an offset of one text is in another; None inside of what changed."""
    if then == now:
        return offset
    shorter = min(len(then), len(now))
    before = _common(lambda size: then[:size] == now[:size], shorter)
    after = _common(lambda size: then[-size:] == now[-size:], shorter - before)
    if offset <= before:
        return offset
    return offset + len(now) - len(then) if offset >= len(then) - after else None


def _common(equal: Callable[[int], bool], most: int) -> int:
    """The largest size from 0 to `most` at which the texts are equal."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if equal(middle) else (low, middle - 1)
    return low
