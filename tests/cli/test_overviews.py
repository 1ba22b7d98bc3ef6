"""The verbs that look at the workspace as a whole."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ramify.protocol import shapes
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
    told = msgspec.json.decode(ramify("cycles", "--json").out, type=shapes.CyclesResult)
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
    assert lines[2].split() == ["1.00", "2", "1", "1", "0", "hot.f", "hot.py:1:5"]
    told = msgspec.json.decode(ramify("hotspots", "--json").out, type=shapes.HotspotsResult)
    assert [each.name for each in told.hotspots][:1] == ["f"]
