"""That nothing moved is said only where a walk would find the same, whatever was done."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ramify.indexing.standing import Standing, standing_of
from ramify.indexing.sweep import is_wanted
from ramify.session.ignore import walk
from ramify.session.settings import Settings

HOUR_NS = 3_600_000_000_000
PLAIN = Settings()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of an hour ago in a repository, one directory without sources, one that is left out."""
    folder = tmp_path / "shop"
    for name in (
        "a.py",
        "pkg/__init__.py",
        "pkg/b.py",
        "docs/picture.png",
        "build/lib.py",
        "pyproject.toml",
        ".git/info/exclude",
        ".gitignore",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("# nothing\n")
    age(tmp_path)
    return folder


def age(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        before = path.stat().st_mtime_ns - HOUR_NS
        os.utime(path, ns=(before, before))


def standing(folder: Path, settings: Settings = PLAIN) -> Standing | None:
    walked = walk(str(folder), settings, is_wanted)
    return standing_of(str(folder), settings, walked.marks, time.time_ns())


def holds(now: Standing, settings: Settings = PLAIN) -> bool:
    return now.holds(settings, lambda: None)


def test_where_nothing_was_done_it_holds(folder: Path) -> None:
    now = standing(folder)
    assert now is not None
    assert holds(now)


@pytest.mark.parametrize(
    "change",
    [
        lambda at: (at / "a.py").write_text("x = 1\n"),
        lambda at: (at / "pkg/b.py").unlink(),
        lambda at: (at / "new.py").write_text(""),
        lambda at: (at / "docs/new.py").write_text(""),
        lambda at: (at / "docs/deep").mkdir(),
        lambda at: (at / "pkg/b.py").rename(at / "pkg/c.py"),
        lambda at: shutil.rmtree(at / "pkg"),
        lambda at: (at / ".gitignore").write_text("pkg\n"),
        lambda at: (at / "pkg/.gitignore").write_text("b.py\n"),
        lambda at: (at / ".git/info/exclude").write_text("pkg\n"),
        lambda at: (at / "pyproject.toml").write_text("[project]\n"),
        lambda at: (at / "build/__init__.py").write_text(""),
        lambda at: (at / "pkg/pyvenv.cfg").write_text(""),
        lambda at: (at / "docs/picture.png").replace(at / "docs/picture.py"),
        lambda at: (at.parent / ".gitignore").write_text("*\n"),
    ],
)
def test_whatever_is_done_ends_it(folder: Path, change: Callable[[Path], object]) -> None:
    now = standing(folder)
    assert now is not None
    change(folder)
    assert not holds(now)


def test_other_settings_end_it(folder: Path) -> None:
    now = standing(folder)
    assert now is not None
    assert not holds(now, Settings(exclude=("pkg",)))


def test_marks_that_are_young_are_not_trusted(folder: Path) -> None:
    (folder / "a.py").write_text("x = 1\n")
    assert standing(folder) is None


def test_nothing_is_said_where_something_was_left_out(folder: Path) -> None:
    assert standing(folder, Settings(size_limit=3)) is None


def test_what_is_out_for_good_does_not_matter(folder: Path) -> None:
    now = standing(folder)
    assert now is not None
    (folder / "docs/picture.png").write_text("another\n")
    (folder / ".git/info/x").write_text("")
    (folder / "build/lib.py").write_text("x = 2\n")
    assert holds(now)
