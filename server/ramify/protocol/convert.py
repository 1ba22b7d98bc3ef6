"""From answers in bytes and ids to shapes with ranges in the client's encoding.

The only place where an answer's offsets become lines and columns. Answers speak of the live text;
a place in a file that is gone has no range and what stands there is left out. Asks no questions of
its own and knows neither pygls nor the command line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from ramify.analysis.text import Encoding
from ramify.features.answers import common as answers
from ramify.features.answers.common import Place
from ramify.protocol.lines import Lines, lines_of
from ramify.protocol.shapes import common as shapes
from ramify.session import snapshot
from ramify.session.snapshot import Reading
from ramify.session.uris import uri_of
from ramify_store.facts import Certainty, EdgeKind, SymbolKind

_T = TypeVar("_T")

KINDS: Final = {
    SymbolKind.MODULE: 2,
    SymbolKind.CLASS: 5,
    SymbolKind.METHOD: 6,
    SymbolKind.PROPERTY: 7,
    SymbolKind.FIELD: 8,
    SymbolKind.FUNCTION: 12,
    SymbolKind.LAMBDA: 12,
    SymbolKind.VARIABLE: 13,
}
"""SymbolKind of LSP."""

CERTAINTIES: Final[dict[Certainty, shapes.Certainty]] = {
    Certainty.EXACT: "exact",
    Certainty.INFERRED: "inferred",
    Certainty.POSSIBLE: "possible",
    Certainty.UNRESOLVED: "unresolved",
}

EDGES: Final[dict[EdgeKind, shapes.EdgeName]] = {
    EdgeKind.CALLS: "calls",
    EdgeKind.USES: "uses",
    EdgeKind.WRITES: "writes",
    EdgeKind.IMPORTS: "imports",
    EdgeKind.INHERITS: "inherits",
    EdgeKind.OVERRIDES: "overrides",
    EdgeKind.DECORATES: "decorates",
}


def certainty_of(name: shapes.Certainty) -> Certainty:
    """The way back from `CERTAINTIES`."""
    return Certainty[name.upper()]


@dataclass
class Ranges:
    """Where the places of one reading are; remembers the lines of each file it was asked for."""

    reading: Reading
    encoding: Encoding
    _lines: dict[str, Lines | None] = field(default_factory=dict)
    _uris: dict[str, str] = field(default_factory=dict)

    def uri(self, path: str) -> str:
        """An open document's URI as its client spells it."""
        known = self._uris.get(path)
        if known is None:
            document = self.reading.snapshot.documents.get(path)
            own = document.uri if document else None
            known = self._uris[path] = own or uri_of(f"{self.reading.snapshot.folder}/{path}")
        return known

    def range(self, place: Place) -> shapes.Range | None:
        """None when the file is gone."""
        path = place.path
        lines = self._lines[path] if path in self._lines else self._lines_of(path)
        if lines is None:
            return None
        return lines.range(place.start, place.end)

    def location(self, place: Place) -> shapes.Location | None:
        span = self.range(place)
        return shapes.Location(self.uri(place.path), span) if span else None

    def locations(self, places: Iterable[Place]) -> tuple[shapes.Location, ...]:
        return present(map(self.location, places))

    def _lines_of(self, path: str) -> Lines | None:
        lines = self._lines[path] = lines_of(self.reading, path, self.encoding)
        return lines


def status(value: snapshot.Status, partial: str | None = None) -> shapes.Status:
    """`partial`: why the answer itself stopped early, which makes it incomplete."""
    return shapes.Status(
        revision=value.revision,
        complete=value.complete and partial is None,
        indexed_files=value.indexed_files,
        total_files=value.total_files,
        pending_files=value.pending_files,
        search=shapes.SearchStatus(
            complete=value.search.complete, pending_chunks=value.search.pending_chunks
        ),
        documents=tuple(
            shapes.VersionedDocument(uri=uri, version=version) for uri, version in value.documents
        ),
        reason="; ".join(each for each in (partial, value.reason) if each) or None,
    )


def joined(statuses: Sequence[shapes.Status]) -> shapes.Status:
    """Of several folders: sums, and complete when all are. Of none: nothing to wait for."""
    if len(statuses) == 1:
        return statuses[0]
    return shapes.Status(
        revision=sum(each.revision for each in statuses),
        complete=all(each.complete for each in statuses),
        indexed_files=sum(each.indexed_files for each in statuses),
        total_files=sum(each.total_files for each in statuses),
        pending_files=sum(each.pending_files for each in statuses),
        search=shapes.SearchStatus(
            complete=all(each.search.complete for each in statuses),
            pending_chunks=sum(each.search.pending_chunks for each in statuses),
        ),
        documents=tuple(document for each in statuses for document in each.documents),
        reason="; ".join(dict.fromkeys(e.reason for e in statuses if e.reason)) or None,
    )


def item(ranges: Ranges, value: answers.Item) -> shapes.Item | None:
    """None when its file is gone."""
    head = head_of(ranges, value)
    return shapes.Item(**head) if head else None


def head_of(ranges: Ranges, value: answers.Item) -> dict[str, Any] | None:
    whole, name = ranges.range(value.place), ranges.range(value.name_place)
    if whole is None or name is None:
        return None
    return {
        "id": value.id,
        "name": value.name,
        "qualified_name": value.qualified_name,
        "kind": KINDS[value.kind],
        "uri": ranges.uri(value.place.path),
        "range": whole,
        "selection_range": name,
        "container": value.container,
        "is_test": value.is_test,
        "certainty": None if value.certainty is None else CERTAINTIES[value.certainty],
        "reasons": value.reasons or None,
        "signature": value.signature or None,
    }


def present(values: Iterable[_T | None]) -> tuple[_T, ...]:
    """Without what is gone."""
    return tuple(value for value in values if value is not None)
