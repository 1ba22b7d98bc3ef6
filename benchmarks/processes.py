"""What a command costs: CPU seconds, wall seconds and memory of its whole process tree."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

SAMPLE_SECONDS = 0.1


@dataclass(frozen=True)
class Cost:
    cpu_seconds: float
    """User and system, of the process and all its children that it waited for."""
    wall_seconds: float
    peak_bytes: int
    """Highest sum over the tree of proportional set size (shared pages count once), sampled ten
    times a second."""
    peak_rss_bytes: int
    """Highest sum of resident size: shared pages count once for each process."""
    output: str

    def figures(self) -> dict[str, float | int]:
        return {
            "cpuSeconds": round(self.cpu_seconds, 2),
            "wallSeconds": round(self.wall_seconds, 2),
            "peakBytes": self.peak_bytes,
            "peakRssBytes": self.peak_rss_bytes,
        }


def measured(command: Sequence[str], environment: Mapping[str, str]) -> Cost:
    """Runs a command to its end. Raises CalledProcessError when it fails."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(environment))
    peak = Peak(process.pid)
    sampler = threading.Thread(target=peak.watch, daemon=True)
    sampler.start()
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    peak.stop()
    sampler.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return Cost(usage.ru_utime + usage.ru_stime, wall, peak.bytes, peak.rss_bytes, output)


class Peak:
    """Samples the memory of a process tree until it is stopped."""

    def __init__(self, pid: int) -> None:
        self.bytes = 0
        self.rss_bytes = 0
        self._pid = pid
        self._over = threading.Event()

    def watch(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            pss, rss = tree_memory(self._pid)
            self.bytes, self.rss_bytes = max(self.bytes, pss), max(self.rss_bytes, rss)

    def stop(self) -> None:
        self._over.set()


def tree_memory(pid: int) -> tuple[int, int]:
    """Proportional (where the system tells it) and resident bytes of a process and its children."""
    pss = rss = 0
    for process in _tree(pid):
        with contextlib.suppress(psutil.Error):
            memory = process.memory_full_info()
            pss += getattr(memory, "pss", memory.uss)
            rss += memory.rss
    return pss, rss


def tree_cpu(pid: int) -> float:
    """CPU seconds of a running process and its living children so far."""
    total = 0.0
    for process in _tree(pid):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def _tree(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []
