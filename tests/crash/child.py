"""The process that is killed: opens the store, compares it with scratch, then goes on with the
schedule until the kill comes. Says on stdout what it has done, one JSON object a line.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ramify.analysis.extraction.chunks import chunk_text
from ramify.embedding.model import load_embedder
from ramify.embedding.tokens import split_identifiers
from ramify.indexing.facts_source import FactsSource
from ramify.indexing.sources import Content, read_content
from ramify.indexing.stores import Stores, stamp
from ramify.indexing.workspace import Workspace
from ramify.session.cancel import CancelToken
from ramify.session.directories import Directories
from ramify_store import chunks as chunks_module
from ramify_store import columnfile, factcache, generations, journal, migrating
from ramify_store.chunks import quantised
from ramify_store.facts import symbol_id
from ramify_store.journal import Journal, Run
from ramify_store.ownership import store_name
from ramify_store.restore import restore
from ramify_store.store import JOURNAL
from tests.crash import points, schedule
from tests.indexing.graphs import committed, difference, from_scratch, settings_of

_PATIENCE = 60.0


def main() -> None:
    order = json.loads(sys.argv[1])
    folder, home = Path(order["folder"]), Path(order["home"])
    _make_everything_frequent()
    _tell_what_the_journal_acknowledges()
    where = Directories(home / "cache", home / "data")
    was = _left_behind(where.cache / store_name(str(folder)))
    if order["opening"]:
        _arm(order)
    _prelude(order["prelude"], home, where.cache, where.data, store_name(str(folder)))
    started = time.monotonic()
    workspace = Workspace.open(folder, settings_of(folder), directories=where)
    report = workspace.refresh()
    seconds = time.monotonic() - started
    found = [*_graph(workspace, folder), *_search(workspace, folder)]
    found += _journal(where.data / store_name(str(folder)) / JOURNAL, order["acknowledged"])
    notes = [*report.notes, *workspace.details().last_errors]
    misses = workspace.details().cache_hits["factMisses"]
    say({"opened": was, "seconds": seconds, "wrong": found, "notes": notes, "misses": misses})
    if not order["opening"]:
        _arm(order)
    _go_on(workspace, folder, home, order["seed"], order["steps"])
    workspace.close()
    say({"ended": True})


def say(line: Mapping[str, Any]) -> None:
    os.write(1, json.dumps(line).encode() + b"\n")


def _make_everything_frequent() -> None:
    """What a large workspace meets once in an hour, a small one is to meet now."""
    generations.LOG_BYTES = 60_000
    chunks_module._UNFOLDED = 60  # type: ignore[misc]
    factcache._LOG_BYTES = 20_000  # type: ignore[misc]
    journal.MOST_CHANGES = 300  # type: ignore[misc]
    columnfile.WORTH_ROWS = 0  # type: ignore[misc]


def _tell_what_the_journal_acknowledges() -> None:
    real = Journal.record

    def record(self: Journal, run: Run) -> int:
        number = real(self, run)
        say({"acknowledged": _fingerprint(run)})
        return number

    Journal.record = record  # type: ignore[method-assign]


def _fingerprint(run: Run) -> str:
    return f"{run.started!r} {run.revision} {len(run.changes)}"


def _left_behind(store: Path) -> str:
    """What the killed process left: nothing, a graph, or a log of commits to play again."""
    if any(path.stat().st_size for path in store.glob("graph/*.wal")):
        return "played again"
    return "opened" if list(store.glob("graph/*.kuzu")) else "new"


def _arm(order: Mapping[str, Any]) -> None:
    if order["point"] is None:
        points.arm_clock(order["delay"])
        return
    point = points.POINTS[order["point"]]
    points.arm(point, order["when"], order["nth"], order["delay"], lambda at: say({"point": at}))


def _prelude(what: str, home: Path, cache: Path, data: Path, name: str) -> None:
    """What people do with a store that nobody has open."""
    backup = home / "backup"
    if what == "restore" and backup.exists():
        restore(backup, cache / name, data / name, stamp())
    if what == "migrate" and (cache / name / "graph").exists():
        migrating.bring(cache / name, migrating.LATEST - 1)


def _go_on(workspace: Workspace, folder: Path, home: Path, seed: int, steps: int) -> None:
    client = workspace.client()
    dice = random.Random(seed)
    for _ in range(steps):
        done = schedule.step(folder, dice)
        workspace.disk_changed(done.paths, dice.choice(("save", "watch", "rename")))
        if dice.random() < 0.1:
            workspace.back_up(home / "backup")
        if dice.random() < 0.2:
            workspace.done(_put_in_order)
        if dice.random() < 0.8:
            client.await_(CancelToken(), timeout=_PATIENCE, search=dice.random() < 0.4)


def _put_in_order(stores: Stores) -> None:
    """As when it is quiet, only sooner."""
    stores.store.compact(lambda: None)
    stores.store.facts.evict(frozenset(), 0.0, 0.0, 1 << 40)


def _graph(workspace: Workspace, folder: Path) -> list[str]:
    return difference(from_scratch(folder, {}), committed(workspace))


def _search(workspace: Workspace, folder: Path) -> Iterator[str]:
    """Rows and vectors against those made anew, and whether full text finds each word's rows."""
    stores = workspace._writer.stores
    assert stores is not None
    index = workspace._writer._searching.lane.opened()
    tables = index._tables
    table = tables.chunks().to_pylist()
    found = {
        (row["path"], row["start"], row["end"], row["symbol"], row["kind"], row["file_hash"])
        for row in table
        if row["kind"]
    }
    if len(found) != sum(bool(row["kind"]) for row in table):
        yield "search: a row is there twice"
    keys, numbers, scales, _ = tables.vectors()
    vectors = {key: row for row, key in enumerate(keys)}
    wanted = set()
    words: dict[str, set[tuple[str, int]]] = {}
    for path, rows in _expected(workspace, folder).items():
        for row, text in rows:
            wanted.add((path, *row))
            for word in split_identifiers(text).split():
                words.setdefault(word, set()).add((path, row[0]))
    yield from (f"search: missing {row}" for row in sorted(wanted - found))
    yield from (f"search: should not be there: {row}" for row in sorted(found - wanted))
    yield from _vectors(workspace, folder, table, vectors, numbers, scales)
    holding: dict[str, set[int]] = {}
    for some in tables.chunk_words():
        chunks = np.repeat(some.ids, some.lengths).tolist()
        for chunk, place in zip(chunks, some.places.tolist(), strict=True):
            holding.setdefault(some.words[place], set()).add(chunk)
    by_id = {row["id"]: (row["path"], row["start"]) for row in table if row["kind"]}
    for word in sorted(words)[:: max(1, len(words) // 20)]:
        if {by_id.get(each) for each in holding.get(word, ())} != words[word]:
            yield f"search: full text does not find what it should for {word}"


def _expected(
    workspace: Workspace, folder: Path
) -> dict[str, list[tuple[tuple[int, int, str, str, str], str]]]:
    """By path: (start, end, symbol, kind, hash) and the text of each chunk."""
    table = workspace._writer._base.table
    source = FactsSource(lambda: None)
    expected = {}
    for path, placed in table.placed.items():
        content = read_content(str(folder), path, 1 << 20)
        assert isinstance(content, Content)
        outline = source.of_text(content.hash, placed.language, content.data).outline
        expected[path] = [
            (
                (
                    each.start,
                    each.end,
                    symbol_id(placed, outline.symbols[each.symbol].path),
                    each.kind,
                    content.hash,
                ),
                chunk_text(content.data, outline, each),
            )
            for each in outline.chunks
        ]
    return expected


def _vectors(
    workspace: Workspace,
    folder: Path,
    table: list[dict[str, Any]],
    vectors: Mapping[bytes, int],
    numbers: Any,
    scales: Any,
) -> Iterator[str]:
    texts = {
        (path, row[0]): text
        for path, rows in _expected(workspace, folder).items()
        for row, text in rows
    }
    embedder = load_embedder()
    for row in table:
        text = texts.get((row["path"], row["start"]))
        if not row["kind"] or text is None:
            continue
        at = vectors.get(row["key"])
        if at is None:
            yield f"search: no vector for {row['path']}:{row['start']}"
            continue
        number, scale = quantised(embedder.embed_chunks([text]))
        if np.abs(number[0] * scale[0] - numbers[at] * scales[at]).max() > 0.02:
            yield f"search: another vector for {row['path']}:{row['start']}"


def _journal(path: Path, acknowledged: list[str]) -> list[str]:
    known = [_fingerprint(run) for run in journal.read_runs(path, 10**6)] if path.exists() else []
    oldest = known[-1] if known else ""
    missing = set(acknowledged) - set(known)
    # Bounded: what is older than the oldest run was let go, whole runs at a time.
    return [f"journal: lost {each}" for each in sorted(missing) if each > oldest]


if __name__ == "__main__":
    main()
