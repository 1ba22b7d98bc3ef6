"""The committed graph: what goes in comes out, whatever the road it came by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramify_store.check import differences, normalised
from ramify_store.facts import Certainty, EdgeKind, FileLinks, Flow, LookUp
from ramify_store.store import Store
from tests.store.answers import ALL, answers, flat
from tests.store.graphs import (
    PATHS,
    Graph,
    calls,
    function_of,
    graphs,
    links_of,
    module_of,
    outline_of,
    placed_of,
)

A = placed_of("a.py")
B = placed_of("b.py")
RUN = function_of(A, "run")
GET = function_of(B, "get")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "cache", tmp_path / "data", "stamp")
    yield store
    store.close()


def commit(store: Store, links: Graph, removed: tuple[str, ...] = ()) -> int:
    """As indexing does it: facts first."""
    store.facts.put(
        (each.placed.hash, each.placed.language, msgspec.msgpack.encode(outline_of(each)), b"")
        for each in links.values()
    )
    return store.commit(links, removed)


def contents(store: Store) -> dict[str, FileLinks]:
    found = {path: store.links(path) for path in store.view().paths()}
    return {path: links for path, links in found.items() if links is not None}


def two_files(*sites: int) -> dict[str, FileLinks]:
    """`a.run` calls `b.get` at the sites."""
    return {
        "a.py": links_of(A, (module_of(A), RUN), (calls(RUN, GET, *sites),)),
        "b.py": links_of(B, (module_of(B), GET)),
    }


def test_everything_about_a_file_comes_back(store: Store) -> None:
    links = FileLinks(
        placed=A,
        symbols=(module_of(A), RUN),
        edges=(calls(RUN, "python:len", 3, 70_000), calls(RUN, RUN, 5)),
        lookups=(LookUp(RUN.id, "get", EdgeKind.WRITES, Certainty.POSSIBLE, (4, 9)),),
        keys=(1, 2**63 - 1),
        flows=((Flow("a", "b"),), ()),
    )
    commit(store, {"a.py": links})
    store.reload()
    assert store.links("a.py") == links
    assert [(each.path, each.keys, each.flows) for each in store.linked()] == [
        ("a.py", links.keys, links.flows)
    ]


def test_a_symbol_that_survives_keeps_the_edges_into_it(store: Store) -> None:
    commit(store, two_files(7))
    other = function_of(B, "other")
    commit(store, {"b.py": links_of(B, (module_of(B), other, GET))})
    store.reload()
    assert store.view().incoming(GET.id, ALL) == [calls(RUN, GET, 7)]
    assert store.view().symbols_of("b.py") == [module_of(B), other, GET]


def test_text_inserted_above_moves_the_sites(store: Store) -> None:
    commit(store, two_files(7, 9))
    commit(store, {"a.py": two_files(107, 109)["a.py"]})
    store.reload()
    assert store.view().incoming(GET.id, ALL) == [calls(RUN, GET, 107, 109)]


def test_an_edge_into_a_symbol_that_went_stays_until_its_file_says_otherwise(
    store: Store,
) -> None:
    commit(store, two_files(7))
    commit(store, {}, ("b.py",))
    store.reload()
    assert store.view().symbol(GET.id) is None
    assert store.view().incoming(GET.id, ALL) == [calls(RUN, GET, 7)]


def test_a_symbol_moves_to_another_file(store: Store) -> None:
    package = msgspec.structs.replace(A, path="a/__init__.py", is_package=True)
    moved = tuple(
        msgspec.structs.replace(symbol, file=package.path) for symbol in (module_of(A), RUN)
    )
    commit(store, two_files(7))
    after = {package.path: links_of(package, moved, (calls(RUN, GET, 8),))}
    commit(store, after, ("a.py",))
    store.reload()
    assert store.view().symbol(RUN.id) == moved[1]
    assert store.view().incoming(GET.id, ALL) == [calls(RUN, GET, 8)]


def test_of_two_files_for_one_module_the_package_is_meant(store: Store) -> None:
    package = msgspec.structs.replace(A, path="a/__init__.py", is_package=True)
    twin = {
        package.path: links_of(package, (msgspec.structs.replace(module_of(A), file=package.path),))
    }
    commit(store, two_files(7))
    commit(store, twin)
    store.reload()
    module = store.view().symbol(module_of(A).id)
    assert module is not None and module.file == "a/__init__.py"
    assert store.view().paths() == ("a.py", "a/__init__.py", "b.py")
    commit(store, {}, ("a.py",))
    store.reload()
    assert list(differences({**twin, "b.py": two_files()["b.py"]}, contents(store))) == []


def test_a_grown_graph_is_loaded_anew_and_is_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ramify_store.generations.Generations.has_grown", True)
    commit(store, two_files(7))
    commit(store, {"a.py": two_files(8)["a.py"]})
    assert contents(store) == two_files(8)
    assert store.revision == 2


def test_revisions_rise_by_one_and_old_views_stay(store: Store) -> None:
    assert commit(store, two_files(7)) == 1
    before = store.view()
    assert commit(store, two_files(8)) == 2
    assert before.revision == 1
    assert before.incoming(GET.id, ALL) == [calls(RUN, GET, 7)]
    assert store.view().revision == 2


def test_a_failed_commit_changes_nothing(store: Store) -> None:
    commit(store, two_files(7))
    broken = links_of(A, (module_of(A),), (calls(RUN, GET, 8),))
    with pytest.raises(ValueError, match="does not define"):
        commit(store, {"a.py": broken})
    assert contents(store) == two_files(7)
    store.reload()
    assert contents(store) == two_files(7)
    assert commit(store, two_files(9)) == 2


def test_the_graph_is_there_after_a_restart(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "cache", tmp_path / "data", "stamp")
    commit(store, two_files(7))
    store.close()
    store = Store.open(tmp_path / "cache", tmp_path / "data", "stamp")
    assert (store.revision, contents(store)) == (1, two_files(7))
    store.close()


def test_a_graph_of_another_stamp_answers_until_one_is_made_anew(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "cache", tmp_path / "data", "stamp")
    commit(store, two_files(7))
    store.close()
    store = Store.open(tmp_path / "cache", tmp_path / "data", "another")
    assert store.outdated == "the graph was made by another version of Ramify"
    assert (store.revision, contents(store)) == (1, two_files(7))
    with pytest.raises(RuntimeError, match="made anew, not changed"):
        commit(store, two_files(9))
    store.close()
    store = Store.open(tmp_path / "cache", tmp_path / "data", "another")
    assert store.rebuild(two_files(9), {"roots": "src"}) == 2
    assert (store.outdated, contents(store)) == (None, two_files(9))
    store.close()
    store = Store.open(tmp_path / "cache", tmp_path / "data", "another")
    assert (store.outdated, store.revision, contents(store)) == (None, 2, two_files(9))
    assert store.attribute("roots") == "src"
    store.close()


def test_attributes_belong_to_a_commit(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "cache", tmp_path / "data", "stamp")
    store.commit(two_files(7), (), attributes={"roots": "src"})
    broken = links_of(A, (module_of(A),), (calls(RUN, GET, 8),))
    with pytest.raises(ValueError, match="does not define"):
        store.commit({"a.py": broken}, (), attributes={"roots": "lib"})
    assert store.attribute("roots") == "src"
    store.close()
    store = Store.open(tmp_path / "cache", tmp_path / "data", "stamp")
    assert (store.attribute("roots"), store.attribute("other")) == ("src", None)
    store.close()


def test_a_touched_file_has_its_new_time_and_no_new_revision(store: Store) -> None:
    commit(store, two_files(7))
    store.touch([msgspec.structs.replace(A, size=5, mtime_ns=17)])
    store.reload()
    placed = store.view().placed("a.py")
    assert placed == msgspec.structs.replace(A, size=5, mtime_ns=17)
    assert store.revision == 1


def test_memory_mode_leaves_nothing_behind(tmp_path: Path) -> None:
    store = Store.open(None, None, "stamp")
    commit(store, two_files(7))
    assert contents(store) == two_files(7)
    store.close()
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for many random graphs: opening one for each would take too long."""
    directory = tmp_path_factory.mktemp("store")
    store = Store.open(directory / "cache", directory / "data", "stamp")
    yield store
    store.close()


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.tuples(graphs(), st.sets(st.sampled_from(PATHS))), max_size=4))
def test_any_sequence_of_commits_equals_the_graph_it_amounts_to(
    shared: Store, steps: list[tuple[Graph, set[str]]]
) -> None:
    store, whole = shared, {}
    store.clear()
    for links, removed in steps:
        gone = removed - links.keys()
        commit(store, links, tuple(gone))
        whole = {path: each for path, each in {**whole, **links}.items() if path not in gone}
    layered, everything = store.view(), {path: normalised(each) for path, each in whole.items()}
    assert answers(layered, everything) == answers(flat(everything), everything)
    store.reload()
    assert answers(store.view(), everything) == answers(flat(everything), everything)
    assert contents(store) == everything
