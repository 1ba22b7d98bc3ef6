"""Disks that fill up, stores that are removed, files that are damaged: answers go on."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from ramify.indexing import stores as stores_module
from ramify.indexing.workspace import Workspace
from ramify.session.cancel import CancelToken
from ramify.session.directories import Directories
from ramify.session.settings import Settings
from ramify_store.attempts import MOST, Attempts
from ramify_store.errors import StoreFull
from ramify_store.factcache import FactCache
from ramify_store.facts import EdgeKind
from ramify_store.ownership import store_name
from tests.indexing.graphs import committed, difference, from_scratch
from tests.session.folders import write

SETTINGS = Settings(watch=False, workers=1)
FILES = {
    "a.py": "def f():\n    pass\n",
    "b.py": "from a import f\n\ndef g():\n    f()\n",
    **{f"m{number}.py": f"def f{number}():\n    return {number}\n" for number in range(30)},
}


class Place:
    """A folder, and where its store is."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "folder"
        write(self.folder, FILES)
        self.directories = Directories(home / "cache", home / "data")
        self.store = self.directories.cache / store_name(str(self.folder))
        self.opened: list[Workspace] = []

    def workspace(self) -> Workspace:
        self.opened.append(Workspace.open(self.folder, SETTINGS, directories=self.directories))
        return self.opened[-1]

    def indexed(self) -> Workspace:
        workspace = self.workspace()
        workspace.refresh()
        return workspace

    def left(self) -> None:
        """Indexed once, with commits in the log, by a process that is gone."""
        workspace = self.indexed()
        for number in range(4):
            write(self.folder, {"m1.py": f"import a\n\ndef f1():\n    return a.f({number})\n"})
            workspace.refresh()
        workspace.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    for workspace in place.opened:
        workspace.close()


def callers(workspace: Workspace) -> list[str]:
    reading = workspace.client().reading(CancelToken(), complete_within=60)
    assert reading.snapshot.status.complete, reading.snapshot.status.reason
    return [edge.source for edge in reading.view.incoming("python . a/f", [EdgeKind.CALLS])]


def is_from_scratch(place: Place, workspace: Workspace) -> bool:
    return difference(from_scratch(place.folder, {}), committed(workspace)) == []


