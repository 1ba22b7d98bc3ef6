"""The surface: params and results of every request that is Ramify's own, as they are on the wire.

Names and shapes are a contract: add, do not rename. Both faces speak them: LSP as params and
results, the command line with `--json`. `docs/protocol.md` is generated from this module. Knows
nothing of graphs, files or features.

On the wire names are camelCase and what is not known is left out rather than null.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

DEFAULT_LIMIT = 200
"""Items in a list when the request names no limit."""

Certainty = Literal["exact", "inferred", "possible", "unresolved"]
"""How sure a relation is, surest first.

`exact`: through bindings, scopes, imports, or a member of the own class or of a declared type.
`inferred`: through derived types, value flow, or an override below the declared target.
`possible`: the name matches, nothing else is known. `unresolved`: looked for and not found."""

MinCertainty = Literal["exact", "inferred", "possible"]

EdgeName = Literal["calls", "uses", "writes", "imports", "inherits", "overrides", "decorates"]
"""What relates two symbols, read from the source of the edge to its target."""

Direction = Literal["in", "out", "both"]

Count = Annotated[int, Meta(ge=0)]
Limit = Annotated[int, Meta(ge=1, le=10_000)]


class Shape(msgspec.Struct, rename="camel", omit_defaults=True, frozen=True):
    """Base of everything on the wire."""


# Places


class Position(Shape, frozen=True):
    """Zero-based; `character` counts in the negotiated encoding (command line: UTF-16)."""

    line: Count
    character: Count


class Range(Shape, frozen=True):
    """`end` stands after the last character."""

    start: Position
    end: Position


class Location(Shape, frozen=True):
    uri: str
    range: Range


class TextDocument(Shape, frozen=True):
    uri: str


class VersionedDocument(Shape, frozen=True, kw_only=True):
    uri: str
    version: int


# What every answer says of itself


class SearchStatus(Shape, frozen=True, kw_only=True):
    """How far full text and embeddings are; they follow the graph and never hold it up."""

    complete: bool
    pending_chunks: Count


class Status(Shape, frozen=True, kw_only=True):
    """What an answer speaks of. `complete` speaks of the graph."""

    revision: Count
    """Of the committed graph of the files on disk; rises with each commit. Of several folders:
    the sum."""
    complete: bool
    """False: there may be more than the answer says, and `reason` says why."""
    indexed_files: Count
    total_files: Count
    pending_files: Count
    """Changed files that the graph does not show yet."""
    search: SearchStatus
    documents: tuple[VersionedDocument, ...]
    """Open documents whose unsaved text the answer takes into account."""
    reason: str | None = None
    """Why it is not complete, or what is unusual, in words for a person."""


class Item(Shape, frozen=True, kw_only=True):
    """A symbol, where it stands and how sure the relation to what was asked is."""

    id: str
    """Stable while the name stays: `python . django.db.models.query/QuerySet.filter`."""
    name: str
    qualified_name: str
    """`django.db.models.query.QuerySet.filter`"""
    kind: int
    """SymbolKind of LSP."""
    uri: str
    range: Range
    """The whole definition, decorators included."""
    selection_range: Range
    """The name."""
    container: str | None = None
    """Qualified name of what encloses it."""
    is_test: bool
    certainty: Certainty | None = None
    reasons: tuple[str, ...] | None = None
    """Short phrases: why it is here, the best first."""
    signature: str | None = None
    """`(self, *args)` of a function, `(Base)` of a class, `: int` of an annotated variable."""


class RankedItem(Item, frozen=True, kw_only=True):
    """An item with what it was ranked by."""

    score: float
    """Higher is nearer; comparable within one answer only."""
    reasons: tuple[str, ...]


# Where to ask


class AtSymbol(Shape, frozen=True, kw_only=True):
    """A symbol, by `textDocument` and `position`, or by `symbol`, which wins."""

    text_document: TextDocument | None = None
    position: Position | None = None
    symbol: str | None = None
    """Id of an item of an earlier answer."""


# ramify/search


class Near(AtSymbol, frozen=True, kw_only=True):
    """Only what is related to a symbol."""

    distance: Annotated[int, Meta(ge=1, le=10)]
    """At most so many edges away."""
    direction: Direction = "both"
    """`in`: what leads to the symbol (callers), `out`: what it leads to (callees)."""
    edges: tuple[EdgeName, ...] | None = None
    """Which edges count; default: calls, uses, inherits, overrides, imports, decorates."""


class SearchFilters(Shape, frozen=True, kw_only=True):
    paths: tuple[str, ...] | None = None
    """Globs relative to the workspace folder; one that starts with `!` excludes."""
    kinds: tuple[int, ...] | None = None
    """SymbolKinds of LSP."""
    languages: tuple[str, ...] | None = None
    tests: Literal["include", "exclude", "only"] = "include"


class SearchParams(Shape, frozen=True, kw_only=True):
    query: str
    """A question in words, names, or code. A name that it spells stands first; what it has in
    double quotes must stand in a hit, where anything holds it."""
    limit: Limit = 20
    cursor: str | None = None
    filters: SearchFilters | None = None
    near: Near | None = None


class SearchHit(RankedItem, frozen=True, kw_only=True):
    snippet: str
    """Of the piece that matched best: the first lines of a definition, else the lines with most of
    the words."""
    snippet_range: Range


class SearchResult(Shape, frozen=True, kw_only=True):
    """Best first."""

    hits: tuple[SearchHit, ...]
    total: Count
    cursor: str | None = None
    note: str | None = None
    """What a reader must know: "no embeddings yet: found by words alone"."""
    status: Status


# ramify/related


class RelatedParams(AtSymbol, frozen=True, kw_only=True):
    limit: Limit = DEFAULT_LIMIT


class RelatedGroup(Shape, frozen=True, kw_only=True):
    relation: str
    """callers, callees, users, overrides, overridden, bases, derived, siblings, tests, importers,
    similar, types (users of the same classes), documents (that name it), together (files that
    changed in the same commits as its file), in this order."""
    items: tuple[Item, ...]
    total: Count


class RelatedResult(Shape, frozen=True, kw_only=True):
    target: Item | None
    """null: there is no symbol at that place."""
    groups: tuple[RelatedGroup, ...]
    ranked: tuple[RankedItem, ...]
    """Every related symbol once, nearest first."""
    total: Count
    """How many were ranked."""
    notes: tuple[str, ...] = ()
    """What may be missing, and why: "files changed together: the history of git is being read"."""
    status: Status


# ramify/impact


class Changes(Shape, frozen=True, kw_only=True):
    """A set of changes instead of a symbol."""

    kind: Literal["worktree", "staged", "range", "commit", "patch"]
    """`worktree`: files and unsaved text against the last commit, or, without git, against
    what was indexed last. `commit`: one commit against its first parent."""
    base: str | None = None
    """For `range`: `main..feature`, from the merge base of both; an end that is left out is the
    last commit. For `commit`: which one. For `worktree`: a revision to start from instead, at the
    merge base."""
    patch: str | None = None
    """A unified diff, for `patch`."""


class ImpactParams(AtSymbol, frozen=True, kw_only=True):
    depth: Annotated[int, Meta(ge=1, le=50)] = 10
    """Longest path, in edges."""
    limit: Limit = DEFAULT_LIMIT
    min_certainty: MinCertainty = "inferred"
    cursor: str | None = None
    changes: Changes | None = None


ChangeName = Literal["added", "signature", "body", "renamed", "moved"]
"""What happened to a symbol: `signature` includes decorators and bases, `moved` is elsewhere and
may have another name, too."""

Runner = Literal["pytest", "unittest", "django"]


class PathStep(Shape, frozen=True, kw_only=True):
    """One edge of a path: this symbol refers to the one before it."""

    id: str
    name: str
    site: Location | None = None
    """Where it says so; left out where no text does (an override)."""
    edge: EdgeName
    certainty: Certainty
    why: str


class AffectedItem(Item, frozen=True, kw_only=True):
    """`distance`, `certainty` and `path` all describe one path: of several the best counts, by
    highest weakest link first, then by length."""

    distance: Count
    certainty: Certainty
    path: tuple[PathStep, ...]
    """From the target outwards, one step for each unit of distance; the last is this item."""
    concerned: tuple[Literal["signature", "body", "removal"], ...] = ()
    """Which kinds of change of the target concern it."""


class TestItem(Item, frozen=True, kw_only=True):
    """`reasons` say how it reaches the target: "direct", "through the fixture `client`", "3 steps
    away", "ran it, by coverage"."""

    distance: Count
    """0: the test itself changed, or a coverage file alone tells of it."""
    certainty: Certainty
    path: tuple[PathStep, ...] = ()
    """Like that of an affected item; only the last step has its `site`."""
    node_ids: tuple[str, ...] = ()
    """As pytest takes them, from the workspace folder; one for each class that inherits it. Empty:
    no runner collects it."""


