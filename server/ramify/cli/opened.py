"""A workspace opened for one command: settings read, index brought up to the disk, one reading.

Whatever the verb, an index that lies (empty beside source files) is an error here and nowhere else.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from ramify.cli.around import around_of
from ramify.cli.outcome import UnansweredError
from ramify.cli.terminal import progress_shown
from ramify.indexing.report import Report
from ramify.indexing.shared import Workspaces
from ramify.indexing.workspace import Workspace
from ramify.session.cancel import CancelToken
from ramify.session.settings import load_settings
from ramify.session.snapshot import Reading

_COMPLETE_WITHIN: Final = 10.0
"""Seconds; after a refresh the graph is complete and nothing is waited for."""


@dataclass(frozen=True)
class Options:
    """What every verb takes."""

    root: Path
    here: Path
    """The current directory: places are shown and read as seen from it."""
    out: IO[str]
    """For answers."""
    err: IO[str]
    """For progress and notices."""
    token: CancelToken
    """Cancelled when whoever asks has gone."""
    workspaces: Workspaces
    """What is open already."""
    json: bool
    memory: bool
    plain: bool


def options_of(arguments: Namespace) -> Options:
    around = around_of(arguments)
    return Options(
        root=getattr(arguments, "root", around.here),
        here=around.here,
        out=around.out,
        err=around.err,
        token=around.token,
        workspaces=Workspaces() if around.workspaces is None else around.workspaces(),
        json=getattr(arguments, "json", False),
        memory=getattr(arguments, "store", "disk") == "memory",
        plain=getattr(arguments, "no_color", False),
    )


@dataclass(frozen=True)
class Asked:
    """An up-to-date workspace and what a question reads of it."""

    workspace: Workspace
    report: Report
    reading: Reading
    token: CancelToken


@contextmanager
def opened(options: Options) -> Iterator[Workspace]:
    """The workspace as it is stored, or as others in this process have it; closed at the end
    unless they still do."""
    loaded = load_settings(options.root)
    lease = options.workspaces.visit(options.root, loaded, memory=options.memory)
    try:
        yield lease.workspace
    finally:
        lease.release()


@contextmanager
def asked(options: Options) -> Iterator[Asked]:
    """The workspace brought up to the disk, with progress on stderr.

    Raises UnansweredError when there is nothing to ask about.
    """
    token = options.token
    with opened(options) as workspace:
        client = workspace.client()
        try:
            report = refreshed(workspace, options)
            reading = client.reading(token, complete_within=_COMPLETE_WITHIN)
            yield Asked(workspace, report, reading, token)
        except KeyboardInterrupt:
            token.cancel()
            raise
        finally:
            client.dispose()


def refreshed(workspace: Workspace, options: Options) -> Report:
    """Indexes what is new; an empty index is never taken for an answer."""
    with progress_shown(options.err, options.plain) as on_progress:
        report = workspace.refresh(on_progress, options.token)
    if report.files == 0:
        raise UnansweredError(f"There are no source files in {workspace.folder}.{_notes(report)}")
    if report.status.indexed_files == 0:
        raise UnansweredError(
            f"None of the {report.files} source files in {workspace.folder} could be indexed."
            f"{_notes(report)} `ramify doctor` says more."
        )
    return report


def _notes(report: Report) -> str:
    return "".join(f" {note}" for note in report.notes[:5])
