"""What failed for a reason that may pass is tried again by itself, more and more rarely."""

from __future__ import annotations

from pathlib import Path

import pytest

from ramify.indexing import retry
from ramify.indexing.retry import Retry, may_pass
from ramify.indexing.stores import Stores
from ramify.indexing.workspace import Workspace
from ramify.session.cancel import CancelToken
from ramify.session.directories import Directories
from ramify.session.settings import Settings
from ramify_store.errors import StoreClosed, StoreFull
from tests.session.folders import write


def test_waits_grow_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("ramify.indexing.retry.time.monotonic", lambda: now[0])
    monkeypatch.setattr("ramify.indexing.retry.random.random", lambda: 1.0)
    subject = Retry()
    waits = []
    for _ in range(retry.ATTEMPTS + 1):
        subject.failed(OSError(16, "Device or resource busy"))
        waits.append(subject.seconds_left())
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, None]
    subject.succeeded()
    subject.failed(OSError(16, "Device or resource busy"))
    now[0] += 0.75
    assert subject.seconds_left() == 0.25
    subject.begun()
    assert subject.seconds_left() is None


def test_half_of_each_wait_is_left_to_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ramify.indexing.retry.time.monotonic", lambda: 100.0)
    monkeypatch.setattr("ramify.indexing.retry.random.random", lambda: 0.0)
    subject = Retry()
    subject.failed(OSError(16, "Device or resource busy"))
    assert subject.seconds_left() == 0.5


def test_a_bug_is_not_tried_again() -> None:
    assert may_pass(StoreFull("/cache", 1)) and may_pass(PermissionError())
    assert not may_pass(StoreClosed()) and not may_pass(KeyError())
    subject = Retry()
    subject.failed(KeyError())
    assert subject.seconds_left() is None


def test_a_commit_that_failed_is_tried_again_though_nothing_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "FIRST_SECONDS", 0.05)
    write(tmp_path / "folder", {"a.py": "def f():\n    pass\n"})
    commit, failures = Stores.commit, [StoreFull("/cache", 1), PermissionError(13, "busy")]

    def sometimes(self: Stores, *arguments: object) -> int:
        if failures:
            raise failures.pop()
        return commit(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Stores, "commit", sometimes)
    workspace = Workspace.open(
        tmp_path / "folder",
        Settings(watch=False, workers=1),
        directories=Directories(tmp_path / "cache", tmp_path / "data"),
    )
    try:
        client = workspace.client()
        workspace.start()
        reading = client.reading(CancelToken(), complete_within=60)
        assert (reading.snapshot.status.complete, reading.view.paths()) == (True, ("a.py",))
        assert failures == []
        assert len(workspace.details().last_errors) == 2
    finally:
        workspace.close()
