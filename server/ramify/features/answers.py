"""What features answer: frozen values in symbol ids and byte offsets.

The faces turn them into ranges of the client's encoding and into JSON. Nothing here knows LSP, a
database or how an answer was found.

Lists stand in a fixed order, surest and nearest first. Where a value carries `total`, its list is
one `Page` of that many; an answer never leaves something out without saying so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypedDict

from ramify.session.coverage import Coverage
from ramify_store.facts import Certainty, EdgeKind, SymbolKind


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is wanted. Places are looked up for that part alone."""

    offset: int = 0
    limit: int = 200


FIRST_PAGE: Final = Page()


@dataclass(frozen=True, slots=True)
class Place:
    """Bytes [start, end) of the live text of a file; the path is relative to the folder."""

    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Item:
    """A symbol as an answer shows it."""

    id: str
    name: str
    qualified_name: str
    """`django.db.models.query.QuerySet.filter`."""
    kind: SymbolKind
    place: Place
    """The whole definition."""
    name_place: Place
    """The name in it; of a module the empty place at its start."""
    container: str | None
    """Qualified name of the enclosing symbol; None for a module."""
    is_test: bool
    signature: str = ""
    """`SymbolFact.signature`."""
    certainty: Certainty | None = None
    """Of its relation to what was asked; None where the answer is about the symbol itself."""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallItem:
    """A caller or callee. Its certainty is the item's: the best of its sites."""

    item: Item
    sites: tuple[Place, ...]
    """The naming tokens of the calls, in the caller, in order."""
    why: str


@dataclass(frozen=True, slots=True)
class ExternalCall:
    """A callee outside the workspace."""

    id: str
    """`python:os.path.join`."""
    sites: tuple[Place, ...]
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Calls:
    target: Item
    items: tuple[CallItem, ...]
    """Exact first, then inferred; tests after the rest of the same certainty."""
    total: int
    possible: int
    """Call sites of which only the name matches."""
    unresolved: int
    """Call sites that name it where known places were searched in vain."""
    external: tuple[ExternalCall, ...] = ()
    """Callees only."""


@dataclass(frozen=True, slots=True)
class Step:
    """One link of a path: this symbol refers to the one before it, at `site`."""

    id: str
    name: str
    site: Place | None
    """None where no text states the relation (an override)."""
    edge: EdgeKind
    certainty: Certainty
    why: str = ""


Concern = Literal["signature", "body", "removal"]
BreakingChange = Literal["signature", "body", "removal", "added", "renamed", "moved", "removed"]
Concerns = Literal["call sites", "tests and behaviour", "every reference"]


@dataclass(frozen=True, slots=True)
class Affected:
    """A dependent. Distance, path and `item.certainty` describe one path, the best one."""

    item: Item
    distance: int
    path: tuple[Step, ...]
    """From the target outwards, one step for each unit of distance; the last is the item."""
    concerned: tuple[Concern, ...] = ()
    """Which kinds of change of the target concern it."""


@dataclass(frozen=True, slots=True)
class TestToRun:
    """A test that reaches a target, as the runner knows it."""

    item: Item
    distance: int
    """0: the test itself changed, or only coverage tells."""
    path: tuple[Step, ...]
    """Of the steps only the last has its site."""
    reasons: tuple[str, ...]
    runs: tuple[Runnable, ...]
    """Several where classes below inherit it; none where no runner would take it as it stands."""


@dataclass(frozen=True, slots=True)
class Runnable:
    """What names a test for its runner."""

    path: str
    """Of the file, relative to the folder."""
    module: str
    """Dotted, as imported from its import root."""
    names: tuple[str, ...]
    """Class, or classes, and function."""
    is_unittest: bool
    """A method of a unittest.TestCase, which unittest runs, too."""


@dataclass(frozen=True, slots=True)
class BreakingSite:
    """A place that a change concerns."""

    source: str
    """Id of the symbol it stands in."""
    source_name: str
    """Its qualified name."""
    place: Place
    certainty: Certainty
    misfit: str | None = None
    """Why the arguments of the call certainly do not fit any more."""


