"""The store as a whole: its owner, its files, what is dropped and what never is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ramify_store.chunks import Chunk, FileChunks
from ramify_store.errors import StoreLocked, StoreTooNew
from ramify_store.journal import Journal, Run
from ramify_store.ownership import store_name
from ramify_store.store import Store
from ramify_store.view import ChunkFilter
from tests.store.graphs import function_of, links_of, module_of, placed_of

A = placed_of("a.py")
LINKS = {"a.py": links_of(A, (module_of(A), function_of(A, "run")))}
CHUNK = Chunk(function_of(A, "run").id, "function", 0, 9, "hash of run", "run now")
CHUNKS = [FileChunks("a.py", A.hash, "python", False, (CHUNK,))]


def opened(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "cache", tmp_path / "data", "stamp")


def found(store: Store, word: str) -> list[str]:
    hits = store.search(lambda hit: "").full_text([word], 9, ChunkFilter())
    return [hit.path for hit in hits]


def test_a_second_process_is_told_who_owns_the_store(tmp_path: Path) -> None:
    store = opened(tmp_path)
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from ramify_store.errors import StoreLocked\n"
        "from ramify_store.store import Store\n"
        "try:\n"
        "    Store.open(Path(sys.argv[1]) / 'cache', Path(sys.argv[1]) / 'data', 'stamp')\n"
        "except StoreLocked as locked:\n"
        "    print(locked.owner)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == f"{os.getpid()}\n"
    store.close()


def test_a_second_opening_in_one_process_is_refused_until_the_first_is_closed(
    tmp_path: Path,
) -> None:
    store = opened(tmp_path)
    with pytest.raises(StoreLocked, match=f"owned by process {os.getpid()}"):
        opened(tmp_path)
    store.close()
    second = opened(tmp_path)
    store.close()
    with pytest.raises(StoreLocked):
        opened(tmp_path)
    second.close()


def test_an_owner_that_was_killed_leaves_the_store_free(tmp_path: Path) -> None:
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from ramify_store.store import Store\n"
        "Store.open(Path(sys.argv[1]) / 'cache', Path(sys.argv[1]) / 'data', 'stamp')\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False, timeout=60)
    store = opened(tmp_path)
    assert store.revision == 0
    store.close()


def test_directories_are_readable_by_their_user_alone(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir(mode=0o755)
    opened(tmp_path).close()
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_damaged_graph_is_built_anew_with_a_note(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.commit(LINKS, ())
    store.close()
    (graph,) = (tmp_path / "cache" / "graph").glob("*.kuzu")
    graph.write_bytes(b"damaged" * 1000)
    store = opened(tmp_path)
    assert store.view().paths() == ()
    assert "built anew" in store.notes[0]
    store.commit(LINKS, ())
    assert store.view().paths() == ("a.py",)
    store.close()


def test_damaged_chunks_are_built_anew_with_a_note(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.open_chunks("model", 2)
    store.commit(LINKS, (), chunks=CHUNKS)
    store.close()
    for manifest in (tmp_path / "cache" / "chunks").rglob("*.manifest"):
        manifest.write_bytes(b"damaged")
    store = opened(tmp_path)
    store.open_chunks("model", 2)
    assert "built anew" in store.notes[0]
    store.commit(LINKS, (), chunks=CHUNKS)
    assert found(store, "run") == ["a.py"]
    store.close()


def test_chunks_are_found_once_the_graph_has_their_file(tmp_path: Path) -> None:
    store = opened(tmp_path)
    assert found(store, "run") == []
    store.open_chunks("model", 2)
    assert store.chunks is not None
    store.chunks.replace(CHUNKS, ())
    assert found(store, "run") == []
    store.commit(LINKS, ())
    assert found(store, "run") == ["a.py"]
    store.commit({}, ("a.py",))
    assert found(store, "run") == []
    store.close()


def test_vectors_outlive_their_file(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.open_chunks("model", 2)
    assert store.chunks is not None
    store.commit(LINKS, (), chunks=CHUNKS)
    words = [np.array([7], np.uint16)]
    store.chunks.put_vectors(["hash of run"], np.array([[1, 0]], np.float32), words)
    store.commit({}, ("a.py",))
    store.commit(LINKS, (), chunks=CHUNKS)
    assert store.chunks.pending() == 0
    store.close()


def test_sizes_are_told_by_part(tmp_path: Path) -> None:
    store = opened(tmp_path)
    sizes = store.sizes()
    assert sorted(sizes) == ["chunks", "facts", "graph", "history"]
    assert sizes["graph"] > 0 and sizes["facts"] > 0
    store.close()


def test_a_store_from_a_newer_ramify_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(tmp_path)
    store.commit(LINKS, ())
    store.close()
    monkeypatch.setattr("ramify_store.writer.MIGRATIONS", ())
    with pytest.raises(StoreTooNew):
        opened(tmp_path)
    monkeypatch.undo()
    store = opened(tmp_path)
    assert store.view().paths() == ("a.py",)
    store.close()


def test_names_of_stores_are_readable_and_unique() -> None:
    assert store_name("/home/me/shop").startswith("shop-")
    assert store_name("/home/me/shop") != store_name("/home/you/shop")
    assert store_name("/").startswith("root-")


def test_the_journal_keeps_its_runs(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    first, second = Run(1.0, 0.5, "start", {"files": 3.0}), Run(2.0, 0.1, "save", {})
    journal.record(first)
    journal.record(second)
    journal.close()
    assert Journal(tmp_path / "journal").runs(10) == [second, first]
    assert Journal(tmp_path / "journal").runs(1) == [second]


def test_a_damaged_journal_is_set_aside_and_not_removed(tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(b"precious" * 1000)
    journal = Journal(tmp_path / "journal", clock=lambda: 17.0)
    assert journal.runs(10) == []
    assert (tmp_path / "journal.17.damaged").read_bytes() == b"precious" * 1000
    assert "kept as" in journal.notes[0]
