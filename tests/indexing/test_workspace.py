"""A workspace as the faces use it: changes of the disk, unsaved text, clients, waiting, owners."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ramify.analysis.linking.link import Cancel, LinkDelta, Linker
from ramify.analysis.program import Program
from ramify.analysis.text import Text
from ramify.embedding.model import Words, load_embedder
from ramify.indexing import client as clients
from ramify.indexing import embedding, extract_pool, overlay, stores
from ramify.indexing.committed import Base
from ramify.indexing.facts_source import FactsSource
from ramify.indexing.report import Progress
from ramify.indexing.workspace import Client, Workspace
from ramify.session.cancel import CancelledError, CancelToken
from ramify.session.directories import Directories
from ramify.session.settings import Settings
from ramify.session.snapshot import Document, Reading, Status
from ramify_store.facts import EdgeKind
from ramify_store.view import ChunkFilter
from tests.session.folders import write

SETTINGS = Settings(watch=False, workers=1)
FILES = {
    "a.py": "def f():\n    pass\n",
    "b.py": "from a import f\n\ndef g():\n    f()\n",
}


class Folder:
    """A folder with a store of its own, opened as often as a test wants."""

    def __init__(self, home: Path) -> None:
        self.path = home / "folder"
        self.path.mkdir()
        self.directories = Directories(home / "cache", home / "data")
        self.opened: list[Workspace] = []

    def open(self, settings: Settings = SETTINGS) -> Workspace:
        workspace = Workspace.open(self.path, settings, directories=self.directories)
        self.opened.append(workspace)
        return workspace

    def started(self, files: Mapping[str, str | bytes]) -> Workspace:
        write(self.path, files)
        workspace = self.open()
        workspace.start()
        return workspace


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    folder = Folder(tmp_path)
    yield folder
    for workspace in folder.opened:
        workspace.close()


def read(client: Client, within: float = 60) -> Reading:
    return client.reading(CancelToken(), complete_within=within)


def callers(reading: Reading, symbol: str) -> list[str]:
    return [edge.source for edge in reading.view.incoming(symbol, [EdgeKind.CALLS])]


def document(path: str, text: str, version: int = 1) -> Document:
    return Document(f"file:///{path}", path, version, Text(text.encode()))


def test_a_saved_edit_is_in_the_graph(folder: Folder) -> None:
    workspace = folder.started(FILES)
    client = workspace.client()
    before = read(client)
    assert callers(before, "python . a/f") == ["python . b/g"]
    write(folder.path, {"b.py": "from a import f\n\ndef other():\n    f()\n"})
    workspace.disk_changed(["b.py"], "save")
    after = read(client)
    assert callers(after, "python . a/f") == ["python . b/other"]
    assert after.view.revision == before.view.revision + 1
    assert callers(before, "python . a/f") == ["python . b/g"]


def test_what_did_not_change_makes_no_revision(folder: Folder) -> None:
    workspace = folder.started(FILES)
    client = workspace.client()
    revision = read(client).view.revision
    os.utime(folder.path / "a.py", ns=(1, 1))
    workspace.disk_changed(None, "test")
    assert read(client).view.revision == revision


def test_unsaved_text_counts_for_its_client_alone_until_it_is_closed(folder: Folder) -> None:
    workspace = folder.started(FILES)
    one, other = workspace.client(), workspace.client()
    assert callers(read(one), "python . a/f") == ["python . b/g"]
    one.open(document("b.py", "from a import f\n\ndef unsaved():\n    f()\n", 7))
    seen = read(one)
    assert callers(seen, "python . a/f") == ["python . b/unsaved"]
    assert seen.snapshot.status.documents == (("file:///b.py", 7),)
    assert callers(read(other), "python . a/f") == ["python . b/g"]
    one.close("b.py")
    assert callers(read(one), "python . a/f") == ["python . b/g"]


def test_unsaved_text_of_one_file_changes_what_others_mean(folder: Folder) -> None:
    workspace = folder.started(FILES)
    client = workspace.client()
    client.open(document("a.py", "def f2():\n    pass\n"))
    reading = read(client)
    assert callers(reading, "python . a/f") == []
    assert [each.path for each in reading.view.symbols_of("a.py")] == ["", "f2"]


def test_a_new_buffer_belongs_to_the_graph_and_leaves_nothing_behind(folder: Folder) -> None:
    workspace = folder.started(FILES)
    client = workspace.client()
    client.open(document("deep/c.py", "from a import f\nf()\n"))
    assert callers(read(client), "python . a/f") == ["python . b/g", "python deep c/"]
    client.close("deep/c.py")
    assert callers(read(client), "python . a/f") == ["python . b/g"]


def test_a_buffer_of_a_file_that_does_not_count_is_read_but_not_linked(folder: Folder) -> None:
    workspace = folder.started({**FILES, ".gitignore": "gen.py\n"})
    client = workspace.client()
    client.open(document("gen.py", "from a import f\nf()\n"))
    reading = read(client)
    assert callers(reading, "python . a/f") == ["python . b/g"]
    facts = reading.snapshot.facts("gen.py")
    assert facts is not None and facts.outline.size == 20


def test_a_buffer_equal_to_its_file_costs_nothing(folder: Folder) -> None:
    workspace = folder.started(FILES)
    client = workspace.client()
    committed = read(client).view
    client.open(document("b.py", FILES["b.py"]))
    assert read(client).view is committed


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("# new\n\nfrom a import f\n\ndef h():\n    '''Calls.'''\n    f()\n", 1),
        ("from a import f\n\ndef h(x):\n    f()\n", 2),
        ("from a import f\n\ndef h():\n    if f: f()\n", 2),
    ],
)
def test_what_says_the_same_elsewhere_is_not_linked_again(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, text: str, linked: int
) -> None:
    relink, changes = Linker.relink, []

    def counted(
        linker: Linker, before: Program, after: Program, changed: Collection[str], token: Cancel
    ) -> LinkDelta:
        changes.append(changed)
        return relink(linker, before, after, changed, token)

    client = folder.started(FILES).client()
    read(client)
    monkeypatch.setattr(Linker, "relink", counted)
    for edited in ("from a import f\n\ndef h():\n    f()\n", text):
        client.open(document("b.py", edited))
        reading = read(client)
    assert (callers(reading, "python . a/f"), len(changes)) == (["python . b/h"], linked)
    outline = reading.view.outline("b.py")
    assert outline is not None
    (edge,) = reading.view.incoming("python . a/f", (EdgeKind.CALLS,))
    assert [outline.sites()[0][site] for site in edge.sites] == [text.index("f()")]


def test_the_first_edit_of_what_is_open_is_prepared_for(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = queue.Queue[str]()

    def prepare(base: Base, path: str, source: FactsSource, token: CancelToken) -> None:
        overlay.prepare(base, path, source, token)
        prepared.put(path)

    monkeypatch.setattr(clients, "prepare", prepare)
    client = folder.started(FILES).client()
    client.open(document("b.py", FILES["b.py"]))
    read(client)
    assert prepared.get(timeout=60) == "b.py"


def test_disposing_a_client_withdraws_its_documents(folder: Folder) -> None:
    workspace = folder.started(FILES)
    client = workspace.client()
    client.open(document("b.py", ""))
    client.dispose()
    assert client.documents() == ()
    assert workspace.details().queues["openDocuments"] == 0


def test_the_first_answers_need_no_index(folder: Folder) -> None:
    write(folder.path, {**FILES, "src/pkg/__init__.py": "", "src/pkg/m.py": "x = 1\n"})
    client = folder.open().client()
    client.open(document("b.py", "from a import f\nfrom pkg import m\n"))
    reading = client.live()
    facts = reading.snapshot.facts("b.py")
    assert facts is not None and "pkg" in facts.body.names
    assert reading.snapshot.find_module("a", ".") == "a.py"
    placed = reading.snapshot.placed("a.py")
    assert placed is not None and (placed.module, placed.root) == ("a", ".")
    assert (reading.snapshot.status.complete, list(reading.view.paths())) == (False, [])


def test_a_file_changed_since_it_was_indexed_is_read_as_it_is(folder: Folder) -> None:
    workspace = folder.started(FILES)
    reading = read(workspace.client())
    write(folder.path, {"a.py": "\n\n\ndef moved(): pass\n"})
    facts = reading.snapshot.facts("a.py")
    text = reading.snapshot.text("a.py")
    assert facts is not None and text is not None
    assert [each.path for each in facts.outline.symbols] == ["", "moved"]
    assert text.data == b"\n\n\ndef moved(): pass\n"


def test_the_same_question_twice_gives_the_same_answer(folder: Folder) -> None:
    workspace = folder.started(FILES)
    snapshot = read(workspace.client()).snapshot
    before = snapshot.text("a.py")
    write(folder.path, {"a.py": "other\n"})
    assert snapshot.text("a.py") is before


@pytest.mark.parametrize("path", ["../outside.py", "/etc/passwd", "missing.py"])
def test_there_is_no_text_outside(folder: Folder, path: str) -> None:
    write(folder.path.parent, {"outside.py": "secret = 1\n"})
    assert folder.started(FILES).client().live().snapshot.text(path) is None


def test_a_restart_reads_nothing_anew(folder: Folder) -> None:
    first = folder.started(FILES)
    revision = read(first.client()).view.revision
    first.close()
    second = folder.open()
    report = second.refresh()
    assert (report.changed, report.relinked, report.status.revision) == (0, 0, revision)
    assert report.status.complete and report.status.search.complete
    assert callers(read(second.client()), "python . a/f") == ["python . b/g"]


def test_what_changed_between_two_starts_is_found(folder: Folder) -> None:
    folder.started(FILES).close()
    (folder.path / "b.py").rename(folder.path / "c.py")
    second = folder.open()
    second.start()
    assert callers(read(second.client()), "python . a/f") == ["python . c/g"]


def test_a_lost_facts_cache_is_made_again(folder: Folder) -> None:
    first = folder.started(FILES)
    read(first.client())
    first.close()
    for facts in folder.directories.cache.glob("*/facts.sqlite*"):
        facts.unlink()
    second = folder.open()
    write(folder.path, {"a.py": "def f():\n    return 2\n\ndef h():\n    f()\n"})
    second.start()
    assert callers(read(second.client()), "python . a/f") == ["python . a/h", "python . b/g"]


def test_a_second_process_on_the_store_says_so_and_answers_from_memory(folder: Folder) -> None:
    read(folder.started(FILES).client())
    second = folder.open()
    second.start()
    reading = read(second.client())
    assert callers(reading, "python . a/f") == ["python . b/g"]
    assert reading.snapshot.status.reason == (
        f"the store is owned by process {os.getpid()}: answers come from memory"
    )
    assert second.details().store["mode"] == "memory"


def test_memory_leaves_nothing_on_disk(folder: Folder) -> None:
    write(folder.path, FILES)
    workspace = Workspace.open(folder.path, SETTINGS, memory=True, directories=folder.directories)
    folder.opened.append(workspace)
    assert workspace.refresh().status.indexed_files == 2
    assert not folder.directories.cache.exists()


def test_search_follows_the_graph(folder: Folder) -> None:
    workspace = folder.started(FILES)
    client = workspace.client()
    status = client.await_(CancelToken(), timeout=60, search=True)
    assert status.search.complete
    reading = read(client)
    hits = reading.search.chunks_of("python . b/g")
    assert [(hit.path, reading.search.text_of(hit)) for hit in hits] == [
        ("b.py", "def g():\n    f()")
    ]
    write(folder.path, {"b.py": "def renamed():\n    pass\n"})
    workspace.disk_changed(["b.py"], "save")
    client.await_(CancelToken(), timeout=60, search=True)
    reading = read(client)
    assert [hit.path for hit in reading.search.chunks_of("python . b/renamed")] == ["b.py"]
    assert list(reading.search.chunks_of("python . b/g")) == []


class OtherModel:
    """The shipped model's numbers turned round, under another name."""

    model_id = "another model"

    def __init__(self) -> None:
        self._shipped = load_embedder()
        self.dimensions = self._shipped.dimensions

    def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return -self._shipped.embed_chunks(texts)

    def embed_words(self, texts: Sequence[Words]) -> NDArray[np.float32]:
        return -self._shipped.embed_words(texts)

    def read(self, tokens: Sequence[str]) -> Words:
        return self._shipped.read(tokens)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        return -self._shipped.embed_query(text)


