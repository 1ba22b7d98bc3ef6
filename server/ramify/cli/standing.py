"""What a command line leaves unsaid, or hands over: the folder it is given in, a patch in a pipe.

Known to the process alone that was started, so it is settled before anybody else runs the command.
Imports nothing heavy: it stands before every answer.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ramify.session.directories import real_path, user_directories
from ramify_store.ownership import store_name

_STANDARD_INPUT = "-"


def settle_root(arguments: Namespace, here: Path, err: IO[str]) -> None:
    """Without `--root`: the nearest folder around `here` that is indexed, no further up than the
    repository goes; else `here`, which may be a part of more and then says so."""
    if hasattr(arguments, "root") or arguments.verb is None:
        return
    arguments.root = here
    for folder in (here, *here.parents):
        if _is_indexed(folder):
            arguments.root = folder
            return
        if (folder / ".git").exists():
            if folder != here:
                err.write(
                    f"ramify: only {here} is looked at, a part of the repository {folder}; "
                    f"with --root {folder} all of it is.\n"
                )
            return


def _is_indexed(folder: Path) -> bool:
    return (user_directories().cache / store_name(real_path(folder))).is_dir()


@contextmanager
def patch_in_a_file(arguments: Namespace) -> Iterator[None]:
    """A patch that comes through a pipe is put where whoever runs the command can read it."""
    if getattr(arguments, "patch", None) != _STANDARD_INPUT:
        yield
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="ramify-") as directory:
        patch = Path(directory, "standard input")
        patch.write_bytes(sys.stdin.buffer.read())
        arguments.patch = str(patch)
        yield
