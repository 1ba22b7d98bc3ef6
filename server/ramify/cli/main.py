"""The command line: runs one verb, turns failures into messages and exit codes.

`--help` must be instant: every heavy import stands in the branch that needs it.
"""

from __future__ import annotations

import io
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ramify.cli.arguments import Surface, parser
from ramify.cli.around import Around, around_of, put_around, this_process
from ramify.cli.outcome import (
    ANSWERED,
    INTERRUPTED,
    UNANSWERED,
    USAGE,
    UnansweredError,
    UsageError,
)
from ramify.cli.standing import patch_in_a_file, settle_root


def main(words: Sequence[str]) -> int:
    """Runs a verb; returns the exit code. Raises SystemExit for `--help` and wrong usage."""
    surface = parser()
    with understood(surface, words) as arguments:
        if arguments.verb is None:
            surface.print_help(sys.stderr)
            return USAGE
        try:
            return run(arguments, this_process())
        except UsageError as error:
            surface.wrong_usage(arguments.verb, str(error))


@contextmanager
def understood(surface: Surface, words: Sequence[str]) -> Iterator[Namespace]:
    """The arguments, with what only this process can tell: where it stands, and what it is given.
    Raises SystemExit for `--help` and wrong usage."""
    arguments = surface.parse_args(words)
    settle_root(arguments, Path.cwd(), sys.stderr)
    with patch_in_a_file(arguments):
        yield arguments


def run(arguments: Namespace, around: Around) -> int:
    """Runs a verb in this process, for this process. Raises UsageError."""
    tolerate_any_terminal()
    import logging

    # What fails is told once, by the verb; the log would tell it again.
    logging.getLogger("ramify").addHandler(logging.NullHandler())
    return until_nobody_reads(lambda: answered(arguments, around))


def until_nobody_reads(work: Callable[[], int]) -> int:
    """Its exit code, also where the person or the reader of the output has had enough."""
    try:
        return work()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (`| head`) has seen enough. Python flushes stdout again at exit: let it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ANSWERED


def answered(arguments: Namespace, around: Around) -> int:
    """Runs a verb for whoever is around it; the exit code. Raises UsageError, and what a stream
    raises that nobody reads any more."""
    put_around(arguments, around)
    try:
        code = _run(arguments)
    except UnansweredError as error:
        _say(arguments, error)
        code = UNANSWERED
    around.out.flush()
    return code


def tolerate_any_terminal() -> None:
    """Names in source may hold what an old terminal cannot show: better a `?` than no answer."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _run(arguments: Namespace) -> int:
    from ramify_store.errors import StoreError

    try:
        return _verb(arguments)
    except StoreError as error:
        raise UnansweredError(str(error)) from error


def _verb(arguments: Namespace) -> int:
    if arguments.verb in ("search", "impact", "related", "callers", "callees"):
        from ramify.cli import questions

        return questions.VERBS[arguments.verb](arguments)
    if arguments.verb in ("cycles", "hotspots", "unreachable", "removable"):
        from ramify.cli import overviews

        return overviews.VERBS[arguments.verb](arguments)
    if arguments.verb == "tour":
        from ramify.cli.tour import tour

        return tour(arguments)
    if arguments.verb == "log":
        from ramify.cli.log import log

        return log(arguments)
    if arguments.verb in ("backup", "restore"):
        from ramify.cli import backup

        return {"backup": backup.backup, "restore": backup.restore}[arguments.verb](arguments)
    if arguments.verb == "migrate":
        from ramify.cli.migrate import migrate

        return migrate(arguments)
    from ramify.cli import upkeep

    return upkeep.VERBS[arguments.verb](arguments)


def _say(arguments: Namespace, error: UnansweredError) -> None:
    from ramify.cli.failure import say

    say(
        error,
        around_of(arguments),
        as_json=getattr(arguments, "json", False),
        plain=getattr(arguments, "no_color", False),
    )
