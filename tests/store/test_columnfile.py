"""The columns in a file say what the database says, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from ramify_store import columnfile, loading
from ramify_store.check import normalised
from ramify_store.store import Store
from tests.store.answers import answers
from tests.store.graphs import Graph, calls, function_of, graphs, links_of, module_of, placed_of

A = placed_of("a.py")
RUN = function_of(A, "run")
LINKS = {"a.py": links_of(A, (module_of(A), RUN), (calls(RUN, "python:os.getcwd", 3),))}


@pytest.fixture(autouse=True)
def every_graph_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columnfile, "WORTH_ROWS", -1)


def opened(home: Path) -> Store:
    return Store.open(home / "cache", home / "data", "stamp")


def written(home: Path) -> Path:
    """The file after a graph was committed and opened once more."""
    store = opened(home)
    store.commit(LINKS, ())
    store.view()
    store.close()
    opened(home).close()
    return home / "cache" / "graph" / columnfile.NAME


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(graph=graphs())
def test_what_is_read_is_what_was_written(
    graph: Graph, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    store = opened(home)
    store.commit(graph, ())
    everything = {path: normalised(each) for path, each in graph.items()}
    store.reload()
    before = answers(store.view(), everything)
    store.close()
    opened(home).close()  # the first one that reads it all writes the file
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "_columns", None)
        store = opened(home)
        assert answers(store.view(), everything) == before
        store.close()


def test_a_commit_makes_the_file_worthless(tmp_path: Path) -> None:
    written(tmp_path)
    store = opened(tmp_path)
    moved = links_of(A, (module_of(A), RUN), (calls(RUN, "python:os.getcwd", 4),))
    store.commit({"a.py": moved}, ())
    store.close()
    store = opened(tmp_path)
    assert store.links("a.py") == moved
    store.close()


def test_marks_of_files_come_from_the_database(tmp_path: Path) -> None:
    written(tmp_path)
    store = opened(tmp_path)
    store.touch([msgspec.structs.replace(A, size=5, mtime_ns=17)])
    store.close()
    store = opened(tmp_path)
    assert store.view().placed("a.py") == msgspec.structs.replace(A, size=5, mtime_ns=17)
    store.close()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-7],
        lambda data: data[:60] + bytes([data[60] ^ 1]) + data[61:],
        lambda data: b"x" * len(data),
    ],
    ids=["empty", "cut short", "flipped", "other"],
)
def test_a_damaged_file_is_not_believed(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = written(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    store = opened(tmp_path)
    assert (store.links("a.py"), store.notes) == (LINKS["a.py"], [])
    store.close()
