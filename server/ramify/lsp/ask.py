"""A question on its way to the one answer: on a pool, with a token and a deadline.

The client's cancelling reaches the token, and the result is encoded on the pool, too. Says when a
question waits for the index and what an unfinished index means for its answer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec

from ramify.lsp.folders import Folder
from ramify.lsp.loose import loose_reading
from ramify.lsp.pointed import Spot
from ramify.lsp.rpc import INVALID_PARAMS, REQUEST_FAILED, RefusedError
from ramify.lsp.server import RamifyServer
from ramify.lsp.wire import encoded
from ramify.protocol.convert import Ranges
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading, Status

THINKING_SECONDS: Final = 30.0
"""A question that thinks longer answers what it has and says so."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Asking:
    """What a question gets: a reading, the token to ask, the way to ranges."""

    reading: Reading
    token: CancelToken
    ranges: Ranges

    @property
    def status(self) -> Status:
        return self.reading.snapshot.status


Question = Callable[[Asking], Any]


def ask_now(ls: RamifyServer, at: Spot, question: Question) -> Awaitable[msgspec.Raw]:
    """Answers from the text as it stands, without waiting for the index."""

    def answer(token: CancelToken) -> msgspec.Raw:
        reading = _now(at)
        return encoded(question(Asking(reading, token, Ranges(reading, ls.encoding))))

    return _run(ls.now_pool, answer, _deadline(THINKING_SECONDS))


def ask_graph(
    ls: RamifyServer, at: Spot, question: Question, early: Question | None = None
) -> Awaitable[msgspec.Raw]:
    """Waits for the index as long as settings say, then answers what is known. An empty answer
    of an unfinished index fails instead: it would look like "none".

    `early` is asked first, of the text as it stands: unless it says None it is the answer.
    """
    if at.folder is None:
        return ask_now(ls, at, question)
    folder, wait, encoding = at.folder, ls.wait_seconds, ls.encoding

    def answer(token: CancelToken) -> msgspec.Raw:
        if early is not None:
            now = folder.client.live()
            known = early(Asking(now, token, Ranges(now, encoding)))
            if known is not None:
                return encoded(known)
        reading = folder.client.reading(token, complete_within=wait)
        asking = Asking(reading, token, Ranges(reading, encoding))
        return encoded(_told(question(asking), (asking,)))

    return _run(ls.graph_pool, answer, _deadline(wait + THINKING_SECONDS))


def ask_folders(
    ls: RamifyServer, folders: tuple[Folder, ...], question: Callable[[tuple[Asking, ...]], Any]
) -> Awaitable[msgspec.Raw]:
    """One question to several folders, each waited for; what it makes of an unfinished index is
    its own affair (see `unfinished`)."""
    wait = ls.wait_seconds
    by = time.monotonic() + wait

    def answer(token: CancelToken) -> msgspec.Raw:
        asked = []
        for folder in folders:
            left = max(0.0, by - time.monotonic())
            reading = folder.client.reading(token, complete_within=left)
            asked.append(Asking(reading, token, Ranges(reading, ls.encoding)))
        return encoded(question(tuple(asked)))

    return _run(ls.graph_pool, answer, _deadline(wait + THINKING_SECONDS))


def ask_waiting(
    ls: RamifyServer, seconds: float, work: Callable[[CancelToken], Any]
) -> Awaitable[msgspec.Raw]:
    """Work that waits for something else than a reading."""
    return _run(ls.graph_pool, lambda token: encoded(work(token)), _deadline(seconds))


def require_complete(asked: tuple[Asking, ...]) -> None:
    """For answers that must not be a part. Raises RefusedError."""
    refusal = unfinished(asked)
    if refusal is not None:
        raise refusal


def unfinished(asked: tuple[Asking, ...]) -> RefusedError | None:
    """The refusal to give instead of an empty answer while some index is not complete."""
    waiting = [each.status for each in asked if not each.status.complete]
    if not waiting:
        return None
    done, total = sum(s.indexed_files for s in waiting), sum(s.total_files for s in waiting)
    reasons = "; ".join(dict.fromkeys(s.reason for s in waiting if s.reason))
    message = f"the index is not complete yet: {done} of {total} files"
    return RefusedError(REQUEST_FAILED, f"{message} ({reasons})" if reasons else message)


def _told(result: Any, asked: tuple[Asking, ...]) -> Any:
    if not result:
        require_complete(asked)
    return result


def _now(at: Spot) -> Reading:
    if at.folder is not None:
        return at.folder.client.live()
    if at.document is None:
        raise RefusedError(INVALID_PARAMS, "the file is neither open nor in a workspace folder")
    return loose_reading(at.document, at.language_id)


def _deadline(seconds: float) -> float:
    return time.monotonic() + seconds


async def _run(pool: ThreadPoolExecutor, work: Callable[[CancelToken], _T], deadline: float) -> _T:
    token = CancelToken(deadline)
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, work, token)
    except asyncio.CancelledError:
        token.cancel()
        raise
