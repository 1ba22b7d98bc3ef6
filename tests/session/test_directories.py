"""Where a folder really is, and what leads out of it."""

from __future__ import annotations

import ntpath
import os
from pathlib import Path, PureWindowsPath

import pytest

from ramify.session import directories
from ramify.session.directories import real_path, stays_inside


def test_a_link_stays_inside_or_leads_out(tmp_path: Path) -> None:
    folder = tmp_path.resolve() / "folder"
    (folder / "sub").mkdir(parents=True)
    beside = tmp_path / "folder beside"
    beside.mkdir()
    for name, target in (("in", "sub"), ("out", str(beside)), ("up", ".."), ("self", ".")):
        (folder / name).symlink_to(target)
    kept = [
        name
        for name in ("in", "out", "up", "self")
        if stays_inside(str(folder), f"{folder}/{name}")
    ]
    assert kept == ["in"]


def test_a_link_of_windows_stays_inside_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real paths have backslashes there, folders are named with slashes."""
    monkeypatch.setattr(os.path, "realpath", ntpath.normpath)
    monkeypatch.setattr(directories, "Path", PureWindowsPath)
    assert real_path("C:\\Users\\me\\shop") == "C:/Users/me/shop"
    assert stays_inside("C:/Users/me/shop", "C:/Users/me/shop/a.py")
    assert not stays_inside("C:/Users/me/shop", "C:/Users/me/shopping/a.py")
    assert not stays_inside("C:/Users/me/shop", "D:/a.py")
