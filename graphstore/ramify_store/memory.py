"""What allocators keep to themselves: the room that a load has freed, and that of idle threads; and
how often garbage is looked for."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_ARENA_MAX: Final = -8
"""`M_ARENA_MAX` of malloc.h."""


def few_arenas() -> None:
    """For threads that are still to come: by itself glibc lets eight for each core keep what they
    have freed, which no other thread ever gets. Without effect on other systems."""
    if (library := _glibc()) is not None:
        library.mallopt(_ARENA_MAX, 2)


def collect_seldom() -> None:
    """For a process that answers: what an answer is made of stands in no circle and goes with it,
    but a thousand such values are enough for Python to walk them, and soon all that is alive,
    forty milliseconds within every third large answer. Not more seldom: ten thousand leave the
    circles of loading a large graph, half a gigabyte for Django, until long after."""
    gc.set_threshold(2_000, 10, 10)


@contextmanager
def undisturbed() -> Iterator[None]:
    """For work that somebody waits for and that leaves no circles: nothing is looked through
    meanwhile, nor what is alive at its end before `release`. All that is alive takes Python longer
    to walk than most edits take."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def release() -> None:
    """Frees what stands in circles, and gives it back; half a second where much is alive. What is
    left is not looked through again before the next time."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    give_back()


def give_back() -> None:
    """Takes some ten milliseconds; on systems other than Linux with glibc only Arrow's part."""
    import pyarrow as pa  # not at the start

    pa.default_memory_pool().release_unused()
    if (library := _glibc()) is not None:
        library.malloc_trim(0)


def _glibc() -> Any:
    """None on another system, or with another library."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
