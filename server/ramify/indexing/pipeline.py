"""The one road from a changed disk to a committed graph: sweep, facts, links, commit.

Runs on the writer thread. Facts are kept as they are made and a commit is one transaction, so that
a kill at any moment loses nothing but time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from ramify.analysis.linking.link import Cancel, Linker
from ramify.indexing.committed import Base, LinkerSource
from ramify.indexing.extract_pool import Extraction, worker_count
from ramify.indexing.facts_source import FactsSource
from ramify.indexing.linking import Relinked, linked, linked_anew
from ramify.indexing.nothing import NO_VIEW
from ramify.indexing.programs import FactsLost
from ramify.indexing.report import Phase, Progress
from ramify.indexing.sources import Content, read_content
from ramify.indexing.standing import Standing
from ramify.indexing.stores import Stores
from ramify.indexing.sweep import NO_TABLE, Sweep, sweep, sweep_paths
from ramify.indexing.worker import Extracted, Source
from ramify.session.files import FileTable, same_content_and_place
from ramify.session.settings import Settings
from ramify_store.facts import Placed
from ramify_store.memory import release

Key = tuple[str, str]
"""Hash and language."""


@dataclass
class Run:
    """What one run down the road did, for reports."""

    on_progress: Callable[[Progress], None]
    changed: int = 0
    removed: int = 0
    relinked: int = 0
    extracted: int = 0
    """Texts parsed: of the others the facts were known."""
    embedded: int = 0
    by_phase: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, phase: Phase, total: int = 0) -> Iterator[None]:
        self.on_progress(Progress(phase, 0, total))
        start = time.monotonic()
        try:
            yield
        finally:
            seconds = time.monotonic() - start
            self.by_phase[phase] = self.by_phase.get(phase, 0.0) + seconds


class Pipeline:
    """Of one workspace. `update` belongs to the writer thread."""

    def __init__(
        self,
        folder: str,
        stores: Stores,
        source: FactsSource,
        forget_chunks: Callable[[Sequence[str]], None],
    ) -> None:
        """`forget_chunks` drops the chunks of files whose symbols get other ids."""
        self._folder = folder
        self._stores = stores
        self._forget_chunks = forget_chunks
        self._source = source
        self._given_up: dict[Key, str] = {}
        self.notes: dict[str, str] = {}
        """By path: why a file is not in the graph, or in part; "" for what is no single file."""
        self._stood: tuple[Base, Standing] | None = None
        """How the disk stood when it was as this state says."""

    def look_again(self) -> None:
        """The next update of everything reads the disk, however it stands."""
        self._stood = None

    def update(
        self,
        base: Base,
        settings: Settings,
        paths: Collection[str] | None,
        run: Run,
        token: Cancel,
    ) -> Base:
        """Brings the graph up to the disk for these paths, or all of it for None.

        Raises what the token raises, and StoreError; then nothing was committed.
        """
        if self._stores.outdated is not None:
            return self._rebuilt(base, settings, run, token)
        if paths is None and self._stands(base, settings, token):
            return base
        self._stood = None
        found = self._swept(base.table, settings, paths, run, token)
        if found.is_empty and found.table is base.table:
            self._stood = None if found.standing is None else (base, found.standing)
        if found.is_empty and found.table.roots == base.table.roots:
            return self._touched(base, found)
        with run.phase("link", len(found.table.placed)):
            counted = _Counted(token, run, len(found.table.placed))
            relinked = self._linked(base, found, settings, run, counted)
            if len(relinked.delta.links) > MANY:
                self._source.forget()
                release()
        run.changed += len(found.changed)
        run.removed += len(found.removed)
        run.relinked += len(relinked.delta.links)
        with run.phase("store", len(relinked.delta.links)):
            self._forget_chunks(sorted(_moved(base.table, found)))
            delta = relinked.delta
            self._stores.commit(found.table, delta.links, delta.removed)
            if len(delta.links) <= MANY:
                linker = relinked.linker
                source = LinkerSource(lambda: linker, base.linker.prepared)
                return Base(found.table, self._stores.view(), source)
            # Before anything is read that will stay: it would stand scattered among what linking
            # made, and keep the room of all that.
            del relinked, delta
            release()
            return self._stores.base(found.table)

    def _rebuilt(self, base: Base, settings: Settings, run: Run, token: Cancel) -> Base:
        """Makes the graph anew of the facts, whoever made the old one, which answers meanwhile.
        What was parsed and embedded once is not parsed or embedded again."""
        found, relinked = self.anew(settings, run, token)
        run.changed += len(found.changed)
        run.removed += len(base.table.placed.keys() - found.table.placed.keys())
        run.relinked += len(relinked.delta.links)
        with run.phase("store", len(relinked.delta.links)):
            self._forget_chunks(sorted(_moved(base.table, found)))
            self._stores.rebuild(found.table, relinked.delta.links)
            del relinked
            release()
            return self._stores.base(found.table)

    def _stands(self, base: Base, settings: Settings, token: Cancel) -> bool:
        stood = self._stood
        return stood is not None and stood[0] is base and stood[1].holds(settings, token.check)

    def anew(self, settings: Settings, run: Run, token: Cancel) -> tuple[Sweep, Relinked]:
        """What the disk says, as if nothing had ever been indexed: every file read and linked.
        Facts that are known count; nothing is committed."""
        found = self._swept(NO_TABLE, settings, None, run, token)
        nothing = Base(NO_TABLE, NO_VIEW, LinkerSource(Linker))
        with run.phase("link", len(found.table.placed)):
            counted = _Counted(token, run, len(found.table.placed))
            relinked = self._linked(nothing, found, settings, run, counted)
            self._source.forget()
            release()
        return found, relinked

    def _swept(
        self,
        known: FileTable,
        settings: Settings,
        paths: Collection[str] | None,
        run: Run,
        token: Cancel,
    ) -> Sweep:
        with run.phase("scan"), self._extraction(settings, run) as feed:
            if paths is None:
                found = sweep(self._folder, settings, known, feed, token.check)
                self.notes.clear()
            else:
                found = sweep_paths(self._folder, settings, known, paths, feed, token.check)
                for path in found.table.placed.keys() & self.notes.keys():
                    del self.notes[path]
            feed.finish()
        self._stores.facts.settle()
        self.notes.update(found.notes)
        return self._without_given_up(known, found)

    @contextmanager
    def _extraction(self, settings: Settings, run: Run) -> Iterator[_Feed]:
        feed = _Feed(self._stores, self._given_up, run, worker_count(settings.workers))
        try:
            yield feed
        finally:
            feed.extraction.close()

    def _without_given_up(self, known: FileTable, found: Sweep) -> Sweep:
        """Files whose text nobody could extract are not in the graph, and noted."""
        bad = {
            path: self._given_up[key]
            for path in found.changed
            if (key := _key(found.table.placed[path])) in self._given_up
        }
        if not bad:
            return found
        self.notes.update(bad)
        return Sweep(
            found.table.replaced({}, bad.keys()),
            found.changed - bad.keys(),
            found.removed | (bad.keys() & known.placed.keys()),
            found.touched,
            found.notes,
        )

    def _linked(
        self, base: Base, found: Sweep, settings: Settings, run: Run, token: Cancel
    ) -> Relinked:
        try:
            return linked(base, found.table, found.changed | found.removed, self._source, token)
        except FactsLost:
            self._restore_facts(found.table, settings, run, token)
            return linked_anew(base, found.table, self._source, token)

    def _restore_facts(self, table: FileTable, settings: Settings, run: Run, token: Cancel) -> None:
        """Extracts again what the facts cache has lost. Raises FactsLost for a file that is
        another one by now: its change is on its way, and the next run will find it."""
        wanted = {path: _key(placed) for path, placed in table.placed.items()}
        known = self._stores.facts.known(wanted.values())
        with self._extraction(settings, run) as feed, run.phase("read", len(wanted)):
            for path, key in wanted.items():
                token.check()
                if key in known:
                    continue
                content = read_content(self._folder, path, settings.size_limit)
                if not isinstance(content, Content) or content.hash != key[0]:
                    raise FactsLost(path)
                feed.add(content, key[1])
            feed.finish()

    def _touched(self, base: Base, found: Sweep) -> Base:
        if found.table is base.table:
            return base
        self._stores.touch([found.table.placed[path] for path in sorted(found.touched)])
        return Base(found.table, base.view, base.linker)


def _moved(old: FileTable, found: Sweep) -> Iterator[str]:
    """Files of the same content under another module name."""
    for path in found.changed:
        before, after = old.placed.get(path), found.table.placed[path]
        if before is None or before.hash != after.hash:
            continue
        if not same_content_and_place(before, after):
            yield path


class _Counted:
    """A token that tells progress: linking asks it once for each file and round."""

    def __init__(self, token: Cancel, run: Run, files: int) -> None:
        self._token = token
        self._run = run
        self._files = files
        self._asked = 0

    def check(self) -> None:
        self._token.check()
        self._asked += 1
        if self._asked % _EVERY == 0:
            done = min(self._asked, self._files)
            self._run.on_progress(Progress("link", done, self._files))


class _Feed:
    """Texts on their way to facts; what the cache has already is not extracted again."""

    def __init__(self, stores: Stores, given_up: dict[Key, str], run: Run, workers: int) -> None:
        self._facts = stores.facts
        self._given_up = given_up
        self._run = run
        self._seen: set[Key] = set(given_up)
        self._waiting: list[Source] = []
        self._waiting_bytes = 0
        self._read = 0
        self._expected = 0
        self.extraction = Extraction(workers, self._on_facts)

    def expect(self, texts: int) -> None:
        self._expected = texts
        self._run.on_progress(Progress("read", 0, texts))

    def add(self, content: Content, language: str) -> None:
        self._read += 1
        if self._read % _EVERY == 0:
            self._run.on_progress(Progress("read", self._read, self._expected))
        key = (content.hash, language)
        if key in self._seen:
            return
        self._seen.add(key)
        self._waiting.append(Source(content.hash, language, content.data))
        self._waiting_bytes += len(content.data)
        if self._waiting_bytes > _WAITING_BYTES or len(self._waiting) > _WAITING_TEXTS:
            self._send()

    def finish(self) -> None:
        self._send()
        self.extraction.finish()

    def _send(self) -> None:
        known = self._known([(each.hash, each.language) for each in self._waiting])
        for source in self._waiting:
            if (source.hash, source.language) not in known:
                self._run.extracted += 1
                self.extraction.add(source)
        self._waiting, self._waiting_bytes = [], 0

    def _known(self, keys: Sequence[Key]) -> set[Key]:
        if len(keys) > _FEW:
            return self._facts.known(keys)
        return {key for key in keys if self._facts.outline(*key) is not None}

    def _on_facts(self, batch: Sequence[Extracted]) -> None:
        self._given_up.update(
            ((each.hash, each.language), each.error) for each in batch if each.error
        )
        self._facts.put(
            [
                (each.hash, each.language, each.outline, each.body)
                for each in batch
                if not each.error
            ]
        )


MANY: Final = 200
"""Files whose linking leaves so much memory behind that giving it back is worth half a second."""
_EVERY: Final = 20
_WAITING_TEXTS: Final = 200
_WAITING_BYTES: Final = 2_000_000
_FEW: Final = 8
"""So many texts are looked up one by one; the cache lists all its keys for more."""


def _key(placed: Placed) -> Key:
    return placed.hash, placed.language
