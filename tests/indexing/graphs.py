"""What is in a workspace's graph, and what should be: the same files linked from scratch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ramify.analysis.linking.link import Linker
from ramify.indexing.client import Client
from ramify.indexing.facts_source import FactsSource
from ramify.indexing.programs import TableProgram, with_buffers
from ramify.indexing.sources import Content
from ramify.indexing.sweep import NO_TABLE, sweep
from ramify.indexing.workspace import Workspace
from ramify.session.cancel import CancelToken
from ramify.session.settings import Settings, load_settings
from ramify.session.snapshot import Document
from ramify_store.check import differences
from ramify_store.facts import FileLinks


class _Extracting:
    """Takes texts and keeps their facts in a source of its own."""

    def __init__(self, source: FactsSource) -> None:
        self._source = source

    def expect(self, texts: int) -> None:
        pass

    def add(self, content: Content, language: str) -> None:
        self._source.of_text(content.hash, language, content.data)


def from_scratch(folder: Path, documents: Mapping[str, Document]) -> Mapping[str, FileLinks]:
    """The links of the files on disk, with documents in place of some."""
    settings = load_settings(folder).settings
    source = FactsSource(lambda: None)
    found = sweep(str(folder), settings, NO_TABLE, _Extracting(source), lambda: None)
    table, buffers = with_buffers(found.table, documents, source)
    program = TableProgram(table, source, buffers)
    return Linker().link(program, sorted(table.placed), CancelToken()).links


def committed(workspace: Workspace) -> Mapping[str, FileLinks]:
    """Everything in the store, read from the database again."""
    stores = workspace._writer.stores
    assert stores is not None
    store = stores.store
    store.reload()
    links = {path: store.links(path) for path in store.view().paths()}
    return {path: each for path, each in links.items() if each is not None}


def overlaid(workspace: Workspace, client: Client) -> Mapping[str, FileLinks]:
    """What a client sees: its overlay over the committed links."""
    links = dict(committed(workspace))
    overlay = client._overlay
    if overlay is not None:
        for path in overlay.removed:
            links.pop(path, None)
        links.update(overlay.links)
    return links


def difference(expected: Mapping[str, FileLinks], actual: Mapping[str, FileLinks]) -> list[str]:
    """Empty when both graphs say the same."""
    return list(differences(expected, actual))


def settings_of(folder: Path) -> Settings:
    return load_settings(folder, {"watch": False, "workers": 1}).settings
