"""What a suite says of each mutant: starts `suite.py` in a package's own environment and reads what
it wrote. Must never know what anybody predicts."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of a suite, by function: parameters are cut off, a function fails if one of its
    cases does."""

    passed: frozenset[str]
    failed: frozenset[str]
    uncollected: frozenset[str]
    """Files whose tests could not even be found."""
    finished: bool
    """False: a test hung or the process died, and what came after it is not known."""

    def failing(self, suite: Iterable[str]) -> frozenset[str]:
        """Those of a suite that fail: also all of a file that cannot be collected, and all of all
        files where nothing ran."""
        suite = frozenset(suite)
        if self.finished and not self.passed and not self.failed and not self.uncollected:
            return suite
        lost = (each for each in suite if each.partition("::")[0] in self.uncollected)
        return (self.failed & suite) | frozenset(lost)


def function_of(node_id: str) -> str:
    """`tests/test_a.py::TestA::test_b[1-x]` without its parameters."""
    return node_id.partition("[")[0]


def read(lines: Iterable[str]) -> Ran:
    """From the lines of `suite.py`. The test that was running when they end has failed."""
    passed: set[str] = set()
    failed: set[str] = set()
    uncollected: set[str] = set()
    running: str | None = None
    finished = False
    for line in lines:
        mark, _, what = line.rstrip("\n").partition(" ")
        name = function_of(what)
        if mark == ">":
            running = name
        elif mark == "!":
            uncollected.add(what.partition("::")[0])
        elif mark == ".":
            finished, running = True, None
        elif mark in ("+", "-"):
            (passed if mark == "+" else failed).add(name)
            running = None if mark == "+" else running
    if running is not None:
        failed.add(running)
    return Ran(
        frozenset(passed - failed), frozenset(failed), frozenset(uncollected), finished=finished
    )


def read_traced(lines: Iterable[str]) -> dict[str, set[str]]:
    """By test function: the functions that it ran, as `path:line`."""
    ran: dict[str, set[str]] = {}
    running = ""
    for line in lines:
        mark, _, what = line.rstrip("\n").partition(" ")
        if mark == ">":
            running = function_of(what)
        elif mark == "@":
            ran.setdefault(running, set()).add(what)
    return ran


class Suite:
    """A suite that waits to be run. `end` it."""

    def __init__(
        self, python: Path, folder: Path, options: Sequence[str], environment: Mapping[str, str]
    ) -> None:
        script = Path(__file__).with_name("suite.py")
        self._process = subprocess.Popen(
            ["nice", "-n", "15", python, script, *options],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, into: Path) -> tuple[Ran, float]:
        """What happened and the seconds it took. `into` is a file to write."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        into.unlink(missing_ok=True)
        self._process.stdin.write(f"{into}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the suite cannot be run")
        lines = into.read_text().splitlines() if into.exists() else []
        return read(lines), float(answer)

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)


def environment_for(folder: Path, scratch: Path) -> dict[str, str]:
    """Of a suite's process: the package as it stands in the folder, nothing of the user's."""
    scratch.mkdir(parents=True, exist_ok=True)
    source = folder / "src" if (folder / "src").is_dir() else folder
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(source),
        "PYTHONHASHSEED": "0",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "TZ": "UTC",
    }