def nearest(reading: Reading, vector: NDArray[np.float32]) -> tuple[str, float]:
    (hit,) = reading.search.nearest(vector, 1, ChunkFilter(kinds=frozenset({"function"})))
    return hit.symbol, round(hit.score, 1)


def test_another_model_embeds_everything_anew(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder.path, {"a.py": "def parse_header():\n    pass\n"})
    workspace = folder.open()
    assert workspace.refresh().embedded == 1
    workspace.close()
    other = OtherModel()
    monkeypatch.setattr(embedding, "load_embedder", lambda: other)
    monkeypatch.setattr(embedding, "_model_digest", lambda: b"another model")
    workspace = folder.open()
    report = workspace.refresh()
    assert (report.changed, report.embedded, report.status.search.complete) == (0, 1, True)
    reading = read(workspace.client())
    (vector,) = other.embed_chunks(["def parse_header():\n    pass\n"])
    assert nearest(reading, vector) == ("python . a/parse_header", 1.0)


def test_other_linking_code_links_anew_and_reads_no_file_again(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder.path, FILES)
    workspace = folder.open()
    workspace.refresh()
    workspace.close()
    monkeypatch.setattr(extract_pool, "extracted", None)  # would be called
    monkeypatch.setattr(stores, "stamp", lambda: "other code")
    workspace = folder.open()
    report = workspace.refresh()
    assert (report.files, report.relinked, report.embedded) == (2, 2, 0)
    assert callers(read(workspace.client()), "python . a/f") == ["python . b/g"]
    workspace.close()
    assert folder.open().refresh().relinked == 0


