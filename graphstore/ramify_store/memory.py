"""Gives memory back that a load has freed: allocators keep it, and loads are rare and large."""

from __future__ import annotations

import ctypes
import gc
import sys

import pyarrow as pa


def release() -> None:
    """Frees what stands in circles, and gives it back; half a second where much is alive."""
    gc.collect()
    give_back()


def give_back() -> None:
    """Takes some ten milliseconds; on systems other than Linux with glibc only Arrow's part."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
