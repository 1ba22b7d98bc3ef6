"""What a change may break and which tests must run, as the features answer it.

Values alone: nothing here knows LSP or how an answer was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypedDict

import msgspec

from ramify.features.answers.common import Item, Page, Place
from ramify.session.coverage import Coverage
from ramify_store.facts import Certainty, EdgeKind

LIKELY: Final = 3
"""The most that a path to a test may cost for the test to be named unasked (`features.likely`)."""
EVERYTHING: Final = 40
"""The same where every test is asked for that may reach it, however unlikely."""


class Step(msgspec.Struct, frozen=True):
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


class Affected(msgspec.Struct, frozen=True):
    """A dependent. Distance, path and `item.certainty` describe one path, the best one."""

    item: Item
    distance: int
    path: tuple[Step, ...]
    """From the target outwards, one step for each unit of distance; the last is the item."""
    concerned: tuple[Concern, ...] = ()
    """Which kinds of change of the target concern it."""


class TestToRun(msgspec.Struct, frozen=True):
    """A test that reaches a target, as the runner knows it."""

    item: Item
    distance: int
    """0: the test itself changed, or only coverage tells."""
    path: tuple[Step, ...]
    """Of the steps only the last has its site."""
    reasons: tuple[str, ...]
    doubt: int
    """0 where links prove it; else what its path costs: the more, the less likely."""
    runs: tuple[Runnable, ...]
    """Several where classes below inherit it; none where no runner would take it as it stands."""


class Runnable(msgspec.Struct, frozen=True):
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


class Touched(msgspec.Struct, frozen=True):
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
    doubt: int
    """The most that a path to a test may cost where it is not that certain; see `LIKELY`."""
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
    tests_likely: int
    """How many of the tests are likely to reach a target though nothing proves it."""
    tests_unnamed: int
    """How many more are likely to, but too many to say which."""
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
