"""Killed at any moment, the next start finds everything: a few kills here, hundreds of them in
`benchmarks/crash.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.harness import Series
from tests.crash.points import POINTS

ONE_OF_EACH = ("rows", "load", "opening")


@pytest.mark.parametrize("seed", [11])
def test_after_kills_in_every_phase_everything_is_as_if_made_from_scratch(
    tmp_path: Path, seed: int
) -> None:
    phases = [point.phase for point in POINTS]
    series = Series(tmp_path, seed)
    kills = [series.at_point(phases.index(phase), steps=8) for phase in ONE_OF_EACH]
    kills.append(series.at_random(1.0, steps=8))
    series.check()
    assert [(kill.phase, kill.trouble, kill.found and kill.found.wrong) for kill in kills] == [
        (kill.phase, "", ()) for kill in kills
    ]
    assert {kill.died for kill in kills} <= {"before", "inside", "after", "clock"}
