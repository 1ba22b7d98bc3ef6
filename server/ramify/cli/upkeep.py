"""The verbs that look after the index: index, status, verify, doctor, clean."""

from __future__ import annotations

import shutil
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from rich.text import Text

from ramify.cli import render
from ramify.cli.doctor import Finding, machine, workspace
from ramify.cli.opened import Options, opened, options_of, refreshed
from ramify.cli.outcome import ANSWERED, UNANSWERED, UnansweredError
from ramify.cli.show import show_json
from ramify.cli.terminal import console, write
from ramify.cli.verify import verify
from ramify.indexing.report import Report, StatusDetails
from ramify.protocol import convert
from ramify.protocol.shapes.service import StatusResult
from ramify.session.directories import Directories, user_directories
from ramify.session.kept import kept_stores
from ramify_store.errors import StoreError
from ramify_store.ownership import Ownership, store_name

_VERDICT_STYLES: Final = {"ok": "green", "note": "yellow", "bad": "red"}


def index(arguments: Namespace) -> int:
    options = options_of(arguments)
    with opened(options) as space:
        report = refreshed(space, options)
        details = space.details()
    if options.json:
        show_json(_shape(details) | {"index": _report_shape(report)}, options.out)
    else:
        write(console(options.out, options.plain), _index_lines(space.folder, report, details))
    return ANSWERED


def status(arguments: Namespace) -> int:
    options = options_of(arguments)
    with opened(options) as space:
        refreshed(space, options)
        details = space.details()
    if options.json:
        show_json(_shape(details), options.out)
    else:
        write(console(options.out, options.plain), _status_lines(space.folder, details))
    return ANSWERED


def doctor(arguments: Namespace) -> int:
    """Exit code 1 when something is bad."""
    options = options_of(arguments)
    found = list(machine(user_directories()))
    try:
        with opened(options) as space:
            refreshed(space, options)
            found += workspace(options.root, space.details())
    except UnansweredError as error:
        found.append(Finding("bad", "index", error.message))
    except StoreError as error:
        found.append(Finding("bad", "store", str(error), "`ramify clean`, or set RAMIFY_HOME"))
    if options.json:
        show_json({"findings": [asdict(finding) for finding in found]}, options.out)
    else:
        write(console(options.out, options.plain), _finding_lines(found))
    return UNANSWERED if any(finding.verdict == "bad" for finding in found) else ANSWERED


def clean(arguments: Namespace) -> int:
    """Removes the workspace's directories, the journal included. Refuses while somebody owns
    the store."""
    options = options_of(arguments)
    if arguments.gone:
        return _clean_gone(options)
    folder = str(options.root.resolve())
    removed = removed_stores(folder, user_directories())
    if options.json:
        show_json({"removed": [str(path) for path in removed]}, options.out)
        return ANSWERED
    lines = [Text(f"Removed {path}") for path in removed]
    write(
        console(options.out, options.plain),
        lines or [Text(f"Nothing is kept of {folder}.")],
    )
    return ANSWERED


def _clean_gone(options: Options) -> int:
    """Of workspaces whose folder is not there any more. Whose store it is is not always known."""
    directories = user_directories()
    stores = list(kept_stores(directories))
    gone = [store for store in stores if store.is_gone]
    removed = [path for store in gone for path in _removed(store.name, directories)]
    unknown = [store.name for store in stores if store.folder is None]
    if options.json:
        show_json({"removed": [str(path) for path in removed], "unknown": unknown}, options.out)
        return ANSWERED
    lines = [Text(f"Removed {path}") for path in removed]
    if not lines:
        lines = [Text("Every workspace that something is kept of is still there.")]
    if unknown:
        what = render.counted(len(unknown), "store")
        lines.append(Text(f"Left: {what} of which nobody knows whose it is.", "yellow"))
    write(console(options.out, options.plain), lines)
    return ANSWERED


