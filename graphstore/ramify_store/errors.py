"""What can go wrong in a store, by name; every message says what to do about it."""

from __future__ import annotations

from pathlib import Path


class StoreError(Exception):
    """Any trouble with a store on disk."""


class StoreLocked(StoreError):  # noqa: N818 - reads as a state, like the others below
    """Another process owns the store; `owner` is its process id, or None when it hides it, and
    `version` what it says of itself."""

    def __init__(self, directory: str, owner: int | None, version: str = "") -> None:
        who = "another process" if owner is None else f"process {owner}"
        super().__init__(f"The store in {directory} is owned by {who}: ask it, or end it first.")
        self.owner = owner
        self.version = version


class StoreTooNew(StoreError):  # noqa: N818
    """A newer Ramify wrote the store."""


class StoreFull(StoreError):  # noqa: N818
    """The disk has no room for what is to be written."""

    def __init__(self, directory: str, free: int) -> None:
        super().__init__(
            f"The disk is nearly full ({free / 1e6:.0f} MB free at {directory}): free some space, "
            "set RAMIFY_HOME, or ask with `--store memory`."
        )


class StoreCorrupt(StoreError):  # noqa: N818
    """A file of the store cannot be read; it is derived data and may be removed."""


class BackupRefused(StoreError):  # noqa: N818
    """A backup that is not whole, or not to be trusted; nothing was changed."""

    def __init__(self, source: Path, reason: str) -> None:
        super().__init__(f"{source} is not restored, and nothing was changed: {reason}.")


class StoreGone(StoreError):  # noqa: N818
    """Somebody removed the store, or put another in its place, while it was open."""

    def __init__(self, directory: str) -> None:
        super().__init__(f"The store in {directory} was removed: it is made again.")


class StoreUnusable(StoreError):  # noqa: N818
    """The graph has ended the process again and again, also after it was made anew."""

    def __init__(self, directory: str) -> None:
        super().__init__(
            f"the graph in {directory} ended the process again and again, and is not opened for "
            "an hour; `ramify clean` removes it"
        )


class StoreClosed(StoreError):  # noqa: N818
    """The store was closed while the question was on its way."""


class QueryFailed(StoreError):  # noqa: N818
    """The database refused a query; `query` is its name."""

    def __init__(self, query: str, reason: str) -> None:
        super().__init__(f"{query}: {reason}")
        self.query = query


class BrokenLinks(StoreError, ValueError):  # noqa: N818
    """Links that contradict themselves: an edge from a symbol that its file does not define."""
