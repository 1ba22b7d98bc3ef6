"""`ramify verify`: shows that the stored graph equals one built from scratch, or how it differs."""

from __future__ import annotations

import random
from argparse import Namespace
from itertools import islice
from typing import Any, Final

from rich.text import Text

from ramify.cli.opened import opened, options_of, refreshed
from ramify.cli.outcome import ANSWERED, UNANSWERED, UnansweredError
from ramify.cli.render import counted
from ramify.cli.show import show_json
from ramify.cli.terminal import console, progress_shown, write
from ramify.indexing.report import Progress
from ramify.indexing.verify import Sample

_SHOWN: Final = 100
_SAMPLED: Final = 100
"""Files that `--quick` looks at."""


def verify(arguments: Namespace) -> int:
    """Brings the store up to the disk first. Exit code 0: equal, 1: it differs, or could not be
    compared."""
    options = options_of(arguments)
    sample = _sample(arguments)
    with opened(options) as space:
        refreshed(space, options)
        with progress_shown(options.err, options.plain) as on_progress:
            done = space.verify(sample, on_progress or _silent, options.token)
            lines = list(islice(done.differences, _SHOWN + 1))
        if lines and space.status().revision != done.revision:
            raise UnansweredError("Files changed meanwhile: `ramify verify` once more.")
    cut = len(lines) > _SHOWN
    if options.json:
        shape: dict[str, Any] = {
            "equal": not lines,
            "checked": done.checked,
            "files": done.files,
            "differences": lines[:_SHOWN],
            "cut": cut,
        }
        if sample is not None:
            shape["seed"] = sample.seed
        show_json(shape, options.out)
    else:
        what = _compared(done.checked, done.files, sample)
        write(console(options.out, options.plain), _lines(lines, what, sample))
    return UNANSWERED if lines else ANSWERED


def _sample(arguments: Namespace) -> Sample | None:
    if not arguments.quick and arguments.seed is None:
        return None
    seed = random.randrange(10**6) if arguments.seed is None else arguments.seed  # noqa: S311
    return Sample(_SAMPLED, seed)


def _compared(checked: int, files: int, sample: Sample | None) -> str:
    """`2,818 files`, or `100 of 2,818 files (seed 17)`."""
    if sample is None:
        return counted(files, "file")
    return f"{checked:,} of {counted(files, 'file')} (seed {sample.seed})"


def _lines(lines: list[str], what: str, sample: Sample | None) -> list[Text]:
    if not lines:
        if sample is None:
            return [Text(f"Equal: the stored graph of {what} is the one made from scratch.")]
        return [Text(f"Equal: {what} are stored as they come out when they are linked again.")]
    head = f"The stored graph differs from the one made from scratch in {len(lines)} places:"
    if len(lines) > _SHOWN:
        head = f"The stored graph differs from the one made from scratch; the first {_SHOWN}:"
    compared = Text(f"Compared: {what}.", "dim")
    todo = Text("`ramify clean` and `ramify index` make it right; please report this.", "yellow")
    rows = [Text(f"  {line}") for line in lines[:_SHOWN]]
    return (
        [Text(head, "red"), *rows, compared, todo] if sample else [Text(head, "red"), *rows, todo]
    )


def _silent(progress: Progress) -> None:
    pass
