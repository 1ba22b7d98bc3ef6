"""The thread that keeps overlays up to date, and the one that tells listeners of the status.

Knows no disk and no store: what it links is in memory or in the facts cache.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from ramify.indexing.client import Client
from ramify.indexing.programs import FactsLost
from ramify.indexing.state import Board
from ramify.session.cancel import CancelledError
from ramify.session.snapshot import Status

_GAP: Final = 0.1
"""Seconds between two calls of a listener."""


class Follower:
    """Starts its threads when they are first needed; `close` ends them."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._clients: list[Client] = []
        self._listeners: list[Callable[[Status], None]] = []
        self._overlays: threading.Thread | None = None
        self._teller: threading.Thread | None = None

    def add(self, client: Client) -> None:
        with self._board.changed:
            self._clients.append(client)
            if self._overlays is None and not self._board.closed:
                self._overlays = _thread(self._follow, "ramify-overlay")

    def remove(self, client: Client) -> None:
        with self._board.changed:
            self._clients = [each for each in self._clients if each is not client]

    def listen(self, listener: Callable[[Status], None]) -> Callable[[], None]:
        """What is returned ends it."""
        with self._board.changed:
            self._listeners.append(listener)
            if self._teller is None and not self._board.closed:
                self._teller = _thread(self._tell, "ramify-status")

        def unlisten() -> None:
            with self._board.changed:
                self._listeners = [each for each in self._listeners if each is not listener]

        return unlisten

    def documents(self) -> int:
        """How many documents are open."""
        return sum(len(client.documents()) for client in list(self._clients))

    def clients(self) -> int:
        """How many are attached."""
        return len(self._clients)

    def close(self) -> None:
        """After the board was closed. Idempotent."""
        for thread in (self._overlays, self._teller):
            if thread is not None and thread is not threading.current_thread():
                thread.join()

    def _follow(self) -> None:
        while (client := self._next_stale()) is not None:
            try:
                client.follow()
            except CancelledError:
                continue  # a newer text is there
            except FactsLost as lost:
                self._repair(lost)
            except Exception as error:
                self._fail(client, error)

    def _next_stale(self) -> Client | None:
        """Waits until some client's overlay should follow; None at the end."""
        board = self._board
        with board.changed:
            while not board.closed:
                soonest: float | None = None
                for client in self._clients:
                    seconds = client.is_stale(time.monotonic())
                    if seconds == 0.0:
                        # Round robin, so that one that types all the time starves nobody.
                        self._clients = [e for e in self._clients if e is not client] + [client]
                        return client
                    if seconds is not None:
                        soonest = seconds if soonest is None else min(soonest, seconds)
                board.changed.wait(soonest)
        return None

    def _repair(self, lost: FactsLost) -> None:
        """The writer finds out what is missing and makes it again."""
        board = self._board
        with board.changed:
            board.errors.append(str(lost))
            board.repair = True
            board.changed.notify_all()
            board.changed.wait(_GAP)

    def _fail(self, client: Client, error: Exception) -> None:
        """An overlay that cannot be linked leaves the client with the graph of the disk."""
        board = self._board
        with board.changed:
            board.errors.append(f"Linking open files failed: {type(error).__name__}: {error}")
        client.give_up()

    def _tell(self) -> None:
        board = self._board
        told: Status | None = None
        while True:
            with board.changed:
                while not board.closed and (told is not None and board.status() == told):
                    board.changed.wait()
                if board.closed:
                    return
                told = board.status()
                listeners = list(self._listeners)
            for listener in listeners:
                try:
                    listener(told)
                except Exception as error:
                    with board.changed:
                        board.errors.append(f"A listener failed: {type(error).__name__}: {error}")
            time.sleep(_GAP)


def _thread(run: Callable[[], None], name: str) -> threading.Thread:
    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread
