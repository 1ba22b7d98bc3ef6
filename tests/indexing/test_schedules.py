"""The same promise with git at work and processes killed: whatever happens, equal to scratch.

The rules of `test_incremental` and a few more, which take seconds each: hence few schedules.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.crash.harness import ENVIRONMENT, ROOT
from tests.crash.points import POINTS
from tests.indexing.test_incremental import Changes

GIT = {
    **os.environ,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{f"GIT_{who}_{what}": "x@x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


class Schedules(Changes):
    commits = 0

    @rule()
    def commit(self) -> None:
        if not self.commits:
            self._git("init", "-q")
        self._git("add", "-A")
        self._git("commit", "-q", "--allow-empty", "-m", str(self.commits))
        self._git("tag", f"t{self.commits}")
        self.commits += 1

    @precondition(lambda self: self.commits)
    @rule(data=st.data())
    def check_out(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, self.commits - 1))
        self._git("checkout", "-q", "-f", f"t{number}")
        self.workspace.disk_changed(None, "watch")

    @precondition(lambda self: self.commits)
    @rule()
    def stash(self) -> None:
        self._git("stash", "-q", "-u")
        self.workspace.disk_changed(None, "watch")

    @rule(point=st.sampled_from([None, *range(len(POINTS))]), seed=st.integers(0, 1000))
    def crash(self, point: int | None, seed: int) -> None:
        """Another process has the workspace for a while, changes it, and is killed."""
        self.workspace.close()
        order = {
            "folder": str(self.folder),
            "home": str(self.home),
            "seed": seed,
            "point": point,
            "when": "inside",
            "nth": 1,
            "delay": seed / 1000 * (1 if point is None else 0.02),
            "opening": point is not None and POINTS[point].while_opening,
            "prelude": "" if point is None else POINTS[point].prelude,
            "steps": 6,
            "acknowledged": [],
        }
        command = [sys.executable, "-m", "tests.crash.child", json.dumps(order)]
        done = subprocess.run(command, capture_output=True, timeout=120, cwd=ROOT, env=ENVIRONMENT)
        assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()[-3000:]
        self._open()

    def _git(self, *words: str) -> None:
        subprocess.run(
            ["git", *words], cwd=self.folder, env=GIT, check=True, capture_output=True, timeout=60
        )


TestSchedules = Schedules.TestCase
TestSchedules.settings = settings(
    max_examples=4,
    stateful_step_count=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
