"""A process that extracts facts: reads batches of texts on stdin, writes compact bytes on stdout.

Started by `extract_pool`, ends when its input does. It opens no file and no database, and what it
parses is data: a text that kills it costs this process and nothing else.
"""

from __future__ import annotations

import os
import struct
import sys
from contextlib import suppress
from typing import BinaryIO, Final

import msgspec

from ramify_store.facts import encode

LENGTH: Final = struct.Struct(">I")
NICENESS: Final = 5
"""Below the editor and the process that answers questions."""


class Source(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A text to be read. `hash` and `language` are its key."""

    hash: str
    language: str
    data: bytes


class Extracted(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Encoded facts of one text; empty with `error` saying why there are none."""

    hash: str
    language: str
    outline: bytes
    body: bytes
    error: str = ""


_sources = msgspec.msgpack.Decoder(list[Source])
_encoder = msgspec.msgpack.Encoder()


def extracted(source: Source) -> Extracted:
    """The facts of one text, encoded. A fault of the extractor is an answer, not an exception."""
    from ramify.analysis.extraction.extract import extract

    try:
        facts = extract(source.data, source.language)
        outline, body = encode(facts.outline), encode(facts.body)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        return Extracted(source.hash, source.language, b"", b"", reason)
    return Extracted(source.hash, source.language, outline, body)


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame; None at the end of the stream, also in the middle of a frame."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


def write_frame(stream: BinaryIO, body: bytes) -> None:
    """Raises OSError when nobody reads any more."""
    stream.write(LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def main() -> None:
    with suppress(OSError, AttributeError):
        os.nice(NICENESS)
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a stray print must not end up between frames
    with suppress(OSError, KeyboardInterrupt):
        while (frame := read_frame(requests)) is not None:
            batch = [extracted(source) for source in _sources.decode(frame)]
            write_frame(answers, _encoder.encode(batch))
