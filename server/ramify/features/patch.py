"""A unified diff as two states of files: what a patch file says changed.

The live text is one of the two states: before it, when the patch is yet to be applied, or after it.
Context lines decide, and say so when the patch fits neither. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ramify.session.git import ChangedFile

_HUNK: Final = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_NOWHERE: Final = "/dev/null"
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')


class PatchError(Exception):
    """The text is no unified diff, or fits a file neither before nor after it is applied."""


@dataclass(frozen=True, slots=True)
class _Hunk:
    old_start: int
    old: tuple[bytes, ...]
    new_start: int
    new: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _FileDiff:
    old_path: str | None
    new_path: str | None
    hunks: tuple[_Hunk, ...]


def patched_files(patch: str, text_of: Callable[[str], bytes | None]) -> tuple[ChangedFile, ...]:
    """Both states of every file the patch names, sorted by path; a renamed file is two. Raises
    PatchError."""
    diffs = list(_file_diffs(patch.splitlines(keepends=True)))
    if not diffs:
        raise PatchError("the patch holds no changed file")
    states: dict[str, ChangedFile] = {}
    for diff in diffs:
        for file in _states(diff, text_of):
            states[file.path] = file
    return tuple(states[path] for path in sorted(states))


def _states(diff: _FileDiff, text_of: Callable[[str], bytes | None]) -> Iterator[ChangedFile]:
    old, new = diff.old_path, diff.new_path
    live_old = text_of(old) if old else b""
    live_new = text_of(new) if new else b""
    before, after = live_old, None
    if live_old is not None:
        after = _replaced(live_old, [(h.old_start, h.old, h.new) for h in diff.hunks])
    if after is None and live_new is not None:
        after = live_new
        before = _replaced(live_new, [(h.new_start, h.new, h.old) for h in diff.hunks])
    if before is None or after is None:
        raise PatchError(f"the patch does not fit {new or old}")
    if old == new and old is not None:
        yield ChangedFile(old, before, after)
        return
    if old:
        yield ChangedFile(old, before, b"")
    if new:
        yield ChangedFile(new, None, after)


def _replaced(
    text: bytes, edits: Sequence[tuple[int, Sequence[bytes], Sequence[bytes]]]
) -> bytes | None:
    """The text with lines replaced, counted from 1; None where they are not what is expected."""
    lines = text.splitlines(keepends=True)
    result: list[bytes] = []
    at = 0
    for start, expected, replacement in edits:
        first = max(start - 1, 0) if expected else start
        if _bare(lines[first : first + len(expected)]) != _bare(expected) or first < at:
            return None
        result += [*lines[at:first], *replacement]
        at = first + len(expected)
    return b"".join([*result, *lines[at:]])


def _bare(lines: Iterable[bytes]) -> list[bytes]:
    return [line.rstrip(b"\r\n") for line in lines]


def _file_diffs(lines: Sequence[str]) -> Iterator[_FileDiff]:
    number = 0
    while number < len(lines) - 1:
        if lines[number].startswith("--- ") and lines[number + 1].startswith("+++ "):
            old, new = _path(lines[number]), _path(lines[number + 1])
            hunks, number = _hunks(lines, number + 2)
            yield _FileDiff(old, new, hunks)
        else:
            number += 1


def _path(line: str) -> str | None:
    """`a/x.py` of `--- a/x.py<tab>date`; None for a file that is not there."""
    name = line[4:].rstrip("\r\n").partition("\t")[0]
    if (quoted := _QUOTED.fullmatch(name)) is not None:
        raw = quoted[1].encode("latin-1", "backslashreplace").decode("unicode_escape")
        name = raw.encode("latin-1", "replace").decode("utf-8", "replace")
    if name == _NOWHERE:
        return None
    return name[2:] if name[:2] in ("a/", "b/") else name


def _hunks(lines: Sequence[str], number: int) -> tuple[tuple[_Hunk, ...], int]:
    hunks: list[_Hunk] = []
    while number < len(lines) and (header := _HUNK.match(lines[number])):
        counts = [int(header[group] or "1") for group in (2, 4)]
        old: list[bytes] = []
        new: list[bytes] = []
        number += 1
        while number < len(lines) and (len(old) < counts[0] or len(new) < counts[1]):
            sign, line = lines[number][:1], lines[number][1:].encode()
            if sign in (" ", "-", "\n", "\r"):
                old.append(line)
            if sign in (" ", "+", "\n", "\r"):
                new.append(line)
            number += 1
        while number < len(lines) and lines[number].startswith("\\"):
            number += 1
        hunks.append(_Hunk(int(header[1]), tuple(old), int(header[3]), tuple(new)))
    return tuple(hunks), number
