"""The only place that runs git: what changed between two states of a repository, and old contents.

Reads raw objects alone. Hooks, filters, text conversion, external diffs, fsmonitor and optional
locks stay off, so that nothing a repository holds is run and nothing is written into it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

ChangeKind = Literal["worktree", "staged", "range", "commit"]

_SECONDS: Final = 30.0
_NO_OBJECT: Final = "0" * 40
_RAW: Final = (
    "--raw",
    "-z",
    "--no-renames",
    "--relative",
    "--ignore-submodules=dirty",
    "--no-ext-diff",
)
_SUBMODULE: Final = "160000"
_IN_CONFLICT: Final = ""
"""Nothing is recorded until a merge is done: what is on disk counts."""
_DEEPEST: Final = 4
"""Submodules in submodules that are looked into."""
_SAFE: Final = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
}


class GitError(Exception):
    """Git is missing, refuses, or knows no such revision; the message is git's own."""


class NoRepositoryError(GitError):
    """The folder is in no repository, or there is no git to ask."""


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One file in two states; the path is relative to the folder that was asked about."""

    path: str
    before: bytes | None
    """None where it did not exist."""
    after: bytes | None
    """None: what is on disk, or nothing where nothing is."""
    is_gone: bool = False
    """It is gone in the state after, whatever is on disk."""


def program() -> str | None:
    """Where git is, by the user's PATH. Entries that are no absolute paths are passed over, and so
    is the current directory, which Windows looks into first: both may be a stranger's repository
    with a `git` of its own."""
    name = "git.exe" if sys.platform == "win32" else "git"
    for directory in os.get_exec_path():
        found = Path(directory, name)
        if found.is_absolute() and found.is_file() and os.access(found, os.X_OK):
            return str(found)
    return None


def changed_files(folder: str, kind: ChangeKind, revisions: str = "") -> tuple[ChangedFile, ...]:
    """Files below the folder that differ, sorted by path. Untracked files count as new.

    `worktree`: disk against the last commit or, with a revision, against its merge base with the
    last commit; a file may have been touched alone. `staged`: index against the last commit.
    `range`: `A..B`, from the merge base of both to B; an end that is left out is the last commit.
    `commit`: one against its first parent. Files of submodules that are checked out count, links
    do not. Raises GitError.
    """
    if kind == "range":
        listed = _git(folder, "diff-tree", "-r", *_RAW, *_ends(folder, revisions))
    elif kind == "commit":
        listed = _git(folder, "diff-tree", "-r", *_RAW, *_around(folder, revisions))
    elif kind == "staged":
        listed = _git(folder, "diff-index", "--cached", *_RAW, _head(folder), "--")
    else:
        start = _ends(folder, f"{revisions}..")[0] if revisions else _head(folder)
        return _sorted(_on_disk(folder, start, 0))
    return _sorted(_between(folder, listed, 0))


def _sorted(files: Iterable[ChangedFile]) -> tuple[ChangedFile, ...]:
    return tuple(sorted(files, key=lambda file: file.path))


def _between(folder: str, listed: bytes, depth: int) -> Iterator[ChangedFile]:
    """Two recorded states."""
    rows = _rows(listed)
    contents = _contents(folder, {name for row in rows.values() for name in row})
    for path, (old, new) in rows.items():
        yield ChangedFile(path, contents.get(old), contents.get(new), set(new) == {"0"})
    for path, (old, new) in _links(listed).items():
        inner = _submodule(folder, path, depth)
        if inner is not None and _knows(inner, old) and _knows(inner, new):
            inside = _git(inner, "diff-tree", "-r", *_RAW, old, new)
            yield from _below(path, _between(inner, inside, depth + 1))


def _on_disk(folder: str, start: str, depth: int) -> Iterator[ChangedFile]:
    """A recorded state against what is on disk."""
    rows = _worktree_rows(folder, start)
    contents = _contents(folder, {old for old, _ in rows.values()})
    for path, (old, _) in rows.items():
        yield ChangedFile(path, contents.get(old), None)
    for path, recorded in _submodules(folder, start).items():
        inner = _submodule(folder, path, depth)
        if inner is not None:
            since = recorded if _knows(inner, recorded) else _head(inner)
            yield from _below(path, _on_disk(inner, since, depth + 1))


def _below(path: str, files: Iterable[ChangedFile]) -> Iterator[ChangedFile]:
    return (replace(file, path=f"{path}/{file.path}") for file in files)


def _submodules(folder: str, start: str) -> Mapping[str, str]:
    """Paths of submodules below the folder, each with the commit that a state has of it."""
    above = (Path(folder), *Path(folder).parents)
    if not any((each / ".gitmodules").is_file() for each in above):
        return {}
    listed = os.fsdecode(_git(folder, "ls-tree", "-r", "-z", start)).split("\0")
    rows = (row.partition("\t") for row in listed if row.startswith(_SUBMODULE))
    return {path: meta.split(" ")[2] for meta, _, path in rows}


def _submodule(folder: str, path: str, depth: int) -> str | None:
    """Where a submodule is checked out, below the folder itself and not where a link leads."""
    inner = Path(folder, path)
    is_here = (inner / ".git").exists() and inner.resolve() == Path(folder).resolve() / path
    return str(inner) if is_here and depth < _DEEPEST else None


def _knows(folder: str, commit: str) -> bool:
    """Whether a commit is in a repository."""
    named = f"{commit}^{{commit}}"
    return bool(_git(folder, "rev-parse", "--verify", "--quiet", named, ok=(0, 1, 128)).strip())


def tracked_though_ignored(folder: str) -> frozenset[str]:
    """Files below the folder that git has in spite of its ignore rules, by their paths in it.
    Raises GitError."""
    listed = _git(folder, "ls-files", "--cached", "--ignored", "--exclude-standard", "-z")
    return frozenset(path for path in os.fsdecode(listed).split("\0") if path)


def last_commits(folder: str, limit: int) -> Mapping[str, int]:
    """The newest commits that the checked-out one goes back to, merges left out: name to time of
    commit, in seconds since the epoch, newest first. Raises GitError where there are none."""
    counted = ("rev-list", "--no-merges", "--timestamp", f"--max-count={limit}", "HEAD", "--")
    listed = _git(folder, *counted).decode().split()
    return dict(zip(listed[1::2], map(int, listed[::2]), strict=True))


def touched_files(folder: str, commits: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Paths below the folder that each of these commits changed; {} for nothing there. Names are
    compared and no content is read. Raises GitError."""
    listed = _git(
        folder,
        "diff-tree",
        "--stdin",
        *("-r", "-z", "--root", "--name-only", "--no-renames", "--relative", "--no-ext-diff"),
        data="".join(f"{name}\n" for name in commits).encode(),
    )
    touched: dict[str, list[str]] = {}
    known, paths = set(commits), list[str]()
    for field in os.fsdecode(listed).split("\0"):
        if field in known:
            known.discard(field)
            paths = touched[field] = []
        elif field:
            paths.append(field)
    return {commit: tuple(paths) for commit, paths in touched.items()}


