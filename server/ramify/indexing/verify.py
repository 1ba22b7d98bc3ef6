"""Is the stored graph the one that the files say? Makes it again beside it and compares.

All of it: files are read, parsed and linked anew, and nothing is taken from the store. A sample:
some files are read, parsed and linked anew against the others as they are stored. The store may
serve meanwhile. Knows no database but what it is given.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from ramify.analysis.extraction.extract import extract
from ramify.analysis.linking.link import Cancel
from ramify.indexing.committed import Base
from ramify.indexing.facts_source import FactsSource
from ramify.indexing.pipeline import Pipeline, Run
from ramify.indexing.programs import FactsLost, TableProgram
from ramify.indexing.report import Progress
from ramify.indexing.sources import Content, read_content
from ramify.indexing.stores import Stores
from ramify.session.settings import Settings
from ramify_store.check import differences
from ramify_store.errors import StoreLocked
from ramify_store.factcache import FactCache
from ramify_store.facts import FileLinks, decode_links, encode


@dataclass(frozen=True, slots=True)
class Sample:
    """Some files, the same ones for the same seed and the same workspace."""

    files: int
    seed: int


@dataclass(frozen=True, slots=True)
class Verified:
    checked: int
    """Files that were compared."""
    files: int
    """Files there are."""
    revision: int
    """Of the graph that was looked at."""
    differences: Iterator[str]
    """One line each, by path; made as they are asked for."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store holds, read from the database again, packed: two whole graphs of links in
    memory would be many."""

    base: Base
    links: Mapping[str, bytes]
    revision: int


def kept_of(stores: Stores, base: Base, sample: Sample | None, token: Cancel) -> Kept:
    """Of all files or a sample; on the thread that commits. Raises StoreLocked where the stores
    are in memory because another process has those on disk."""
    if stores.owner is not None:
        raise StoreLocked("the cache directory", stores.owner or None)
    stores.store.reload()
    view = stores.view()
    packed: dict[str, bytes] = {}
    for path in _sampled(view.paths(), sample):
        token.check()
        links = stores.links(path)
        if links is not None:
            packed[path] = zlib.compress(encode(links), 1)
    return Kept(base, packed, view.revision)


def verified(
    folder: str,
    kept: Kept,
    settings: Settings,
    source: FactsSource,
    sample: Sample | None,
    on_progress: Callable[[Progress], None],
    token: Cancel,
) -> Verified:
    """Makes anew what was kept, and compares. `source` has the facts of the stored files."""
    files = len(kept.base.table.placed)
    if sample is None:
        expected = _from_scratch(folder, settings, on_progress, token)
        lines = _differences(expected, kept.links, token)
    else:
        lines = _sample_differences(folder, kept, settings, source, token)
    return Verified(len(kept.links), files, kept.revision, lines)


def _sampled(paths: Collection[str], sample: Sample | None) -> Collection[str]:
    if sample is None or sample.files >= len(paths):
        return paths
    chosen = random.Random(sample.seed).sample(sorted(paths), sample.files)  # noqa: S311
    return sorted(chosen)


class _Scratch:
    """The part of the stores that making links anew needs."""

    def __init__(self) -> None:
        self.facts = FactCache(None)


def _from_scratch(
    folder: str, settings: Settings, on_progress: Callable[[Progress], None], token: Cancel
) -> Mapping[str, FileLinks]:
    scratch = _Scratch()
    source = FactsSource(lambda: scratch.facts)
    pipeline = Pipeline(folder, cast(Stores, scratch), source, lambda paths: None)
    return pipeline.anew(settings, Run(on_progress), token)[1].delta.links


def _differences(
    expected: Mapping[str, FileLinks], actual: Mapping[str, bytes], token: Cancel
) -> Iterator[str]:
    for path in sorted(expected.keys() | actual.keys()):
        token.check()
        yield from _of_file(path, expected.get(path), actual.get(path))


def _of_file(path: str, wanted: FileLinks | None, packed: bytes | None) -> Iterator[str]:
    found = None if packed is None else decode_links(zlib.decompress(packed))
    yield from differences(
        {} if wanted is None else {path: wanted}, {} if found is None else {path: found}
    )


def _sample_differences(
    folder: str, kept: Kept, settings: Settings, source: FactsSource, token: Cancel
) -> Iterator[str]:
    table = kept.base.table
    for path in kept.links:
        token.check()
        yield from _fact_differences(folder, path, kept, settings, source)
    program = TableProgram(table, source)
    linker = kept.base.linker.fork()
    try:
        again = linker.relink(program, program, frozenset(kept.links), token).links
    except FactsLost as lost:
        yield f"{lost.path}: its facts are not in the cache"
        return
    for path, packed in kept.links.items():
        yield from _of_file(path, again.get(path), packed)


def _fact_differences(
    folder: str, path: str, kept: Kept, settings: Settings, source: FactsSource
) -> Iterator[str]:
    """Whether the file is the one that was indexed, and its facts are what its text says."""
    placed = kept.base.table.placed.get(path)
    content = read_content(folder, path, settings.size_limit)
    if placed is None or not isinstance(content, Content) or content.hash != placed.hash:
        yield f"{path}: the graph shows another content than the file has"
        return
    if source.known(placed.hash, placed.language) != extract(content.data, placed.language):
        yield f"{path}: the facts in the cache are not what its text says"
