"""What Ramify must know of a language before it reads a file in it: names, not grammar."""

from __future__ import annotations

from dataclasses import dataclass


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
    sections: str = "blocks"
    """How its text is cut for search: "headings" (Markdown), "underlines" (reStructuredText)
    or "blocks" (blank lines and indentation)."""