class BreakingSite(Shape, frozen=True, kw_only=True):
    """A place that a change concerns."""

    source: str
    """Id of the symbol it stands in."""
    source_name: str
    site: Location
    certainty: Certainty
    misfit: str | None = None
    """Why the arguments of the call certainly do not fit any more: "needs `key`"."""


class Breakage(Shape, frozen=True, kw_only=True):
    """Whom one kind of change of one target concerns."""

    target: str
    """Qualified name."""
    id: str | None = None
    """Left out for what is gone."""
    change: Literal["signature", "body", "removal", "added", "renamed", "moved", "removed"]
    """Where a symbol was asked about: `signature`, `body` and `removal`, what each would concern (a
    rename concerns what a removal does). Where changes were: what happened."""
    concerns: Literal["call sites", "tests and behaviour", "every reference"]
    exact: Count
    """Places (for behaviour: symbols, tests included, where one symbol was asked about)."""
    inferred: Count
    possible: Count
    """More places of which only the name matches."""
    misfits: Count = 0
    """Calls whose arguments certainly do not fit any more, of up to 500 that were looked at."""
    sites: tuple[BreakingSite, ...] = ()
    """Up to ten of them: those that do not fit, else the surest."""
    message: str
    """The same in words."""


class EntryPoint(Item, frozen=True, kw_only=True):
    """Where a program is entered from outside and from there reaches a target."""

    entry: str
    """"script", "command", "route", "task", "signal", "template", "check", "main", "plugin",
    "migration", "api"."""
    how: str
    """"decorated with `click.command`", "pyproject.toml: `shop`"."""
    distance: Count