def removed_stores(folder: str, directories: Directories) -> list[Path]:
    """Raises StoreLocked while another process owns the store."""
    return _removed(store_name(folder), directories)


def _removed(name: str, directories: Directories) -> list[Path]:
    found = [path for path in (directories.cache / name, directories.data / name) if path.exists()]
    if directories.cache / name in found:
        Ownership(directories.cache / name).release()
    for path in found:
        shutil.rmtree(path)
    return found


def counts_line(counts: Mapping[str, int]) -> str:
    """`2,818 files, 41,026 symbols, ...`"""
    names = {"files": "file", "symbols": "symbol", "edges": "relation"}
    shown = (render.counted(counts[key], name) for key, name in names.items() if key in counts)
    return ", ".join(shown)


def _index_lines(folder: str, report: Report, details: StatusDetails) -> Iterator[Text]:
    yield Text.assemble((folder, "cyan"))
    yield Text(counts_line(details.counts))
    yield Text(
        f"{render.counted(report.changed, 'file')} new or changed, {report.removed:,} gone, "
        f"{report.relinked:,} linked, {render.counted(report.embedded, 'piece')} embedded, "
        f"{report.seconds:.1f} s",
        "dim",
    )
    phases = [f"{phase} {seconds:.1f} s" for phase, seconds in report.by_phase.items()]
    if report.changed and phases:
        yield Text("  ".join(phases), "dim")
    for note in report.notes:
        yield Text(note, "yellow")
    yield from render.status_lines(report.status)


def _status_lines(folder: str, details: StatusDetails) -> Iterator[Text]:
    yield Text.assemble((folder, "cyan"))
    tables: tuple[tuple[str, Mapping[str, int | str]], ...] = (
        ("graph", details.counts),
        ("store", details.store),
        ("queues", details.queues),
        ("memory", details.memory),
        ("cache", details.cache_hits),
        ("upkeep", _when(details.housekeeping)),
        ("health", details.health),
    )
    for title, table in tables:
        yield Text.assemble((f"{title:<8}", "bold"), "  ".join(render.table_words(title, table)))
    for line in (*details.notes, *details.last_errors):
        yield Text(line, "yellow")
    yield from render.status_lines(details.status)


def _when(housekeeping: Mapping[str, int | str]) -> Mapping[str, int | str]:
    """With a time that a person can read."""
    at = housekeeping.get("at")
    if not isinstance(at, int):
        return housekeeping
    return {**housekeeping, "at": datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M")}


def _finding_lines(found: list[Finding]) -> Iterator[Text]:
    for finding in found:
        yield Text.assemble(
            (f"{finding.verdict:<5}", _VERDICT_STYLES[finding.verdict]),
            (f"{finding.what:<10}", "bold"),
            finding.found,
        )
        if finding.todo:
            yield Text(f"{'':15}{finding.todo}", "yellow")


def _shape(details: StatusDetails) -> dict[str, Any]:
    result = StatusResult(
        status=convert.status(details.status),
        counts=dict(details.counts),
        queues=dict(details.queues),
        memory=dict(details.memory),
        store=dict(details.store),
        cache_hits=dict(details.cache_hits),
        last_errors=details.last_errors,
        notes=details.notes,
        housekeeping=dict(details.housekeeping),
        health=dict(details.health),
    )
    shape: dict[str, Any] = msgspec.to_builtins(result)
    return shape


def _report_shape(report: Report) -> dict[str, Any]:
    return {
        "files": report.files,
        "changed": report.changed,
        "removed": report.removed,
        "relinked": report.relinked,
        "parsed": report.extracted,
        "embedded": report.embedded,
        "seconds": round(report.seconds, 3),
        "byPhase": {phase: round(seconds, 3) for phase, seconds in report.by_phase.items()},
        "notes": report.notes,
    }


VERBS: Final[Mapping[str, Callable[[Namespace], int]]] = {
    "index": index,
    "status": status,
    "verify": verify,
    "doctor": doctor,
    "clean": clean,
}
