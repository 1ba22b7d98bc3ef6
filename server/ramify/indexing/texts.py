"""Texts of files that were read last, by content hash: answers show the same files again.

Safe to share between threads. Knows no paths and no disk.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from ramify.analysis.text import Text

MEMORY_BYTES: Final = 3_000_000
"""Of text that is kept."""


class KeptTexts:
    """The least recently used go first."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, Text] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def of(self, hash: str) -> Text | None:
        with self._lock:
            text = self._texts.get(hash)
            if text is not None:
                self._texts.move_to_end(hash)
            return text

    def keep(self, hash: str, text: Text) -> Text:
        """The text, or the same one as it was kept before."""
        with self._lock:
            known = self._texts.setdefault(hash, text)
            if known is text:
                self._bytes += len(text.data)
            while self._bytes > MEMORY_BYTES and len(self._texts) > 1:
                _, dropped = self._texts.popitem(last=False)
                self._bytes -= len(dropped.data)
        return known
