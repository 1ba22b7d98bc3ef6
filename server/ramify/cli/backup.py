"""`ramify backup` and `ramify restore`: the index as one file, for a machine that has none yet."""

from __future__ import annotations

import os
import time
from argparse import Namespace
from pathlib import Path

from rich.text import Text

from ramify.cli.opened import Options, opened, options_of, refreshed
from ramify.cli.outcome import ANSWERED, UnansweredError
from ramify.cli.render import counted
from ramify.cli.show import show_json
from ramify.cli.terminal import console, write
from ramify.indexing.stores import stamp
from ramify.session.directories import user_directories
from ramify_store.backup import Manifest
from ramify_store.ownership import store_name
from ramify_store.restore import restore as put_back


def backup(arguments: Namespace) -> int:
    """What is written is up to date with the disk; a server that has the store goes on serving."""
    options = options_of(arguments)
    target = Path(os.path.normpath(options.here / arguments.file))
    with opened(options) as space:
        refreshed(space, options)
        started = time.monotonic()
        try:
            manifest = space.back_up(target)
        except OSError as error:
            raise UnansweredError(f"{target} cannot be written: {error.strerror}.") from error
    _show(options, manifest, "written to", target, time.monotonic() - started)
    return ANSWERED


def restore(arguments: Namespace) -> int:
    """Nothing is indexed yet then: the next question finds out what differs from the backup."""
    options = options_of(arguments)
    if options.memory:
        raise UnansweredError("In memory there is nothing to restore a backup into.")
    source = Path(os.path.normpath(options.here / arguments.file))
    directories = user_directories()
    name = store_name(options.root.resolve().as_posix())
    started = time.monotonic()
    try:
        manifest = put_back(source, directories.cache / name, directories.data / name, stamp())
    except OSError as error:
        raise UnansweredError(f"{source} is not restored: {error.strerror or error}.") from error
    _show(options, manifest, "restored from", source, time.monotonic() - started)
    return ANSWERED


def _show(options: Options, manifest: Manifest, what: str, file: Path, seconds: float) -> None:
    size = file.stat().st_size
    if options.json:
        shape = {
            "file": str(file),
            "bytes": size,
            "files": manifest.files,
            "revision": manifest.revision,
            "writtenBy": manifest.written,
            "madeAt": manifest.made_at,
            "seconds": round(seconds, 3),
        }
        show_json(shape, options.out)
        return
    line = Text(
        f"{counted(manifest.files, 'file')}, revision {manifest.revision:,}, {what} {file} "
        f"({size / 1e6:.1f} MB) in {seconds:.2f} s"
    )
    write(console(options.out, options.plain), [line])
