"""What a commit changed, file by file, in words for the journal: which symbols came, changed, went.

Pure: compares two tables of files and the outlines of what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from ramify.session.files import FileTable, same_content_and_place
from ramify_store.facts import Outline, Placed
from ramify_store.journal import MOST_NAMES, Change

Outlines = Callable[[str, str], Outline | None]
"""By hash and language."""

MODULE: Final = "<module>"
"""A file's own code, outside its functions and classes."""


def differing(before: FileTable, after: FileTable) -> tuple[str, ...]:
    """Paths of files that came, changed, moved or went, sorted. Of a first table, none did."""
    if not before.placed:
        return ()
    found = [path for path in before.placed if path not in after.placed]
    for path, placed in after.placed.items():
        old = before.placed.get(path)
        if old is not placed and (old is None or not same_content_and_place(old, placed)):
            found.append(path)
    return tuple(sorted(found))


def changes(
    before: FileTable,
    after: FileTable,
    paths: tuple[str, ...],
    outlines: Outlines,
    cause_of: Callable[[str], str],
) -> Iterator[Change]:
    """One for each of the `differing` paths; a file that moved is told once, where it is now."""
    left = {
        placed.hash: path
        for path in paths
        if path not in after.placed and (placed := before.placed[path]).size
    }
    moved = {
        path: left.pop(placed.hash)
        for path in paths
        if path not in before.placed and (placed := after.placed[path]).hash in left
    }
    told = set(moved.values())
    for path in paths:
        if path in told:
            continue
        old, new = before.placed.get(moved.get(path, path)), after.placed.get(path)
        yield _change(path, old, new, outlines, cause_of(path))


def _change(
    path: str, old: Placed | None, new: Placed | None, outlines: Outlines, cause: str
) -> Change:
    module = (new or old or _NOWHERE).module
    if old is not None and new is not None and old.hash == new.hash:
        return Change(path, "moved", cause, module, before=old.path)
    known, found = _symbols(old, outlines), _symbols(new, outlines)
    appeared = [each for each in found if each not in known]
    went = [each for each in known if each not in found]
    changed = [each for each, what in found.items() if known.get(each, what) != what]
    named = _cut(appeared), _cut(changed), _cut(went)
    more = len(appeared) + len(changed) + len(went) - sum(map(len, named))
    what = "new" if old is None else "gone" if new is None else "edited"
    return Change(path, what, cause, module, "", *named, more)  # type: ignore[arg-type]


def _symbols(placed: Placed | None, outlines: Outlines) -> Mapping[str, object]:
    """By path, what a person would call a change: its signature, and the text of its chunks."""
    outline = None if placed is None else outlines(placed.hash, placed.language)
    if outline is None:
        return {}
    texts: dict[int, list[str]] = {}
    for chunk in outline.chunks:
        texts.setdefault(chunk.symbol, []).append(chunk.hash)
    return {
        each.path or MODULE: (each.kind, each.flags, each.signature, texts.get(number))
        for number, each in enumerate(outline.symbols)
        if "<lambda>" not in each.path
    }


def _cut(names: list[str]) -> tuple[str, ...]:
    return tuple(names[:MOST_NAMES])


_NOWHERE: Final = Placed("", "", "", "", "", False, False, False, 0, 0)
