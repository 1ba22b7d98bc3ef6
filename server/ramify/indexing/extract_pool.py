"""Facts of many texts at once, in worker processes, because tree-sitter holds the GIL.

Texts go out in batches and compact bytes come back. A worker that dies or hangs is replaced, its
batch is tried again text by text, and a text that kills its worker alone is given up with a note.
Knows no paths and no stores.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, cast

import msgspec

from ramify.indexing.worker import Extracted, Source, extracted, read_frame, write_frame

BATCH_BYTES: Final = 400_000
BATCH_TEXTS: Final = 64
IN_PROCESS: Final = 16
"""Fewer texts than this are read here: starting a worker takes longer."""
BATCH_SECONDS: Final = 30.0
ALONE_SECONDS: Final = 10.0
"""A batch, or a text alone, that takes longer hangs."""

_answers = msgspec.msgpack.Decoder(list[Extracted])
_encoder = msgspec.msgpack.Encoder()


def worker_count(setting: int) -> int:
    """`workers` of the settings; 0 means as many as there are cores, at most 8."""
    if setting:
        return setting
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity is not None else os.cpu_count() or 1
    return max(1, min(8, cores))


class Extraction:
    """One run over many texts: `add` them, then `finish`; `close` ends it in any case.

    `on_facts` gets the results in batches, in no order, on the thread that calls `add` and
    `finish`. A few texts are read in this process; workers start when there are more.
    """

    def __init__(self, workers: int, on_facts: Callable[[Sequence[Extracted]], None]) -> None:
        self._workers = workers
        self._on_facts = on_facts
        self._batch: list[Source] = []
        self._batch_bytes = 0
        self._lanes = _Lanes()
        self._threads: list[threading.Thread] = []
        self._in_flight = 0

    def add(self, source: Source) -> None:
        """May wait for results, so that few texts are in memory at a time."""
        self._batch.append(source)
        self._batch_bytes += len(source.data)
        full = len(self._batch) >= (BATCH_TEXTS if self._threads else IN_PROCESS)
        if full or self._batch_bytes >= BATCH_BYTES:
            self._send()
        while self._in_flight > 2 * self._workers:
            self._receive()

    def finish(self) -> None:
        """Returns when `on_facts` has had everything."""
        if not self._threads:
            if self._batch:
                self._on_facts([extracted(source) for source in self._batch])
            self._batch = []
            return
        if self._batch:
            self._send()
        while self._in_flight:
            self._receive()

    def close(self) -> None:
        """Ends the workers; what was not finished is dropped. Idempotent."""
        self._lanes.stop()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _send(self) -> None:
        if len(self._threads) < self._workers:
            name = f"ramify-extract-{len(self._threads)}"
            thread = threading.Thread(target=_serve, args=(self._lanes,), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)
        self._lanes.batches.put(self._batch)
        self._in_flight += 1
        self._batch, self._batch_bytes = [], 0

    def _receive(self) -> None:
        result = self._lanes.results.get()
        self._in_flight -= 1
        if isinstance(result, BaseException):
            raise result
        self._on_facts(result)


@dataclass
class _Lanes:
    """What the feeding thread and the workers' threads share."""

    batches: queue.SimpleQueue[Sequence[Source] | None] = field(default_factory=queue.SimpleQueue)
    results: queue.SimpleQueue[Sequence[Extracted] | BaseException] = field(
        default_factory=queue.SimpleQueue
    )
    running: set[_Process] = field(default_factory=set)
    stopped: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def stop(self) -> None:
        self.stopped.set()
        with self.lock:
            for process in self.running:
                process.end()
        for _ in range(64):  # more than there are workers
            self.batches.put(None)

    def start_process(self) -> _Process:
        process = _Process()
        with self.lock:
            self.running.add(process)
            if self.stopped.is_set():
                process.end()
        return process

    def drop(self, process: _Process) -> None:
        process.end()
        with self.lock:
            self.running.discard(process)


def _serve(lanes: _Lanes) -> None:
    """One lane: a process of its own, replaced when it dies."""
    process: _Process | None = None
    try:
        while not lanes.stopped.is_set() and (batch := lanes.batches.get()) is not None:
            process = process or lanes.start_process()
            answer = process.ask(batch, BATCH_SECONDS)
            if answer is None and not lanes.stopped.is_set():
                lanes.drop(process)
                process = None
                answer = [_alone(lanes, source) for source in batch]
            lanes.results.put(answer or [])
    except BaseException as error:  # a thread must not die silently while another waits for it
        lanes.results.put(error)
    finally:
        if process is not None:
            lanes.drop(process)


def _alone(lanes: _Lanes, source: Source) -> Extracted:
    """One text of a batch that a worker died of."""
    process = lanes.start_process()
    try:
        answer = None if lanes.stopped.is_set() else process.ask([source], ALONE_SECONDS)
    finally:
        lanes.drop(process)
    if answer:
        return answer[0]
    return Extracted(
        source.hash, source.language, b"", b"", "the process that read it died or hung"
    )


class _Process:
    """A running worker. `ask` from one thread; `end` from any."""

    def __init__(self) -> None:
        # Not multiprocessing: it would import the main program once more in every worker.
        code = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); " + _MAIN
        paths = json.dumps([each for each in sys.path if each])
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and our own code)
            [sys.executable, "-P", "-c", code, paths],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(os.sep).resolve(),
        )

    def ask(self, batch: Sequence[Source], seconds: float) -> list[Extracted] | None:
        """The facts of the batch; None when the worker died or took longer."""
        timer = threading.Timer(seconds, self.end)
        timer.daemon = True
        timer.start()
        try:
            write_frame(cast(BinaryIO, self._process.stdin), _encoder.encode(batch))
            frame = read_frame(cast(BinaryIO, self._process.stdout))
            return None if frame is None else _answers.decode(frame)
        except (OSError, ValueError):
            return None
        finally:
            timer.cancel()

    def end(self) -> None:
        with suppress(OSError):
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError, ValueError):
                if pipe is not None:
                    pipe.close()


_MAIN: Final = "from ramify.indexing.worker import main; main()"
