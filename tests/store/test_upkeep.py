"""Housekeeping: growth is bounded, answers stay, and it stops whenever it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ramify_store import columnfile
from ramify_store.chunks import Chunk, FileChunks
from ramify_store.facts import Edge, FileLinks
from ramify_store.journal import Run
from ramify_store.store import Store
from ramify_store.upkeep import Limits, due, keep, last
from tests.store.graphs import calls, function_of, links_of, module_of, placed_of

EAGER = Limits(
    log_bytes=0,
    fragments=3,
    spare_vectors=0,
    spare_share=0.0,
    grace_seconds=100,
    idle_fact_bytes=0,
    idle_fact_seconds=10,
    journal_seconds=1000,
)

CALM = replace(EAGER, log_bytes=1 << 20)
"""Where the graph is not what is looked at: even an empty one has a log."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "cache", tmp_path / "data", "stamp")
    yield store
    store.close()


def go_on() -> None:
    pass


def file_with_calls(name: str, version: int) -> FileLinks:
    """Functions that call many others, which depend on the version."""
    placed = placed_of(f"{name}.py")
    symbols = [module_of(placed), *(function_of(placed, f"f{number}") for number in range(5))]
    edges: list[Edge] = [
        calls(symbols[1 + number % 5], f"python:other.g{number + version % 7}", number)
        for number in range(10)
    ]
    return links_of(placed, tuple(symbols), tuple(edges))


def graph_bytes(store: Store) -> int:
    return store.sizes()["graph"]


def test_after_many_updates_and_a_compaction_the_graph_is_as_small_as_a_fresh_one(
    tmp_path: Path, store: Store
) -> None:
    """`benchmarks/growth.py` does the same on real code, two thousand times."""
    names = [f"m{number}" for number in range(20)]
    store.commit({f"{name}.py": file_with_calls(name, 0) for name in names}, ())
    for update in range(120):
        name = names[update % len(names)]
        store.commit({f"{name}.py": file_with_calls(name, update)}, ())
    before = store.view()
    keep(store, (), go_on, limits=EAGER)
    after = store.view()
    assert after.revision == before.revision == 121
    for name in names:
        assert list(after.symbols_of(f"{name}.py")) == list(before.symbols_of(f"{name}.py"))
    fresh = Store.open(tmp_path / "fresh", tmp_path / "fresh data", "stamp")
    finals = {name: 100 + number for number, name in enumerate(names)}
    fresh.commit({f"{name}.py": file_with_calls(name, at) for name, at in finals.items()}, ())
    assert store.links("m7.py") == fresh.links("m7.py")
    assert graph_bytes(store) < 1.5 * graph_bytes(fresh)
    fresh.close()


def test_an_interrupted_compaction_leaves_the_graph_as_it_was(store: Store) -> None:
    store.commit({"a.py": file_with_calls("a", 0), "b.py": file_with_calls("b", 0)}, ())
    store.commit({"a.py": file_with_calls("a", 5)}, ())
    before = store.links("a.py")
    calls_left = [3]

    def stop() -> None:
        calls_left[0] -= 1
        if not calls_left[0]:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        store.compact(stop)
    assert store.links("a.py") == before
    assert store.log_bytes() > 0
    assert store.directory is not None
    assert len(list((store.directory / "graph").glob("*.kuzu"))) == 1
    store.commit({"a.py": file_with_calls("a", 6)}, ())
    assert store.revision == 3


def test_what_is_in_order_is_left_alone(store: Store) -> None:
    store.commit({"a.py": file_with_calls("a", 0)}, ())
    assert due(store, Limits()) == ("facts", "journal")
    assert keep(store, (), go_on).done == ()


