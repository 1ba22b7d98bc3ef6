"""The verbs that look at the workspace as a whole."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ramify.protocol.shapes.overviews import (
    CyclesResult,
    HotspotsResult,
    RemovableResult,
    UnreachableResult,
)
from tests.cli.shop import Ramify
from tests.session.folders import write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, empty."""
    here = tmp_path / "folder"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("RAMIFY_HOME", str(tmp_path / "home"))
    return here


def test_circles_of_imports(ramify: Ramify, folder: Path) -> None:
    write(folder, {"left.py": "import right\n\nright.x()\n", "right.py": "import left\n"})
    lines = ramify("cycles").lines
    assert lines == [
        "2 modules in 1 circle of imports",
        "",
        "2 modules  left, right",
        "  cheapest cut  right imports left  right.py:1:8  0 uses; opens the circle",
        "  way round     right imports left  right.py:1:8  0 uses",
        "  way round     left imports right  left.py:1:8  1 use",
    ]
    told = msgspec.json.decode(ramify("cycles", "--json").out, type=CyclesResult)
    assert told.cycles[0].cut is not None
    assert told.cycles[0].cut.source.name == "right"


def test_without_circles_it_says_so(ramify: Ramify, folder: Path) -> None:
    write(folder, {"alone.py": "x = 1\n"})
    assert ramify("cycles").lines == ["No modules import each other while they are loaded."]


def test_hotspots(ramify: Ramify, folder: Path) -> None:
    write(folder, {"hot.py": "def f(x):\n    if x:\n        return f(x - 1)\n    return 0\n"})
    lines = ramify("hotspots").lines
    assert lines[0].startswith("Not known: how often files changed: git tells no history")
    assert lines[1] == "score  complexity  callers  callees  commits"
    assert lines[2].split() == ["1.00", "2", "1", "1", "?", "hot.f", "hot.py:1:5"]
    told = msgspec.json.decode(ramify("hotspots", "--json").out, type=HotspotsResult)
    assert [each.name for each in told.hotspots][:1] == ["f"]


def test_what_nothing_reaches(ramify: Ramify, folder: Path) -> None:
    write(folder, {"a.py": "def _dead(): ...\ndef public(): ...\n"})
    assert ramify("unreachable").lines == [
        "a.py:1:5  a._dead  nothing reaches it",
        "Not listed: 1 that somebody may run; --min-certainty possible lists them.",
    ]
    told = msgspec.json.decode(
        ramify("unreachable", "--json", "--min-certainty", "possible").out,
        type=UnreachableResult,
    )
    assert [(each.name, each.certainty) for each in told.items] == [
        ("_dead", "inferred"),
        ("public", "possible"),
    ]


def test_whether_a_symbol_can_go(ramify: Ramify, folder: Path) -> None:
    write(folder, {"a.py": "def f(): ...\n", "b.py": "from a import f\nf()\n"})
    assert ramify("removable", "f").lines == [
        "a.f  function  a.py:1:5",
        "No: 1 place uses `f`, in 1 file, besides 1 import.",
        "  exact      b.py:1:15  import",
        "  exact      b.py:2:1  import",
    ]
    told = msgspec.json.decode(ramify("removable", "f", "--json").out, type=RemovableResult)
    assert (told.verdict, told.total) == ("used", 2)
