"""One answer, shown: as text for a person or as the shape of the protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any

import msgspec

from ramify.cli import render
from ramify.cli.opened import Asked, Options
from ramify.cli.places import Places
from ramify.cli.terminal import console, write
from ramify.protocol.convert import Ranges

if TYPE_CHECKING:
    from rich.text import Text


def ranges_of(now: Asked) -> Ranges:
    """Positions on the command line count UTF-16 units, the protocol's default."""
    return Ranges(now.reading, "utf-16")


def places_of(now: Asked, options: Options) -> Places:
    return Places(now.reading.snapshot, options.here)


def show_json(shape: Any, out: IO[str]) -> None:
    """Indented, so that a person can read it, too."""
    text = msgspec.json.format(msgspec.json.encode(shape), indent=2).decode()
    out.write(text + "\n")


def show_text(lines: Iterable[Text], now: Asked, options: Options) -> None:
    """With what a reader must know of the index at the end."""
    write(console(options.out, options.plain), _with_status(lines, now))


def _with_status(lines: Iterable[Text], now: Asked) -> Iterator[Text]:
    yield from lines
    yield from render.status_lines(now.reading.snapshot.status)
