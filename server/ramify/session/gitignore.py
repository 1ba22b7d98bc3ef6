"""The rules of one .gitignore file, as git reads them.

A rule speaks of one entry at a time: whoever walks asks for each directory before what is in it,
and never goes into one that is left out, so that nothing below it can come back. Knows no files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    pattern: re.Pattern[str]
    negated: bool
    """`!pattern`: brings back what an earlier rule left out."""
    only_directories: bool
    by_name: bool
    """Matched against the entry's name; else against its path below the rules' directory."""


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    rules: tuple[Rule, ...]
    """The last one that matches decides, so they stand in reverse."""
    names: re.Pattern[str] | None
    """Matches every name that some rule by name matches: most entries are done with it."""
    has_paths: bool

    def verdict(self, name: str, path: str, *, is_directory: bool) -> bool | None:
        """True: left out; False: brought back; None: these rules say nothing of the entry.

        `path` is relative to the directory of the rules, with forward slashes.
        """
        by_name = self.names is not None and self.names.match(name) is not None
        if not by_name and not self.has_paths:
            return None
        for rule in self.rules:
            if rule.only_directories and not is_directory:
                continue
            if rule.by_name and not by_name:
                continue
            if rule.pattern.match(name if rule.by_name else path):
                return not rule.negated
        return None


def parse_rules(text: str) -> IgnoreRules:
    """Never raises: a line that is no pattern is no rule."""
    rules = [rule for line in text.splitlines() if (rule := _rule(line)) is not None]
    rules.reverse()
    names = [rule.pattern.pattern for rule in rules if rule.by_name]
    return IgnoreRules(
        tuple(rules),
        re.compile("|".join(f"(?:{each})" for each in names), re.DOTALL) if names else None,
        any(not rule.by_name for rule in rules),
    )


def _rule(line: str) -> Rule | None:
    line = _without_trailing_spaces(line)
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    if negated:
        line = line[1:]
    only_directories = line.endswith("/")
    if only_directories:
        line = line[:-1]
    by_name = "/" not in line
    source = _regex(line.removeprefix("/"))
    if not line.strip("/") or source is None:
        return None
    return Rule(re.compile(source + r"\Z", re.DOTALL), negated, only_directories, by_name)


def _without_trailing_spaces(line: str) -> str:
    """Spaces at the end count only after a backslash."""
    stripped = line.rstrip(" ")
    backslashes = len(stripped) - len(stripped.rstrip("\\"))
    return stripped + " " if backslashes % 2 and len(stripped) < len(line) else stripped


def _regex(glob: str) -> str | None:
    """A gitignore glob over a path as a regular expression; None for an unfinished bracket."""
    out: list[str] = []
    at = 0
    while at < len(glob):
        if glob.startswith("**/", at) and (at == 0 or glob[at - 1] == "/"):
            out.append("(?:[^/]+/)*")
            at += 3
        elif glob[at:] == "**" and (at == 0 or glob[at - 1] == "/"):
            out.append(".+")
            at += 2
        elif glob[at] == "*":
            out.append("[^/]*")
            while at < len(glob) and glob[at] == "*":
                at += 1
        elif glob[at] == "?":
            out.append("[^/]")
            at += 1
        elif glob[at] == "[":
            bracket = _bracket(glob, at)
            if bracket is None:
                return None
            source, at = bracket
            out.append(source)
        else:
            if glob[at] == "\\":
                at += 1
                if at == len(glob):
                    return None
            out.append(re.escape(glob[at]))
            at += 1
    return "".join(out)


def _bracket(glob: str, start: int) -> tuple[str, int] | None:
    """`[a-z]`, `[!a]`, `[[:alpha:]_]` from its bracket on, and the index after it."""
    at = start + 1
    negated = glob[at : at + 1] in ("!", "^")
    at += negated
    parts: list[str] = []
    first = True
    while at < len(glob) and (glob[at] != "]" or first):
        first = False
        named = re.match(r"\[:(\w+):\]", glob[at:])
        if named:
            parts.append(_CLASSES.get(named[1], ""))
            at += named.end()
            continue
        low, at = _literal(glob, at)
        if glob[at : at + 1] == "-" and glob[at + 1 : at + 2] not in ("", "]"):
            high, at = _literal(glob, at + 1)
            if low <= high:
                parts.append(f"{re.escape(low)}-{re.escape(high)}")
        else:
            parts.append(re.escape(low))
    if at >= len(glob):
        return None
    inside = "".join(parts)
    if negated:
        return f"[^/{inside}]", at + 1
    return (f"(?!/)[{inside}]" if inside else "(?!)"), at + 1


def _literal(glob: str, at: int) -> tuple[str, int]:
    if glob[at] == "\\" and at + 1 < len(glob):
        at += 1
    return glob[at], at + 1


_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
