"""Follows the repository's history on a thread of its own, a batch of commits at a time.

What the store holds afterwards depends on the commit that is checked out and on nothing else: what
it does not go back to is forgotten. A question begins a new look when the last one is a while ago,
so that nothing runs while nobody asks.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from ramify.session.cancel import CancelledError, CancelToken
from ramify.session.git import GitError, last_commits, touched_files
from ramify_store.history import Commit, History
from ramify_store.view import Churn, Companion

COMMITS: Final = 5000
"""The newest ones that are looked at."""

_BATCH: Final = 250
_FRESH: Final = 5.0
"""Seconds for which a look at the repository counts."""
_UNREAD: Final = "the history of git is being read"


class FollowedHistory:
    """A `HistoryView` that keeps up with the repository. Every method from any thread."""

    def __init__(self, folder: str, stored: Callable[[], History | None]) -> None:
        self._folder = folder
        self._stored = stored
        self._token = CancelToken()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._looked = 0.0
        self._unread: str | None = _UNREAD

    @property
    def unread(self) -> str | None:
        """As of the last look at the repository."""
        return self._unread

    def companions(self, path: str) -> Sequence[Companion]:
        self._begin()
        history = self._stored()
        return () if history is None else history.companions(path)

    def churn(self) -> Mapping[str, Churn]:
        self._begin()
        history = self._stored()
        return {} if history is None else history.churn()

    def catch_up(self, token: CancelToken) -> None:
        """Returns when everything is read, or cannot be; see `unread`. Raises CancelledError."""
        while self._unread == _UNREAD:
            self._begin()
            thread = self._thread
            if thread is None or self._token.is_cancelled:
                return
            thread.join(0.05)
            token.check()

    def close(self) -> None:
        """Idempotent."""
        self._token.cancel()
        thread = self._thread
        if thread is not None:
            thread.join()

    def _begin(self) -> None:
        with self._lock:
            running = self._thread is not None and self._thread.is_alive()
            fresh = self._looked and time.monotonic() - self._looked < _FRESH
            if running or fresh or self._token.is_cancelled or self._stored() is None:
                return
            self._thread = threading.Thread(target=self._look, name="ramify-history", daemon=True)
            self._thread.start()

    def _look(self) -> None:
        history = self._stored()
        try:
            if history is not None:
                _follow(self._folder, history, self._token)
                self._unread = None
        except GitError as error:
            self._unread = f"git tells no history: {error}"
        except CancelledError:
            pass
        except Exception as error:  # of the store: the question goes on without
            self._unread = f"the history cannot be kept: {type(error).__name__}: {error}"
        finally:
            self._looked = time.monotonic()


def _follow(folder: str, history: History, token: CancelToken) -> None:
    wanted = last_commits(folder, COMMITS)
    known = history.commits()
    gone = known - wanted.keys()
    if gone:
        history.replace((), gone)
    new = [name for name in wanted if name not in known]
    for at in range(0, len(new), _BATCH):
        token.check()
        history.replace(_read(folder, new[at : at + _BATCH], wanted), ())


def _read(folder: str, names: Sequence[str], times: Mapping[str, int]) -> Iterator[Commit]:
    touched = touched_files(folder, names)
    return (Commit(name, times[name], touched.get(name, ())) for name in names)
