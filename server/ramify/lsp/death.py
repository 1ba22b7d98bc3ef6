"""Noticing that another process has died, at no cost while it lives."""

from __future__ import annotations

import os
import select
import sys
import threading
import time
from collections.abc import Callable
from typing import Final

_LOOK_SECONDS: Final = 2.0
"""Where the system has no way to wait for a process that is not a child."""


def watch(pid: int, on_death: Callable[[], None]) -> None:
    """Calls it on a thread of its own, once. A process of another machine or container, which
    is not to be seen from here, is not watched."""
    wait = _waiting_for(pid)
    if wait is None:
        return

    def run() -> None:
        wait()
        on_death()

    threading.Thread(target=run, name="ramify-watchdog", daemon=True).start()


def _waiting_for(pid: int) -> Callable[[], None] | None:
    """What returns when the process has ended; None when there is none."""
    if sys.platform != "linux":
        return _looking_after(pid)
    try:
        descriptor = os.pidfd_open(pid)
    except (ProcessLookupError, ValueError, OverflowError):
        return None
    except OSError:
        return _looking_after(pid)  # an old kernel
    return lambda: _until_readable(descriptor)


def _until_readable(descriptor: int) -> None:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    poll.poll()
    os.close(descriptor)


def _looking_after(pid: int) -> Callable[[], None] | None:
    import psutil

    try:
        process = psutil.Process(pid)
    except (psutil.Error, ValueError, OverflowError):
        return None

    def is_alive() -> bool:
        """A zombie is dead: its parent has only not looked yet."""
        try:
            return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False
        except psutil.Error:
            return True

    def wait() -> None:
        while is_alive():
            time.sleep(_LOOK_SECONDS)

    return wait