def damaged(path: Path, how: str) -> None:
    data = path.read_bytes()
    if how == "cut off":
        path.write_bytes(data[: len(data) // 2])
    elif how == "empty":
        path.write_bytes(b"")
    else:
        noise = bytes(range(256)) * 16
        middle = len(data) // 2
        path.write_bytes(data[:middle] + noise + data[middle + len(noise) :])


def test_a_store_that_is_removed_under_a_server_is_made_again(place: Place) -> None:
    workspace = place.indexed()
    shutil.rmtree(place.store)
    assert callers(workspace) == ["python . b/g"]
    write(place.folder, {"b.py": "from a import f\n\ndef other():\n    f()\n"})
    workspace.disk_changed(["b.py"], "save")
    assert callers(workspace) == ["python . b/other"]
    assert is_from_scratch(place, workspace)
    assert "was removed: it is made again" in workspace.details().last_errors[-1]
    workspace.close()
    again = place.workspace()
    assert (again.refresh().changed, callers(again)) == (0, ["python . b/other"])


@pytest.mark.parametrize("how", ["cut off", "empty", "noise"])
@pytest.mark.parametrize(
    "name", ["facts.sqlite", "history.sqlite", "graph/graph.1.kuzu", "graph/graph.1.kuzu.wal"]
)
def test_a_damaged_file_costs_nothing_but_time(place: Place, name: str, how: str) -> None:
    place.left()
    damaged(place.store / name, how)
    workspace = place.indexed()
    assert callers(workspace) == ["python . b/g", "python . m1/f1"]
    assert is_from_scratch(place, workspace)


@pytest.mark.parametrize("how", ["cut off", "noise"])
def test_damaged_chunks_are_made_again(place: Place, how: str) -> None:
    place.left()
    for path in (place.store / "chunks").rglob("*.lance"):
        if path.is_file():
            damaged(path, how)
    workspace = place.indexed()
    assert callers(workspace) == ["python . b/g", "python . m1/f1"]


def test_a_damaged_journal_is_kept_and_another_one_begun(place: Place) -> None:
    place.left()
    data = place.directories.data / place.store.name
    damaged(data / "journal.sqlite", "empty")
    (data / "journal.sqlite").write_bytes(b"precious" * 1000)
    workspace = place.indexed()
    assert [path.read_bytes() for path in data.glob("*.damaged")] == [b"precious" * 1000]
    assert any("kept as" in note for note in workspace.details().notes)


def test_a_full_disk_leaves_facts_in_memory_and_the_graph_says_why_it_is_behind(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = place.indexed()
    free = SimpleNamespace(free=3_000_000)
    monkeypatch.setattr(stores_module, "disk_usage", lambda path: free)
    write(place.folder, {"b.py": "from a import f\n\ndef other():\n    f()\n"})
    workspace.disk_changed(["b.py"], "save")
    reading = workspace.client().reading(CancelToken(), complete_within=2)
    assert not reading.snapshot.status.complete
    assert "The disk is nearly full (3 MB free" in (reading.snapshot.status.reason or "")
    free.free = 10**12
    workspace.disk_changed(["b.py"], "save")
    assert callers(workspace) == ["python . b/other"]


def test_a_facts_cache_on_a_full_disk_goes_on_in_memory(tmp_path: Path) -> None:
    facts = FactCache(tmp_path / "facts")
    facts.put([("1", "python", b"outline", b"body")])
    facts._connection.execute(f"PRAGMA max_page_count = {facts._pages()[0]}")
    facts.put([("2", "python", random.Random(1).randbytes(20_000), b"body")])
    assert facts.body("2", "python") == b"body"
    assert facts.body("1", "python") is None, "to be extracted again"
    (note,) = facts.notes
    assert note == (
        "The facts cache cannot be used (database or disk is full): facts are kept in memory."
    )
    facts.close()
    again = FactCache(tmp_path / "facts")
    assert again.body("1", "python") == b"body"
    again.close()


def test_a_closed_facts_cache_knows_nothing_and_removes_nothing(tmp_path: Path) -> None:
    """A question that is late must not take the file from whoever owns it by now."""
    facts = FactCache(tmp_path / "facts")
    facts.put([("1", "python", b"outline", b"body")])
    facts.close()
    assert (facts.body("1", "python"), facts.notes) == (None, [])
    again = FactCache(tmp_path / "facts")
    assert again.body("1", "python") == b"body"
    again.close()


def test_a_facts_cache_that_cannot_be_written_is_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    facts = FactCache(tmp_path / "facts")
    facts.put([("1", "python", b"outline", b"body")])
    assert facts.body("1", "python") == b"body"
    assert "kept in memory" in facts.notes[0]


def test_what_ended_the_process_twice_is_not_tried_a_third_time(tmp_path: Path) -> None:
    begun = []  # and never ended
    attempts = Attempts(tmp_path / "opening", clock=lambda: (tmp_path / "opening").stat().st_mtime)
    for _ in range(MOST):
        assert (attempts.failed, attempts.is_hopeless) == (False, False)
        begun.append(attempts.one())
        begun[-1].__enter__()
    assert (attempts.failed, attempts.is_hopeless) == (True, False)
    attempts.give_up()
    for _ in range(MOST):
        assert (attempts.failed, attempts.is_hopeless) == (False, False)
        begun.append(attempts.one())
        begun[-1].__enter__()
    assert (attempts.failed, attempts.is_hopeless) == (True, True)
    assert not Attempts(tmp_path / "opening", clock=lambda: 9e9).is_hopeless, "an hour later"


def test_an_exception_is_no_end_of_the_process(tmp_path: Path) -> None:
    attempts = Attempts(tmp_path / "opening")
    for _ in range(MOST + 1):
        with pytest.raises(KeyError), attempts.one():
            raise KeyError
    assert not attempts.failed
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", ["opening", "writing"])
def test_a_graph_that_ended_the_process_twice_is_set_aside_and_built_anew(
    place: Place, what: str
) -> None:
    place.left()
    (place.store / what).write_text(f"{MOST} 0")
    workspace = place.indexed()
    assert callers(workspace) == ["python . b/g", "python . m1/f1"]
    assert (place.store / "graph.aside" / "CURRENT").exists()
    assert "The graph ended the process twice" in " ".join(workspace.details().notes)
    assert not (place.store / what).exists()


def test_a_graph_that_ends_the_process_again_and_again_is_left_alone_for_a_while(
    place: Place,
) -> None:
    place.left()
    (place.store / "writing").write_text(f"{MOST} 1")
    workspace = place.indexed()
    assert callers(workspace) == ["python . b/g", "python . m1/f1"]
    reason = workspace.status().reason
    assert reason is not None and "ended the process again and again" in reason
    assert "answers come from memory" in reason


def test_a_journal_on_a_full_disk_goes_on_in_memory(place: Place) -> None:
    workspace = place.indexed()
    stores = workspace._writer.stores
    assert stores is not None
    connection = stores.store.journal._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    for number in range(40):
        write(place.folder, {f"{'long name ' * 20}{number}.py": f"x{number} = 1\n"})
        workspace.refresh()
    assert callers(workspace) == ["python . b/g"]
    assert any("The journal cannot be written" in note for note in workspace.details().notes)


def test_a_disk_that_fills_up_in_the_middle_of_a_load_says_what_to_do(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    workspace = place.workspace()
    with monkeypatch.context() as patch, pytest.raises(StoreFull, match="free some space"):
        patch.setattr("ramify_store.generations._thin", full)
        workspace.refresh()
    workspace.refresh()
    assert callers(workspace) == ["python . b/g"]


def test_chunks_that_cannot_be_written_say_so_and_the_graph_answers(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(table: object, rows: object) -> None:
        raise RuntimeError("lance error: LanceError(IO): No space left on device, /sources/x.rs")

    workspace = place.workspace()
    with monkeypatch.context() as patch:
        patch.setattr("lancedb.table.LanceTable.add", full)
        report = workspace.refresh()
    assert report.notes == (
        "Search is behind: The chunks for search cannot be written (lance error: LanceError(IO): "
        "No space left on device).",
    )
    assert not report.status.search.complete
    assert callers(workspace) == ["python . b/g"]
    report = workspace.refresh()
    assert (report.status.search.complete, report.notes) == (True, ())


def test_files_that_are_what_they_were_are_not_searchable_before_their_rows_are(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There and back again between two branches, with a kill before search was complete."""
    place.left()
    here = (place.folder / "a.py").read_text()
    write(place.folder, {"a.py": "def elsewhere():\n    pass\n"})
    with monkeypatch.context() as patch:
        patch.setattr("ramify.indexing.embedding.SearchLane.remember_complete", _nothing)
        place.indexed().close()
    write(place.folder, {"a.py": here})
    workspace = place.indexed()
    hashes = {path: each.hash for path, each in workspace._writer._base.table.placed.items()}
    assert workspace._writer._searching.lane.opened().files() == hashes


def _nothing(*arguments: object) -> None:
    pass
