"""From answers in bytes and ids to shapes with ranges in the client's encoding.

The only place where an answer's offsets become lines and columns. Answers speak of the live text;
a place in a file that is gone has no range and what stands there is left out. Asks no questions of
its own and knows neither pygls nor the command line.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from ramify.analysis.text import Encoding, Text
from ramify.features import answers
from ramify.features.answers import Place
from ramify.protocol import shapes
from ramify.session import snapshot
from ramify.session.snapshot import Reading
from ramify.session.uris import uri_of
from ramify_store.facts import Certainty, EdgeKind, SymbolKind

if TYPE_CHECKING:
    from ramify.features.changed import ChangedSymbols

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


MOST_UNTESTED: Final = 50


def certainty_of(name: shapes.Certainty) -> Certainty:
    """The way back from `CERTAINTIES`."""
    return Certainty[name.upper()]


class _Lines(Protocol):
    def position(self, offset: int) -> shapes.Position: ...


@dataclass
class Ranges:
    """Where the places of one reading are; remembers the lines of each file it was asked for."""

    reading: Reading
    encoding: Encoding
    _lines: dict[str, _Lines | None] = field(default_factory=dict)
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
        lines = self._lines_of(place.path)
        if lines is None:
            return None
        return shapes.Range(lines.position(place.start), lines.position(place.end))

    def location(self, place: Place) -> shapes.Location | None:
        span = self.range(place)
        return shapes.Location(self.uri(place.path), span) if span else None

    def locations(self, places: Iterable[Place]) -> tuple[shapes.Location, ...]:
        return present(map(self.location, places))

    def _lines_of(self, path: str) -> _Lines | None:
        if path not in self._lines:
            self._lines[path] = _lines_of(self.reading, path, self.encoding)
        return self._lines[path]


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
    head = _head(ranges, value)
    return shapes.Item(**head) if head else None


def related(ranges: Ranges, value: answers.Related) -> shapes.RelatedResult:
    return shapes.RelatedResult(
        target=item(ranges, value.target),
        groups=tuple(
            shapes.RelatedGroup(
                relation=group.relation,
                items=present(item(ranges, each) for each in group.items),
                total=group.total,
            )
            for group in value.groups
        ),
        ranked=present(_ranked(ranges, each) for each in value.ranked),
        total=value.total,
        notes=value.notes,
        status=status(ranges.reading.snapshot.status),
    )


def search(
    ranges: Ranges, value: answers.SearchAnswer, cursor: str | None = None
) -> shapes.SearchResult:
    return shapes.SearchResult(
        hits=present(_hit(ranges, each) for each in value.hits),
        total=value.total,
        cursor=cursor,
        note=value.note,
        status=status(ranges.reading.snapshot.status),
    )


def calls(ranges: Ranges, value: answers.Calls, cursor: str | None = None) -> shapes.CallsResult:
    return shapes.CallsResult(
        target=item(ranges, value.target),
        items=present(_call(ranges, each) for each in value.items),
        possible=shapes.Counted(count=value.possible),
        unresolved=shapes.Counted(count=value.unresolved),
        external=tuple(
            shapes.ExternalCall(
                id=each.id,
                sites=ranges.locations(each.sites),
                certainty=CERTAINTIES[each.certainty],
            )
            for each in value.external
        ),
        total=value.total,
        cursor=cursor,
        status=status(ranges.reading.snapshot.status),
    )


def impact(
    ranges: Ranges,
    value: answers.Impact,
    cursor: str | None = None,
    changed: ChangedSymbols | None = None,
) -> shapes.ImpactResult:
    return shapes.ImpactResult(
        targets=present(item(ranges, each) for each in value.targets),
        changed=_changed(changed) if changed else None,
        affected=present(_affected(ranges, each) for each in value.affected),
        total=value.affected_total,
        cursor=cursor,
        tests=present(_test(ranges, each) for each in value.tests),
        tests_total=value.tests_total,
        possible=shapes.Counted(count=value.possible),
        unresolved=shapes.Unresolved(
            count=value.unresolved.count,
            examples=present(_example(ranges, each) for each in value.unresolved.examples),
            message=value.unresolved.message,
        ),
        breakage=tuple(_breakage(ranges, each) for each in value.breakage),
        breakage_total=value.breakage_total,
        entry_points=present(_entry(ranges, each) for each in value.entries),
        entry_points_total=value.entries_total,
        files=tuple(
            shapes.TouchedFile(uri=ranges.uri(e.name), affected=e.affected, tests=e.tests)
            for e in value.files
        ),
        files_total=value.files_total,
        packages=tuple(
            shapes.TouchedPackage(name=e.name, affected=e.affected, tests=e.tests)
            for e in value.packages
        ),
        packages_total=value.packages_total,
        untested=present(item(ranges, each) for each in value.untested[:MOST_UNTESTED]),
        untested_total=value.untested_total,
        notes=value.notes,
        summary=value.summary,
        status=status(ranges.reading.snapshot.status, value.partial),
    )


def joined_impact(parts: Sequence[shapes.ImpactResult]) -> shapes.ImpactResult:
    """Of several folders, one after the other."""
    changes = [part.changed for part in parts if part.changed]
    return shapes.ImpactResult(
        targets=tuple(each for part in parts for each in part.targets),
        changed=shapes.Changed(
            symbols=tuple(each for change in changes for each in change.symbols),
            removed=tuple(each for change in changes for each in change.removed),
            top_level=tuple(each for change in changes for each in change.top_level),
            unread=tuple(each for change in changes for each in change.unread),
        ),
        affected=tuple(each for part in parts for each in part.affected),
        total=sum(part.total for part in parts),
        cursor=next((part.cursor for part in parts if part.cursor), None),
        tests=tuple(each for part in parts for each in part.tests),
        tests_total=sum(part.tests_total for part in parts),
        possible=shapes.Counted(count=sum(part.possible.count for part in parts)),
        unresolved=shapes.Unresolved(
            count=sum(part.unresolved.count for part in parts),
            examples=tuple(each for part in parts for each in part.unresolved.examples),
            message="; ".join(p.unresolved.message for p in parts if p.unresolved.message),
        ),
        breakage=tuple(each for part in parts for each in part.breakage),
        breakage_total=sum(part.breakage_total for part in parts),
        entry_points=tuple(each for part in parts for each in part.entry_points),
        entry_points_total=sum(part.entry_points_total for part in parts),
        files=tuple(each for part in parts for each in part.files),
        files_total=sum(part.files_total for part in parts),
        packages=tuple(each for part in parts for each in part.packages),
        packages_total=sum(part.packages_total for part in parts),
        untested=tuple(each for part in parts for each in part.untested),
        untested_total=sum(part.untested_total for part in parts),
        notes=tuple(dict.fromkeys(each for part in parts for each in part.notes)),
        summary="; ".join(part.summary for part in parts),
        status=joined([part.status for part in parts]),
    )


def no_related(state: shapes.Status, target: shapes.Item | None) -> shapes.RelatedResult:
    """There is no symbol at the place that was asked about, or one the graph lacks yet."""
    return shapes.RelatedResult(target=target, groups=(), ranked=(), total=0, status=state)


def no_calls(state: shapes.Status, target: shapes.Item | None) -> shapes.CallsResult:
    """There is no symbol at the place that was asked about, or one the graph lacks yet."""
    none = shapes.Counted(count=0)
    return shapes.CallsResult(
        target=target, items=(), possible=none, unresolved=none, total=0, status=state
    )


def no_impact(
    state: shapes.Status, target: shapes.Item | None, summary: str
) -> shapes.ImpactResult:
    """There is no symbol at the place that was asked about, or one the graph lacks yet."""
    return shapes.ImpactResult(
        targets=(target,) if target else (),
        affected=(),
        total=0,
        tests=(),
        tests_total=0,
        possible=shapes.Counted(count=0),
        unresolved=shapes.Unresolved(count=0, examples=(), message=""),
        summary=summary,
        status=state,
    )


def _head(ranges: Ranges, value: answers.Item) -> dict[str, Any] | None:
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


def _ranked(ranges: Ranges, value: answers.Scored) -> shapes.RankedItem | None:
    head = _head(ranges, value.item)
    if head is None:
        return None
    return shapes.RankedItem(**head | {"reasons": value.item.reasons, "score": value.score})


def _hit(ranges: Ranges, value: answers.SearchHit) -> shapes.SearchHit | None:
    head, span = _head(ranges, value.item), ranges.range(value.snippet_place)
    if head is None or span is None:
        return None
    own = {
        "reasons": value.item.reasons,
        "score": value.score,
        "snippet": value.snippet,
        "snippet_range": span,
    }
    return shapes.SearchHit(**head | own)


def _call(ranges: Ranges, value: answers.CallItem) -> shapes.CallItem | None:
    head = _head(ranges, value.item)
    if head is None:
        return None
    sure = CERTAINTIES[value.item.certainty or Certainty.UNRESOLVED]
    own = {"sites": ranges.locations(value.sites), "certainty": sure, "why": value.why}
    return shapes.CallItem(**head | own)


def _affected(ranges: Ranges, value: answers.Affected) -> shapes.AffectedItem | None:
    head = _dependent(ranges, value)
    if head is None:
        return None
    return shapes.AffectedItem(**head | {"concerned": value.concerned})


def _test(ranges: Ranges, value: answers.TestToRun) -> shapes.TestItem | None:
    head = _dependent(ranges, value)
    if head is None:
        return None
    own = {
        "reasons": value.reasons,
        "node_ids": tuple("::".join((each.path, *each.names)) for each in value.runs),
    }
    return shapes.TestItem(**head | own)


def _dependent(
    ranges: Ranges, value: answers.Affected | answers.TestToRun
) -> dict[str, Any] | None:
    head = _head(ranges, value.item)
    if head is None:
        return None
    sure = CERTAINTIES[value.item.certainty or Certainty.UNRESOLVED]
    path = tuple(_step(ranges, step) for step in value.path)
    return head | {"distance": value.distance, "certainty": sure, "path": path}


def _breakage(ranges: Ranges, value: answers.Breakage) -> shapes.Breakage:
    return shapes.Breakage(
        target=value.target,
        id=value.id,
        change=value.change,
        concerns=value.concerns,
        exact=value.exact,
        inferred=value.inferred,
        possible=value.possible,
        misfits=value.misfits,
        sites=present(_breaking(ranges, each) for each in value.sites),
        message=value.message,
    )


def _breaking(ranges: Ranges, value: answers.BreakingSite) -> shapes.BreakingSite | None:
    site = ranges.location(value.place)
    if site is None:
        return None
    return shapes.BreakingSite(
        source=value.source,
        source_name=value.source_name,
        site=site,
        certainty=CERTAINTIES[value.certainty],
        misfit=value.misfit,
    )


def _entry(ranges: Ranges, value: answers.Entry) -> shapes.EntryPoint | None:
    head = _head(ranges, value.item)
    if head is None:
        return None
    own = {"entry": value.kind, "how": value.how, "distance": value.distance}
    return shapes.EntryPoint(**head | own)


def _step(ranges: Ranges, value: answers.Step) -> shapes.PathStep:
    return shapes.PathStep(
        id=value.id,
        name=value.name,
        site=ranges.location(value.site) if value.site else None,
        edge=EDGES[value.edge],
        certainty=CERTAINTIES[value.certainty],
        why=value.why,
    )


def _changed(value: ChangedSymbols) -> shapes.Changed:
    return shapes.Changed(
        symbols=tuple(
            shapes.ChangedSymbol(id=symbol, change=change, before=value.before.get(symbol))
            for symbol, change in zip(value.ids, value.changes, strict=True)
        ),
        removed=value.removed,
        top_level=value.top_level,
        unread=value.unread,
    )


def _example(ranges: Ranges, value: answers.Example) -> shapes.UnresolvedSite | None:
    site = ranges.location(value.place)
    if site is None:
        return None
    return shapes.UnresolvedSite(
        name=value.name,
        source=value.source,
        source_name=value.source_name,
        site=site,
        is_test=value.is_test,
    )


def present(values: Iterable[_T | None]) -> tuple[_T, ...]:
    """Without what is gone."""
    return tuple(value for value in values if value is not None)


@dataclass(frozen=True, slots=True)
class _AsciiLines:
    """Every column is the same in every encoding: needs no text."""

    starts: array[int]
    size: int

    def position(self, offset: int) -> shapes.Position:
        offset = max(0, min(offset, self.size))
        line = bisect_right(self.starts, offset) - 1
        return shapes.Position(line, offset - self.starts[line])


@dataclass(frozen=True, slots=True)
class _TextLines:
    text: Text
    encoding: Encoding

    def position(self, offset: int) -> shapes.Position:
        found = self.text.position(offset, self.encoding)
        return shapes.Position(found.line, found.column)


def _lines_of(reading: Reading, path: str, encoding: Encoding) -> _Lines | None:
    document = reading.snapshot.documents.get(path)
    if document is not None:
        return _TextLines(document.text, encoding)
    live, indexed = reading.snapshot.placed(path), reading.view.placed(path)
    outline = reading.view.outline(path)
    if outline and outline.ascii and live and indexed and live.hash == indexed.hash:
        return _AsciiLines(outline.lines(), outline.size)
    text = reading.snapshot.text(path)
    return _TextLines(text, encoding) if text else None