class TouchedFile(Shape, frozen=True, kw_only=True):
    uri: str
    affected: Count
    tests: Count


class TouchedPackage(Shape, frozen=True, kw_only=True):
    name: str
    affected: Count
    tests: Count


class UnresolvedSite(Shape, frozen=True, kw_only=True):
    name: str
    """What is named there."""
    source: str
    """Id of the symbol the site stands in."""
    source_name: str
    """Its qualified name."""
    site: Location
    is_test: bool


class Unresolved(Shape, frozen=True, kw_only=True):
    """Places that may lead here though nobody can tell: never the same as nothing."""

    count: Count
    examples: tuple[UnresolvedSite, ...]
    message: str
    """The same in words; empty for none."""


class Counted(Shape, frozen=True, kw_only=True):
    count: Count


class ChangedSymbol(Shape, frozen=True, kw_only=True):
    id: str
    change: ChangeName
    before: str | None = None
    """The qualified name it had, of what was renamed or moved."""


class Changed(Shape, frozen=True, kw_only=True):
    """What a set of changes changes. Comments, formatting and moved definitions are no change."""

    symbols: tuple[ChangedSymbol, ...]
    """The targets."""
    removed: tuple[str, ...]
    """Qualified names, and paths of files, that are gone: who still names them is unresolved."""
    top_level: tuple[str, ...]
    """Paths of files whose code outside of all definitions changed."""
    unread: tuple[str, ...]
    """Paths of changed files that the graph does not know."""


class ImpactResult(Shape, frozen=True, kw_only=True):
    """What may break. `breakage`, `entryPoints`, `files`, `packages` and `untested` hold up to 50
    each, beside their totals, and are the same on every page."""

    targets: tuple[Item, ...]
    changed: Changed | None = None
    """Where `changes` were asked about."""
    affected: tuple[AffectedItem, ...]
    """Nearest first, then surest; without the tests."""
    total: Count
    """Of `affected`."""
    cursor: str | None = None
    """For more of `affected`, of `tests` or of both."""
    tests: tuple[TestItem, ...]
    """Tests that reach a target: run these."""
    tests_total: Count
    possible: Counted
    """Left out because they hang on a possible link only."""
    unresolved: Unresolved
    breakage: tuple[Breakage, ...] = ()
    breakage_total: Count = 0
    entry_points: tuple[EntryPoint, ...] = ()
    """Programs and what frameworks call first, the public API last; then nearest first."""
    entry_points_total: Count = 0
    files: tuple[TouchedFile, ...] = ()
    """Most dependents first."""
    files_total: Count = 0
    packages: tuple[TouchedPackage, ...] = ()
    packages_total: Count = 0
    untested: tuple[Item, ...] = ()
    """Changed code that no test is known to reach."""
    untested_total: Count = 0
    notes: tuple[str, ...] = ()
    """What a reader must know of what was compared, in words."""
    summary: str
    """One line."""
    status: Status


