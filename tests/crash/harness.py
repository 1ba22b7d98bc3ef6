"""Kills a process again and again, each time at another moment, and counts what the next one finds.

One process at a time, on one workspace: each opens what the last one left behind.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.crash import schedule
from tests.crash.points import POINTS

SECONDS = 120.0
"""A process that takes longer hangs: that is wrong, too."""
ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONFAULTHANDLER": "1"}
"""A crash that nobody asked for tells where."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a process met when it opened the store."""

    left: str
    """new, opened, or "played again": with a log of commits."""
    seconds: float
    """From opening to a complete graph and search."""
    wrong: tuple[str, ...]
    """How graph, search and journal differ from what they should be."""
    notes: tuple[str, ...]

    @property
    def rebuilt(self) -> bool:
        """Something was damaged, and made anew."""
        return any("built anew" in note for note in self.notes)


@dataclass
class Kill:
    """One process: where it was to die, where it did, and what the next one that opened found."""

    phase: str
    point: str
    died: str = "not reached"
    """before, inside, after the call; clock; not reached: the schedule came to its end."""
    found: Found | None = None
    trouble: str = ""
    """It ended otherwise than it was told to."""

    @property
    def is_wrong(self) -> bool:
        return bool(self.trouble) or self.found is None or bool(self.found.wrong)


class Series:
    """Kills on one workspace, in order. `check` opens once more and only looks."""

    def __init__(self, home: Path, seed: int) -> None:
        self._home = home
        self._folder = home / "folder"
        self._folder.mkdir(parents=True)
        self._dice = random.Random(seed)
        self._acknowledged: list[str] = []
        self._open: list[Kill] = []
        """Kills of which nobody has seen yet what they left."""
        schedule.begin(self._folder, seed)

    def at_point(self, number: int, steps: int = 40) -> Kill:
        """A process that is to be killed at this point."""
        dice = self._dice
        point = POINTS[number]
        when = dice.choices(("before", "inside", "after"), (1, 4, 1))[0]
        order = {
            "point": number,
            "when": when,
            "nth": 1
            if point.while_opening or point.phase == "closing"
            else dice.choice((1, 1, 2, 3)),
            "delay": 10 ** dice.uniform(-4.5, -1.5),
            "opening": point.while_opening,
            "prelude": point.prelude,
            "steps": steps,
        }
        return self._run(point.phase, point.where, order)

    def at_random(self, longest: float, steps: int = 40) -> Kill:
        """A process that is to be killed some time from its start, or from when it is open."""
        opening = self._dice.random() < 0.3
        order = {
            "point": None,
            "delay": self._dice.uniform(0, longest),
            "opening": opening,
            "steps": steps,
        }
        return self._run("any moment, opening" if opening else "any moment", "", order)

    def check(self) -> Kill:
        """Opens once more without a kill, so that all are known."""
        return self._run("", "", {"point": 0, "when": "none", "nth": 0, "steps": 0})

    def _run(self, phase: str, point: str, order: Mapping[str, Any]) -> Kill:
        if len(self._open) > 1 and order["steps"]:
            self.check()  # a third end at the opening would be taken for a damaged graph
        seed = self._dice.randrange(10**9)
        full = {
            "delay": 0.0,
            "opening": False,
            "prelude": "",
            **order,
            "folder": str(self._folder),
            "home": str(self._home),
            "seed": seed,
            "acknowledged": self._acknowledged,
        }
        kill = Kill(phase, point)
        command = [sys.executable, "-m", "tests.crash.child", json.dumps(full)]
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=SECONDS, cwd=ROOT, env=ENVIRONMENT
            )
        except subprocess.TimeoutExpired as expired:
            self._heard(kill, expired.stdout or b"")
            kill.trouble = "it hangs"
        else:
            self._heard(kill, done.stdout)
            if done.returncode == -signal.SIGKILL and order["point"] is None:
                kill.died = "clock"
            elif done.returncode not in (0, -signal.SIGKILL):
                said = done.stderr.decode(errors="replace")[:3000]
                kill.trouble = f"it ended with {done.returncode}: {said}"
        self._open.append(kill)
        return kill

    def _heard(self, kill: Kill, output: bytes) -> None:
        for line in output.splitlines():
            try:
                told = json.loads(line)
            except ValueError:
                continue  # cut off by the kill
            if "point" in told:
                kill.died = {"at": "before", "in": "inside", "past": "after"}[told["point"]]
            if "acknowledged" in told:
                self._acknowledged.append(told["acknowledged"])
            if "opened" in told:
                notes = tuple(note.replace(str(self._home), "~") for note in told["notes"])
                found = Found(told["opened"], told["seconds"], tuple(told["wrong"]), notes)
                for each in self._open:
                    each.found = found
                self._open = []
