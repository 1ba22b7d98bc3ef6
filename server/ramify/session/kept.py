"""Which workspace folder a store belongs to: the name of its directory cannot be read back.

Written into both directories of a store; read by whoever cleans up. Knows no store.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ramify.session.directories import Directories

_NAME: Final = "folder"
_STORE: Final = re.compile(r".*-[0-9a-f]{16}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class KeptStore:
    """What is kept under one name."""

    name: str
    folder: str | None
    """None: nobody wrote down whose it is."""

    @property
    def is_gone(self) -> bool:
        """The folder is not there, though the one that held it is: a drive that is not mounted
        would lack both."""
        if self.folder is None:
            return False
        path = Path(self.folder)
        return not path.exists() and path.parent.is_dir()


def sign(folder: str, *directories: Path) -> None:
    """Says in each directory of a store whose it is."""
    for directory in directories:
        with suppress(OSError):  # nothing but cleaning up depends on it
            if _read(directory) != folder:
                (directory / _NAME).write_text(folder, "utf-8")


def kept_stores(directories: Directories) -> Iterator[KeptStore]:
    """All there are, by name."""
    found: dict[str, str | None] = {}
    for home in (directories.cache, directories.data):
        for path in sorted(home.iterdir()) if home.is_dir() else ():
            if path.is_dir() and _STORE.fullmatch(path.name):
                found[path.name] = found.get(path.name) or _read(path)
    return (KeptStore(name, folder) for name, folder in sorted(found.items()))


def _read(directory: Path) -> str | None:
    try:
        return (directory / _NAME).read_text("utf-8")
    except (OSError, ValueError):
        return None
