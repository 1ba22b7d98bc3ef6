"""Where a workspace's store is, and what serves when it cannot be there."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from ramify.indexing import stores as subject
from ramify.indexing.stores import open_stores
from ramify.session.directories import Directories
from ramify.session.files import FileTable
from ramify.session.roots import Roots
from ramify_store.errors import StoreFull

EMPTY = FileTable({}, Roots(frozenset(), frozenset({"."})), ())


def filled(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(subject, "disk_usage", lambda path: SimpleNamespace(free=free))


def test_what_cannot_be_written_is_kept_in_memory(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    stores = open_stores("/folder", Directories(blocked / "cache", blocked / "data"))
    try:
        assert (stores.directory, stores.owner) == (None, None)
        assert stores.unwritable is not None
        assert stores.unwritable.startswith(f"{blocked / 'cache'}")
    finally:
        stores.close()


def test_on_a_full_disk_nothing_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(monkeypatch, 3_000_000)
    stores = open_stores("/folder", Directories(tmp_path / "cache", tmp_path / "data"))
    try:
        assert stores.unwritable == f"{tmp_path / 'cache'}: only 3 MB free"
        assert list(tmp_path.iterdir()) == []
    finally:
        stores.close()


def test_a_disk_that_fills_up_is_an_error_and_not_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = open_stores("/folder", Directories(tmp_path / "cache", tmp_path / "data"))
    try:
        filled(monkeypatch, 3_000_000)
        with pytest.raises(StoreFull, match="3 MB free"):
            stores.commit(EMPTY, {}, [])
        filled(monkeypatch, 10**12)
        assert stores.commit(EMPTY, {}, []) == 1
    finally:
        stores.close()


def test_without_directories_memory_was_asked_for() -> None:
    stores = open_stores("/folder", None)
    try:
        assert (stores.directory, stores.unwritable) == (None, None)
    finally:
        stores.close()
