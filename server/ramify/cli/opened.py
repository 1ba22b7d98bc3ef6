"""A workspace opened for one command: settings read, index brought up to the disk, one reading.

Whatever the verb, an index that lies (empty beside source files) is an error here and nowhere else.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ramify.cli.outcome import UnansweredError
from ramify.cli.terminal import progress_shown
from ramify.indexing.report import Report
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
    json: bool
    memory: bool
    plain: bool


def options_of(arguments: Namespace) -> Options:
    here = Path.cwd()
    return Options(
        root=getattr(arguments, "root", here),
        here=here,
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
    """The workspace as it is stored; closed at the end."""
    loaded = load_settings(options.root)
    workspace = Workspace.open(
        options.root,
        loaded.settings,
        memory=options.memory or loaded.settings.store == "memory",
        notes=loaded.notes,
    )
    try:
        yield workspace
    finally:
        workspace.close()


@contextmanager
def asked(options: Options) -> Iterator[Asked]:
    """The workspace brought up to the disk, with progress on stderr.

    Raises UnansweredError when there is nothing to ask about.
    """
    token = CancelToken()
    with opened(options) as workspace:
        try:
            report = refreshed(workspace, options, token)
            client = workspace.client()
            reading = client.reading(token, complete_within=_COMPLETE_WITHIN)
            yield Asked(workspace, report, reading, token)
        except KeyboardInterrupt:
            token.cancel()
            raise


def refreshed(workspace: Workspace, options: Options, token: CancelToken) -> Report:
    """Indexes what is new; an empty index is never taken for an answer."""
    with progress_shown(options.plain) as on_progress:
        report = workspace.refresh(on_progress, token)
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