# ramify/callers, ramify/callees


class CallsParams(AtSymbol, frozen=True, kw_only=True):
    min_certainty: MinCertainty = "inferred"
    limit: Limit = DEFAULT_LIMIT
    cursor: str | None = None


class CallItem(Item, frozen=True, kw_only=True):
    """Who calls (or is called), and where."""

    sites: tuple[Location, ...]
    """The naming token of each call, in order."""
    certainty: Certainty
    why: str
    """"import", "own class", "annotation", ..."""


class ExternalCall(Shape, frozen=True, kw_only=True):
    """A callee outside the workspace."""

    id: str
    """`python:os.path.join`"""
    sites: tuple[Location, ...]
    certainty: Certainty


class CallsResult(Shape, frozen=True, kw_only=True):
    target: Item | None
    """null: there is no symbol at that place."""
    items: tuple[CallItem, ...]
    """Exact first, then inferred; tests after the rest."""
    possible: Counted
    """Call sites that name it and may mean something else."""
    unresolved: Counted
    """Call sites that name it where known places were searched in vain."""
    external: tuple[ExternalCall, ...] = ()
    """Callees only."""
    total: Count
    cursor: str | None = None
    status: Status


# ramify/removable


class RemovableParams(AtSymbol, frozen=True, kw_only=True):
    limit: Limit = DEFAULT_LIMIT
    cursor: str | None = None


class RemainingUse(Shape, frozen=True, kw_only=True):
    """A place that still refers to it."""

    site: Location
    source: str | None = None
    """Id of the symbol it stands in."""
    certainty: Certainty
    why: str


class RemovableResult(Shape, frozen=True, kw_only=True):
    """Can this go?"""

    target: Item | None
    """null: there is no symbol at that place."""
    verdict: Literal["used", "tests", "entry", "unknown", "unused"]
    """`used`; `tests`: by tests alone; `entry`: by nobody inside, but it is entered from outside;
    `unknown`: by nobody known, but somebody may; `unused`."""
    summary: str
    """The same in words."""
    uses: tuple[RemainingUse, ...]
    """Outside of itself, imports included; exact first."""
    total: Count
    possible: Counted
    """Places of which only the name matches."""
    unresolved: Counted
    entry: str | None = None
    """How it is entered from outside."""
    cursor: str | None = None
    status: Status


# ramify/cycles, ramify/hotspots, ramify/unreachable


class WorkspaceParams(Shape, frozen=True, kw_only=True):
    """A question about whole workspaces: all of the connection."""

    text_document: TextDocument | None = None
    """Only the workspace folder that this file is in."""
    limit: Limit = 50
    cursor: str | None = None


class ImportLink(Shape, frozen=True, kw_only=True):
    """One module imports another one while it is loaded."""

    source: Item
    target: Item
    sites: tuple[Location, ...]
    """Where the import stands."""
    uses: Count
    """Places in the source that need something of the target, and what a package imports only
    to hand it on: what parting with the import costs."""


class Cycle(Shape, frozen=True, kw_only=True):
    """Modules each of which needs all the others to be loaded. Imports in functions and below
    `if TYPE_CHECKING` are no part of it."""

    modules: tuple[Item, ...]
    example: tuple[ImportLink, ...]
    """A shortest way round; it begins with `cut` where there is one."""
    imports: Count
    """How many imports run inside."""
    cut: ImportLink | None = None
    """The import that is cheapest to part with for the modules it frees; left out when no single
    one opens the circle."""
    left: Count
    """Modules in the largest circle that remains without it."""


class CyclesResult(Shape, frozen=True, kw_only=True):
    """The largest first."""

    cycles: tuple[Cycle, ...]
    total: Count
    modules: Count
    """How many modules stand in some circle."""
    cursor: str | None = None
    status: Status


class Hotspot(Item, frozen=True, kw_only=True):
    """A function that is risky to change."""

    score: float
    """0 to 1, comparable within one workspace folder."""
    complexity: Count
    """Cyclomatic."""
    callers: Count
    """Distinct symbols that call it, exact and inferred."""
    callees: Count
    commits: Count
    """Among the last 5,000, that changed its file."""


