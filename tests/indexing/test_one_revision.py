"""Both stores as one: a reader sees one revision, never half of one, whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ramify.indexing.workspace import Workspace
from ramify.session.cancel import CancelToken
from ramify.session.directories import Directories
from ramify.session.settings import Settings
from ramify.session.snapshot import Reading
from ramify_store import writer
from ramify_store.view import ChunkFilter
from tests.indexing.graphs import committed, difference, from_scratch
from tests.session.folders import write

SETTINGS = Settings(watch=False, workers=1)
USERS = ("a.py", "b.py", "c.py")
REST = {f"m{number}.py": f"x{number} = 1\n" for number in range(20)}


def batch(number: int) -> dict[str, str]:
    """All of it belongs together: whoever sees one of the names sees no other number."""
    text = f"from base import name{number}\n\ndef use{number}():\n    name{number}()\n"
    return {"base.py": f"def name{number}():\n    pass\n", **dict.fromkeys(USERS, text)}


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    write(tmp_path / "folder", batch(0) | REST)
    directories = Directories(tmp_path / "cache", tmp_path / "data")
    workspace = Workspace.open(tmp_path / "folder", SETTINGS, directories=directories)
    workspace.refresh()
    yield workspace
    workspace.close()


def changed(workspace: Workspace, number: int) -> None:
    write(Path(workspace.folder), batch(number))
    workspace.disk_changed(["base.py", *USERS], "watch")


def seen(reading: Reading) -> set[str]:
    """The numbers of the names that the graph holds, and of those that search finds."""
    names = {
        symbol.name.removeprefix("name").removeprefix("use")
        for path in ("base.py", *USERS)
        for symbol in reading.view.symbols_of(path)
        if symbol.name.startswith(("name", "use"))
    }
    return names | {
        hit.symbol.rpartition("/")[2].removeprefix("name").removeprefix("use")
        for hit in reading.search.full_text(["def"], 50, ChunkFilter())
        if "/name" in hit.symbol or "/use" in hit.symbol
    }


def test_every_reading_is_of_one_revision(workspace: Workspace) -> None:
    client, stop = workspace.client(), threading.Event()
    mixed: list[set[str]] = []

    def read() -> None:
        while not stop.is_set():
            numbers = seen(client.live())
            if len(numbers) != 1:
                mixed.append(numbers)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(1, 25):
            changed(workspace, number)
            client.reading(CancelToken(), complete_within=60)
    finally:
        stop.set()
        reader.join()
    assert mixed == []
    assert seen(client.live()) == {"24"}


def test_a_batch_that_fails_in_the_middle_leaves_the_revision_before(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = writer._apply

    def failing(*arguments: Any) -> None:
        real(*arguments)
        raise OSError("pulled out")

    client = workspace.client()
    revision = client.live().view.revision
    with monkeypatch.context() as patch:
        patch.setattr(writer, "_apply", failing)
        changed(workspace, 1)
        reading = client.reading(CancelToken(), complete_within=3)
    assert "pulled out" in (reading.snapshot.status.reason or "")
    assert (reading.view.revision, seen(reading)) == (revision, {"0"})
    stores = workspace._writer.stores
    assert stores is not None
    stores.store.reload()
    assert (stores.view().revision, seen(client.live())) == (revision, {"0"})
    workspace.disk_changed(None, "watch")
    workspace.refresh()
    assert seen(client.live()) == {"1"}
    assert difference(from_scratch(Path(workspace.folder), {}), committed(workspace)) == []
