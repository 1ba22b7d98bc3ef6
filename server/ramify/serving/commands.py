"""A command of another process, run in the owner: what it prints goes back as it is printed.

The channel's end, or a word from there, cancels it. Knows no verb.
"""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from ramify.cli.around import Around, Screen
from ramify.cli.main import answered
from ramify.cli.outcome import INTERRUPTED, UNANSWERED, UsageError
from ramify.serving.channel import Channel
from ramify.serving.greeting import said, say
from ramify.serving.requests import unpacked
from ramify.session.cancel import CancelledError, CancelToken

if TYPE_CHECKING:
    from ramify.indexing.shared import Workspaces

_REQUEST_LIMIT: Final = 1 << 20
_PIECE: Final = 1 << 15
"""Characters that are kept back at most."""

_log = logging.getLogger(__name__)


def run_command(channel: Channel, workspaces: Callable[[], Workspaces]) -> None:
    """Reads one request, runs it, answers with pieces of output and then with its exit code.
    Raises OSError when whoever asked is gone."""
    words = said(channel, _REQUEST_LIMIT)
    request = next(words, None)
    if not request:
        return
    token = CancelToken()
    threading.Thread(
        target=_wait_for_word, args=(words, token), name="ramify-word", daemon=True
    ).start()
    send = partial(say, channel)
    send(_outcome(request, send, token, workspaces))


def _outcome(
    request: Mapping[str, Any],
    send: Callable[[Mapping[str, object]], None],
    token: CancelToken,
    workspaces: Callable[[], Workspaces],
) -> Mapping[str, object]:
    width, height = request["size"]
    screen = Screen(width, height, request["environ"])
    out, err = _streams(send, screen, request["terminals"])
    around = Around(Path(request["here"]), out, err, token, workspaces)
    try:
        code = answered(unpacked(request["arguments"]), around)
    except UsageError as error:
        return {"usage": str(error)}
    except CancelledError:
        return {"exit": INTERRUPTED}
    except OSError:
        raise
    except Exception as error:
        _log.exception("a command failed")
        err.write(f"ramify: internal error: {type(error).__name__}: {error}\n")
        code = UNANSWERED
    out.flush()
    err.flush()
    return {"exit": code}


def _wait_for_word(words: Iterator[object], token: CancelToken) -> None:
    """Whatever comes after the request means that nobody waits any more, and so does the end."""
    with suppress(OSError, ValueError):
        next(words, None)
    token.cancel()


def _streams(
    send: Callable[[Mapping[str, object]], None], screen: Screen, terminals: list[bool]
) -> tuple[IO[str], IO[str]]:
    out = _Sent("out", send, screen, terminals[0])
    err = _Sent("err", send, screen, terminals[1])
    out.other, err.other = err, out
    return out, err


class _Sent(io.TextIOBase, IO[str]):
    """A stream that leads to another process; in order with its sibling."""

    other: _Sent

    def __init__(
        self,
        name: str,
        send: Callable[[Mapping[str, object]], None],
        screen: Screen,
        is_terminal: bool,
    ) -> None:
        super().__init__()
        self.screen = screen
        self._name = name
        self._send = send
        self._is_terminal = is_terminal
        self._kept: list[str] = []
        self._size = 0

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def isatty(self) -> bool:
        return self._is_terminal

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        if self.other._kept:
            self.other.flush()
        self._kept.append(text)
        self._size += len(text)
        if self._size >= _PIECE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Raises BrokenPipeError when nobody reads any more."""
        kept, self._kept, self._size = "".join(self._kept), [], 0
        if kept:
            self._send({self._name: kept})
