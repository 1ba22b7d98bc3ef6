"""A store as one file: back again as it was, and hostile files refused with nothing changed."""

from __future__ import annotations

import os
import sqlite3
import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from blake3 import blake3

from ramify_store.backup import Manifest, Member, manifest_of
from ramify_store.chunks import Chunk, FileChunks
from ramify_store.errors import BackupRefused, StoreError, StoreLocked
from ramify_store.journal import Run
from ramify_store.restore import back_up, restore
from ramify_store.store import Store, known_layout
from ramify_store.view import ChunkFilter
from tests.store.graphs import function_of, links_of, module_of, placed_of

A = msgspec.structs.replace(placed_of("a.py"), size=5, mtime_ns=17)
LINKS = {"a.py": links_of(A, (module_of(A), function_of(A, "run")))}
CHUNK = Chunk(function_of(A, "run").id, "function", 0, 9, "hash of run", "run now")
CHUNKS = [FileChunks("a.py", A.hash, "python", False, (CHUNK,))]


def opened(home: Path) -> Store:
    return Store.open(home / "cache", home / "data", "stamp")


def filled(home: Path) -> Store:
    store = opened(home)
    store.open_chunks("model", 2)
    assert store.chunks is not None
    store.chunks.put_vectors(["hash of run"], np.array([[1, 0]], np.float32))
    store.facts.put([("hash", "python", b"outline", b"body")])
    store.journal.record(Run(1.0, 0.5, "start", {}))
    store.commit(LINKS, (), chunks=CHUNKS, attributes={"roots": "src"})
    return store


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a store that went on being open."""
    home = tmp_path_factory.mktemp("good")
    store = filled(home)
    back_up(store, home / "backup")
    store.commit({}, ("a.py",))
    store.close()
    return home / "backup"


def put_back(source: Path, home: Path) -> Manifest:
    return restore(source, home / "cache", home / "data", "stamp")


def test_what_was_backed_up_is_there_again(good: Path, tmp_path: Path) -> None:
    manifest = put_back(good, tmp_path)
    assert (manifest.revision, manifest.files) == (1, 1)
    store = opened(tmp_path)
    assert (store.revision, store.attribute("roots"), store.outdated) == (1, "src", None)
    assert store.view().paths() == ("a.py",)
    assert store.facts.outline("hash", "python") == b"outline"
    assert [run.cause for run in store.journal.runs(9)] == ["start"]
    store.open_chunks("model", 2)
    assert store.chunks is not None
    assert store.chunks.pending() == 0
    hits = store.search(lambda hit: "").full_text(["run"], 9, ChunkFilter())
    assert [hit.path for hit in hits] == ["a.py"]
    assert store.notes == []
    store.close()
    assert not (tmp_path / "cache" / "restoring").exists()


def test_what_makes_opening_fast_comes_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ramify_store.columnfile.WORTH_ROWS", -1)
    store = opened(tmp_path / "one")
    store.commit(LINKS, ())
    store.settle()
    back_up(store, tmp_path / "backup")
    store.close()
    put_back(tmp_path / "backup", tmp_path / "other")
    monkeypatch.setattr("ramify_store.loading._columns", None)
    store = opened(tmp_path / "other")
    assert store.view().paths() == ("a.py",)
    store.close()


def test_no_size_and_time_of_another_machine_is_trusted(good: Path, tmp_path: Path) -> None:
    put_back(good, tmp_path)
    store = opened(tmp_path)
    placed = store.view().placed("a.py")
    assert placed == msgspec.structs.replace(A, mtime_ns=0)
    store.close()


def test_a_restored_store_replaces_the_one_that_was_there_but_for_its_journal(
    good: Path, tmp_path: Path
) -> None:
    store = opened(tmp_path)
    store.journal.record(Run(2.0, 0.5, "mine", {}))
    store.commit({"b.py": links_of(placed_of("b.py"), (module_of(placed_of("b.py")),))}, ())
    store.close()
    put_back(good, tmp_path)
    store = opened(tmp_path)
    assert store.view().paths() == ("a.py",)
    assert [run.cause for run in store.journal.runs(9)] == ["mine"]
    store.close()


def test_a_backup_is_its_users_alone(good: Path) -> None:
    if os.name == "posix":
        assert stat.S_IMODE(good.stat().st_mode) == 0o600


def test_a_store_in_use_is_not_replaced(good: Path, tmp_path: Path) -> None:
    store = opened(tmp_path)
    with pytest.raises(StoreLocked):
        put_back(good, tmp_path)
    store.close()


def test_memory_has_nothing_to_back_up(tmp_path: Path) -> None:
    store = Store.open(None, None, "stamp")
    with pytest.raises(StoreError, match="the store is in memory"):
        back_up(store, tmp_path / "backup")
    store.close()
    assert list(tmp_path.iterdir()) == []


def test_a_failed_backup_leaves_the_one_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(tmp_path)
    target = tmp_path / "backup"
    target.write_text("the one before")

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ramify_store.backup._packed", full)
    with pytest.raises(OSError, match="No space"):
        back_up(store, target)
    store.close()
    assert target.read_text() == "the one before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "cache", "data"]


# Hostile files


def members_of(backup: Path) -> tuple[Manifest, dict[str, bytes]]:
    with zipfile.ZipFile(backup) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = msgspec.json.decode(parts.pop("manifest.json"), type=Manifest)
    return manifest, parts


def written(path: Path, manifest: Manifest, parts: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
        archive.writestr("manifest.json", msgspec.json.encode(manifest))
    return path


def packed(data: bytes) -> bytes:
    return bytes(pa.compress(data, codec="zstd", asbytes=True))


def with_member(name: str, data: bytes) -> Callable[[Path, Path], Path]:
    """The good backup with one member more, or another in its place."""

    def make(good: Path, target: Path) -> Path:
        manifest, parts = members_of(good)
        member = Member(len(data), blake3(data).hexdigest())
        changed = {**manifest.members, name: member}
        return written(
            target,
            msgspec.structs.replace(manifest, members=changed),
            {**parts, f"{name}.zst": packed(data)},
        )

    return make


def with_manifest(**changes: object) -> Callable[[Path, Path], Path]:
    def make(good: Path, target: Path) -> Path:
        manifest, parts = members_of(good)
        return written(target, msgspec.structs.replace(manifest, **changes), parts)

    return make


def with_layout(part: str) -> Callable[[Path, Path], Path]:
    newer = msgspec.structs.replace(known_layout(), ramify="9.0", **{part: 99})
    return with_manifest(layout=newer)


def cut_short(good: Path, target: Path) -> Path:
    target.write_bytes(good.read_bytes()[:-1000])
    return target


def no_zip(good: Path, target: Path) -> Path:
    target.write_text("hello")
    return target


def with_a_flipped_byte(good: Path, target: Path) -> Path:
    with zipfile.ZipFile(good) as archive:
        entry = archive.getinfo("facts.sqlite.zst")
    data = bytearray(good.read_bytes())
    data[entry.header_offset + 120] ^= 1
    target.write_bytes(data)
    return target


def with_another_text(good: Path, target: Path) -> Path:
    manifest, parts = members_of(good)
    return written(target, manifest, {**parts, "facts.sqlite.zst": packed(b"other")})


def with_a_bomb(good: Path, target: Path) -> Path:
    """A gigabyte of zeros that the manifest calls ten bytes."""
    manifest, parts = members_of(good)
    members = {**manifest.members, "graph/graph.kuzu.wal": Member(10, "00")}
    bomb = packed(bytes(64 << 20))
    return written(
        target,
        msgspec.structs.replace(manifest, members=members),
        {**parts, "graph/graph.kuzu.wal.zst": bomb},
    )


def with_a_link(good: Path, target: Path) -> Path:
    manifest, parts = members_of(good)
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name)
            if name == "facts.sqlite.zst":
                entry.external_attr = (stat.S_IFLNK | 0o777) << 16
                data = b"/etc/passwd"
            archive.writestr(entry, data)
        archive.writestr("manifest.json", msgspec.json.encode(manifest))
    return target


def with_a_secret_member(good: Path, target: Path) -> Path:
    manifest, parts = members_of(good)
    return written(target, manifest, {**parts, "run.sh": b"echo"})


def with_a_trigger(good: Path, target: Path) -> Path:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE runs (id)")
    database.execute("CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM runs; END")
    database.commit()
    return with_member("journal.sqlite", database.serialize())(good, target)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (no_zip, "no backup of Ramify, or cut short"),
        (cut_short, "no backup of Ramify, or cut short"),
        (with_a_flipped_byte, "facts.sqlite is damaged|cut short"),
        (with_another_text, "facts.sqlite is damaged"),
        (with_a_bomb, "graph.kuzu.wal is larger than its manifest says"),
        (with_a_link, "'facts.sqlite.zst' is no plain file"),
        (with_a_secret_member, "its members are not those of its manifest"),
        (with_a_trigger, "journal.sqlite holds a trigger that Ramify did not make"),
        (with_member("../../evil", b"evil"), "'../../evil' is no part of a store"),
        (with_member("/etc/evil", b"evil"), "'/etc/evil' is no part of a store"),
        (with_member("graph\\..\\evil", b"evil"), "is no part of a store"),
        (with_member("chunks/chunks.lance/../../../evil", b"evil"), "is no part of a store"),
        (with_member("chunks/chunks.lance/data/..", b"evil"), "is no part of a store"),
        (with_member("owner", b"evil"), "'owner' is no part of a store"),
        (with_member("graph/graph.kuzu", b"no graph" * 1000), "it cannot be opened"),
        (with_member("facts.sqlite", b"no database" * 1000), "facts.sqlite cannot be read"),
        (with_manifest(files=7), "its graph is not the one of its manifest"),
        (with_manifest(format=2), "wrote it in a newer format"),
        (with_layout("schema"), r"written by Ramify 9\.0 \(schema 99"),
        (with_layout("storage"), r"written by Ramify 9\.0 \(storage 99"),
        (with_manifest(members={}), "its members are not those of its manifest"),
    ],
)
def test_what_is_not_to_be_trusted_is_refused_and_changes_nothing(
    good: Path, tmp_path: Path, make: Callable[[Path, Path], Path], reason: str
) -> None:
    store = opened(tmp_path)
    store.commit({"b.py": links_of(placed_of("b.py"), (module_of(placed_of("b.py")),))}, ())
    store.close()
    before = contents(tmp_path)
    source = make(good, tmp_path / "hostile")
    with pytest.raises(BackupRefused, match=reason) as refused:
        put_back(source, tmp_path)
    assert "nothing was changed" in str(refused.value)
    source.unlink()
    assert contents(tmp_path) == before


def test_more_than_fits_on_the_disk_is_refused(good: Path, tmp_path: Path) -> None:
    manifest, parts = members_of(good)
    huge = {**manifest.members, "graph/graph.kuzu": Member(1 << 60, "00")}
    source = written(tmp_path / "huge", msgspec.structs.replace(manifest, members=huge), parts)
    with pytest.raises(BackupRefused, match=r"it needs 1,152,921,5\d\d,\d\d\d MB and"):
        put_back(source, tmp_path)


def test_a_backup_says_what_it_is(good: Path) -> None:
    manifest = manifest_of(good, known_layout())
    assert (manifest.files, manifest.revision, manifest.layout) == (1, 1, known_layout())


def contents(home: Path) -> Mapping[str, bytes]:
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.name != "owner"
    }
