"""Programs: the workspace's files as linking and live answers read them.

The files of a table by their hashes, with a client's buffers in place of some. Frozen views that
open no file: what is not in the facts cache is not there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from ramify.indexing.facts_source import FactsSource
from ramify.indexing.sources import text_hash
from ramify.languages.registry import language_of
from ramify.session.files import FileTable, unplaced
from ramify.session.snapshot import Document
from ramify_store.facts import FileFacts, Outline, Placed


class FactsLost(Exception):  # noqa: N818 - reads as a state
    """The facts cache does not hold what a file's graph is made of."""

    def __init__(self, path: str) -> None:
        super().__init__(f"No facts of {path}: the facts cache was removed.")
        self.path = path


@dataclass(frozen=True)
class Buffer:
    """An open document as a source file: what it is and says."""

    document: Document
    placed: Placed
    source: FactsSource

    @cached_property
    def facts(self) -> FileFacts:
        return self.source.of_text(self.placed.hash, self.placed.language, self.document.text.data)


class TableProgram:
    """The files of a table, with buffers in place of some. Raises FactsLost where the facts of a
    file on disk are gone, because a link made without them would be wrong."""

    def __init__(
        self, table: FileTable, source: FactsSource, buffers: Mapping[str, Buffer] | None = None
    ) -> None:
        self.table = table
        self.buffers = buffers or {}
        self._source = source

    def placed(self, path: str) -> Placed | None:
        return self.table.placed.get(path)

    def facts(self, path: str) -> FileFacts | None:
        buffer = self.buffers.get(path)
        if buffer is not None:
            return buffer.facts
        placed = self.table.placed.get(path)
        if placed is None:
            return None
        facts = self._source.known(placed.hash, placed.language)
        if facts is None:
            raise FactsLost(path)
        return facts

    def outline(self, path: str) -> Outline | None:
        buffer = self.buffers.get(path)
        if buffer is not None:
            return buffer.facts.outline
        placed = self.table.placed.get(path)
        return None if placed is None else self._source.outline(placed.hash, placed.language)

    def find_module(self, name: str, root: str) -> str | None:
        return self.table.modules.find_module(name, root)

    def is_namespace(self, name: str, root: str) -> bool:
        return self.table.modules.is_namespace(name, root)

    def submodules(self, name: str, root: str) -> Collection[str]:
        return self.table.modules.submodules(name, root)


def with_buffers(
    table: FileTable, documents: Mapping[str, Document], source: FactsSource
) -> tuple[FileTable, Mapping[str, Buffer]]:
    """The table as it would be if the documents were saved, and the documents as sources.

    A document with the text of the file on disk changes nothing and is no buffer.
    """
    placed: dict[str, Placed] = {}
    for path, document in documents.items():
        language = language_of(path, document.text.data[:200])
        if language is None:
            continue
        data = document.text.data
        hash = text_hash(data)
        on_disk = table.placed.get(path)
        if on_disk is None or (on_disk.hash, on_disk.language) != (hash, language):
            placed[path] = unplaced(path, hash, language, len(data), 0)
    if not placed:
        return table, {}
    full = table.with_buffers(placed)
    buffers = {path: Buffer(documents[path], full.placed[path], source) for path in placed}
    return full, buffers