def test_the_stamp_names_the_text_of_the_linking_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stamped(text: str) -> str:
        write(tmp_path, {"a.py": text, "python/spec.py": "", "notes.txt": text})
        stores.stamp.cache_clear()
        return stores.stamp()

    usual = stores.stamp()
    monkeypatch.setattr(stores, "files", lambda package: tmp_path)
    first, second, third = stamped("x = 1\n"), stamped("x = 2\n"), stamped("x = 1\n")
    stores.stamp.cache_clear()
    assert first == third
    assert len({usual, first, second}) == 3


def test_search_that_waits_says_for_how_much_and_after_a_restart_for_nothing(
    folder: Folder,
) -> None:
    def heard(workspace: Workspace) -> list[tuple[bool, int]]:
        states: list[tuple[bool, int]] = []

        def listen(progress: Progress) -> None:
            search = workspace.status().search
            states.append((search.complete, search.pending_chunks))

        workspace.start(listen)
        workspace.client().await_(CancelToken(), timeout=60, search=True)
        workspace.close()
        return states

    write(folder.path, FILES)
    assert heard(folder.open())[-1] == (False, 20)
    assert heard(folder.open())[-1] == (True, 0)


def test_await_takes_a_later_version_for_the_one_it_waits_for(folder: Folder) -> None:
    client = folder.started(FILES).client()
    client.open(document("b.py", "x = 1\n", 5))
    status = client.await_(CancelToken(), timeout=60, document=("b.py", 4))
    assert status.documents == (("file:///b.py", 5),)


