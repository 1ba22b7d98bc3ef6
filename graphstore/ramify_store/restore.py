"""A store into a backup, and a backup into the place of a store.

What a backup holds is opened beside the store before it takes its place, and its marks of files
(size, time) are forgotten: on another machine they would say nothing, so that every file is read
and hashed once. Knows the parts of a store and no workspace.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from ramify_store import backup, columnfile, layout
from ramify_store.backup import COLUMNS, DATABASES, GRAPH_FILE, GRAPH_LOG, Manifest, Member
from ramify_store.errors import BackupRefused, StoreError
from ramify_store.generations import adopt
from ramify_store.ownership import Ownership
from ramify_store.store import CHUNKS, GRAPH, JOURNAL, RESTORING, Store, known_layout, private

_KINDS: Final = {"table", "index"}


def back_up(store: Store, target: Path) -> Manifest:
    """Writes the store, as it is committed, into one file. Belongs to the thread that commits;
    others may read meanwhile.

    Raises StoreError for a store in memory, OSError where the file cannot be written.
    """
    if store.directory is None:
        raise StoreError("There is nothing on disk to back up: the store is in memory.")
    path, log, born_bytes = store.graph_files()

    def manifest(members: dict[str, Member]) -> Manifest:
        mine = known_layout()
        return Manifest(
            format=backup.FORMAT,
            written=mine.ramify,
            layout=layout.read(store.directory) or mine if store.directory else mine,
            made_at=backup.now(),
            revision=store.revision,
            files=len(store.view().paths()),
            born_bytes=born_bytes,
            members=members,
        )

    members: dict[str, Path | bytes] = {GRAPH_FILE: path}
    if log is not None:
        members[GRAPH_LOG] = log
    columns = path.with_name(columnfile.NAME)
    if columns.exists():
        members[COLUMNS] = columns
    members.update(_databases(store))
    members.update(_chunks(store.directory))
    return backup.write(target, members, manifest)


def restore(source: Path, directory: Path, data_directory: Path, stamp: str) -> Manifest:
    """Puts a backup in the place of the store in these directories. All or nothing, but for a
    kill between two of its parts, which leaves parts that the next start puts right.

    A journal that has something to say stays. Raises BackupRefused, StoreLocked while another
    process owns the store, OSError where the backup cannot be read.
    """
    backup.manifest_of(source, known_layout())
    private(directory)
    private(data_directory)
    ownership = Ownership(directory)
    staged = directory / RESTORING
    try:
        shutil.rmtree(staged, ignore_errors=True)
        private(staged)
        manifest = backup.unpack(source, staged, known_layout())
        _prove(source, staged, manifest, stamp)
        _put_in_place(staged, directory, data_directory)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
        ownership.release()
    return manifest


def _databases(store: Store) -> Iterator[tuple[str, bytes]]:
    for name in DATABASES:
        directory = store.data_directory if name == JOURNAL else store.directory
        if directory is not None and (directory / name).exists():
            yield name, backup.database_bytes(directory / name)


def _chunks(directory: Path) -> Mapping[str, Path]:
    found = sorted(path for path in (directory / CHUNKS).rglob("*") if path.is_file())
    named = {path.relative_to(directory).as_posix(): path for path in found}
    return {name: path for name, path in named.items() if backup.is_member(name)}


def _prove(source: Path, staged: Path, manifest: Manifest, stamp: str) -> None:
    """Opens what was unpacked: what cannot be opened here takes nobody's place."""
    for name in DATABASES:
        if (staged / name).exists():
            _prove_database(source, staged / name)
    adopt(staged / GRAPH, staged / GRAPH_FILE, manifest.born_bytes)
    try:
        store = Store.open(staged, None, stamp)
    except (StoreError, ValueError) as error:
        raise BackupRefused(source, f"it cannot be opened ({error})") from error
    try:
        damaged = [note for note in (*store.notes, *store.facts.notes) if "damaged" in note]
        if damaged:
            raise BackupRefused(source, f"it cannot be opened ({damaged[0]})")
        if store.view().paths() and len(store.view().paths()) != manifest.files:
            raise BackupRefused(source, "its graph is not the one of its manifest")
        store.forget_marks()
    finally:
        store.close()


def _prove_database(source: Path, path: Path) -> None:
    """A database may hold code that runs when it is written to: ours have none."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("SELECT type, sql FROM sqlite_master").fetchall()
    except sqlite3.DatabaseError as error:
        raise BackupRefused(source, f"{path.name} cannot be read ({error})") from error
    for kind, text in found:
        if kind not in _KINDS or "VIRTUAL" in str(text).upper():
            raise BackupRefused(source, f"{path.name} holds a {kind} that Ramify did not make")


def _put_in_place(staged: Path, directory: Path, data_directory: Path) -> None:
    for name in (GRAPH, CHUNKS):
        old, new = directory / name, staged / name
        if old.exists():
            old.rename(staged / f"old {name}")
        if new.exists():
            new.rename(old)
    for name in DATABASES:
        place = (data_directory if name == JOURNAL else directory) / name
        if (staged / name).exists() and not (name == JOURNAL and _says_something(place)):
            for suffix in ("-wal", "-shm"):
                place.with_name(name + suffix).unlink(missing_ok=True)
            shutil.move(staged / name, place)
    (staged / layout.NAME).replace(directory / layout.NAME)


def _says_something(journal: Path) -> bool:
    if not journal.exists():
        return False
    try:
        with closing(sqlite3.connect(journal)) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            counts = [
                connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
                for (name,) in tables.fetchall()
            ]
    except sqlite3.DatabaseError:
        return True
    return any(counts)
