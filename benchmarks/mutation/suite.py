"""Runs the suite in its working directory as often as it is told to, each time in a fresh fork.

A script of its own for the environment of the measured package: standard library and pytest alone.
It is told a file on a line of its input, runs the suite, writes there line by line what happens,
and answers with the seconds it took; of a file that ends in `.traced` it also writes what each test
ran. What the suite imports from elsewhere is imported once, before the forks. Options are pytest's.

Lines: `> ID` a test begins, `+ ID` it passed, `- ID` it failed, `! PATH` a file whose collection
failed, `@ PATH:LINE` a function that the test before it ran, `. ` the end.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import resource
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

import pytest

LIMIT_BYTES = 4 << 30
SLOWER = 10
"""A mutant's run may take this many times as long as the first one."""
LEAST_SECONDS = 30
TEST_SECONDS = 20


class Hung(BaseException):
    """A test takes longer than any does."""


class Told:
    """A pytest plugin that writes what happens. The first test that hangs ends the run."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.failed: set[str] = set()

    def begins(self) -> None:
        pass

    def ends(self) -> None:
        pass

    def say(self, mark: str, what: str) -> None:
        self.out.write(f"{mark} {what}\n")
        self.out.flush()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self.say(">", item.nodeid)
        signal.signal(signal.SIGALRM, partial(_hangs, item.session))
        signal.alarm(TEST_SECONDS)
        self.begins()
        try:
            answer = yield
        finally:
            self.ends()
            signal.alarm(0)
        if item.nodeid not in self.failed:
            self.say("+", item.nodeid)
        return answer

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and report.nodeid not in self.failed:
            self.failed.add(report.nodeid)
            self.say("-", report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.say("!", report.nodeid)


class Traced(Told):
    """Writes which functions below the working directory each test ran, in any thread."""

    def __init__(self, out: TextIO) -> None:
        super().__init__(out)
        self.here = f"{Path.cwd()}/"
        self.ran: set[tuple[str, int]] = set()

    def begins(self) -> None:
        self.ran.clear()
        threading.setprofile(self._called)
        sys.setprofile(self._called)

    def ends(self) -> None:
        sys.setprofile(None)
        threading.setprofile(None)
        for path, line in sorted(self.ran):
            if path.startswith(self.here):
                self.say("@", f"{path.removeprefix(self.here)}:{line}")

    def _called(self, frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            self.ran.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))


def main() -> None:
    options = sys.argv[1:]
    limit = 600.0
    for name in _modules(options):
        with contextlib.suppress(Exception, SystemExit):
            importlib.import_module(name)
    for line in sys.stdin:
        seconds = _run(Path(line.rstrip("\n")), options, limit)
        if limit == 600.0 and not line.endswith(".traced\n"):
            limit = max(LEAST_SECONDS, SLOWER * seconds)
        print(f"{seconds:.3f}", flush=True)


def _modules(options: list[str]) -> list[str]:
    """What a run imports from outside the working directory."""
    with tempfile.TemporaryDirectory() as scratch:
        found = Path(scratch, "modules")
        child = os.fork()
        if child == 0:
            _tests(Path(os.devnull), options)
            here = str(Path.cwd())
            names = [
                name
                for name, module in list(sys.modules.items())
                if (file := getattr(module, "__file__", None))
                and not str(file).startswith(here)
                and not name.startswith(("pytest_", "_pytest", "__"))
            ]
            found.write_text("\n".join(names))
            os._exit(0)
        os.waitpid(child, 0)
        return found.read_text().split("\n") if found.exists() else []


def _run(into: Path, options: list[str], limit: float) -> float:
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        os.setsid()
        _tests(into, options)
        os._exit(0)
    while time.monotonic() - started < limit:
        if os.waitpid(child, os.WNOHANG)[0]:
            break
        time.sleep(0.02)
    else:
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return time.monotonic() - started


def _tests(into: Path, options: list[str]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for each in (0, 1, 2):
        os.dup2(nowhere, each)
    with into.open("w") as out:
        told = Traced(out) if into.suffix == ".traced" else Told(out)
        quiet = ["-q", "--tb=no", "-p", "no:cacheprovider", "--continue-on-collection-errors"]
        plugins: list[Any] = [told]
        with contextlib.suppress(BaseException):
            pytest.main(
                [*quiet, "-W", "ignore::pytest.PytestAssertRewriteWarning", *options], plugins
            )
            told.say(".", "")


def _hangs(session: pytest.Session, number: int, frame: object) -> None:
    session.shouldstop = "a test hangs"
    raise Hung


if __name__ == "__main__":
    main()