def test_waiting_ends_in_time_and_says_why(folder: Folder) -> None:
    write(folder.path, FILES)
    status = read(folder.open().client(), within=0.05).snapshot.status
    assert (status.complete, status.reason) == (False, "the index was not started")


def test_a_cancelled_question_stops_waiting(folder: Folder) -> None:
    write(folder.path, FILES)
    client = folder.open().client()
    token = CancelToken()
    threading.Timer(0.05, token.cancel).start()
    with pytest.raises(CancelledError):
        client.reading(token, complete_within=60)


def test_listeners_hear_of_the_last_status(folder: Folder) -> None:
    heard: list[Status] = []
    complete = threading.Event()

    def listen(status: Status) -> None:
        heard.append(status)
        if status.complete and status.search.complete:
            complete.set()

    write(folder.path, FILES)
    workspace = folder.open()
    workspace.on_status(listen)
    workspace.start()
    assert complete.wait(60)
    assert heard[0].complete is False
    assert heard[-1] == workspace.status()


def test_other_settings_count_at_once(folder: Folder) -> None:
    workspace = folder.started(FILES)
    client = workspace.client()
    assert list(read(client).view.paths()) == ["a.py", "b.py"]
    workspace.reconfigure(Settings(watch=False, workers=1, exclude=("b.py",)))
    assert list(read(client).view.paths()) == ["a.py"]


def test_a_changed_ignore_file_counts_at_once(folder: Folder) -> None:
    workspace = folder.started(FILES)
    client = workspace.client()
    read(client)
    write(folder.path, {".gitignore": "b.py\n"})
    workspace.disk_changed([".gitignore"], "watch")
    assert list(read(client).view.paths()) == ["a.py"]


def test_the_own_watcher_notices_changes(folder: Folder) -> None:
    write(folder.path, FILES)
    workspace = folder.open(Settings(workers=1))
    workspace.start()
    client = workspace.client()
    revision = read(client).view.revision
    assert workspace.watching(60)
    write(folder.path, {"new/c.py": "from a import f\nf()\n"})
    client.await_(CancelToken(), timeout=60, revision=revision + 1)
    assert callers(read(client), "python . a/f") == ["python . b/g", "python new c/"]


def test_a_path_through_a_link_to_the_folder_is_inside(folder: Folder) -> None:
    write(folder.path, FILES)
    link = folder.path.parent / "link"
    link.symlink_to(folder.path)
    workspace = Workspace.open(link, SETTINGS, memory=True)
    assert workspace.folder == str(folder.path)
    assert workspace.relative(f"{link}/a.py") == "a.py"
    assert workspace.relative(f"{folder.path}/a.py") == "a.py"
    assert workspace.relative(str(folder.path.parent / "x.py")) is None


def test_a_folder_that_is_none_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match=r"missing is no directory"):
        Workspace.open(tmp_path / "missing", SETTINGS)


def test_a_closed_workspace_says_so(folder: Folder) -> None:
    workspace = folder.started(FILES)
    workspace.close()
    workspace.close()
    assert workspace.status().reason == "the workspace is closed"
    with pytest.raises(RuntimeError, match="closed"):
        workspace.refresh()
