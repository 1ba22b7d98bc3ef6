"""`ramify verify`: shows that the stored graph equals one built from scratch, or how it differs."""

from __future__ import annotations

from argparse import Namespace
from itertools import islice
from typing import Final

from rich.text import Text

from ramify.cli.opened import opened, options_of, refreshed
from ramify.cli.outcome import ANSWERED, UNANSWERED, UnansweredError
from ramify.cli.show import show_json
from ramify.cli.terminal import console, progress_shown, write
from ramify.indexing.report import Progress
from ramify.indexing.verify import differences_from_scratch
from ramify.session.directories import user_directories
from ramify.session.settings import load_settings

_SHOWN: Final = 100


def verify(arguments: Namespace) -> int:
    """Brings the store up to the disk first. Exit code 1 when the graphs differ."""
    options = options_of(arguments)
    if options.memory:
        raise UnansweredError("In memory there is no stored graph to verify.")
    with opened(options) as space:
        report = refreshed(space, options)
        folder = space.folder
    with progress_shown(options.err, options.plain) as on_progress:
        lines = list(
            islice(
                differences_from_scratch(
                    folder,
                    load_settings(options.root).settings,
                    user_directories(),
                    on_progress or _silent,
                    options.token,
                ),
                _SHOWN + 1,
            )
        )
    cut = len(lines) > _SHOWN
    if options.json:
        show_json({"equal": not lines, "differences": lines[:_SHOWN], "cut": cut}, options.out)
    else:
        write(console(options.out, options.plain), _lines(lines, report.status.indexed_files))
    return UNANSWERED if lines else ANSWERED


def _lines(lines: list[str], files: int) -> list[Text]:
    if not lines:
        return [Text(f"Equal: the stored graph of {files:,} files is the one made from scratch.")]
    head = f"The stored graph differs from the one made from scratch in {len(lines)} places:"
    if len(lines) > _SHOWN:
        head = f"The stored graph differs from the one made from scratch; the first {_SHOWN}:"
    todo = Text("`ramify clean` and `ramify index` make it right; please report this.", "yellow")
    return [Text(head, "red"), *(Text(f"  {line}") for line in lines[:_SHOWN]), todo]


def _silent(progress: Progress) -> None:
    pass
