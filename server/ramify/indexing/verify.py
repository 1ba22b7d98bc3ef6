"""Is the stored graph the one that the files say? Builds it again beside it and compares.

The second graph takes nothing from the first: files are read, parsed and linked anew, in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ramify.indexing.facts_source import FactsSource
from ramify.indexing.pipeline import Pipeline, Run
from ramify.indexing.report import Progress
from ramify.indexing.stores import Stores, open_stores
from ramify.session.cancel import CancelToken
from ramify.session.directories import Directories
from ramify.session.settings import Settings
from ramify_store.check import differences
from ramify_store.errors import StoreLocked


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
    stored = open_stores(folder, directories)
    scratch = open_stores(folder, None)
    try:
        if stored.owner is not None:
            raise StoreLocked(str(directories.cache), stored.owner or None)
        source = FactsSource(lambda: scratch.facts)
        pipeline = Pipeline(folder, scratch, source, lambda paths: None)
        pipeline.update(scratch.committed(), settings, None, Run(on_progress), token)
        yield from _differences(scratch, stored, token)
    finally:
        scratch.close()
        stored.close()


def _differences(expected: Stores, actual: Stores, token: CancelToken) -> Iterator[str]:
    """File by file: two whole graphs of links in memory would be many."""
    for path in sorted({*expected.view().paths(), *actual.view().paths()}):
        token.check()
        wanted, found = expected.links(path), actual.links(path)
        yield from differences(
            {path: wanted} if wanted is not None else {}, {path: found} if found is not None else {}
        )
