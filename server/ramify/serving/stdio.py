"""`ramify --stdio`: one client on stdin and stdout, served here or by whoever owns the store.

The folders that the client names in its first message decide. A client whose first message is
another one is served here. The process ends with its client, whoever else it serves.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NoReturn

import msgspec

from ramify.lsp.frames import Broken, bodies
from ramify.lsp.opening import first_folders, outermost
from ramify.lsp.params import InitializeParams
from ramify.lsp.streams import Writer, private_streams
from ramify.lsp.wire import decoded
from ramify.serving.channel import Channel
from ramify.serving.greeting import Wish
from ramify.serving.host import Host
from ramify.serving.logs import log_to_stderr
from ramify.serving.settling import Theirs, directory_of, settled
from ramify.session.directories import real_path
from ramify.session.settings import load_settings
from ramify_store.memory import collect_seldom, few_arenas

if TYPE_CHECKING:
    from types import FrameType

_CLOSE_SECONDS: Final = 3.0
_START_SECONDS: Final = 3.0
"""How long an owner that does not answer keeps a client waiting for `initialize`."""
_TAKEOVER_SECONDS: Final = 8.0
"""Longer than an owner that ends in order takes to close its store."""
_ENDED_BY_SIGNAL: Final = 128

_log = logging.getLogger(__name__)


def serve_stdio(roots: Sequence[Path] = (), *, memory: bool = False) -> NoReturn:
    """Serves until the client is gone, then ends the process with the exit code that LSP asks.

    `roots`: folders to serve instead of the client's. The stores are closed, within a limit; what
    still runs then is cut off, which loses nothing.
    """
    log_to_stderr()
    few_arenas()
    collect_seldom()
    host = Host()
    with private_streams() as (stdin, stdout):
        code = _served(host, stdin, stdout, tuple(roots), memory)
    closing = threading.Thread(target=host.stop, daemon=True)
    closing.start()
    closing.join(_CLOSE_SECONDS)
    sys.stderr.flush()
    os._exit(code)  # threads that wait for the index or sit in a long call are not waited for


def _served(
    host: Host, stdin: BinaryIO, stdout: BinaryIO, roots: tuple[Path, ...], memory: bool
) -> int:
    _end_on_signals()
    incoming = bodies(stdin)
    first = next(incoming, None)
    if first is None:
        return 1
    opening = _opening(first)
    if opening is not None and not memory:
        directories = _directories(opening, roots)
        wish = Wish("session", "ramify/0")
        outcome = settled(directories, wish, host.listen, _START_SECONDS)
        if isinstance(outcome, Theirs):
            everything = chain([first], incoming)
            return _relayed(host, outcome.channel, everything, stdout, roots, opening.process_id)
    return _served_here(host, chain([first], incoming), stdout, roots, memory)


def _served_here(
    host: Host,
    incoming: Iterator[bytes | Broken],
    stdout: BinaryIO,
    roots: tuple[Path, ...],
    memory: bool,
) -> int:
    gc.disable()  # nothing that is imported is garbage: collecting in between costs a third
    from ramify.lsp.main import make_server
    from ramify.lsp.server import Launch
    from ramify.lsp.stdio import serve

    server = make_server(Launch(roots, memory), host.workspaces)
    gc.enable()
    gc.freeze()
    messages = (each if isinstance(each, Broken) else decoded(each) for each in incoming)
    return serve(server, messages, stdout)


def _relayed(
    host: Host,
    channel: Channel,
    incoming: Iterator[bytes | Broken],
    stdout: BinaryIO,
    roots: tuple[Path, ...],
    client: int | None,
) -> int:
    from ramify.serving.relay import Relay
    from ramify.serving.session import Session

    def reach(folders: list[str], tag: str) -> Channel:
        directories = [directory_of(Path(path)) for path in outermost(folders)]
        wish = Wish("session", tag)
        outcome = settled(directories, wish, host.listen, _TAKEOVER_SECONDS)
        if isinstance(outcome, Theirs):
            _log.info("attached to process %s", outcome.owner.pid)
            return outcome.channel
        _log.info("serving from here on")
        return host.serve_ourselves(tag)

    out = Writer(stdout, lambda: relay.gone())
    relay = Relay(Session(roots), out, reach)
    _end_on_signals(relay.stop)
    if client is not None:
        from ramify.lsp.death import watch

        watch(client, relay.gone)
    code = relay.run(incoming, channel, "ramify/0")
    out.close()
    return code


def _opening(first: bytes | Broken) -> InitializeParams | None:
    """What an `initialize` says; None for another message."""
    message = decoded(first) if isinstance(first, bytes) else None
    if not isinstance(message, dict) or message.get("method") != "initialize":
        return None
    try:
        return msgspec.convert(message.get("params"), InitializeParams)
    except msgspec.ValidationError:
        return None


def _directories(opening: InitializeParams, roots: tuple[Path, ...]) -> list[Path]:
    """Of the stores that the client's folders have, those that live in memory left out."""
    folders = outermost([real_path(path) for path in first_folders(opening, roots)])
    return [
        directory_of(Path(path))
        for path in folders
        if Path(path).is_dir()
        and load_settings(Path(path), opening.initialization_options).settings.store == "disk"
    ]


def _end_on_signals(stop: Callable[[int], None] = os._exit) -> None:
    def end(number: int, frame: FrameType | None) -> None:
        stop(_ENDED_BY_SIGNAL + number)

    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)
