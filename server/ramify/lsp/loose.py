"""A document that is in no workspace folder: a workspace of that one text.

Serves what live parsing can tell of it. It can see nothing else: imports lead nowhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from ramify.analysis.text import Text
from ramify.session.snapshot import Document, Reading, SearchStatus, Status
from ramify_store.facts import FileFacts, Placed
from ramify_store.history import NoHistory
from ramify_store.layers import LinksView


def loose_reading(document: Document, language_id: str) -> Reading:
    """The reading of one open document; an unknown language has no facts."""
    from ramify_store.search import NoChunks

    return Reading(
        LinksView({}, lambda path: None),
        NoChunks(),
        _Loose(document, language_id),
        NoHistory("the file is in no workspace folder"),
    )


@dataclass(frozen=True)
class _Loose:
    document: Document
    language_id: str

    @property
    def folder(self) -> str:
        return ""

    @property
    def documents(self) -> Mapping[str, Document]:
        return {self.document.path: self.document}

    @property
    def status(self) -> Status:
        return Status(
            revision=0,
            complete=False,
            indexed_files=0,
            total_files=1,
            pending_files=0,
            search=SearchStatus(complete=True, pending_chunks=0),
            documents=((self.document.uri, self.document.version),),
            reason="the document is in no workspace folder: only its own text counts",
        )

    def text(self, path: str) -> Text | None:
        return self.document.text if path == self.document.path else None

    def saved(self, path: str) -> bytes | None:
        return None

    def placed(self, path: str) -> Placed | None:
        if path != self.document.path or self._language is None:
            return None
        return Placed(
            path=path,
            hash=f"version {self.document.version}",
            language=self._language,
            root=".",
            module=path.removesuffix(".py"),
            is_package=False,
            is_stub=False,
            is_test=False,
            size=len(self.document.text.data),
            mtime_ns=0,
        )

    def facts(self, path: str) -> FileFacts | None:
        return self._facts if path == self.document.path else None

    def find_module(self, name: str, root: str) -> str | None:
        return None

    def is_namespace(self, name: str, root: str) -> bool:
        return False

    def submodules(self, name: str, root: str) -> Collection[str]:
        return ()

    @cached_property
    def _language(self) -> str | None:
        from ramify.languages.registry import language_of

        known = language_of(self.document.path, self.document.text.data[:256])
        return known or ("python" if self.language_id == "python" else None)

    @cached_property
    def _facts(self) -> FileFacts | None:
        from ramify.analysis.extraction.extract import extract

        return extract(self.document.text.data, self._language) if self._language else None
