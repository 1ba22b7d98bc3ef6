"""A unified diff as two states of files: what a patch file says changed.

The live text is one of the two states: before it, when the patch is yet to be applied, or after it.
Context lines decide, and say so when the patch fits neither. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from ramify.session.git import ChangedFile

_HUNK: Final = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
"""Form feeds and other separators that Python knows are characters in a line."""
_SIDES: Final = ("a/", "b/")
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
    kind: str = "edit"
    """As git says: edit, rename or copy. Only git's patches are of two files."""


def patched_files(patch: str, text_of: Callable[[str], bytes | None]) -> tuple[ChangedFile, ...]:
    """Both states of every file the patch names, sorted by path; a renamed file is two. Raises
    PatchError."""
    diffs = [_named_here(diff, text_of) for diff in _file_diffs(_LINE.findall(patch))]
    if not diffs:
        raise PatchError("the patch holds no changed file")
    states: dict[str, ChangedFile] = {}
    for diff in diffs:
        for file in _states(diff, text_of):
            states[file.path] = file
    return tuple(states[path] for path in sorted(states))


def _named_here(diff: _FileDiff, text_of: Callable[[str], bytes | None]) -> _FileDiff:
    """`diff -u x.py.orig x.py` and `diff -ru old/ new/` are of one file, the one that is here."""
    old, new = diff.old_path, diff.new_path
    if old is None or new is None or old == new or diff.kind != "edit":
        return diff
    found = (below for path in (new, old) for below in _below(path) if text_of(below) is not None)
    path = next(found, new)
    return replace(diff, old_path=path, new_path=path)


def _below(path: str) -> Iterator[str]:
    """The path without its first directories, one after the other."""
    parts = PurePosixPath(path).parts
    return ("/".join(parts[at:]) for at in range(1 if parts[0] == "/" else 0, len(parts)))


def _states(diff: _FileDiff, text_of: Callable[[str], bytes | None]) -> Iterator[ChangedFile]:
    old, new = diff.old_path, diff.new_path
    live_old = text_of(old) if old else b""
    live_new = text_of(new) if new else b""
    forward = [(h.old_start, h.old, h.new) for h in diff.hunks]
    backward = [(h.new_start, h.new, h.old) for h in diff.hunks]
    before = after = None
    for replaced in (_replaced, _replaced_nearby):
        before, after = live_old, _applied(replaced, live_old, forward)
        if after is None:
            before, after = _applied(replaced, live_new, backward), live_new
        if before is not None and after is not None:
            break
    if before is None or after is None:
        raise PatchError(f"the patch does not fit {new or old}")
    if old == new and old is not None:
        yield ChangedFile(old, before, after)
        return
    if old and diff.kind != "copy":
        yield ChangedFile(old, before, None, is_gone=True)
    if new:
        yield ChangedFile(new, None, after)


_Edits = Sequence[tuple[int, Sequence[bytes], Sequence[bytes]]]
"""First line, counted from 1, what stands there, and what takes its place."""


def _applied(
    replaced: Callable[[bytes, _Edits], bytes | None], text: bytes | None, edits: _Edits
) -> bytes | None:
    return None if text is None else replaced(text, edits)


def _replaced(text: bytes, edits: _Edits) -> bytes | None:
    """The text with lines replaced; None where they are not what is expected."""
    lines = text.split(b"\n")
    result: list[bytes] = []
    at = 0
    for start, expected, replacement in edits:
        first = max(start - 1, 0) if expected else start
        if not _stands(lines, first, expected) or first < at:
            return None
        result += [*lines[at:first], *replacement]
        at = first + len(expected)
    return b"\n".join([*result, *lines[at:]])


def _replaced_nearby(text: bytes, edits: _Edits) -> bytes | None:
    """The same, where the lines have moved: each to where they stand next."""
    lines = text.split(b"\n")
    moved: list[tuple[int, Sequence[bytes], Sequence[bytes]]] = []
    by = 0
    for start, expected, replacement in edits:
        places = sorted(range(1, len(lines) + 1), key=lambda line: abs(line - start - by))
        found = next((line for line in places if _stands(lines, line - 1, expected)), None)
        if found is None or not expected:
            return None
        by = found - start
        moved.append((found, expected, replacement))
    return _replaced(text, moved)


def _stands(lines: Sequence[bytes], first: int, expected: Sequence[bytes]) -> bool:
    return _bare(lines[first : first + len(expected)]) == _bare(expected)


def _bare(lines: Iterable[bytes]) -> list[bytes]:
    return [line.rstrip(b"\r\n") for line in lines]


def _file_diffs(lines: Sequence[str]) -> Iterator[_FileDiff]:
    number = 0
    moved: _FileDiff | None = None
    while number < len(lines):
        line, following = lines[number], lines[number + 1] if number + 1 < len(lines) else ""
        kind = line.partition(" from ")[0]
        if kind in ("rename", "copy") and following.startswith(f"{kind} to "):
            old, new = _path(line, f"{kind} from "), _path(following, f"{kind} to ")
            moved = _FileDiff(old, new, (), kind)
            number += 2
        elif line.startswith("--- ") and following.startswith("+++ "):
            old, new = _path(line, "--- "), _path(following, "+++ ")
            hunks, number = _hunks(lines, number + 2)
            yield replace(moved, hunks=hunks) if moved else _FileDiff(old, new, hunks)
            moved = None
        else:
            if moved and line.startswith("diff "):
                yield moved
                moved = None
            number += 1
    if moved:
        yield moved


def _path(line: str, head: str) -> str | None:
    """`x.py` of `--- a/x.py<tab>date`; None for a file that is not there."""
    name = line.removeprefix(head).rstrip("\r\n").partition("\t")[0]
    if (quoted := _QUOTED.fullmatch(name)) is not None:
        raw = quoted[1].encode("latin-1", "backslashreplace").decode("unicode_escape")
        name = raw.encode("latin-1", "replace").decode("utf-8", "replace")
    if name == _NOWHERE:
        return None
    return name[2:] if name[:2] in _SIDES and len(head) == len("--- ") else name


def _hunks(lines: Sequence[str], number: int) -> tuple[tuple[_Hunk, ...], int]:
    hunks: list[_Hunk] = []
    while number < len(lines) and (header := _HUNK.match(lines[number])):
        counts = [int(header[group] or "1") for group in (2, 4)]
        old: list[bytes] = []
        new: list[bytes] = []
        number += 1
        while number < len(lines) and (len(old) < counts[0] or len(new) < counts[1]):
            sign, line = lines[number][:1], lines[number][1:].removesuffix("\n").encode()
            if sign in (" ", "-", "\n", "\r"):
                old.append(line)
            if sign in (" ", "+", "\n", "\r"):
                new.append(line)
            number += 1
        while number < len(lines) and lines[number].startswith("\\"):
            number += 1
        hunks.append(_Hunk(int(header[1]), tuple(old), int(header[3]), tuple(new)))
    return tuple(hunks), number
