"""Where Ramify keeps its stores: never in the workspace, readable by their user alone.

Says only where; creating and locking is the stores' own business.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ramify.session.uris import inside


@dataclass(frozen=True, slots=True)
class Directories:
    cache: Path
    """What can be made again from the files: graph, vectors, facts."""
    data: Path
    """What cannot: the journal."""


def real_path(folder: str | os.PathLike[str]) -> str:
    """A workspace folder as its workspace and its store name it."""
    return Path(os.path.realpath(folder)).as_posix()


def stays_inside(folder: str, link: str) -> bool:
    """Whether a link leads to something below a folder that is named by its real path."""
    found = inside(folder, real_path(link))
    return found is not None and found != "."


def user_directories() -> Directories:
    """The platform's own, or below $RAMIFY_HOME, the user's wish to have all in one place."""
    home = os.environ.get("RAMIFY_HOME")
    if home:
        return Directories(Path(home) / "cache", Path(home) / "data")
    import platformdirs

    return Directories(
        Path(platformdirs.user_cache_dir("ramify", appauthor=False)),
        Path(platformdirs.user_data_dir("ramify", appauthor=False)),
    )


def socket_directories() -> Iterator[Path]:
    """Where a socket may be that others of this user find a server by, the best one first."""
    import tempfile

    home = os.environ.get("RAMIFY_HOME")
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if home:
        yield Path(home).absolute() / "run"
    if runtime:
        yield Path(runtime) / "ramify"
    yield user_directories().cache / "run"
    if sys.platform != "win32":
        yield Path(tempfile.gettempdir()) / f"ramify-{os.getuid()}"
