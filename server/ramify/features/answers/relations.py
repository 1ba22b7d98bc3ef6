"""What belongs to a symbol, as features answer it: its calls, and all that is related to it.

Values alone: nothing here knows LSP or how an answer was found.
"""

from __future__ import annotations

from dataclasses import dataclass

from ramify.features.answers.common import Item, Place
from ramify_store.facts import Certainty


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
