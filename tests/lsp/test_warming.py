"""What the first search would wait for is loaded while nobody asks."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ramify.embedding.model import load_embedder
from ramify.features.search import search
from ramify.indexing.workspace import Workspace
from ramify.lsp import warming
from ramify.session.cancel import CancelToken
from ramify.session.directories import Directories
from ramify.session.settings import Settings


def test_folders_are_loaded_once_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    busy = iter([True, True, False])
    monkeypatch.setattr(warming, "_ask", asked.append)
    monkeypatch.setattr(warming, "_QUIET", 0.0)
    ls: Any = SimpleNamespace(
        protocol=SimpleNamespace(asked_within=lambda seconds: next(busy), ended=False),
        folders=SimpleNamespace(all=("one", "two")),
        graph_pool=None,
    )
    asyncio.run(warming.warm_up(ls))
    assert asked == ["one", "two"]
    assert list(busy) == []


def test_a_server_that_ends_loads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(warming, "_ask", asked.append)
    protocol = SimpleNamespace(asked_within=lambda seconds: False, ended=True)
    ls: Any = SimpleNamespace(protocol=protocol, folders=SimpleNamespace(all=("one",)))
    asyncio.run(warming.warm_up(ls))
    assert asked == []


def test_what_was_loaded_is_not_read_again(tmp_path: Path) -> None:
    folder, directories = tmp_path / "shop", Directories(tmp_path / "cache", tmp_path / "data")
    folder.mkdir()
    (folder / "a.py").write_text("def load(): ...\n")
    workspace = Workspace.open(folder, Settings(watch=False), directories=directories)
    workspace.refresh()
    client: Any = workspace.client()
    loaded: Any = SimpleNamespace(client=client)
    warming._ask(loaded)
    for chunks in tmp_path.glob("cache/*/chunks"):
        shutil.rmtree(chunks)
    reading = client.reading(CancelToken(), complete_within=60.0)
    answer = search(reading, CancelToken(), "load", load_embedder())
    assert [hit.item.name for hit in answer.hits] == ["load"]
    assert answer.note is None
    workspace.close()
