"""`ramify migrate`: the store of another version of Ramify made this one's, or an older one's."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rich.text import Text

from ramify.cli.opened import Options, opened, options_of, refreshed
from ramify.cli.outcome import ANSWERED, UnansweredError, UsageError
from ramify.cli.render import counted
from ramify.cli.show import show_json
from ramify.cli.terminal import console, write
from ramify.indexing.report import Report
from ramify.session.directories import user_directories
from ramify_store.migrating import LATEST, bring, planned
from ramify_store.migrations import PlannedStep
from ramify_store.ownership import store_name
from ramify_store.store import GRAPH

_CARRIES = {
    "in place": "everything is carried over",
    "beside": "a new graph is made of the facts while the old one answers",
    "anew": "the graph is emptied and made anew of the facts",
}


def migrate(arguments: Namespace) -> int:
    """To the newest schema the graph is brought by opening it; what has to be made anew is made
    of the facts, so that nothing is parsed or embedded again."""
    options = options_of(arguments)
    if options.memory:
        raise UnansweredError("In memory there is no stored graph to migrate.")
    directory = user_directories().cache / store_name(options.root.resolve().as_posix())
    if not (directory / GRAPH).exists():
        raise UnansweredError(f"Nothing is kept of {options.root.resolve()}: `ramify index`.")
    version = LATEST if arguments.to is None else arguments.to
    try:
        steps = planned(directory, version)
    except ValueError as error:
        raise UsageError(f"--to: {error}") from error
    report: Report | None = None
    if not arguments.dry_run:
        if version == LATEST:
            with opened(options) as space:
                report = refreshed(space, options)
        else:
            bring(directory, version)
    _show(options, steps, version, report, dry_run=arguments.dry_run)
    return ANSWERED


def _show(
    options: Options,
    steps: Sequence[PlannedStep],
    version: int,
    report: Report | None,
    *,
    dry_run: bool,
) -> None:
    if options.json:
        shape: dict[str, Any] = {
            "to": version,
            "dryRun": dry_run,
            "steps": [asdict(step) for step in steps],
        }
        if report is not None:
            shape["linked"] = report.relinked
            shape["parsed"] = report.extracted
            shape["embedded"] = report.embedded
            shape["seconds"] = round(report.seconds, 3)
        show_json(shape, options.out)
    else:
        lines = _lines(steps, version, report, dry_run=dry_run)
        write(console(options.out, options.plain), lines)


def _lines(
    steps: Sequence[PlannedStep], version: int, report: Report | None, *, dry_run: bool
) -> Iterator[Text]:
    if not steps:
        yield Text(f"The graph has schema {version} already.")
    for step in steps:
        way = "back over" if step.is_back else "over"
        what = _CARRIES[step.carry] if not step.is_back else "for an older Ramify"
        yield Text(f"{step.before} -> {step.after}  {way} “{step.name}”: {what}")
    if dry_run:
        yield Text("Nothing was changed (--dry-run).", "dim")
    elif version < LATEST:
        yield Text(
            f"The graph has schema {version} now. Go on with the Ramify that knows it: this one "
            "brings it forwards again when it opens it.",
            "yellow",
        )
    if report is not None and report.relinked:
        yield Text(
            f"{counted(report.relinked, 'file')} linked, {report.extracted:,} parsed, "
            f"{report.embedded:,} pieces embedded, {report.seconds:.1f} s"
        )