class HotspotsResult(Shape, frozen=True, kw_only=True):
    """The highest score first."""

    hotspots: tuple[Hotspot, ...]
    total: Count
    notes: tuple[str, ...] = ()
    """What may be missing, and why."""
    cursor: str | None = None
    status: Status


class UnreachableParams(WorkspaceParams, frozen=True, kw_only=True):
    min_certainty: MinCertainty = "inferred"
    """`possible` lists what somebody unknown may run, too."""


class UnreachableItem(Item, frozen=True, kw_only=True):
    """A definition that nothing known runs; what stands in it is not listed itself."""

    certainty: Certainty
    why: str
    only_tests: bool = False
    """Tests run it, and nothing else does."""


class UnreachableResult(Shape, frozen=True, kw_only=True):
    """By path and position. Entry points, and code of modules, count as run."""

    items: tuple[UnreachableItem, ...]
    total: Count
    possible: Counted
    """Left out because somebody unknown may run them."""
    cursor: str | None = None
    status: Status


# ramify/status, ramify/await, ramify/statusChanged


class StatusParams(Shape, frozen=True, kw_only=True):
    """Nothing to ask."""


class StatusResult(Shape, frozen=True, kw_only=True):
    """For people who wonder what Ramify is doing; of several folders the sums."""

    status: Status
    counts: dict[str, int]
    """files, symbols, edges, lookups, chunks, ..."""
    queues: dict[str, int]
    memory: dict[str, int]
    """Bytes."""
    store: dict[str, int | str]
    """Where it is, its bytes by part, who owns it."""
    cache_hits: dict[str, int]
    """factHits, factMisses, vectorHits, vectorMisses: since the process started."""
    last_errors: tuple[str, ...]
    """Newest last."""
    notes: tuple[str, ...] = ()
    """Files left out and refused settings."""
    housekeeping: dict[str, int | str] = {}
    """state, and what was put in order the last time: at (seconds since the epoch), milliseconds,
    done, freedBytes, orphanVectors, evictedFacts, forgottenRuns."""
    health: dict[str, str] = {}
    """"ok", or what is wrong in words, of each part: graph, search, facts, journal, watcher,
    settings, housekeeping."""


class AwaitParams(Shape, frozen=True, kw_only=True):
    """Wait until everything named here holds, or the time is over."""

    text_document: VersionedDocument | None = None
    """Until answers take this version of the document into account."""
    revision: Count | None = None
    """Until the graph has this revision."""
    search: bool = False
    """Until search is complete, too."""
    timeout_ms: Annotated[int, Meta(ge=0, le=600_000)] = 10_000


class AwaitResult(Shape, frozen=True, kw_only=True):
    status: Status


class StatusChanged(Shape, frozen=True, kw_only=True):
    """Sent when the status changed, at most a few times in a second."""

    status: Status


class Method(msgspec.Struct, frozen=True):
    """A request (or notification) of the surface."""

    name: str
    params: type[Shape]
    result: type[Shape] | None
    """None: a notification from the server."""
    meaning: str


METHODS: tuple[Method, ...] = (
    Method("ramify/search", SearchParams, SearchResult, "Where is the code that does this?"),
    Method("ramify/related", RelatedParams, RelatedResult, "What belongs to this symbol?"),
    Method("ramify/impact", ImpactParams, ImpactResult, "What may break, which tests must run?"),
    Method("ramify/callers", CallsParams, CallsResult, "Who calls this symbol?"),
    Method("ramify/callees", CallsParams, CallsResult, "What does this symbol call?"),
    Method("ramify/removable", RemovableParams, RemovableResult, "Can this symbol go?"),
    Method("ramify/cycles", WorkspaceParams, CyclesResult, "Which modules import each other?"),
    Method("ramify/hotspots", WorkspaceParams, HotspotsResult, "What is risky to change?"),
    Method("ramify/unreachable", UnreachableParams, UnreachableResult, "What does nothing reach?"),
    Method("ramify/status", StatusParams, StatusResult, "How far is the index, how does it do?"),
    Method("ramify/await", AwaitParams, AwaitResult, "Wait until the index has caught up."),
    Method("ramify/statusChanged", StatusChanged, None, "The status changed."),
)


def command_of(method: str) -> str:
    """`ramify.search` for `ramify/search`: the same request as a workspace/executeCommand."""
    return method.replace("/", ".")
