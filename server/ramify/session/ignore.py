"""Which files of a folder count: ignore rules of git at every level, defaults, settings, limits.

Reads directory entries and ignore files, never runs git and never reads its configuration: what a
repository says is data of a stranger. Files that git has in spite of its rules are told by whoever
knows. Knows no language; whoever asks says which names it wants.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from ramify.session.directories import stays_inside
from ramify.session.files import directories_of
from ramify.session.gitignore import IgnoreRules, parse_rules
from ramify.session.settings import Settings

ALWAYS_OUT: Final = frozenset({".git", ".hg", ".svn", "CVS", ".jj"})
# fmt: off
DEFAULT_OUT: Final = frozenset(
    {
        ".bzr", ".cache", ".direnv", ".eggs", ".env", ".gradle", ".hypothesis", ".idea",
        ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pytest_cache", ".ruff_cache", ".terraform",
        ".tox", ".venv", ".vscode", "__pycache__", "__pypackages__", "bower_components",
        "htmlcov", "node_modules", "site-packages", "venv",
    }
)
# fmt: on
"""Directories of these names hold what was generated or fetched."""
OUT_UNLESS_PACKAGE: Final = frozenset({"build", "dist", "env", "target", "_build"})
"""Likewise, but people give packages these names too: with an `__init__.py` they stay in."""


@dataclass(frozen=True, slots=True)
class FileStat:
    path: str
    """Relative to the folder, with forward slashes."""
    size: int
    mtime_ns: int


Mark = tuple[int, int] | None
"""Size and time of change in nanoseconds; None for nothing there."""


@dataclass(frozen=True, slots=True)
class Walked:
    files: tuple[FileStat, ...]
    """Sorted by path."""
    notes: tuple[str, ...]
    """What was left out and a person would want to know of; at most `NOTES_LIMIT`."""
    left_out: bool = False
    """Whether ignore rules of git left out something that git may have all the same."""
    marks: Mapping[str, Mark] | None = None
    """By path: all whose mark has to change before another walk finds anything else. None when
    something was left out with a note, or only a part was walked."""


def mark_of(path: str) -> Mark:
    """Size and time of what is there; None for nothing."""
    try:
        status = os.stat(path)  # noqa: PTH116 (hot)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


NOTES_LIMIT: Final = 50
_SAYS_WHAT_COUNTS: Final = {".gitignore": (".gitignore",), ".git": (".git", ".git/info/exclude")}
_IGNORE_FILE_LIMIT: Final = 1_000_000


def walk(
    folder: str,
    settings: Settings,
    wanted: Callable[[str], bool],
    check: Callable[[], None] = lambda: None,
    tracked: Collection[str] = (),
) -> Walked:
    """Every file that counts and whose name is `wanted`, in one pass over the directories.

    `check` is called for every directory and may raise to end the walk. `tracked` files count
    although rules of git leave them out. What cannot be read is noted; a directory that vanishes
    meanwhile is as if it had been empty.
    """
    scope = top_scope(folder, settings, tracked)
    return walk_below(scope, wanted, check)


def walk_below(
    scope: Scope, wanted: Callable[[str], bool], check: Callable[[], None] = lambda: None
) -> Walked:
    """Like `walk`, for one directory of the folder."""
    files: list[FileStat] = []
    notes: list[str] = []
    marks: dict[str, Mark] = {}
    settings = scope.policy.settings
    pending = [scope]
    left_out = False
    while pending:
        check()
        here = pending.pop()
        marks[here.path] = mark_of(here.absolute)  # before it is read
        for entry in _entries(here, notes):
            if entry.name in _SAYS_WHAT_COUNTS:
                for name in _SAYS_WHAT_COUNTS[entry.name]:
                    marks[here.prefix + name] = mark_of(f"{here.absolute}/{name}")
            if entry.is_dir(follow_symlinks=False):
                below = here.directory(entry.name)
                if below is not None:
                    pending.append(below)
                elif entry.name not in ALWAYS_OUT:
                    marks[here.prefix + entry.name] = mark_of(entry.path)
                    left_out = left_out or here.is_ignored(entry.name, is_directory=True)
            elif wanted(entry.name):
                found = _file(here, entry.name, notes)
                if found is not None:
                    files.append(found)
                else:
                    left_out = left_out or here.is_ignored(entry.name, is_directory=False)
        if len(files) > settings.file_limit:
            notes.append(
                f"More than {settings.file_limit} files (fileLimit): the rest is left out."
            )
            del files[settings.file_limit :]
            break
    files.sort(key=lambda each: each.path)
    marks.update((each.path, (each.size, each.mtime_ns)) for each in files)
    told = tuple(notes[:NOTES_LIMIT])
    return Walked(tuple(files), told, left_out, None if notes else marks)


def file_at(
    folder: str,
    settings: Settings,
    wanted: Callable[[str], bool],
    path: str,
    tracked: Collection[str] = (),
) -> FileStat | None:
    """One file by its relative path, under the same rules as in a walk."""
    directory, _, name = path.rpartition("/")
    if not wanted(name):
        return None
    scope = scope_of(folder, settings, directory, tracked)
    return None if scope is None else _file(scope, name, [])


def scope_of(
    folder: str, settings: Settings, directory: str, tracked: Collection[str] = ()
) -> Scope | None:
    """The scope of a directory by its relative path ("" is the folder); None if it is left out."""
    scope: Scope | None = top_scope(folder, settings, tracked)
    for name in directory.split("/") if directory else ():
        if scope is None or Path(scope.absolute, name).is_symlink():
            return None
        scope = scope.directory(name)
    return scope


@dataclass(frozen=True)
class Policy:
    """What holds in the whole folder."""

    folder: str
    settings: Settings
    tracked: frozenset[str] = frozenset()
    """Files that git has though its rules leave them out."""

    @cached_property
    def tracked_directories(self) -> Collection[str]:
        """The directories that lead to them."""
        return directories_of(self.tracked)

    @cached_property
    def include(self) -> IgnoreRules:
        return parse_rules("\n".join(self.settings.include))

    @cached_property
    def exclude(self) -> IgnoreRules:
        return parse_rules("\n".join(self.settings.exclude))

    @cached_property
    def include_parts(self) -> tuple[tuple[re.Pattern[str], ...], ...]:
        """The directories that lead to what anchored include patterns name, part by part."""
        anchored = [each.strip("/") for each in self.settings.include if "/" in each.rstrip("/")]
        return tuple(
            tuple(_part_pattern(part) for part in each.split("/")[:-1]) for each in anchored
        )

    def leads_to_included(self, path: str) -> bool:
        parts = path.split("/")
        return any(_is_prefix(parts, wanted) for wanted in self.include_parts)


@dataclass(frozen=True)
class Scope:
    """A directory and the rules that hold for its entries."""

    policy: Policy
    path: str
    """Relative to the folder; "" for the folder."""
    rules: tuple[tuple[int, str, IgnoreRules], ...]
    """Innermost first: (how many characters of `path/` the rules' directory takes, what stands
    before paths when that directory is above the folder, the rules)."""
    only_included: bool
    """The directory is left out, and on the way to something that is brought back."""

    @property
    def absolute(self) -> str:
        return f"{self.policy.folder}/{self.path}" if self.path else self.policy.folder

    @property
    def prefix(self) -> str:
        return self.path + "/" if self.path else ""

    def directory(self, name: str) -> Scope | None:
        """The scope of a directory in this one; None when it is left out."""
        if name in ALWAYS_OUT:
            return None
        path = self.prefix + name
        if self._is_included(name, path, is_directory=True):
            return _entered(self, path, only_included=False)
        if not self.only_included and not self._is_out(name, path, is_directory=True):
            return _entered(self, path, only_included=False)
        if self.policy.leads_to_included(path) or (
            path in self.policy.tracked_directories
            and not self._is_unwanted(name, path, is_directory=True)
        ):
            return _entered(self, path, only_included=True)
        return None

    def counts(self, name: str) -> bool:
        """Whether a file in this directory is to be looked at."""
        path = self.prefix + name
        if self._is_included(name, path, is_directory=False):
            return True
        if path in self.policy.tracked:
            return not self._is_unwanted(name, path, is_directory=False)
        return not self.only_included and not self._is_out(name, path, is_directory=False)

    def is_ignored(self, name: str, *, is_directory: bool) -> bool:
        """Whether rules of git alone leave it out, here or with this directory."""
        path = self.prefix + name
        if self._is_unwanted(name, path, is_directory=is_directory):
            return False
        return self.only_included or self._is_out(name, path, is_directory=is_directory)

    def _is_included(self, name: str, path: str, *, is_directory: bool) -> bool:
        return bool(self.policy.include.verdict(name, path, is_directory=is_directory))

    def _is_unwanted(self, name: str, path: str, *, is_directory: bool) -> bool:
        """Left out by settings or by what it is, whatever git says."""
        if self.policy.exclude.verdict(name, path, is_directory=is_directory):
            return True
        return is_directory and self._is_generated(name, path)

    def _is_out(self, name: str, path: str, *, is_directory: bool) -> bool:
        if self._is_unwanted(name, path, is_directory=is_directory):
            return True
        for taken, before, rules in self.rules:
            verdict = rules.verdict(name, before + path[taken:], is_directory=is_directory)
            if verdict is not None:
                return verdict
        return False

    def _is_generated(self, name: str, path: str) -> bool:
        absolute = f"{self.policy.folder}/{path}"
        if name in DEFAULT_OUT or name.endswith(".egg-info"):
            return True
        if name in OUT_UNLESS_PACKAGE:
            return not os.path.lexists(f"{absolute}/__init__.py")
        return os.path.lexists(f"{absolute}/pyvenv.cfg")


def top_scope(folder: str, settings: Settings, tracked: Collection[str] = ()) -> Scope:
    """The folder itself, under the rules of the repository that it is in."""
    above = [] if _git_directory(folder) is not None else _rules_above(folder)
    policy = Policy(folder, settings, frozenset(tracked))
    outer = Scope(policy, "", tuple(above), only_included=False)
    return _entered(outer, "", only_included=False)


def _entered(outer: Scope, path: str, *, only_included: bool) -> Scope:
    """The scope of a directory below `outer`, with the rules that its own files add."""
    absolute = f"{outer.policy.folder}/{path}" if path else outer.policy.folder
    rules = outer.rules
    taken = len(path) + 1 if path else 0
    git = _git_directory(absolute)
    if git is not None:
        # A repository of its own: the outer one's rules end here.
        own = _rules_in(f"{git}/info/exclude")
        rules = () if own is None else ((taken, "", own),)
    own = _rules_in(f"{absolute}/.gitignore")
    if own is not None:
        rules = ((taken, "", own), *rules)
    if outer.path == path and outer.rules == rules and outer.only_included == only_included:
        return outer
    return replace(outer, path=path, rules=rules, only_included=only_included)


def _rules_above(folder: str) -> list[tuple[int, str, IgnoreRules]]:
    """Rules of the enclosing repository's directories above the folder, innermost first.

    None when the folder itself is left out there: who opens such a folder means it.
    """
    found: list[tuple[int, str, IgnoreRules]] = []
    below = ""
    for parent in Path(folder).parents:
        child = folder[len(str(parent)) :].strip("/")
        below = child + "/"
        own = _rules_in(f"{parent}/.gitignore")
        if own is not None:
            found.append((0, below, own))
        git = _git_directory(str(parent))
        if git is not None:
            own = _rules_in(f"{git}/info/exclude")
            if own is not None:
                found.append((0, below, own))
            return [] if _is_left_out_above(child, found) else found
    return []


def _is_left_out_above(child: str, rules: list[tuple[int, str, IgnoreRules]]) -> bool:
    parts = child.split("/")
    for depth in range(1, len(parts) + 1):
        path = "/".join(parts[:depth])
        for _, below, own in rules:
            base = child[: len(child) - len(below.rstrip("/"))]
            if not path.startswith(base):
                continue
            verdict = own.verdict(parts[depth - 1], path[len(base) :], is_directory=True)
            if verdict is not None:
                if verdict:
                    return True
                break
    return False


def _rules_in(path: str) -> IgnoreRules | None:
    text = _small_text(path)
    return None if text is None else parse_rules(text)


def _small_text(path: str) -> str | None:
    """A regular file's text; None when there is none, or it is a link or far too large."""
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _IGNORE_FILE_LIMIT:
            return None
        return Path(path).read_bytes().decode("utf-8", "replace").removeprefix("\ufeff")
    except OSError:
        return None


