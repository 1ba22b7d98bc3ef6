"""What changed where there is no git: what the last index run found, by the journal."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime
from typing import Final

from ramify.cli.opened import Asked
from ramify.cli.outcome import UnansweredError
from ramify.features.changed import Change, ChangedSymbols
from ramify.features.changesets import NO_REPOSITORY
from ramify.features.gone import still_named
from ramify.session.directories import user_directories
from ramify_store.facts import symbol_id
from ramify_store.journal import Change as Recorded
from ramify_store.journal import Run, read_runs
from ramify_store.ownership import store_name
from ramify_store.store import JOURNAL

_MODULE: Final = "<module>"
_RUNS: Final = 20


def indexed_changes(now: Asked) -> ChangedSymbols:
    """Of the newest index run that changed something. What the journal names is not told apart by
    signature and body: it counts as a body. Raises UnansweredError where there is no journal."""
    path = user_directories().data / store_name(now.workspace.folder) / JOURNAL
    try:
        runs = read_runs(path, _RUNS)
    except (OSError, sqlite3.Error) as error:
        raise UnansweredError(
            "There is no git repository here, nor a journal of what was indexed before."
        ) from error
    changed = ChangedSymbols((), (), (), (), (), note=NO_REPOSITORY)
    for run in runs:
        if run.changes:
            return _told(now, run, changed)
    return changed


def _told(now: Asked, run: Run, changed: ChangedSymbols) -> ChangedSymbols:
    ids: dict[str, Change] = {}
    removed: list[str] = []
    lost: list[str] = []
    top_level: list[str] = []
    for each in run.changes:
        _add(now, each, ids)
        removed += [f"{each.module}.{path}" for path in each.went if path != _MODULE]
        lost += [path.rpartition(".")[2] for path in each.went if path != _MODULE]
        if _MODULE in (*each.changed, *each.appeared):
            top_level.append(each.path)
    gone = {e.path: e.module for e in run.changes if now.reading.view.placed(e.path) is None}
    when = datetime.fromtimestamp(run.started).astimezone().strftime("%Y-%m-%d %H:%M")
    return replace(
        changed,
        ids=tuple(ids),
        changes=tuple(ids.values()),
        removed=tuple(removed),
        lost=tuple(dict.fromkeys(lost)),
        top_level=tuple(top_level),
        still_named=still_named(now.reading.view, gone),
        note=f"{NO_REPOSITORY} (what changed before {when})",
    )


def _add(now: Asked, each: Recorded, ids: dict[str, Change]) -> None:
    placed = now.reading.view.placed(each.path)
    if placed is None:
        return
    for paths, change in ((each.appeared, "added"), (each.changed, "body")):
        for path in paths:
            known = symbol_id(placed, path)
            if path != _MODULE and now.reading.view.symbol(known) is not None:
                ids[known] = "added" if change == "added" else "body"
