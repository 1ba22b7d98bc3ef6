"""A store as one file: written while the store serves, checked to the last byte before it is used.

A zip file that holds a manifest and, each compressed by zstd, the databases. Nothing in it names a
machine: graph and chunks go by relative paths, facts and vectors by content. A file that comes from
elsewhere is hostile until proven otherwise: only names that a store has are taken, no links, no
more bytes than were promised, and nothing of the store is touched before all of it was checked.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import stat
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Final

import msgspec
import pyarrow as pa
from blake3 import blake3

from ramify_store import layout
from ramify_store.errors import BackupRefused, StoreTooNew
from ramify_store.layout import Layout

FORMAT: Final = 1
GRAPH_FILE: Final = "graph/graph.kuzu"
GRAPH_LOG: Final = "graph/graph.kuzu.wal"
COLUMNS: Final = "graph/columns"
DATABASES: Final = ("facts.sqlite", "history.sqlite", "journal.sqlite")

_MANIFEST: Final = "manifest.json"
_PACKED: Final = ".zst"
_MEMBER: Final = re.compile(
    r"graph/graph\.kuzu(\.wal)?|graph/columns|(facts|history|journal)\.sqlite|chunks/complete"
    r"|chunks/(chunks|vectors)\.lance(/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,200}){1,4}"
)
_MOST_MEMBERS: Final = 100_000
_MOST_MANIFEST_BYTES: Final = 64 << 20
_BLOCK: Final = 1 << 20
_PAGE: Final = 4096
_ROOM_LEFT: Final = 200_000_000
"""Bytes that unpacking leaves free on the disk."""


class Member(msgspec.Struct, frozen=True):
    size: int
    hash: str
    """BLAKE3 of the bytes, in hex."""


class Manifest(msgspec.Struct, frozen=True):
    """What a backup says of itself."""

    format: int
    written: str
    """By which Ramify; for messages."""
    layout: Layout
    made_at: int
    """Seconds since the epoch."""
    revision: int
    files: int
    """Source files in the graph."""
    born_bytes: int
    """Size that the graph's file began with."""
    members: dict[str, Member]

    @property
    def size(self) -> int:
        return sum(member.size for member in self.members.values())


def write(
    target: Path,
    members: Mapping[str, Path | bytes],
    describe: Callable[[dict[str, Member]], Manifest],
) -> Manifest:
    """Writes a backup beside its target and puts it there when it is whole. Readable by its user
    alone. The caller sees to it that nothing changes meanwhile."""
    fresh = target.with_name(f"{target.name}.{os.getpid()}.new")
    try:
        with _private(fresh) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            written = {name: _packed(archive, name, part) for name, part in members.items()}
            manifest = describe(written)
            archive.writestr(_MANIFEST, msgspec.json.encode(manifest))
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    return manifest


def manifest_of(source: Path, known: Layout) -> Manifest:
    """What a backup says of itself, once its names and versions are in order.

    Raises BackupRefused with what is wrong, OSError where the file cannot be read.
    """
    with _archive(source) as archive:
        return _checked(archive, source, known)


def unpack(source: Path, directory: Path, known: Layout) -> Manifest:
    """Writes the members into an empty directory, each compared with its hash.

    Raises BackupRefused with what is wrong; the directory is then worth nothing.
    """
    with _archive(source) as archive:
        manifest = _checked(archive, source, known)
        free = shutil.disk_usage(directory).free
        if manifest.size > free - _ROOM_LEFT:
            raise BackupRefused(
                source,
                f"it needs {manifest.size / 1e6:,.0f} MB and {free / 1e6:,.0f} MB are free",
            )
        for name, member in manifest.members.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _unpacked(archive, source, name, member, path)
    layout.write(directory, manifest.layout)
    return manifest


def is_member(name: str) -> bool:
    """Whether a store has such a part."""
    return _MEMBER.fullmatch(name) is not None


