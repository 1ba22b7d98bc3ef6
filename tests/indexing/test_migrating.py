"""A graph that another version of Ramify made answers, and is made anew of the facts alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ramify.embedding.model import Embedder
from ramify.indexing import extract_pool, stores
from ramify.indexing.pipeline import Pipeline
from ramify.indexing.workspace import Workspace
from ramify.session.cancel import CancelToken
from ramify.session.directories import Directories
from ramify.session.settings import Settings
from ramify_store import layout
from ramify_store.facts import EdgeKind
from tests.indexing.graphs import committed, difference, from_scratch
from tests.session.folders import write

SETTINGS = Settings(watch=False, workers=1)
FILES = {
    "a.py": "def f():\n    pass\n",
    "b.py": "from a import f\n\ndef g():\n    f()\n",
    "c/__init__.py": "def h():\n    pass\n",
    "c.py": "def shadowed():\n    pass\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Indexed, with search, by one version; the next one has another stamp."""
    path = tmp_path / "folder"
    write(path, FILES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stores, "stamp", lambda: "older")
        first = opened(path)
        assert first.refresh().extracted == len(FILES)
        first.close()
    yield path


def opened(folder: Path) -> Workspace:
    directories = Directories(folder.parent / "cache", folder.parent / "data")
    return Workspace.open(folder, SETTINGS, directories=directories)


def test_the_new_graph_is_made_of_the_facts_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*arguments: object) -> None:
        raise AssertionError("parsed or embedded again")

    monkeypatch.setattr(extract_pool, "extracted", never)
    monkeypatch.setattr(Embedder, "embed_words", never)
    workspace = opened(folder)
    try:
        report = workspace.refresh()
        assert (report.extracted, report.embedded, report.relinked) == (0, 0, len(FILES))
        assert report.status.search.complete
        monkeypatch.undo()
        assert difference(from_scratch(folder, {}), committed(workspace)) == []
    finally:
        workspace.close()
    again = opened(folder)
    try:
        assert again.refresh().relinked == 0
    finally:
        again.close()


def test_the_old_graph_answers_while_the_new_one_is_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    rebuilt = Pipeline._rebuilt

    def slowly(self: Pipeline, *arguments: Any) -> object:
        reached.set()
        assert go_on.wait(60)
        return rebuilt(self, *arguments)

    monkeypatch.setattr(Pipeline, "_rebuilt", slowly)
    write(folder, {"d.py": "from a import f\n\nf()\n"})
    workspace = opened(folder)
    try:
        client = workspace.client()
        workspace.start()
        assert reached.wait(60)
        before = client.reading(CancelToken(), complete_within=0)
        edges = before.view.incoming("python . a/f", [EdgeKind.CALLS])
        assert [edge.source for edge in edges] == ["python . b/g"]
        assert not before.snapshot.status.complete
        assert "another version of Ramify made the graph" in str(before.snapshot.status.reason)
        go_on.set()
        after = client.reading(CancelToken(), complete_within=60)
        edges = after.view.incoming("python . a/f", [EdgeKind.CALLS])
        assert [edge.source for edge in edges] == ["python . b/g", "python . d/"]
        assert (after.snapshot.status.complete, after.snapshot.status.revision) == (True, 2)
    finally:
        go_on.set()
        workspace.close()


def test_a_store_of_a_newer_ramify_is_left_alone_and_memory_answers(folder: Path) -> None:
    (cache,) = (folder.parent / "cache").iterdir()
    mine = layout.read(cache)
    assert mine is not None
    newer = layout.Layout(mine.layout, 99, mine.storage, mine.facts, "9.0")
    layout.write(cache, newer)
    workspace = opened(folder)
    try:
        status = workspace.refresh().status
        assert (status.complete, status.indexed_files) == (True, len(FILES))
        assert str(status.reason).startswith("The store was written by Ramify 9.0 (schema 99, ")
    finally:
        workspace.close()
    assert layout.read(cache) == newer