def are_unrelated(folder: str, revisions: str) -> bool:
    """Whether the ends of a range have no merge base here, as in a shallow clone: then the first
    end itself is compared with. Raises GitError."""
    first, last = _named_ends(revisions)
    old, new = _commit(folder, first), _commit(folder, last)
    return not _git(folder, "merge-base", old, new, ok=(0, 1)).split()


def _worktree_rows(folder: str, start: str) -> dict[str, tuple[str, str]]:
    arguments = ("diff-index", *_RAW, start, "--")
    listed = _git(folder, *arguments, settings=_without_filters(folder))
    tracked = {path: (before, _NO_OBJECT) for path, (before, _) in _rows(listed).items()}
    return tracked | dict.fromkeys(_untracked(folder), (_NO_OBJECT, _NO_OBJECT))


def _without_filters(folder: str) -> Mapping[str, str]:
    """Git runs a clean filter to see whether a file whose time changed differs: not here."""
    keys = ("config", "--null", "--name-only", "--get-regexp", r"^filter\..*\.[a-z]+$")
    listed = os.fsdecode(_git(folder, *keys, ok=(0, 1)))
    drivers = {key.rpartition(".")[0] for key in listed.split("\0") if key}
    commands = ("clean", "smudge", "process")
    none = {f"{driver}.{command}": "" for driver in drivers for command in commands}
    return none | {f"{driver}.required": "false" for driver in drivers}


def _head(folder: str) -> str:
    """The last commit; before the first one, the empty tree."""
    found = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}", ok=(0, 1)).strip()
    return found.decode() if found else _nothing(folder)


def _nothing(folder: str) -> str:
    """The empty tree."""
    return _git(folder, "hash-object", "-t", "tree", "--stdin", data=b"").decode().strip()