@dataclass(frozen=True, slots=True)
class Breakage:
    """Whom one kind of change of one target concerns. Counts are of places for references and
    calls, of symbols for behaviour."""

    change: BreakingChange
    """Asked about a symbol: "signature", "body" or "removal", what each would concern. Of a set of
    changes: what happened ("added", "signature", "body", "renamed", "moved", "removed")."""
    target: str
    """Qualified name."""
    id: str | None
    """None for what is gone."""
    concerns: Concerns
    exact: int
    inferred: int
    possible: int
    """Only the name matches."""
    sites: tuple[BreakingSite, ...]
    """A few of them, those that certainly break first."""
    misfits: int
    """How many calls certainly do not fit any more, of those looked at."""
    message: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a program is entered from outside, and from there reaches a target."""

    item: Item
    kind: str
    """"script", "command", "route", "task", "signal", "main", "api", ..."""
    how: str
    """What makes it one: "decorated with click.command", "pyproject.toml: shop"."""
    distance: int


@dataclass(frozen=True, slots=True)
class Touched:
    """A file, or a package, with how many of the dependents and of the tests stand in it."""

    name: str
    """Path of a file, dotted name of a package."""
    affected: int
    tests: int


@dataclass(frozen=True, slots=True)
class Example:
    """A site that may concern the question, though nobody can tell."""

    name: str
    """What is named there."""
    source: str
    """Id of the symbol the site stands in."""
    source_name: str
    """Its qualified name."""
    place: Place
    is_test: bool


@dataclass(frozen=True, slots=True)
class Uncertain:
    """What an answer could not decide: never the same as nothing."""

    count: int
    examples: tuple[Example, ...]
    message: str
    """"3 calls of a method named `save` on unknown objects may also reach this"; "" for none."""


class ImpactLimits(TypedDict):
    """What a question about impact takes beside its targets."""

    least: Certainty
    depth: int
    """Longest path, in links."""
    page: Page
    tests_page: Page
    coverage: Coverage | None
    """Evidence of which tests ran what."""


@dataclass(frozen=True, slots=True)
class Impact:
    targets: tuple[Item, ...]
    affected: tuple[Affected, ...]
    """Without the tests; nearest first, then surest, then by id."""
    affected_total: int
    tests: tuple[TestToRun, ...]
    """Those to run first stand first."""
    tests_total: int
    possible: int
    """Dependents and tests left out because they hang on a possible link only."""
    unresolved: Uncertain
    summary: str
    """One line."""
    partial: str | None = None
    """Why the answer stopped early (a deadline); None when it is whole."""
    breakage: tuple[Breakage, ...] = ()
    breakage_total: int = 0
    entries: tuple[Entry, ...] = ()
    """Those outside of Python first, the public API last; then nearest first."""
    entries_total: int = 0
    files: tuple[Touched, ...] = ()
    """Most dependents first."""
    files_total: int = 0
    packages: tuple[Touched, ...] = ()
    packages_total: int = 0
    untested: tuple[Item, ...] = ()
    """Of a set of changes: changed code that no test is known to reach."""
    untested_total: int = 0
    notes: tuple[str, ...] = ()
    """What a reader must know of what was compared or left out."""


@dataclass(frozen=True, slots=True)
class Scored:
    """An item with its place in one fused ranking; the reasons are the item's."""

    item: Item
    score: float


