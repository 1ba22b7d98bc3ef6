"""Coverage data files: read where they are what they say, else no evidence."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from ramify.session.coverage import coverage_of

SCHEMA = """
CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT, UNIQUE (path));
CREATE TABLE context (id INTEGER PRIMARY KEY, context TEXT, UNIQUE (context));
CREATE TABLE line_bits (file_id INTEGER, context_id INTEGER, numbits BLOB,
    UNIQUE (file_id, context_id));
CREATE TABLE arc (file_id INTEGER, context_id INTEGER, fromno INTEGER, tono INTEGER);
"""


def bits(*lines: int) -> bytes:
    """As coverage.py packs them."""
    packed = bytearray(max(lines) // 8 + 1)
    for line in lines:
        packed[line // 8] |= 1 << line % 8
    return bytes(packed)


def written(folder: Path, rows: list[tuple[str, str, bytes]], script: str = SCHEMA) -> None:
    database = sqlite3.connect(folder / ".coverage")
    database.executescript(script)
    for path, context, packed in rows:
        database.execute("INSERT OR IGNORE INTO file (path) VALUES (?)", (path,))
        database.execute("INSERT OR IGNORE INTO context (context) VALUES (?)", (context,))
        ids = "(SELECT id FROM file WHERE path = ?), (SELECT id FROM context WHERE context = ?)"
        values = (path, context, packed)
        database.execute(f"INSERT INTO line_bits VALUES ({ids}, ?)", values)
    database.commit()
    database.close()


def test_lines_by_context(tmp_path: Path) -> None:
    path = f"{tmp_path}/shop/a.py"
    written(tmp_path, [(path, "", bits(1)), (path, "tests/test_a.py::test_f|run", bits(2, 9))])
    coverage = coverage_of(str(tmp_path))
    assert coverage is not None
    (ran,) = coverage.ran("shop/a.py")
    assert (ran.context, ran.lines) == ("tests/test_a.py::test_f|run", frozenset({2, 9}))
    assert coverage.ran("shop/b.py") == ()


def test_branches_are_lines_too(tmp_path: Path) -> None:
    written(tmp_path, [("a.py", "t", bits(2))])
    database = sqlite3.connect(tmp_path / ".coverage")
    database.execute("INSERT INTO arc VALUES (1, 1, -1, 5), (1, 1, 5, 6)")
    database.commit()
    coverage = coverage_of(str(tmp_path))
    assert coverage is not None
    assert coverage.ran("a.py")[0].lines == {2, 5, 6}


def test_a_file_that_changed_since_is_newer(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    written(tmp_path, [("a.py", "t", bits(1))])
    coverage = coverage_of(str(tmp_path))
    assert coverage is not None
    os.utime(tmp_path / "a.py", ns=(1, coverage.measured_ns - 1))
    assert not coverage.is_older_than("a.py")
    os.utime(tmp_path / "a.py", ns=(1, coverage.measured_ns + 1))
    assert coverage.is_older_than("a.py")


def test_without_contexts_there_is_nothing_to_learn(tmp_path: Path) -> None:
    written(tmp_path, [("a.py", "", bits(1))])
    assert coverage_of(str(tmp_path)) is None


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE file (id, path);",
        SCHEMA.replace("CREATE TABLE arc", "CREATE TABLE arcs")
        + "CREATE VIEW arc AS SELECT 1 AS file_id, 1 AS context_id, 1 AS fromno, 1 AS tono;",
        SCHEMA.replace("tono INTEGER)", "tono INTEGER GENERATED ALWAYS AS (fromno + 1))"),
    ],
)
def test_other_databases_are_no_evidence(tmp_path: Path, script: str) -> None:
    database = sqlite3.connect(tmp_path / ".coverage")
    database.executescript(script)
    database.close()
    assert coverage_of(str(tmp_path)) is None


def test_what_is_no_database_is_no_evidence(tmp_path: Path) -> None:
    assert coverage_of(str(tmp_path)) is None
    (tmp_path / ".coverage").write_bytes(b"SQLite format 3\0" + b"\xff" * 4000)
    assert coverage_of(str(tmp_path)) is None
    (tmp_path / ".coverage").unlink()
    (tmp_path / ".coverage").symlink_to("/dev/zero")
    assert coverage_of(str(tmp_path)) is None
    (tmp_path / ".coverage").unlink()
    os.mkfifo(tmp_path / ".coverage")
    assert coverage_of(str(tmp_path)) is None


def test_reading_writes_nothing(tmp_path: Path) -> None:
    written(tmp_path, [("a.py", "t", bits(1))])
    before = {each.name: each.stat().st_mtime_ns for each in tmp_path.iterdir()}
    coverage = coverage_of(str(tmp_path))
    assert coverage is not None
    assert [ran.context for ran in coverage.ran("a.py")] == ["t"]
    assert {each.name: each.stat().st_mtime_ns for each in tmp_path.iterdir()} == before