def test_commits_that_lie_over_the_columns_become_part_of_them(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columnfile, "WORTH_ROWS", 100)
    store.commit({f"{name}.py": file_with_calls(name, 0) for name in "abcdefghijklmn"}, ())
    store.view()
    store.commit({"a.py": file_with_calls("a", 5)}, ())
    links = store.links("a.py")
    assert due(store, CALM) == ("columns", "facts", "journal")
    assert keep(store, (), go_on, limits=CALM).done == ("columns",)
    assert due(store, CALM) == ("facts", "journal")
    assert store.links("a.py") == links


def chunk(name: str) -> FileChunks:
    placed = placed_of("a.py")
    each = Chunk(function_of(placed, name).id, "function", 0, 9, f"hash of {name}", name)
    return FileChunks("a.py", placed.hash, "python", False, (each,))


def test_orphans_go_after_a_grace_time_unless_somebody_wants_them_again(store: Store) -> None:
    store.open_chunks("model", 2)
    index = store.chunks
    assert index is not None
    hashes = [f"hash of {name}" for name in ("old", "back", "live", "new")]
    index.put_vectors(hashes[:3], np.eye(3, 2, dtype=np.float32))
    index.replace([chunk("live")], ())
    assert keep(store, (), go_on, limits=CALM, clock=lambda: 0.0).vectors == 0
    index.put_vectors(hashes[3:], np.ones((1, 2), np.float32))
    index.replace([chunk("back")], ())
    assert keep(store, (), go_on, limits=CALM, clock=lambda: 99.0).vectors == 0
    kept = keep(store, (), go_on, limits=CALM, clock=lambda: 101.0)
    assert (kept.vectors, kept.done) == (1, ("vectors",))
    assert index.missing(hashes) == {"hash of old"}
    assert keep(store, (), go_on, limits=CALM, clock=lambda: 300.0).vectors == 2
    assert index.missing(hashes) == {"hash of old", "hash of live", "hash of new"}


def test_scattered_chunks_are_joined(store: Store) -> None:
    store.open_chunks("model", 2)
    index = store.chunks
    assert index is not None
    for number in range(5):
        placed = placed_of(f"{number}.py")
        each = Chunk(function_of(placed, "f").id, "function", 0, 9, "hash", "f")
        index.replace([FileChunks(placed.path, placed.hash, "python", False, (each,))], ())
    assert index.fragments() == 5
    assert keep(store, (), go_on, limits=CALM).done == ("chunks",)
    assert index.fragments() == 1


def test_old_facts_and_runs_are_forgotten_and_it_is_remembered(store: Store) -> None:
    store.facts.put([("1", "python", b"outline", b"body"), ("2", "python", b"", b"")])
    for started in (1.0, 2.0, 3000.0):
        store.journal.record(Run(started, 0.5, "start", {}))
    kept = keep(store, [("1", "python")], go_on, limits=CALM, clock=lambda: 1500.0)
    assert (kept.facts, kept.runs, kept.done) == (1, 2, ("facts", "journal"))
    assert store.facts.known([("1", "python"), ("2", "python")]) == {("1", "python")}
    assert [run.started for run in store.journal.runs(9)] == [3000.0]
    assert last(store.directory) == kept


def test_an_interruption_is_remembered_with_what_was_done(store: Store) -> None:
    store.commit({"a.py": file_with_calls("a", 0)}, ())
    store.commit({"a.py": file_with_calls("a", 5)}, ())
    steps: list[str] = []

    def stop_at_facts() -> None:
        if "facts" in steps:
            raise InterruptedError

    store.facts.put([("1", "python", b"outline", b"body")])
    with pytest.raises(InterruptedError):
        keep(store, (), stop_at_facts, steps.append, EAGER)
    assert steps == ["graph", "facts"]
    kept = last(store.directory)
    assert kept is not None
    assert (kept.done, kept.interrupted) == (("graph",), True)


def test_memory_is_kept_in_order_by_the_same_code() -> None:
    store = Store.open(None, None, "stamp")
    store.facts.put([("1", "python", b"outline", b"body")])
    assert keep(store, (), go_on, limits=EAGER).facts == 1
    assert last(store.directory) is None
    store.close()
