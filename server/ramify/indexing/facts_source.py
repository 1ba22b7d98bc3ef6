"""Facts by content hash: from memory, else from the facts cache, else from the text itself.

Shared by all snapshots of a workspace, safe to use from any thread. Knows no paths.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from ramify.analysis.extraction.extract import extract
from ramify_store.facts import (
    FileFacts,
    Outline,
    decode_body,
    decode_outline,
)

MEMORY_BYTES: Final = 4_000_000
"""Facts of about this many bytes of source are kept decoded; they take some ten times that."""


class EncodedFacts(Protocol):
    """The part of the facts cache that is read here."""

    def outline(self, hash: str, language: str) -> bytes | None: ...

    def body(self, hash: str, language: str) -> bytes | None: ...


class FactsSource:
    """`cache` gives the facts cache, or None as long as there is none."""

    def __init__(self, cache: Callable[[], EncodedFacts | None]) -> None:
        self._cache = cache
        self._lock = threading.Lock()
        self._facts: OrderedDict[tuple[str, str], FileFacts] = OrderedDict()
        self._kept = 0

    def known(self, hash: str, language: str) -> FileFacts | None:
        """Facts that need no text; None when neither memory nor cache has them."""
        key = (hash, language)
        with self._lock:
            facts = self._facts.get(key)
            if facts is not None:
                self._facts.move_to_end(key)
                return facts
        facts = self._cached(hash, language)
        if facts is not None:
            self._keep(key, facts)
        return facts

    def of_text(self, hash: str, language: str, data: bytes) -> FileFacts:
        """Facts of a text, extracted here and now if nobody has them."""
        facts = self.known(hash, language)
        if facts is None:
            facts = extract(data, language)
            self._keep((hash, language), facts)
        return facts

    def outline(self, hash: str, language: str) -> Outline | None:
        """The outline alone, a tenth of the facts; None when nobody has it."""
        with self._lock:
            facts = self._facts.get((hash, language))
        if facts is not None:
            return facts.outline
        cache = self._cache()
        encoded = None if cache is None else cache.outline(hash, language)
        try:
            return None if encoded is None else decode_outline(encoded)
        except msgspec.DecodeError:
            return None

    def forget(self) -> None:
        """Keeps nothing decoded: after everything was linked, most will not be asked for soon."""
        with self._lock:
            self._facts.clear()
            self._kept = 0

    def _cached(self, hash: str, language: str) -> FileFacts | None:
        cache = self._cache()
        if cache is None:
            return None
        outline, body = cache.outline(hash, language), cache.body(hash, language)
        if outline is None or body is None:
            return None
        try:
            return FileFacts(decode_outline(outline), decode_body(body))
        except msgspec.DecodeError:
            return None

    def _keep(self, key: tuple[str, str], facts: FileFacts) -> None:
        with self._lock:
            if key in self._facts:
                return
            self._facts[key] = facts
            self._kept += facts.outline.size
            while self._kept > MEMORY_BYTES and len(self._facts) > 1:
                _, dropped = self._facts.popitem(last=False)
                self._kept -= dropped.outline.size
