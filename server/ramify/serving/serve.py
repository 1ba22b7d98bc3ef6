"""`ramify serve`: owns a folder's store and serves whoever comes, without a client of its own.

Ends after a time without clients, and leaves no process behind.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from argparse import Namespace
from pathlib import Path
from typing import Final

from ramify.cli.outcome import ANSWERED, UNANSWERED
from ramify.serving.greeting import Wish
from ramify.serving.host import Host
from ramify.serving.logs import log_to_stderr
from ramify.serving.settling import Nobodys, Theirs, directory_of, settled
from ramify.session.settings import load_settings
from ramify_store.memory import collect_seldom, few_arenas

_SETTLING_SECONDS: Final = 3.0
_ENDED_BY_SIGNAL: Final = 128


def serve(arguments: Namespace) -> int:
    """`ramify serve [--idle SECONDS]`; returns when it was idle for that long. Where somebody
    else serves already it says who and returns 1."""
    root = Path(getattr(arguments, "root", Path()))
    log_to_stderr()
    few_arenas()
    collect_seldom()
    host = Host()
    outcome = settled([directory_of(root)], Wish("command"), host.listen, _SETTLING_SECONDS)
    if isinstance(outcome, Theirs | Nobodys):
        if isinstance(outcome, Theirs):
            outcome.channel.close()
        host.stop()
        who = "another process" if outcome.owner is None else f"process {outcome.owner.pid}"
        sys.stderr.write(f"ramify: {who} serves {root.resolve()} already.\n")
        return UNANSWERED
    lease = host.workspaces().visit(root, load_settings(root))
    lease.workspace.start()
    sys.stderr.write(
        f"ramify: serving {lease.workspace.folder}; "
        f"ends after {arguments.idle} seconds without a client.\n"
    )
    code = _until_idle(host, arguments.idle)
    host.stop()
    sys.stderr.flush()
    os._exit(code)


def _until_idle(host: Host, seconds: float) -> int:
    """Wakes only when the time could be over."""
    over = threading.Event()
    ended = ANSWERED

    def stop(number: int, frame: object) -> None:
        nonlocal ended
        ended = _ENDED_BY_SIGNAL + number
        over.set()

    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
    while (left := seconds - host.idle_seconds()) > 0:
        if over.wait(left):
            return ended
    return ANSWERED
