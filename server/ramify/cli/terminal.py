"""Where output goes: answers to stdout, progress and notices to stderr, styled where it shows.

The only module that knows whether there is a terminal.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

from rich.console import Console

from ramify.cli.around import Screen

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.text import Text

    from ramify.indexing.report import Phase, Progress

_PHASE_WORDS: Final[dict[Phase, str]] = {
    "scan": "Looking for files",
    "read": "Reading files",
    "link": "Linking names",
    "store": "Writing the graph",
    "embed": "Reading for search",
    "done": "Done",
}
_QUIET_SECONDS: Final = 0.3
"""What is over sooner needs no progress display."""
_CONTROL_PICTURES: Final = {
    **{code: 0x2400 + code for code in range(0x20) if code != 0x09},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
}
"""A file's name or text must not steer the terminal it is shown on, nor break a line in two."""


def console(stream: IO[str], plain: bool) -> Console:
    """Colour where the stream is a terminal that has it; NO_COLOR and `plain` turn it off."""
    screen: Screen | None = getattr(stream, "screen", None)
    return _Console(
        file=stream,
        color_system=None if plain else "auto",
        highlight=False,
        soft_wrap=True,
        width=None if screen is None else screen.width,
        height=None if screen is None else screen.height,
        _environ=None if screen is None else screen.environ,
    )


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Rich would end the process with an error; to the entry a closed pipe is none."""
        raise BrokenPipeError


def write(out: Console, lines: Iterable[Text]) -> None:
    """One line each, never wrapped: a place cut in two is no link."""
    for line in lines:
        line.rstrip()
        line.plain = line.plain.translate(_CONTROL_PICTURES)
        out.print(line, soft_wrap=True, markup=False, highlight=False)


@contextmanager
def progress_shown(stream: IO[str], plain: bool) -> Iterator[Callable[[Progress], None] | None]:
    """A display that vanishes when done; nothing (None) where the stream is no terminal."""
    err = console(stream, plain)
    if not err.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        SpinnerColumn(),
        TextColumn("{task.description:<18}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=err,
        transient=True,
    )
    display = _Display(bar)
    try:
        yield display.show
    finally:
        bar.stop()


class _Display:
    """One row that follows the phases; appears once the work turns out to take time."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=None)
        self._since = time.monotonic()
        self._shown = False

    def show(self, progress: Progress) -> None:
        if not self._shown and time.monotonic() - self._since >= _QUIET_SECONDS:
            self._shown = True
            self._bar.start()
        self._bar.update(
            self._task,
            description=_PHASE_WORDS[progress.phase],
            completed=progress.done,
            total=progress.total or None,
        )
