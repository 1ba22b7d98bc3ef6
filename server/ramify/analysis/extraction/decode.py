"""From a file's raw bytes to the UTF-8 text that everything else speaks of.

Pure. Knows how Python source declares its encoding (PEP 263), which does no harm to other texts.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like UTF-16's: looked for first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARATION = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"[ \t\f]*(?:#.*)?\r?")


@dataclass(frozen=True, slots=True)
class Undecodable:
    """Why a file has no text to read: "binary", or an encoding that nobody can read."""

    reason: str


def decode(raw: bytes) -> bytes | Undecodable:
    """UTF-8 bytes without a BOM, newlines as they were.

    Bytes that are not UTF-8 are read by their declaration; where there is none, or it is wrong,
    as Latin-1, so that every other line of the file still counts.
    """
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return _decoded_by_mark(raw[len(mark) :], encoding)
    if b"\0" in raw:
        return Undecodable("binary")
    declared = _declared_encoding(raw)
    if declared is None or declared == "utf-8":
        return _utf8_or_latin(raw)
    try:
        text = raw.decode(declared)
        return text.encode()
    except (UnicodeError, ValueError):
        return _utf8_or_latin(raw)


def _decoded_by_mark(rest: bytes, encoding: str) -> bytes | Undecodable:
    if encoding == "utf-8":
        return Undecodable("binary") if b"\0" in rest else _utf8_or_latin(rest)
    try:
        text = rest.decode(encoding)
    except UnicodeDecodeError:
        return Undecodable("binary")
    return Undecodable("binary") if "\0" in text else text.encode()


def _utf8_or_latin(raw: bytes) -> bytes | Undecodable:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return Undecodable("binary") if _looks_binary(raw) else raw.decode("latin-1").encode()
    return raw


def _looks_binary(raw: bytes) -> bool:
    """Control characters that no text holds, in what is not UTF-8."""
    head = raw[:8192]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls * 50 > len(head)


_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v\b\x1b\x1a"))


def _declared_encoding(raw: bytes) -> str | None:
    """The codec that one of the first two lines names; None when there is none we know."""
    first, _, rest = raw[:1000].partition(b"\n")
    match = _DECLARATION.match(first)
    if match is None and _BLANK.fullmatch(first):
        match = _DECLARATION.match(rest.partition(b"\n")[0])
    if match is None:
        return None
    try:
        codec = codecs.lookup(match[1].decode("ascii"))
    except (LookupError, UnicodeError, ValueError):
        return None
    return codec.name if codec._is_text_encoding else None
