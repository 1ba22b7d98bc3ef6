"""Where a command runs: its directory, its streams, how it is interrupted, what is open already.

The same verb runs in a process of its own or, for another process, in the one that owns the store.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ramify.session.cancel import CancelToken

if TYPE_CHECKING:
    from ramify.indexing.shared import Workspaces


@dataclass(frozen=True, slots=True)
class Screen:
    """A terminal of another process, as far as output depends on it. A stream that leads there
    has it as its `screen`."""

    width: int
    height: int
    environ: Mapping[str, str]
    """TERM, NO_COLOR and their like."""


@dataclass(frozen=True)
class Around:
    here: Path
    """The current directory of whoever asks."""
    out: IO[str]
    err: IO[str]
    token: CancelToken = field(default_factory=CancelToken)
    """Cancelled when whoever asks has gone."""
    workspaces: Callable[[], Workspaces] | None = None
    """What this process has open beside the command; None: nothing."""


def this_process() -> Around:
    return Around(Path.cwd(), sys.stdout, sys.stderr)


def put_around(arguments: Namespace, around: Around) -> None:
    arguments.around = around


def around_of(arguments: Namespace) -> Around:
    """What the command line was given; this process where it was given nothing."""
    found: Around | None = getattr(arguments, "around", None)
    return found or this_process()
