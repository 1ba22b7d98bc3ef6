"""The verbs that look after the index."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import msgspec
import pytest

from ramify.indexing.stores import stamp
from ramify.indexing.workspace import Workspace
from ramify.session.directories import user_directories
from ramify_store.errors import StoreFull
from ramify_store.ownership import Ownership, store_name
from ramify_store.store import Store
from tests.cli.shop import Ramify, write_shop

pytestmark = pytest.mark.usefixtures("shop")


def test_index_says_what_there_is_and_what_was_done(ramify: Ramify, shop: Path) -> None:
    ramify("index")
    lines = ramify("index").lines
    assert lines[0] == str(shop)
    assert lines[1].startswith("5 files, ")
    assert lines[2].startswith("0 files new or changed, 0 gone, 0 linked, 0 pieces embedded, ")


def test_index_in_json_tells_the_work(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    answer = json.loads(ramify("index", "--json").out)
    assert answer["status"]["complete"] is True
    assert (answer["index"]["files"], answer["index"]["changed"]) == (5, 5)


def test_one_of_a_thing_is_no_more(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.py").write_text("def f(): f()\n")
    monkeypatch.chdir(tmp_path)
    lines = ramify("index").lines
    assert lines[1] == "1 file, 2 symbols, 1 relation"
    assert lines[2].startswith("1 file new or changed, 0 gone, 1 linked, 1 piece embedded, ")


@pytest.mark.parametrize("verb", ["index", "tour", "doctor"])
def test_a_folder_without_source_is_no_answer(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    monkeypatch.chdir(tmp_path)
    ran = ramify(verb)
    assert ran.code == 1
    assert f"There are no source files in {tmp_path}." in ran.out + ran.err


def test_doctor_finds_everything_in_order(ramify: Ramify) -> None:
    ran = ramify("doctor")
    verdicts = {line.split()[1]: line.split()[0] for line in ran.lines if line[:1] != " "}
    assert ran.code == 0
    assert verdicts.keys() == set(
        "python versions grammar model cache data sockets files git index store health access "
        "watching watchers".split()
    )
    assert "bad" not in verdicts.values()


def test_doctor_says_why_nobody_can_attach(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("x" * 120)
    open_to_all = tmp_path / "open"
    open_to_all.mkdir(mode=0o755)
    where = "ramify.cli.doctor.socket_directories"
    monkeypatch.setattr(where, lambda: iter([deep, open_to_all]))
    ran = ramify("doctor")
    (line,) = [line for line in ran.lines if line.startswith("note sockets")]
    assert f"{deep} is too long a path; {open_to_all} can be entered by others" in line
    assert ran.code == 0
    assert not deep.exists()


def test_doctor_names_the_part_that_is_not_well(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_shop(tmp_path)
    (tmp_path / "ramify.toml").write_text("sizelimit = 3\n")
    monkeypatch.chdir(tmp_path)
    ran = ramify("doctor")
    assert any(
        line.startswith("note health") and "settings: ramify.toml: `sizelimit` is not" in line
        for line in ran.lines
    )


def test_doctor_says_what_to_do_about_a_cache_that_cannot_be_written(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("RAMIFY_HOME", str(blocked))
    monkeypatch.setattr(os, "access", lambda *_: False)
    ran = ramify("doctor", "--store", "memory")
    assert ran.code == 1
    assert "make it yours, or set RAMIFY_HOME" in ran.out


def test_a_cache_that_cannot_be_written_costs_no_answer(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("RAMIFY_HOME", str(blocked))
    ran = ramify("callers", "total")
    assert ran.code == 0
    assert "  exact      Till.pay  shop/checkout.py:6:16  via import" in ran.lines
    assert ran.lines[-1].startswith(f"Note: the store cannot be written ({blocked}")


def test_a_full_disk_says_what_to_do(ramify: Ramify, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreFull("/cache", 3_000_000)

    monkeypatch.setattr(Workspace, "refresh", full)
    ran = ramify("callers", "total")
    assert ran.code == 1
    assert ran.err.startswith("ramify: The disk is nearly full (3 MB free at /cache): free some")
    doctor = ramify("doctor")
    assert doctor.code == 1
    assert any(line.startswith("bad  store") for line in doctor.lines)


def test_the_tour_shows_the_three_answers_about_a_much_used_symbol(ramify: Ramify) -> None:
    ran = ramify("tour")
    assert ran.code == 0
    assert "$ ramify impact shop.pricing.discount" in ran.lines
    assert "$ ramify related shop.pricing.discount" in ran.lines
    assert '$ ramify search "Take the seasonal rebate off a price"' in ran.lines
    assert " 1  " in ran.out
    assert "shop.pricing.discount  shop/pricing.py:1:1" in ran.out


def test_the_tour_takes_a_symbol(ramify: Ramify) -> None:
    assert "$ ramify impact shop.checkout.Till.pay" in ramify("tour", "Till.pay").lines


def test_verify_shows_that_the_graph_is_the_one_made_from_scratch(
    ramify: Ramify, shop: Path
) -> None:
    ran = ramify("verify")
    assert (ran.code, ran.lines) == (
        0,
        ["Equal: the stored graph of 5 files is the one made from scratch."],
    )


def test_verify_tells_how_a_graph_differs(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    ramify("index")
    store = opened_store(tmp_path)
    links = store.links("shop/checkout.py")
    assert links is not None
    kept = tuple(edge for edge in links.edges if edge.target != "python . shop.pricing/total")
    store.commit({"shop/checkout.py": msgspec.structs.replace(links, edges=kept)}, [])
    store.close()
    ran = ramify("verify")
    assert ran.code == 1
    assert ran.lines[0].startswith("The stored graph differs from the one made from scratch in ")
    assert any(
        line.startswith(
            "  shop/checkout.py: missing python . shop.checkout/Till.pay CALLS "
            "python . shop.pricing/total (exact, import)"
        )
        for line in ran.lines
    )
    answer = json.loads(ramify("verify", "--json").out)
    assert answer["equal"] is False
    assert len(answer["differences"]) == len(ran.lines) - 2


def test_a_quick_verify_says_how_many_of_how_many_and_how_to_repeat_it(
    ramify: Ramify, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ramify.cli.verify._SAMPLED", 2)
    ran = ramify("verify", "--quick", "--seed", "7")
    assert (ran.code, ran.lines) == (
        0,
        ["Equal: 2 of 5 files (seed 7) are stored as they come out when they are linked again."],
    )
    answer = json.loads(ramify("verify", "--quick", "--json").out)
    assert (answer["equal"], answer["checked"], answer["files"]) == (True, 2, 5)
    assert isinstance(answer["seed"], int)


def test_a_quick_verify_finds_what_differs_in_its_sample(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    ramify("index")
    store = opened_store(tmp_path)
    links = store.links("shop/checkout.py")
    assert links is not None
    kept = tuple(edge for edge in links.edges if edge.target != "python . shop.pricing/total")
    store.commit({"shop/checkout.py": msgspec.structs.replace(links, edges=kept)}, [])
    store.close()
    ran = ramify("verify", "--quick")
    assert ran.code == 1
    assert any("missing python . shop.checkout/Till.pay CALLS" in line for line in ran.lines)
    assert any(line.startswith("Compared: 5 of 5 files (seed ") for line in ran.lines)


def test_in_memory_the_graph_is_verified_as_on_disk(ramify: Ramify) -> None:
    ran = ramify("verify", "--store", "memory")
    assert (ran.code, ran.lines) == (
        0,
        ["Equal: the stored graph of 5 files is the one made from scratch."],
    )


def test_clean_removes_what_is_kept_of_the_workspace_and_nothing_else(
    ramify: Ramify, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ramify("index")
    write_shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    ramify("index")
    name = store_name(str(tmp_path))
    directories = user_directories()
    assert ramify("clean").lines == [
        f"Removed {directories.cache / name}",
        f"Removed {directories.data / name}",
    ]
    assert not (directories.cache / name).exists()
    assert (directories.cache / store_name(str(shop))).exists()
    assert ramify("clean").lines == [f"Nothing is kept of {tmp_path}."]


def test_clean_gone_removes_what_belongs_to_workspaces_that_are_no_more(
    ramify: Ramify, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAMIFY_HOME", str(tmp_path / "home"))
    ramify("index")
    for name in ("moved", "drive/project"):
        folder = tmp_path / name
        write_shop(folder)
        monkeypatch.chdir(folder)
        ramify("index")
    monkeypatch.chdir(shop)
    shutil.rmtree(tmp_path / "moved")
    shutil.rmtree(tmp_path / "drive")  # not there at all: not mounted, perhaps
    directories = user_directories()
    moved = store_name(str(tmp_path / "moved"))
    (directories.cache / "run").mkdir()  # no store
    (directories.cache / "old-0123456789abcdef").mkdir()
    assert ramify("clean", "--gone").lines == [
        f"Removed {directories.cache / moved}",
        f"Removed {directories.data / moved}",
        "Left: 1 store of which nobody knows whose it is.",
    ]
    answer = json.loads(ramify("clean", "--gone", "--json").out)
    assert answer == {"removed": [], "unknown": ["old-0123456789abcdef"]}
    assert (directories.cache / store_name(str(shop))).exists()
    assert (directories.cache / store_name(str(tmp_path / "drive/project"))).exists()


def test_a_store_in_use_is_not_removed_and_answers_come_from_memory(
    ramify: Ramify, shop: Path
) -> None:
    ramify("index")
    directory = user_directories().cache / store_name(str(shop))
    lock = Ownership(directory)
    try:
        cleaned, asked = ramify("clean"), ramify("callers", "total")
        verified = ramify("verify")
    finally:
        lock.release()
    assert cleaned.code == 1
    assert f"is owned by process {os.getpid()}" in cleaned.err
    assert directory.exists()
    assert "  exact      Till.pay  shop/checkout.py:6:16  via import" in asked.lines
    assert f"process {os.getpid()}" in asked.out
    assert verified.code == 1


def opened_store(folder: Path) -> Store:
    name, directories = store_name(str(folder)), user_directories()
    return Store.open(directories.cache / name, directories.data / name, stamp())
