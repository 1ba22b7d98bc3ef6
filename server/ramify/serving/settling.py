"""Who serves some folders: this process, or the one that owns a store of theirs already.

The lock decides, never a look at it: whoever gets it serves, and everybody else tries to reach
whoever did. What goes wrong between the two (an owner that is gone, one that does not listen yet)
is tried again for some seconds.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ramify.serving.backoff import delays
from ramify.serving.channel import Channel
from ramify.serving.greeting import RefusedAtDoor, Wish, greeted, speaks_as_we_do
from ramify.session.directories import real_path, user_directories
from ramify_store.errors import StoreLocked
from ramify_store.ownership import Owner, Reservation, owner_record, reserve, store_name


@dataclass(frozen=True, slots=True)
class Ours:
    """This process has the locks of all folders that can be locked."""

    reservations: tuple[Reservation, ...]


@dataclass(frozen=True, slots=True)
class Theirs:
    """Another process owns one of the folders and serves us."""

    channel: Channel
    owner: Owner


@dataclass(frozen=True, slots=True)
class Nobodys:
    """Another process owns one of the folders and does not serve us: memory remains."""

    owner: Owner | None


Settled = Ours | Theirs | Nobodys


def settled(
    directories: Sequence[Path],
    wish: Wish,
    listen: Callable[[], None],
    seconds: float,
) -> Settled:
    """`directories` are those of the folders' stores. `listen`: sees to it that this process
    says in the locks that it takes where it can be reached."""
    owner: Owner | None = None
    for delay in delays(seconds):
        channel, owner = attached(directories, wish)
        if channel is not None and owner is not None:
            return Theirs(channel, owner)
        listen()
        taken = _reserved(directories)
        if taken is not None:
            return Ours(taken)
        owner = next((each for each in map(owner_record, directories) if each is not None), None)
        if owner is not None and owner.version and not speaks_as_we_do(owner):
            return Nobodys(owner)
        time.sleep(delay)
    return Nobodys(owner)


def directory_of(folder: Path) -> Path:
    """Where the folder's store is, or would be."""
    return user_directories().cache / store_name(real_path(folder))


def attached(directories: Sequence[Path], wish: Wish) -> tuple[Channel | None, Owner | None]:
    """The first of those who own a directory that grants the wish."""
    for directory in directories:
        owner = owner_record(directory)
        if owner is None or not owner.address or owner.pid == os.getpid():
            continue
        with suppress(OSError, RefusedAtDoor):  # dead, dying, full, or of another version
            return greeted(owner, wish), owner
    return None, None


def _reserved(directories: Sequence[Path]) -> tuple[Reservation, ...] | None:
    """All or nothing; what cannot be locked at all is left to the store to say so."""
    taken: list[Reservation] = []
    for directory in directories:
        try:
            taken.append(reserve(directory))
        except StoreLocked as locked:
            if locked.owner == os.getpid():
                continue
            for reservation in taken:
                reservation.release()
            return None
        except OSError:
            continue
    return tuple(taken)
