"""What Ramify must know of a language before it reads a file in it: names, not grammar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EntryPoints:
    """Where programs of a language are entered from outside. Kinds are words for a person:
    "route", "command", "task", "signal", ..."""

    decorators: Mapping[str, str] = field(default_factory=dict)
    """Kind of what is decorated, by the decorator's qualified name."""
    members: Mapping[str, str] = field(default_factory=dict)
    """The same by the last part of the name, where a decorator is a member of something outside
    the workspace or unknown (`@app.route(...)`)."""
    tables: Mapping[str, str] = field(default_factory=dict)
    """Module-level variables that list entry points."""
    methods: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(class, member) that a framework finds by place and name."""
    method_paths: Mapping[str, str] = field(default_factory=dict)
    """What the path of a file must hold for its `methods` of a kind to count."""
    passive_bases: frozenset[str] = frozenset()
    """Classes outside the workspace that call no member of their subclasses by a name of its own;
    one that ends in a dot is a whole module."""
    passive_decorators: frozenset[str] = frozenset()
    """Decorators that keep what they decorate nowhere, in the same form."""
    main_modules: frozenset[str] = frozenset()
    """Last parts of modules that are run."""
    main_guard: bytes = b""
    """What a module that can be run compares its name with."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a formatter may change, as types of syntax nodes: none of it makes other code."""

    nothing: frozenset[str] = frozenset()
    """Comments, and what only ends or continues a line."""
    grouping: frozenset[str] = frozenset()
    """What stands in them could stand in their place."""
    singles: frozenset[str] = frozenset()
    """The same, where they hold no comma."""
    spread: Mapping[str, str] = field(default_factory=dict)
    """The same, where they stand in a node of this type."""
    bracketed: frozenset[str] = frozenset()
    """With or without parentheses of their own they say the same."""
    listing: frozenset[str] = frozenset()
    """A comma after the last of several says nothing; after a single one it does."""
    alike: Mapping[str, str] = field(default_factory=dict)
    """Types that say the same as another one."""
    omitted: frozenset[str] = frozenset()
    """What says nothing in one of `bracketed` where it holds nothing."""
    verbatim: frozenset[str] = frozenset()
    """What means its own text, whatever the grammar finds in it."""
    caseless: frozenset[str] = frozenset()
    """In capitals or not."""
    strings: frozenset[str] = frozenset()
    """Literal text: in whichever quotes, in one piece or in several."""


@dataclass(frozen=True, slots=True)
class LanguageSpec:
    """A language as files show it. `parsed` says whether there are facts beyond its text."""

    name: str
    extensions: tuple[str, ...]
    """Lower case, with their dot; the longest that fits a file's name counts."""
    file_names: tuple[str, ...] = ()
    """Whole names, lower case."""
    interpreters: tuple[str, ...] = ()
    """Programs that a `#!` line may name, without a version."""
    parsed: bool = False
    definitions: tuple[str, ...] = ()
    """How a text that is not parsed defines: forms of `analysis.extraction.heads`."""
    sections: str = "blocks"
    """How its text is cut for search: "headings" (Markdown), "underlines" (reStructuredText)
    or "blocks" (blank lines and indentation)."""
    entry_points: EntryPoints = field(default_factory=EntryPoints)
    layout: Layout = field(default_factory=Layout)