@dataclass(frozen=True, slots=True)
class Group:
    relation: str
    """"callers", "callees", "users", "overrides", "overridden", "bases", "derived", "siblings",
    "tests", "importers", "similar", "types" (users of the same classes), "documents" (that name
    it), "together" (files that changed in the same commits as its file)."""
    items: tuple[Item, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Related:
    target: Item
    groups: tuple[Group, ...]
    """Without the empty ones, in the order of `Group.relation`."""
    ranked: tuple[Scored, ...]
    total: int
    """How many symbols were ranked."""
    notes: tuple[str, ...] = ()
    """What may be missing, and why."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    item: Item
    score: float
    """0 to 1, comparable within one answer."""
    snippet: str
    """The first lines of the best piece."""
    snippet_place: Place


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    hits: tuple[SearchHit, ...]
    total: int
    """How many symbols were ranked."""
    note: str | None = None
    """What a reader must know: "no embeddings yet: found by words alone", "the query has no
    words to look for"."""


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a name leads."""

    place: Place
    name_place: Place
    certainty: Certainty
    why: str
    symbol: str | None
    """Id; None for a local variable or parameter."""


@dataclass(frozen=True, slots=True)
class Definitions:
    origin: Place | None
    """The naming token that was asked about; None when there is none at the offset."""
    targets: tuple[Definition, ...]
    external: tuple[str, ...]
    """Ids outside the workspace that the name may lead to."""


@dataclass(frozen=True, slots=True)
class Reference:
    place: Place
    certainty: Certainty
    why: str
    source: str | None
    """Id of the symbol the place stands in; None for a local variable's."""
    edge: EdgeKind | None
    """None for a declaration and for a local variable's."""


@dataclass(frozen=True, slots=True)
class References:
    """Exact first, then inferred, each by path and position; no place twice."""

    declarations: tuple[Reference, ...]
    """The names in the definitions themselves: what LSP's `includeDeclaration` adds."""
    items: tuple[Reference, ...]
    """Without the declarations."""
    total: int
    possible: int
    unresolved: int


@dataclass(frozen=True, slots=True)
class Highlight:
    place: Place
    is_write: bool


@dataclass(frozen=True, slots=True)
class Hover:
    markdown: str
    place: Place


@dataclass(frozen=True, slots=True)
class SymbolTree:
    """A definition with what it contains, in order of position."""

    name: str
    kind: SymbolKind
    signature: str
    place: Place
    name_place: Place
    children: tuple[SymbolTree, ...]


@dataclass(frozen=True, slots=True)
class SymbolList:
    """Workspace symbols, implementations, super- and subtypes."""

    items: tuple[Item, ...]
    total: int


@dataclass(frozen=True, slots=True)
class ImportLink:
    """One module imports another while it is loaded."""

    source: Item
    target: Item
    sites: tuple[Place, ...]
    """Where the import stands."""
    uses: int
    """Places in the source that need something of the target, and what a package imports only to
    hand it on: what parting with it costs."""


@dataclass(frozen=True, slots=True)
class Circle:
    """Modules each of which needs all others to be loaded."""

    modules: tuple[Item, ...]
    """By path."""
    example: tuple[ImportLink, ...]
    """A shortest way round; it begins with `cut` where there is one."""
    imports: int
    """How many imports run inside."""
    cut: ImportLink | None
    """The import that is cheapest to part with for what it frees; None when no single one opens
    the circle."""
    left: int
    """Modules in the largest circle that remains without it."""


@dataclass(frozen=True, slots=True)
class Circles:
    items: tuple[Circle, ...]
    total: int
    modules: int
    """How many stand in some circle."""


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A function that is hard to change: complex, much used, often changed."""

    item: Item
    score: float
    """0 to 1, comparable within one workspace."""
    complexity: int
    """Cyclomatic."""
    callers: int
    """Distinct symbols that call it, `possible` ones left out."""
    callees: int
    commits: int
    """That changed its file."""


@dataclass(frozen=True, slots=True)
class Hotspots:
    items: tuple[Hotspot, ...]
    """The highest score first, then by id."""
    total: int
    notes: tuple[str, ...] = ()
    """What may be missing, and why."""


@dataclass(frozen=True, slots=True)
class Unreached:
    """A definition that nothing known runs. `item.certainty` is `possible` where somebody may."""

    item: Item
    why: str
    only_tests: bool
    """Tests run it, and nothing else does."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    items: tuple[Unreached, ...]
    """By path and position. What stands in a definition that is listed is not listed itself."""
    total: int
    possible: int
    """Left out because somebody may run them: they are public, or something unknown names them."""


Verdict = Literal["used", "tests", "entry", "unknown", "unused"]


@dataclass(frozen=True, slots=True)
class Removal:
    """Can this go?"""

    target: Item
    verdict: Verdict
    """"used"; "tests": by tests alone; "entry": nobody inside, but it is entered from outside;
    "unknown": nobody known, but somebody may; "unused"."""
    summary: str
    references: References
    """Without those in itself."""
    entry: str | None
    """How it is entered from outside."""
