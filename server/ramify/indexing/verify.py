"""Is the stored graph the one that the files say? Builds it again beside it and compares.

The second graph takes nothing from the first: files are read, parsed and linked anew, in memory.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping

from ramify.indexing.facts_source import FactsSource
from ramify.indexing.pipeline import Pipeline, Run
from ramify.indexing.report import Progress
from ramify.indexing.stores import Stores, open_stores
from ramify.session.cancel import CancelToken
from ramify.session.directories import Directories
from ramify.session.settings import Settings
from ramify_store.check import differences
from ramify_store.errors import StoreLocked
from ramify_store.facts import decode_links, encode


def differences_from_scratch(
    folder: str,
    settings: Settings,
    directories: Directories,
    on_progress: Callable[[Progress], None],
    token: CancelToken,
) -> Iterator[str]:
    """One line for each difference between the stored graph and the one made anew, by path.

    The stored graph is to be up to date, and nobody may own the store: raises StoreLocked.
    """
    stored = _stored_links(folder, directories, token)
    scratch = open_stores(folder, None)
    try:
        source = FactsSource(lambda: scratch.facts)
        pipeline = Pipeline(folder, scratch, source, lambda paths: None)
        pipeline.update(scratch.committed(), settings, None, Run(on_progress), token)
        yield from _differences(scratch, stored, token)
    finally:
        scratch.close()


def _stored_links(folder: str, directories: Directories, token: CancelToken) -> Mapping[str, bytes]:
    """What the store holds of each file, packed. The store is closed again before the second
    graph is made: two open Kùzu databases in one process have crashed it."""
    stored = open_stores(folder, directories)
    try:
        if stored.owner is not None:
            raise StoreLocked(str(directories.cache), stored.owner or None)
        packed: dict[str, bytes] = {}
        for path in stored.view().paths():
            token.check()
            links = stored.links(path)
            if links is not None:
                packed[path] = zlib.compress(encode(links), 1)
        return packed
    finally:
        stored.close()


def _differences(
    expected: Stores, actual: Mapping[str, bytes], token: CancelToken
) -> Iterator[str]:
    """File by file: two whole graphs of links in memory would be many."""
    for path in sorted({*expected.view().paths(), *actual}):
        token.check()
        wanted = expected.links(path)
        packed = actual.get(path)
        found = decode_links(zlib.decompress(packed)) if packed is not None else None
        yield from differences(
            {path: wanted} if wanted is not None else {}, {path: found} if found is not None else {}
        )