def _around(folder: str, revision: str) -> tuple[str, str]:
    """A commit's first parent, or the empty tree, and itself."""
    commit = _commit(folder, revision)
    head = _git(folder, "cat-file", "commit", commit).partition(b"\n\n")[0].splitlines()
    parents = [line.split()[1].decode() for line in head if line.startswith(b"parent ")]
    if not parents:
        return _nothing(folder), commit
    known = _git(folder, "rev-parse", "--verify", "--quiet", f"{parents[0]}^{{commit}}", ok=(0, 1))
    if not known.strip():
        raise GitError(
            f"the parent of {revision} is not in this shallow clone: get it, `git fetch --deepen=1`"
        )
    return parents[0], commit


def _named_ends(revisions: str) -> tuple[str, str]:
    first, dots, last = revisions.replace("...", "..").partition("..")
    if not dots or not first:
        raise GitError(f"{revisions} is not a range: write BASE.. or BASE..TIP")
    return first, last or "HEAD"


def _ends(folder: str, revisions: str) -> tuple[str, str]:
    first, last = _named_ends(revisions)
    old, new = _commit(folder, first), _commit(folder, last)
    base = _git(folder, "merge-base", old, new, ok=(0, 1)).decode().split()
    return (base[0] if base else old), new


def _commit(folder: str, revision: str) -> str:
    if revision.startswith("-"):
        raise GitError(f"{revision} is not a revision")
    found = _git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", ok=(0, 1))
    if not found.strip():
        raise GitError(f"there is no commit {revision}")
    return found.decode().strip()


def _rows(listed: bytes) -> dict[str, tuple[str, str]]:
    """Path to object names before and after, of regular files alone."""
    return _of_modes(listed, {"000000", "100644", "100755"})


def _links(listed: bytes) -> dict[str, tuple[str, str]]:
    """The same of submodules: commits in another repository."""
    return _of_modes(listed, {_SUBMODULE})


def _of_modes(listed: bytes, modes: Collection[str]) -> dict[str, tuple[str, str]]:
    fields = os.fsdecode(listed).split("\0")
    rows: dict[str, tuple[str, str]] = {}
    for meta, path in zip(fields[::2], fields[1::2], strict=False):
        mode_before, mode_after, before, after, status = meta.removeprefix(":").split(" ")
        if mode_before in modes and mode_after in modes:
            rows[path] = (before, _IN_CONFLICT if status == "U" else after)
    return rows


def _untracked(folder: str) -> list[str]:
    listed = _git(folder, "ls-files", "--others", "--exclude-standard", "-z")
    return [path for path in os.fsdecode(listed).split("\0") if path]


def _contents(folder: str, names: set[str]) -> Mapping[str, bytes]:
    """Bytes of each object as they are stored."""
    wanted = sorted(name for name in names if name.strip("0"))
    output = _git(folder, "cat-file", "--batch", data="".join(f"{n}\n" for n in wanted).encode())
    contents: dict[str, bytes] = {}
    at = 0
    for name in wanted:
        end = output.index(b"\n", at)
        parts = output[at:end].split(b" ")
        at = end + 1
        if len(parts) != 3:
            raise GitError(f"{name} is not in this partial clone: `git fetch --refetch` brings it")
        size = int(parts[2])
        contents[name] = output[at : at + size]
        at += size + 1
    return contents


def _git(
    folder: str,
    *arguments: str,
    data: bytes = b"",
    ok: Sequence[int] = (0,),
    settings: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    git = program()
    if git is None:
        raise NoRepositoryError("there is no git on PATH")
    try:
        done = subprocess.run(  # noqa: S603
            [git, "--no-optional-locks", *arguments],
            cwd=folder,
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            env=_environment({**_SAFE, **settings}),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitError(f"git cannot be run: {error}") from error
    if done.returncode not in ok:
        said = os.fsdecode(done.stderr).strip().removeprefix("fatal: ")
        raise (NoRepositoryError if "not a git repository" in said else GitError)(said)
    return done.stdout


def _environment(settings: Mapping[str, str]) -> Mapping[str, str]:
    """Settings in the environment win over the repository's, and may hold any character. What
    git put there for a hook that started us speaks of another repository or index."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_CONFIG_COUNT": str(len(settings)),
        "LC_ALL": "C",
    }
    for number, (key, value) in enumerate(settings.items()):
        environment[f"GIT_CONFIG_KEY_{number}"] = key
        environment[f"GIT_CONFIG_VALUE_{number}"] = value
    return environment
