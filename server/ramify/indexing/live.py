"""What a question sees: a snapshot whose files are checked against the disk as it touches them.

A file that changed since it was indexed is read and parsed on the spot, so that no place is ever
wrong while the graph catches up. Before there is a table of files the bare disk is asked.
"""

from __future__ import annotations

import threading
import time
from collections import ChainMap
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import msgspec

from ramify.analysis.text import Text
from ramify.indexing.facts_source import FactsSource
from ramify.indexing.programs import Buffer
from ramify.indexing.sources import Content, is_unchanged, read_content, text_hash
from ramify.indexing.texts import KeptTexts
from ramify.languages.registry import language_of
from ramify.session.files import FileTable, put, unplaced
from ramify.session.roots import METADATA_NAMES, Roots, find_roots
from ramify.session.settings import Settings
from ramify.session.snapshot import Document, Status
from ramify_store.facts import FileFacts, Placed


@dataclass(frozen=True, slots=True)
class _OnDisk:
    """A file as it was when the snapshot first touched it. Without `data` its hash is indexed."""

    placed: Placed
    data: bytes | None


class LiveSnapshot:
    """Implements `Snapshot`. What it has once told of a file it tells again."""

    def __init__(
        self,
        folder: str,
        table: FileTable,
        buffers: Mapping[str, Buffer],
        documents: Mapping[str, Document],
        status: Status,
        source: FactsSource,
        texts: KeptTexts,
        size_limit: int,
    ) -> None:
        self._folder = folder
        self._table = table
        self._buffers = buffers
        self._documents = documents
        self._status = status
        self._source = source
        self._kept = texts
        self._size_limit = size_limit
        self._files: dict[str, _OnDisk | None] = {}
        self._texts: dict[str, Text | None] = {}
        self._facts: dict[str, FileFacts] = {}
        self._lock = threading.RLock()

    @property
    def folder(self) -> str:
        return self._folder

    @property
    def documents(self) -> Mapping[str, Document]:
        return self._documents

    @property
    def status(self) -> Status:
        return self._status

    def placed(self, path: str) -> Placed | None:
        buffer = self._buffers.get(path)
        if buffer is not None:
            return buffer.placed
        on_disk = self._on_disk(path)
        return None if on_disk is None else on_disk.placed

    def facts(self, path: str) -> FileFacts | None:
        buffer = self._buffers.get(path)
        if buffer is not None:
            return buffer.facts
        on_disk = self._on_disk(path)
        if on_disk is None:
            return None
        with self._lock:
            known = self._facts.get(path)
            if known is None:
                known = self._facts_of(on_disk)
                if known is not None:
                    self._facts[path] = known
            return known

    def text(self, path: str) -> Text | None:
        document = self._documents.get(path)
        if document is not None:
            return document.text
        with self._lock:
            if path not in self._texts:
                self._texts[path] = self._text_of(path)
            return self._texts[path]

    def saved(self, path: str) -> bytes | None:
        content = read_content(self._folder, path, self._size_limit)
        return content.data if isinstance(content, Content) else None

    def still_holds(
        self,
        table: FileTable,
        buffers: Mapping[str, Buffer],
        documents: Mapping[str, Document],
        status: Status,
        most_touched: int,
    ) -> bool:
        """Whether a snapshot made of these now would tell the same as this one has: then this
        one serves again, with everything that was worked out over it.

        Looks at each file on disk that it has touched, a few microseconds each; not at more than
        `most_touched`.
        """
        if table is not self._table or buffers is not self._buffers:
            return False
        if documents is not self._documents or status != self._status:
            return False
        with self._lock:
            touched = dict(self._files)
            beside = self._texts.keys() - touched.keys() - documents.keys()
        if beside or len(touched) > most_touched:
            return False
        return all(
            each is not None
            and each.data is None
            and is_unchanged(self._folder, path, each.placed.size, each.placed.mtime_ns)
            for path, each in touched.items()
            if path in table.placed
        )

    def find_module(self, name: str, root: str) -> str | None:
        return self._table.modules.find_module(name, root)

    def is_namespace(self, name: str, root: str) -> bool:
        return self._table.modules.is_namespace(name, root)

    def submodules(self, name: str, root: str) -> Collection[str]:
        return self._table.modules.submodules(name, root)

    def _on_disk(self, path: str) -> _OnDisk | None:
        with self._lock:
            if path not in self._files:
                self._files[path] = self._looked_up(path)
            return self._files[path]

    def _looked_up(self, path: str) -> _OnDisk | None:
        placed = self._table.placed.get(path)
        if placed is None:
            return None
        if is_unchanged(self._folder, path, placed.size, placed.mtime_ns):
            return _OnDisk(placed, None)
        content = read_content(self._folder, path, self._size_limit)
        if not isinstance(content, Content):
            return None
        if content.hash == placed.hash:
            return _OnDisk(placed, content.data)
        return _OnDisk(msgspec.structs.replace(placed, hash=content.hash), content.data)

    def _facts_of(self, on_disk: _OnDisk) -> FileFacts | None:
        placed = on_disk.placed
        if on_disk.data is not None:
            return self._source.of_text(placed.hash, placed.language, on_disk.data)
        facts = self._source.known(placed.hash, placed.language)
        if facts is not None:
            return facts
        text = self.text(placed.path)
        if text is None:
            return None
        return self._source.of_text(text_hash(text.data), placed.language, text.data)

    def _text_of(self, path: str) -> Text | None:
        on_disk = self._on_disk(path)
        if on_disk is not None and on_disk.data is not None:
            return Text(on_disk.data)
        if on_disk is not None and (known := self._kept.of(on_disk.placed.hash)) is not None:
            return known
        if path.startswith("/") or ".." in path.split("/"):
            return None
        content = read_content(self._folder, path, self._size_limit)
        if not isinstance(content, Content):
            return None
        return self._kept.keep(content.hash, Text(content.data))