def _git_directory(directory: str) -> str | None:
    """Where the repository in this directory keeps its `info`; None when there is none here."""
    dot = f"{directory}/.git"
    try:
        mode = os.lstat(dot).st_mode
    except OSError:
        return None
    if stat.S_ISDIR(mode):
        return dot
    text = _small_text(dot) or ""
    if not text.startswith("gitdir:"):
        return None
    git = str(Path(directory, text.removeprefix("gitdir:").strip().split("\n")[0]))
    common = (_small_text(f"{git}/commondir") or "").strip().split("\n")[0]
    return str(Path(git, common)) if common else git


def _entries(scope: Scope, notes: list[str]) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(scope.absolute) as entries:
            yield from list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        notes.append(f"{scope.path or '.'}: not readable ({error.strerror}), left out.")


def _file(scope: Scope, name: str, notes: list[str]) -> FileStat | None:
    if not scope.counts(name):
        return None
    path = scope.prefix + name
    absolute = f"{scope.policy.folder}/{path}"
    try:
        status = os.lstat(absolute)
        if stat.S_ISLNK(status.st_mode):
            if not stays_inside(scope.policy.folder, absolute):
                return None
            status = os.stat(absolute)  # noqa: PTH116 (hot)
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    if status.st_size > scope.policy.settings.size_limit:
        notes.append(f"{path}: {status.st_size} bytes, over sizeLimit, left out.")
        return None
    if _is_unspeakable(path):
        notes.append(f"{path.encode('utf-8', 'replace').decode()}: the name is no text, left out.")
        return None
    return FileStat(path, status.st_size, status.st_mtime_ns)


def _is_unspeakable(path: str) -> bool:
    """Bytes in a name that are no UTF-8 come as surrogates, which no client could be told."""
    return not path.isascii() and any("\ud800" <= character <= "\udfff" for character in path)


def _part_pattern(part: str) -> re.Pattern[str]:
    if part == "**":
        return _ANY
    rules = parse_rules(part).rules
    return rules[0].pattern if rules else _NEVER


def _is_prefix(parts: Collection[str], wanted: tuple[re.Pattern[str], ...]) -> bool:
    for part, pattern in zip(parts, wanted, strict=False):
        if pattern is _ANY:
            return True
        if not pattern.match(part):
            return False
    return len(parts) <= len(wanted)


_ANY: Final = re.compile("")
_NEVER: Final = re.compile(r"(?!)")
