"""What may go or should change, as features answer it: circles of imports, hotspots, what nothing
reaches, whether a symbol can go.

Values alone: nothing here knows LSP or how an answer was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ramify.features.answers.common import Item, Place
from ramify.features.answers.navigation import References


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
