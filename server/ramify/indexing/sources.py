"""Reading files of the workspace: bytes to text and hash, or the reason why not.

The one place that opens files which strangers wrote: regular files alone, up to a size, never
through a link out of the folder.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from blake3 import blake3

from ramify.analysis.extraction.decode import Undecodable, decode
from ramify.session.directories import stays_inside

RACY_NS: Final = 2_000_000_000
"""A file this young may change again without another time stamp."""


_HEAD: Final = 200
_ANY_SIZE: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Content:
    """A file's text and what it was read from."""

    data: bytes
    """UTF-8, without a BOM."""
    hash: str
    """Of `data`: buffers and files of one text are equal, whatever the file's encoding."""
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a file that is there has no text."""

    reason: str


def text_hash(data: bytes) -> str:
    return blake3(data).hexdigest()


def read_content(folder: str, path: str, limit: int) -> Content | Unreadable | None:
    """The file's text; None when there is no such regular file (any more)."""
    raw = _raw(f"{folder}/{path}", folder, limit)
    if raw is None or isinstance(raw, Unreadable):
        return raw
    data, status = raw
    text = decode(data)
    if isinstance(text, Undecodable):
        return Unreadable(text.reason)
    return Content(text, text_hash(text), status.st_size, status.st_mtime_ns)


def read_head(folder: str, path: str) -> bytes:
    """The first bytes of a file: enough for a `#!` line. Empty when it cannot be read."""
    raw = _raw(f"{folder}/{path}", folder, _ANY_SIZE, _HEAD)
    return raw[0] if isinstance(raw, tuple) else b""


def is_unchanged(folder: str, path: str, size: int, mtime_ns: int) -> bool:
    """Whether the file on disk still bears these marks."""
    try:
        status = os.stat(f"{folder}/{path}")  # noqa: PTH116 (hot)
    except (OSError, ValueError):
        return False
    return status.st_size == size and status.st_mtime_ns == mtime_ns


def _raw(
    absolute: str, folder: str, limit: int, most: int = -1
) -> tuple[bytes, os.stat_result] | Unreadable | None:
    try:
        if Path(absolute).is_symlink() and not stays_inside(folder, absolute):
            return None
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(absolute, flags)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return Unreadable(f"not readable ({error.strerror})")
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        return None
    with os.fdopen(handle, "rb", buffering=0) as file:
        try:
            if status.st_size > limit:
                return Unreadable(f"{status.st_size} bytes, over sizeLimit")
            return file.read(most), status
        except OSError as error:
            return Unreadable(f"not readable ({error.strerror})")
