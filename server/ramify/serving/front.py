"""The command line's front: asks the process that owns the store, or becomes one that does.

A question beside a running server is to be answered in a fraction of the time that importing the
databases takes: everything but arguments and the channel is imported only where a command runs
here.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ramify.cli.arguments import Surface, parser
from ramify.cli.around import this_process
from ramify.cli.main import run, tolerate_any_terminal, understood, until_nobody_reads
from ramify.cli.outcome import INTERRUPTED, UNANSWERED, USAGE, UsageError

if TYPE_CHECKING:
    from ramify.serving.channel import Channel
    from ramify.serving.host import Host

HERE: Final = frozenset({"clean", "log", "migrate", "restore"})
"""Verbs that want the store for themselves, or need none: they run where they are given."""
_REACHING_SECONDS: Final = 3.0
_OWNERS: Final = 20
"""So many owners may be lost one after the other before a command gives up."""
_HELD_BACK: Final = 1 << 20
"""Characters of an answer that are shown only once it is whole, so that an owner that is killed
meanwhile leaves nothing twice or half."""


def command_line(words: Sequence[str]) -> int:
    """Runs a verb; returns the exit code. Raises SystemExit for `--help` and wrong usage."""
    surface = parser()
    with understood(surface, words) as arguments:
        return _run(surface, arguments)


def _run(surface: Surface, arguments: Namespace) -> int:
    if arguments.verb is None:
        surface.print_help(sys.stderr)
        return USAGE
    if arguments.verb == "serve":
        from ramify.serving.serve import serve

        return serve(arguments)
    if arguments.verb in HERE or getattr(arguments, "store", "disk") == "memory":
        return _here(surface, arguments, None)
    tolerate_any_terminal()
    return until_nobody_reads(lambda: _with_the_owner(surface, arguments))


def _with_the_owner(surface: Surface, arguments: Namespace) -> int:
    from ramify.serving.greeting import Wish
    from ramify.serving.settling import Nobodys, Theirs, attached, directory_of, settled

    directory = directory_of(getattr(arguments, "root", Path()))
    wish = Wish("command")
    channel, _ = attached([directory], wish)
    for _ in range(_OWNERS):
        if channel is None:
            from ramify.serving.host import Host

            host = Host()
            outcome = settled([directory], wish, host.listen, _REACHING_SECONDS)
            if not isinstance(outcome, Theirs):
                if isinstance(outcome, Nobodys):
                    host.stop()
                return _here(surface, arguments, host)
            channel = outcome.channel
        code = _there(channel, surface, arguments)
        if code is not None:
            return code
        channel = None
    sys.stderr.write("ramify: whoever owned the store ended before it could answer; try again.\n")
    return UNANSWERED


def _here(surface: Surface, arguments: Namespace, host: Host | None) -> int:
    around = this_process()
    if host is not None:
        around = replace(around, workspaces=host.workspaces)
    try:
        code = run(arguments, around)
    except UsageError as error:
        surface.wrong_usage(arguments.verb, str(error))
    finally:
        if host is not None:
            host.stop()
    if code == INTERRUPTED or (host is not None and host.served):
        # What was begun for others is not waited for: they take over. Nor is what was interrupted:
        # a thread in native code aborts the process with a message of its own as Python ends.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def _there(channel: Channel, surface: Surface, arguments: Namespace) -> int | None:
    """Shows what the owner prints; its exit code, or None when it ended before it had answered
    and nothing was shown."""
    from ramify.serving.greeting import said, say
    from ramify.serving.requests import packed

    shown = _Shown()
    try:
        say(channel, packed(arguments, Path.cwd()))
        for word in said(channel):
            if "exit" in word:
                shown.let_go()
                return int(word["exit"])
            if "usage" in word:
                surface.wrong_usage(arguments.verb, word["usage"])
            shown.take(word)
    except KeyboardInterrupt:
        return INTERRUPTED
    except ConnectionError:
        pass
    finally:
        channel.close()
    if shown.nothing:
        return None
    sys.stderr.write("ramify: whoever owned the store ended in the middle of its answer.\n")
    return UNANSWERED


class _Shown:
    """What came from the owner, on its way to our own streams."""

    def __init__(self) -> None:
        self.nothing = True
        self._held: list[tuple[Callable[[str], object], str]] = []
        self._size = 0

    def take(self, word: Mapping[str, str]) -> None:
        if "err" in word and sys.stderr.isatty():  # progress: now or never
            sys.stderr.write(word["err"])
            sys.stderr.flush()
            return
        for name, stream in (("out", sys.stdout), ("err", sys.stderr)):
            if name in word:
                self._held.append((stream.write, word[name]))
                self._size += len(word[name])
        if self._size > _HELD_BACK or not self.nothing:
            self.let_go()

    def let_go(self) -> None:
        for write, text in self._held:
            write(text)
            self.nothing = False
        self._held.clear()
        sys.stdout.flush()
        sys.stderr.flush()
