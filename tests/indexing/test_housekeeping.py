"""The stores are put in order when it is quiet, and not while anybody wants something."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ramify.indexing import housekeeping
from ramify.indexing.workspace import Workspace
from ramify.session.cancel import CancelToken
from ramify.session.directories import Directories
from ramify.session.settings import Settings
from ramify_store import upkeep
from tests.session.folders import write

SETTINGS = Settings(watch=False, workers=1)


def opened(home: Path) -> Workspace:
    write(home / "folder", {"a.py": "def f():\n    pass\n"})
    directories = Directories(home / "cache", home / "data")
    return Workspace.open(home / "folder", SETTINGS, directories=directories)


def wait_for(workspace: Workspace, state: str) -> dict[str, int | str]:
    """Asks until the housekeeping says so: the workspace tells nobody."""
    for _ in range(600):
        found = dict(workspace.details().housekeeping)
        if found["state"] == state:
            return found
        threading.Event().wait(0.1)
    raise AssertionError(found)


def test_after_a_quiet_time_the_stores_are_in_order_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "QUIET_SECONDS", 0.05)
    workspace = opened(tmp_path)
    try:
        workspace.refresh()
        found = wait_for(workspace, "in order")
        assert (found["done"], found["evictedFacts"]) == ("nothing", 0)
    finally:
        workspace.close()
    monkeypatch.setattr(housekeeping, "QUIET_SECONDS", 1e9)
    workspace = opened(tmp_path)
    try:
        workspace.refresh()
        found = dict(workspace.details().housekeeping)
        assert (found["state"], found["done"]) == ("waits for a quiet time", "nothing")
    finally:
        workspace.close()


def test_whoever_wants_something_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "QUIET_SECONDS", 0.05)
    begun = threading.Event()

    def endless(store: object, live: object, check: Callable[[], None], tell: object) -> None:
        begun.set()
        while True:
            check()
            threading.Event().wait(0.01)

    monkeypatch.setattr(upkeep, "keep", endless)
    workspace = opened(tmp_path)
    try:
        client = workspace.client()
        workspace.refresh()
        assert begun.wait(60)
        write(tmp_path / "folder", {"b.py": "from a import f\n\nf()\n"})
        workspace.disk_changed(["b.py"], "watch")
        reading = client.reading(CancelToken(), complete_within=60)
        assert reading.snapshot.status.complete
        assert reading.view.paths() == ("a.py", "b.py")
        begun.clear()
        assert begun.wait(60)  # and is taken up again
    finally:
        workspace.close()  # which it does not hold up either


def test_what_fails_is_told_and_costs_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "QUIET_SECONDS", 0.05)

    def broken(*arguments: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(upkeep, "keep", broken)
    workspace = opened(tmp_path)
    try:
        workspace.refresh()
        wait_for(workspace, "failed")
        details = workspace.details()
        assert "Input/output error" in details.health["housekeeping"]
        assert details.health["graph"] == "ok"
        assert workspace.refresh().status.complete
    finally:
        workspace.close()
