"""The journal: what it keeps, for how long, and what it does when it cannot."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ramify_store import journal as subject
from ramify_store.journal import Change, Journal, Run, read_changes, read_runs

EDITED = Change("a.py", "edited", "save", "a", changed=("f",), appeared=("C.m",))
MOVED = Change("c.py", "moved", "rename", "c", before="b.py")


def run_at(started: float, *changes: Change) -> Run:
    return Run(started, 0.5, "save", {"changed": 1.0}, int(started), changes)


def test_runs_come_back_with_what_they_changed_newest_first(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    runs = [run_at(1.0, EDITED), run_at(2.0), run_at(3.0, MOVED, EDITED)]
    for each in runs:
        journal.record(each)
    assert journal.runs(10) == runs[::-1]
    assert read_runs(tmp_path / "journal", 1) == [runs[2]], "while another one writes"
    journal.close()
    assert Journal(tmp_path / "journal").runs(10) == runs[::-1]


def test_changes_are_found_by_what_is_wanted_of_them(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.record(run_at(1.0, EDITED, MOVED))
    journal.record(run_at(2.0, EDITED))
    found = read_changes(tmp_path / "journal", 10, lambda change: change.path == "a.py")
    assert [(run.started, change) for run, change in found] == [(2.0, EDITED), (1.0, EDITED)]
    found = read_changes(tmp_path / "journal", 1, lambda change: True)
    assert [run.started for run, _ in found] == [2.0]
    journal.close()


def test_where_there_is_no_journal_there_is_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_runs(tmp_path / "journal", 1)
    assert list(tmp_path.iterdir()) == []


def test_on_a_read_only_disk_it_is_read_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path / "journal")
    journal.record(run_at(1.0, EDITED))
    journal.close()
    real = sqlite3.connect

    def connect(where: str, **options: Any) -> Any:
        return real(where if "immutable" in where else "file:/nowhere/journal?mode=ro", **options)

    def lazily(where: str, **options: Any) -> Any:
        """SQLite finds out with the first statement."""
        try:
            return connect(where, **options)
        except sqlite3.OperationalError:
            return real(":memory:")

    monkeypatch.setattr(sqlite3, "connect", lazily)
    assert read_runs(tmp_path / "journal", 10) == [run_at(1.0, EDITED)]


def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from ramify_store.journal import Change, Journal, Run\n"
        "journal = Journal(Path(sys.argv[1]))\n"
        "journal.record(Run(1.0, 0.5, 'save', {}, 7, (Change('a.py', 'gone', 'save'),)))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "journal")], check=False, timeout=60
    )
    (run,) = Journal(tmp_path / "journal").runs(10)
    assert (run.revision, run.changes) == (7, (Change("a.py", "gone", "save"),))


def test_it_forgets_the_oldest_runs_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "MOST_CHANGES", 20)
    journal = Journal(tmp_path / "journal")
    for number in range(100):
        journal.record(run_at(float(number), EDITED, MOVED))
        assert journal._counted <= 20
    runs = journal.runs(1000)
    assert [run.started for run in runs] == [99.0 - n for n in range(len(runs))]
    assert all(run.changes == (EDITED, MOVED) for run in runs)
    assert 8 <= len(runs) <= 10
    journal.close()


def test_the_newest_run_stays_however_large_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "MOST_CHANGES", 3)
    journal = Journal(tmp_path / "journal")
    journal.record(run_at(1.0))
    journal.record(run_at(2.0, *[EDITED] * 10))
    assert [(run.started, len(run.changes)) for run in journal.runs(10)] == [(2.0, 10)]
    journal.close()


def test_its_file_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "MOST_BYTES", 200_000)
    journal = Journal(tmp_path / "journal")
    large = Change("a.py", "new", "watch", "a", appeared=tuple(f"name{n}" for n in range(200)))
    for number in range(500):
        journal.record(run_at(float(number), large))
    journal.close()
    assert (tmp_path / "journal").stat().st_size < 300_000


def test_a_journal_of_the_first_version_goes_on(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "journal") as connection:
        connection.executescript(subject._STEPS[0])
        connection.execute(
            "INSERT INTO runs (started, seconds, cause, metrics) VALUES (1.0, 2.0, 'sweep', '{}')"
        )
    connection.close()
    journal = Journal(tmp_path / "journal")
    journal.record(run_at(2.0, EDITED))
    assert journal.runs(10) == [run_at(2.0, EDITED), Run(1.0, 2.0, "sweep", {})]
    journal.close()


def test_what_a_later_version_added_is_left_alone(tmp_path: Path) -> None:
    Journal(tmp_path / "journal").close()
    with sqlite3.connect(tmp_path / "journal") as connection:
        connection.executescript("CREATE TABLE notes (text); PRAGMA user_version = 9")
        connection.execute("INSERT INTO notes VALUES ('kept')")
    connection.close()
    journal = Journal(tmp_path / "journal")
    journal.record(run_at(1.0, EDITED))
    assert journal._connection.execute("SELECT text FROM notes").fetchall() == [("kept",)]
    journal.close()


def test_a_journal_that_cannot_be_written_is_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    journal = Journal(tmp_path / "journal")
    journal.record(run_at(1.0))
    assert len(journal.runs(10)) == 1
    assert "cannot be written" in journal.notes[0]
    journal.close()