def database_bytes(path: Path) -> bytes:
    """An SQLite database as its last commit left it, whoever has it open."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
        return connection.serialize()


def now() -> int:
    return int(time.time())


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w+b") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _packed(archive: zipfile.ZipFile, name: str, part: Path | bytes) -> Member:
    digest, size = blake3(), 0
    with (
        archive.open(name + _PACKED, "w", force_zip64=True) as entry,
        pa.CompressedOutputStream(pa.PythonFile(entry, "w"), "zstd") as packed,
    ):
        for block in _blocks(part):
            digest.update(block)
            packed.write(block)
            size += len(block)
    return Member(size, digest.hexdigest())


def _blocks(part: Path | bytes) -> Iterator[bytes | memoryview]:
    if isinstance(part, bytes):
        view = memoryview(part)
        yield from (view[at : at + _BLOCK] for at in range(0, len(view), _BLOCK))
        return
    with part.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


@contextmanager
def _archive(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise BackupRefused(source, f"it is no backup of Ramify, or cut short ({error})") from error


def _checked(archive: zipfile.ZipFile, source: Path, known: Layout) -> Manifest:
    entries = archive.infolist()
    if len(entries) > _MOST_MEMBERS:
        raise BackupRefused(source, f"it has {len(entries):,} members")
    names = [entry.filename for entry in entries]
    if _MANIFEST not in names:
        raise BackupRefused(source, "it has no manifest: it is no backup of Ramify")
    manifest = _read_manifest(archive, source)
    if manifest.format > FORMAT:
        raise BackupRefused(
            source, f"Ramify {manifest.written} wrote it in a newer format: restore it with that"
        )
    for entry in entries:
        _check_entry(entry, source)
    expected = sorted([_MANIFEST, *(name + _PACKED for name in manifest.members)])
    if sorted(names) != expected:
        raise BackupRefused(source, "its members are not those of its manifest")
    for name, member in manifest.members.items():
        if not is_member(name):
            raise BackupRefused(source, f"{name[:80]!r} is no part of a store")
        if member.size < 0:
            raise BackupRefused(source, f"{name} has a negative size")
    if GRAPH_FILE not in manifest.members:
        raise BackupRefused(source, "there is no graph in it")
    try:
        manifest.layout.refuse_newer(known)
    except StoreTooNew as newer:
        raise BackupRefused(source, str(newer)) from newer
    return manifest


def _read_manifest(archive: zipfile.ZipFile, source: Path) -> Manifest:
    entry = archive.getinfo(_MANIFEST)
    _check_entry(entry, source)
    if entry.file_size > _MOST_MANIFEST_BYTES:
        raise BackupRefused(source, "its manifest is too large")
    try:
        return msgspec.json.decode(archive.read(entry), type=Manifest)
    except msgspec.DecodeError as error:
        raise BackupRefused(source, f"its manifest cannot be read ({error})") from error


def _check_entry(entry: zipfile.ZipInfo, source: Path) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG) or entry.is_dir():
        raise BackupRefused(source, f"{entry.filename[:80]!r} is no plain file")
    if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 0x1:
        raise BackupRefused(source, f"{entry.filename[:80]!r} is packed in a way no backup is")


def _unpacked(
    archive: zipfile.ZipFile, source: Path, name: str, member: Member, path: Path
) -> None:
    digest, left = blake3(), member.size
    try:
        with (
            archive.open(name + _PACKED) as entry,
            pa.CompressedInputStream(pa.PythonFile(entry, "r"), "zstd") as packed,
            path.open("xb") as file,
        ):
            while block := packed.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    raise BackupRefused(source, f"{name} is larger than its manifest says")
                digest.update(block)
                _write_thin(file, block)
            file.truncate(member.size)
    except OSError as error:
        if error.errno is not None:
            raise
        raise BackupRefused(source, f"{name} is damaged ({error})") from error
    if left or digest.hexdigest() != member.hash:
        raise BackupRefused(source, f"{name} is damaged: it is not what its checksum says")


def _write_thin(file: IO[bytes], block: bytes) -> None:
    """Takes no room for empty pages."""
    for at in range(0, len(block), _PAGE):
        page = block[at : at + _PAGE]
        if page.strip(b"\0"):
            file.write(page)
        else:
            file.seek(len(page), os.SEEK_CUR)
