"""From a client's words to the symbols that changed, unsaved text included."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from ramify.features.changed import ChangedSymbols
from ramify.features.changesets import NO_REPOSITORY, ChangesError, changes_of
from ramify.session.snapshot import Reading
from tests.features.reading import TOKEN, Texts, drawn, short, typed

SAVED = {"a.py": "def f(): return 1\n", "b.py": "def g(): return 1\n"}


class _Elsewhere(Texts):
    """Texts that stand in a folder of the disk."""

    @property
    def folder(self) -> str:
        return self.texts["folder"]


def reading_in(folder: Path, unsaved: dict[str, str]) -> Reading:
    after = typed(drawn({**SAVED, **unsaved}), unsaved)
    snapshot = after.snapshot
    assert isinstance(snapshot, Texts)
    texts = {**snapshot.texts, "folder": str(folder)}
    moved = _Elsewhere(texts, snapshot.open_paths, on_disk=SAVED)
    return replace(after, snapshot=moved)


def told(changed: ChangedSymbols) -> list[str]:
    pairs = zip(changed.ids, changed.changes, strict=True)
    return [f"{short(symbol)} {change}" for symbol, change in pairs]


def test_without_git_unsaved_text_is_compared_with_what_is_saved(tmp_path: Path) -> None:
    reading = reading_in(tmp_path, {"b.py": "def g(): return 2\n"})
    changed = changes_of(reading, TOKEN, "worktree")
    assert (told(changed), changed.note) == (["b:g body"], NO_REPOSITORY)


def test_without_git_a_range_is_none(tmp_path: Path) -> None:
    with pytest.raises(ChangesError, match="not a git repository"):
        changes_of(reading_in(tmp_path, {}), TOKEN, "range", "main..")


def test_unsaved_text_counts_where_the_file_itself_did_not_change(tmp_path: Path) -> None:
    for path, text in SAVED.items():
        (tmp_path / path).write_text(text)
    commit = "git init -q && git add . && git -c user.name=a -c user.email=a@b commit -qm first"
    subprocess.run(commit, shell=True, check=True, cwd=tmp_path)
    reading = reading_in(tmp_path, {"b.py": "def g(): return 2\n"})
    changed = changes_of(reading, TOKEN, "worktree")
    assert (told(changed), changed.note) == (["b:g body"], None)


def test_an_open_file_that_is_not_indexed_yet_is_no_change(tmp_path: Path) -> None:
    reading = reading_in(tmp_path, {"b.py": SAVED["b.py"]})
    changed = changes_of(replace(reading, view=drawn({}).view), TOKEN, "worktree")
    assert (changed.ids, changed.unread) == ((), ())
