"""On the wire: `ramify/impact`, of a symbol and of a set of changes.

A contract: add, do not rename. Knows nothing of how a dependent is found.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from ramify.protocol.shapes.common import (
    DEFAULT_LIMIT,
    AtSymbol,
    Certainty,
    Count,
    Counted,
    EdgeName,
    Item,
    Limit,
    Location,
    MinCertainty,
    Shape,
    Status,
)


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
    min_certainty: MinCertainty | None = None
    """Left out: `inferred`, and of the tests also those that are likely to reach a target."""
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
    doubt: Count = 0
    """0 where links prove it. Else 1 to 3 where it is likely, more where it is possible: the less,
    the likelier; `certainty` is `possible` then."""
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
    """Tests that reach a target, or are likely to: run these."""
    tests_total: Count
    tests_likely: Count = 0
    """How many of them are likely to, no more."""
    tests_unnamed: Count = 0
    """How many more are likely to, but too many to say which; `minCertainty` `possible` lists all
    that may."""
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
