"""Work-done progress while a folder is indexed.

Progress comes in on the workspace's threads and goes out from the loop. A client that cannot show
it is not bothered; one that refuses the token is not, either.
"""

from __future__ import annotations

import asyncio
import uuid
from contextlib import suppress
from typing import Final

from ramify.indexing.report import Phase, Progress
from ramify.lsp.rpc import RefusedError
from ramify.lsp.server import RamifyServer

_WORDS: Final[dict[Phase, str]] = {
    "scan": "looking for changes",
    "read": "reading",
    "link": "linking",
    "store": "storing",
    "embed": "embedding",
    "done": "done",
}


class IndexProgress:
    """Of one folder: begins with the first report of work, ends with the last."""

    def __init__(self, ls: RamifyServer, name: str) -> None:
        self._ls = ls
        self._name = name
        self._loop = asyncio.get_running_loop()
        self._token: str | None = None
        self._accepted: asyncio.Task[bool] | None = None
        self._said: tuple[str, int | None] | None = None

    def from_any_thread(self, progress: Progress) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is left to tell
            self._loop.call_soon_threadsafe(self._report, progress)

    def _report(self, progress: Progress) -> None:
        if not self._ls.can("window", "workDoneProgress"):
            return
        if progress.phase == "done":
            self._end()
        elif self._token is None:
            self._begin(progress)
        else:
            self._go_on(progress)

    def _begin(self, progress: Progress) -> None:
        self._token = f"ramify/index/{uuid.uuid4()}"
        self._accepted = asyncio.ensure_future(self._create(self._token))
        title = f"Ramify: indexing {self._name}"
        begin = {"kind": "begin", "title": title, "cancellable": False, "percentage": 0}
        self._send(begin | {"message": _message(progress)})

    def _go_on(self, progress: Progress) -> None:
        """Says nothing twice."""
        share = 100 * progress.done // progress.total if progress.total else None
        if self._said == (progress.phase, share):
            return
        self._said = (progress.phase, share)
        report: dict[str, object] = {"kind": "report", "message": _message(progress)}
        if share is not None:
            report["percentage"] = min(share, 100)
        self._send(report)

    def _end(self) -> None:
        if self._token is not None:
            self._send({"kind": "end"})
        self._token = self._accepted = self._said = None

    async def _create(self, token: str) -> bool:
        try:
            await self._ls.protocol.ask_client("window/workDoneProgress/create", {"token": token})
        except RefusedError:
            return False
        return True

    def _send(self, value: dict[str, object]) -> None:
        """After the client has taken the token, in order."""
        token, accepted = self._token, self._accepted
        if accepted is None:
            return

        def send(done: asyncio.Task[bool]) -> None:
            if not done.cancelled() and done.exception() is None and done.result():
                self._ls.protocol.tell("$/progress", {"token": token, "value": value})

        accepted.add_done_callback(send)


def _message(progress: Progress) -> str:
    words = _WORDS[progress.phase]
    return f"{words} {progress.done}/{progress.total}" if progress.total else words