class ProbedTable(FileTable):
    """A table for the time before the first walk: every look into it looks at the disk.

    It lists no files; buffers lie over it like over any other.
    """

    def __init__(self, folder: str, settings: Settings) -> None:
        files = _ProbedFiles(folder, settings)
        top = tuple(name for name in sorted(METADATA_NAMES) if Path(folder, name).is_file())

        def read(path: str) -> bytes | None:
            content = read_content(folder, path, settings.size_limit)
            return content.data if isinstance(content, Content) else None

        def is_directory(path: str) -> bool:
            return Path(folder, path).is_dir()

        files.roots = find_roots(settings.roots, top, read, is_directory, files.is_package)
        super().__init__(files, files.roots, top)
        self.made = time.monotonic()
        """The disk may be another one after a while."""
        self._files = files

    def is_package(self, directory: str) -> bool:
        return self._files.is_package(directory)

    def with_buffers(self, unplaced: Mapping[str, Placed]) -> FileTable:
        over = {
            path: put(each, self.roots, self._files.packages) for path, each in unplaced.items()
        }
        return FileTable(ChainMap(over, cast(Any, self.placed)), self.roots, self.metadata)


class _ProbedFiles(Mapping[str, Placed]):
    """Looks like the table's files but lists none of them."""

    roots: Roots

    def __init__(self, folder: str, settings: Settings) -> None:
        self._folder = folder
        self._settings = settings
        self._known: dict[str, bool] = {}
        self.packages = _ProbedPackages(self)

    def is_package(self, directory: str) -> bool:
        return f"{directory}/__init__.py" in self or f"{directory}/__init__.pyi" in self

    def __contains__(self, path: object) -> bool:
        if not isinstance(path, str) or path.startswith("/"):
            return False
        if path not in self._known:
            self._known[path] = Path(self._folder, path).is_file()
        return self._known[path]

    def __getitem__(self, path: str) -> Placed:
        content = None if path not in self else self._read(path)
        language = None if content is None else language_of(path, content.data[:200])
        if content is None or language is None:
            raise KeyError(path)
        found = unplaced(path, content.hash, language, content.size, content.mtime_ns)
        return put(found, self.roots, self.packages)

    def _read(self, path: str) -> Content | None:
        content = read_content(self._folder, path, self._settings.size_limit)
        return content if isinstance(content, Content) else None

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _ProbedPackages(Collection[str]):
    """Directories with an `__init__`, asked of the disk; lists none."""

    def __init__(self, files: _ProbedFiles) -> None:
        self._files = files

    def __contains__(self, directory: object) -> bool:
        return isinstance(directory, str) and self._files.is_package(directory)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
