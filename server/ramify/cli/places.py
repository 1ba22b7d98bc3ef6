"""Places as a person reads them: `path:line:col`, seen from the current directory.

The form that terminals, editors and grep-minded tools turn into links.
"""

from __future__ import annotations

import os
from pathlib import Path

from ramify.analysis.text import Text
from ramify.session.snapshot import Snapshot


class Places:
    """Remembers texts while one answer is written: many places stand in few files."""

    def __init__(self, snapshot: Snapshot, here: Path) -> None:
        self._snapshot = snapshot
        self._here = here
        self._texts: dict[str, Text | None] = {}

    def file(self, path: str) -> str:
        """A path of the workspace as seen from the current directory, or absolute when that
        would have to climb."""
        absolute = Path(self._snapshot.folder, path)
        if not absolute.is_relative_to(self._here):
            return str(absolute)
        return os.path.relpath(absolute, self._here)

    def at(self, path: str, offset: int) -> str:
        """One-based line and column (in characters) of a byte offset."""
        if path not in self._texts:
            self._texts[path] = self._snapshot.text(path)
        text = self._texts[path]
        if text is None:
            return self.file(path)
        position = text.position(offset, "utf-32")
        return f"{self.file(path)}:{position.line + 1}:{position.column + 1}"
