"""Watches the folder with the system's own means and says which paths may have changed.

Reports too much rather than too little: the sweep looks at the files. Knows no index.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from typing import Final

from ramify.session.ignore import ALWAYS_OUT

DEBOUNCE_MS: Final = 50
STEP_MS: Final = 50
"""A folder where nothing happens costs one wake-up in this time; a change waits for up to two."""


class Watcher:
    """A thread that lives until `close`. `on_change` gets relative paths, on that thread.

    `out` are names of directories below which nothing matters.
    """

    def __init__(
        self,
        folder: str,
        out: Collection[str],
        on_change: Callable[[Collection[str]], None],
        on_error: Callable[[str], None],
    ) -> None:
        self._folder = folder
        self._out = (ALWAYS_OUT | frozenset(out)) - {".git"}
        self._on_change = on_change
        self._on_error = on_error
        self._stop = threading.Event()
        self.failure: str | None = None
        """Why the folder is not watched."""
        self.ready = threading.Event()
        """Set once changes from now on are noticed, or never will be."""
        self._thread = threading.Thread(target=self._run, name="ramify-watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Idempotent."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        from watchfiles import watch

        try:
            changes = watch(
                self._folder,
                watch_filter=None,
                debounce=DEBOUNCE_MS,
                step=STEP_MS,
                stop_event=self._stop,
                rust_timeout=200,
                yield_on_timeout=True,
                raise_interrupt=False,
                ignore_permission_denied=True,
            )
            for batch in changes:
                self.ready.set()  # the first batch, empty perhaps, comes from a running watcher
                paths = {path for _, each in batch if (path := self._relevant(each)) is not None}
                if paths:
                    self._on_change(paths)
        except (OSError, RuntimeError) as error:
            self.failure = f"The folder cannot be watched ({error}): changes are noticed late."
            self._on_error(self.failure)
        finally:
            self.ready.set()

    def _relevant(self, absolute: str) -> str | None:
        path = absolute[len(self._folder) :].replace("\\", "/").strip("/")
        parts = path.split("/")
        if ".git" in parts:
            # Only what says which files count; branches come as changes of the files themselves.
            return path if path.endswith(".git/info/exclude") else None
        return None if any(part in self._out for part in parts) else path
