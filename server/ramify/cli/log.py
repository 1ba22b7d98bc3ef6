"""`ramify log`: what was indexed when, what it changed and why, read from the journal.

Opens neither workspace nor index, so that it answers beside a running server, too.
"""

from __future__ import annotations

import sqlite3
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from rich.text import Text

from ramify.cli.opened import options_of
from ramify.cli.outcome import ANSWERED, UnansweredError
from ramify.cli.render import counted
from ramify.cli.show import show_json
from ramify.cli.terminal import console, write
from ramify.session.directories import user_directories
from ramify.session.uris import inside
from ramify_store.journal import Change, Run, read_changes, read_runs
from ramify_store.ownership import store_name
from ramify_store.store import JOURNAL

_FILES_SHOWN: Final = 20
"""Of one run."""
_NAMES_SHOWN: Final = 8
_STYLES: Final = {"new": "green", "edited": "yellow", "moved": "cyan", "gone": "red"}


def log(arguments: Namespace) -> int:
    """Newest first: runs with their changes, or the changes of one file or symbol."""
    options = options_of(arguments)
    if options.memory:
        raise UnansweredError("In memory there is no journal.")
    folder = options.root.resolve().as_posix()
    journal = user_directories().data / store_name(folder) / JOURNAL
    wanted = _wanted(arguments, folder, options.here)
    try:
        if wanted is None:
            runs = read_runs(journal, arguments.limit)
        else:
            runs = _each_alone(read_changes(journal, arguments.limit, wanted))
    except FileNotFoundError:
        raise UnansweredError(
            f"Nothing was indexed in {folder} yet: `ramify index` does it."
        ) from None
    except sqlite3.DatabaseError as error:
        raise UnansweredError(f"The journal {journal} cannot be read: {error}.") from error
    if options.json:
        show_json({"runs": [_shape(run) for run in runs]}, options.out)
    else:
        write(console(options.out, options.plain), _lines(runs, filtered=wanted is not None))
    return ANSWERED


def _wanted(arguments: Namespace, folder: str, here: Path) -> Callable[[Change], bool] | None:
    file, symbol = arguments.file, arguments.symbol
    if file is None and symbol is None:
        return None
    path = "" if file is None else _relative(file, folder, here)

    def wanted(change: Change) -> bool:
        of_file = file is None or path in (change.path, change.before)
        return of_file and (symbol is None or _names(change, symbol))

    return wanted


def _relative(file: str, folder: str, here: Path) -> str:
    """As the journal has it; a name that is not below the folder is taken as it is."""
    return inside(folder, Path(here, file).resolve().as_posix()) or file


def _names(change: Change, symbol: str) -> bool:
    """Whether it speaks of this symbol: a qualified name or the end of one."""
    ending = f".{symbol}"
    paths = (*change.appeared, *change.changed, *change.went)
    return any(f".{change.module}.{path}".endswith(ending) for path in paths)


def _each_alone(found: Sequence[tuple[Run, Change]]) -> list[Run]:
    """Each run with those of its changes that were asked for."""
    runs: list[Run] = []
    for run, change in found:
        if runs and (runs[-1].started, runs[-1].revision) == (run.started, run.revision):
            change_list = (*runs.pop().changes, change)
        else:
            change_list = (change,)
        runs.append(_with(run, change_list))
    return runs


def _with(run: Run, changes: tuple[Change, ...]) -> Run:
    return Run(run.started, run.seconds, run.cause, run.metrics, run.revision, changes)


def _lines(runs: Sequence[Run], *, filtered: bool) -> Iterator[Text]:
    if not runs:
        yield Text("Nothing of that is in the journal." if filtered else "The journal is empty.")
    for run in runs:
        yield _head(run, filtered)
        for change in run.changes[:_FILES_SHOWN]:
            yield _change_line(change, run.cause)
        left = len(run.changes) - _FILES_SHOWN
        if left > 0:
            yield Text(f"  and {counted(left, 'more file')}", "dim")


def _head(run: Run, filtered: bool) -> Text:
    when = datetime.fromtimestamp(run.started).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    line = Text.assemble((when, "bold"), f"  {run.cause}  revision {run.revision}")
    if filtered:
        return line
    metrics = run.metrics
    done = (
        f"  {counted(int(metrics.get('changed', 0)), 'file')} new or changed, "
        f"{int(metrics.get('removed', 0)):,} gone, "
        f"{int(metrics.get('relinked', 0)):,} linked, {run.seconds:.1f} s"
    )
    return line.append(done, "dim")


def _change_line(change: Change, cause: str) -> Text:
    line = Text.assemble((f"  {change.what:<7}", _STYLES[change.what]), change.path)
    if change.what == "moved":
        was = change.before if change.before != change.path else "the same place"
        line.append(f"  from {was}, now {change.module}")
    for sign, names, style in (
        ("+", change.appeared, "green"),
        ("~", change.changed, "yellow"),
        ("-", change.went, "red"),
    ):
        for name in names[:_NAMES_SHOWN]:
            line.append(f"  {sign}{name}", style)
        if len(names) > _NAMES_SHOWN:
            line.append(f"  {sign}{len(names) - _NAMES_SHOWN} more", style)
    if change.more:
        line.append(f"  and {counted(change.more, 'more symbol')}", "dim")
    if change.cause != cause:
        line.append(f"  ({change.cause})", "dim")
    return line


def _shape(run: Run) -> dict[str, Any]:
    return {
        "started": run.started,
        "seconds": run.seconds,
        "cause": run.cause,
        "revision": run.revision,
        "metrics": dict(run.metrics),
        "changes": [_change_shape(change) for change in run.changes],
    }


def _change_shape(change: Change) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "path": change.path,
        "what": change.what,
        "cause": change.cause,
        "module": change.module,
        "appeared": change.appeared,
        "changed": change.changed,
        "went": change.went,
    }
    if change.before:
        shape["before"] = change.before
    if change.more:
        shape["more"] = change.more
    return shape
