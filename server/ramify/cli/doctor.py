"""What can be wrong with a machine or a workspace, and what to do about each.

One function for each thing that is looked at; each says what it found even when all is well.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal

from ramify.cli.render import table_words
from ramify.indexing.report import StatusDetails
from ramify.session.directories import Directories, socket_directories
from ramify.session.git import program

Verdict = Literal["ok", "note", "bad"]

_PARTS: Final = ("ramify", "kuzu", "lancedb", "tree-sitter", "tree-sitter-python", "pygls")
_FREE_BYTES: Final = 500_000_000
_OPEN_FILES: Final = 1024
_FEW_INSTANCES: Final = 64
_SOCKET_PATH_BYTES: Final = 100
_WATCHES = Path("/proc/sys/fs/inotify/max_user_watches")
_INSTANCES = Path("/proc/sys/fs/inotify/max_user_instances")


@dataclass(frozen=True)
class Finding:
    verdict: Verdict
    what: str
    found: str
    todo: str = ""
    """What a person can do; empty when there is nothing to do."""


def machine(directories: Directories) -> Iterator[Finding]:
    """What does not depend on the workspace."""
    yield _python()
    yield Finding("ok", "versions", ", ".join(f"{part} {version(part)}" for part in _PARTS))
    yield _grammar()
    yield _model()
    for name, directory in (("cache", directories.cache), ("data", directories.data)):
        yield from _directory(name, directory)
    yield _sockets(list(socket_directories()))
    yield _files_open()
    yield _git()


def workspace(folder: Path, details: StatusDetails) -> Iterator[Finding]:
    """What the opened workspace says of itself, after it was brought up to the disk."""
    yield _index(details)
    yield _store(details)
    yield from _health(details)
    yield from _permissions(details)
    yield _watching(folder)
    yield _watchers()
    for note in details.notes:
        yield Finding("note", "left out", note)
    for error in details.last_errors:
        yield Finding("bad", "error", error, "`ramify clean` and index again; else report it")


def _python() -> Finding:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("ok", "python", found)
    return Finding("note", "python", found, "tested with Python 3.11 to 3.13")


def _grammar() -> Finding:
    from ramify.analysis.extraction.extract import extract

    facts = extract(b"def answer():\n    return 42\n", "python")
    names = [symbol.name for symbol in facts.outline.symbols]
    if names == ["", "answer"]:
        return Finding("ok", "grammar", "Python parses")
    return Finding(
        "bad", "grammar", f"a function came out as {names}", "reinstall tree-sitter-python"
    )


def _model() -> Finding:
    from ramify.embedding.model import load_embedder

    model = load_embedder()
    row = model.embed_chunks(["def parse_header(line): return line.split()"])[0]
    if row.shape == (model.dimensions,) and abs(float(row @ row) - 1.0) < 1e-3:
        return Finding("ok", "model", f"{model.model_id}, {model.dimensions} dimensions")
    return Finding("bad", "model", f"{model.model_id} gives no unit vector", "reinstall Ramify")


def _directory(name: str, path: Path) -> Iterator[Finding]:
    existing = next(each for each in (path, *path.parents) if each.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        yield Finding("bad", name, f"{path} cannot be written", "make it yours, or set RAMIFY_HOME")
        return
    free = shutil.disk_usage(existing).free
    yield Finding(
        "ok" if free > _FREE_BYTES else "bad",
        name,
        f"{path}, {free / 1e9:.1f} GB free",
        "" if free > _FREE_BYTES else "free some space, or set RAMIFY_HOME",
    )


def _git() -> Finding:
    found = program()
    if found:
        return Finding("ok", "git", found)
    return Finding(
        "note",
        "git",
        "not found",
        "needed for changes and history, and for ignored files that it has",
    )


def _sockets(directories: Sequence[Path]) -> Finding:
    """Whether an editor and a command line on the same workspace can find each other."""
    if not hasattr(socket, "AF_UNIX"):
        return Finding("ok", "sockets", "named pipes: this system has no sockets in folders")
    refused = []
    for directory in directories:
        why = _no_socket_in(directory)
        if why is None:
            return Finding("ok", "sockets", str(directory))
        refused.append(f"{directory} {why}")
    return Finding(
        "note",
        "sockets",
        f"a second process cannot attach to the first: {'; '.join(refused)}",
        "set RAMIFY_HOME or XDG_RUNTIME_DIR to a short path of yours alone",
    )


def _no_socket_in(directory: Path) -> str | None:
    """Why none can be there, found out by making one."""
    path = directory / f"{os.getpid()}-doctor-0123"
    if len(os.fsencode(path)) > _SOCKET_PATH_BYTES:
        return "is too long a path"
    made = [each for each in (directory, *directory.parents) if not each.exists()]
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if stat.S_IMODE(directory.lstat().st_mode) & 0o077 or not directory.is_dir():
            return "can be entered by others"
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
            trial.bind(str(path))
    except OSError as error:
        return f"cannot be used ({error.strerror or error})"
    finally:
        with suppress(OSError):
            path.unlink()
        for each in made:
            with suppress(OSError):
                each.rmdir()
    return None


def _files_open() -> Finding:
    """Databases, watchers and clients take a descriptor each."""
    if sys.platform == "win32":
        return Finding("ok", "files", "this system has no limit that matters")
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY or limit >= _OPEN_FILES:
        return Finding("ok", "files", f"a process may have {limit:,} open")
    return Finding("note", "files", f"a process may have {limit:,} open", "ulimit -n 4096")


def _health(details: StatusDetails) -> Iterator[Finding]:
    """Each part of the stores that is not as it should be; one line when all are."""
    ill = {part: said for part, said in details.health.items() if said != "ok"}
    if not ill:
        yield Finding("ok", "health", ", ".join(details.health))
    for part, said in ill.items():
        todo = "" if part in ("watcher", "search") else "`ramify status` says more"
        yield Finding("note", "health", f"{part}: {said}", todo)


def _watchers() -> Finding:
    """Linux counts one instance for each folder that somebody watches."""
    if not _INSTANCES.exists():
        return Finding("ok", "watchers", "this system has no limit that matters")
    limit = int(_INSTANCES.read_text())
    found = f"this user may have {limit:,} watchers at once"
    if limit >= _FEW_INSTANCES:
        return Finding("ok", "watchers", found)
    return Finding("note", "watchers", found, "raise fs.inotify.max_user_instances to 512")


def _index(details: StatusDetails) -> Finding:
    status = details.status
    found = f"{status.indexed_files:,} of {status.total_files:,} files, revision {status.revision}"
    if status.complete and status.search.complete:
        return Finding("ok", "index", found)
    why = status.reason or f"{status.search.pending_chunks} pieces wait to be embedded"
    return Finding("bad", "index", f"{found}: {why}", "`ramify index`")


def _store(details: StatusDetails) -> Finding:
    found = ", ".join(table_words("store", details.store))
    owner = details.store.get("owner")
    if owner:
        return Finding(
            "note", "store", found, f"process {owner} owns it: answers here come from memory"
        )
    return Finding("ok", "store", found)


def _permissions(details: StatusDetails) -> Iterator[Finding]:
    """The stores hold the user's source: nobody else may look into them."""
    path = Path(str(details.store.get("path", "")))
    if os.name != "posix" or not path.is_absolute():
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield Finding("bad", "access", f"others can look into {path}", f"chmod 700 {path}")
    else:
        yield Finding("ok", "access", "only you can look into the store")


def _watching(folder: Path) -> Finding:
    """Linux counts one watch for each directory."""
    if not _WATCHES.exists():
        return Finding("ok", "watching", "this system has no limit that matters")
    limit = int(_WATCHES.read_text())
    wanted = sum(1 for _ in os.walk(folder))
    noun = "directory" if wanted == 1 else "directories"
    found = f"{wanted:,} {noun}, the system watches {limit:,} for a user"
    if wanted * 2 < limit:
        return Finding("ok", "watching", found)
    return Finding("note", "watching", found, f"raise fs.inotify.max_user_watches to {wanted * 4}")
