"""The only importer of Kùzu: one open graph database, and the choke point for all queries.

Times every query, keeps prepared statements, names the errors. Knows neither the schema nor what
the rows mean. Kùzu crashes the process when a connection is used after its BEGIN failed: writers
take turns by a lock, and a writing connection that met an error is thrown away.
"""

from __future__ import annotations

import importlib.util  # noqa: F401 - Kùzu reads the attribute without importing it
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import kuzu

from ramify_store.errors import QueryFailed, StoreClosed, StoreCorrupt, StoreLocked

BUFFER_BYTES: Final = 256 << 20
"""Loading fails with 64 MB."""

STORAGE: Final = int(kuzu.storage_version)
"""Version of Kùzu's files: it opens those of its own version only."""

_ADDRESSES: Final = 1 << 36
"""Bytes of address space that a database reserves, hence the most that it can hold: hundreds of
times the graph of a large workspace. By default Kùzu takes 8 TB, so that a process runs out of
addresses with the sixteenth database it opens."""

_IDLE_READERS: Final = 4


@dataclass(frozen=True, slots=True)
class Query:
    """A Cypher text and the name it goes by in timings and errors."""

    name: str
    text: str


@dataclass(slots=True)
class Timing:
    count: int = 0
    seconds: float = 0.0


class Session:
    """One connection, for one thread at a time. Parameters are always bound, never pasted in."""

    def __init__(self, database: kuzu.Database, timings: dict[str, Timing]) -> None:
        self._connection = kuzu.Connection(database)
        self._timings = timings
        self._prepared: dict[str, kuzu.PreparedStatement] = {}

    def run(self, query: Query, **parameters: object) -> None:
        self._execute(query, parameters).close()

    def rows(self, query: Query, **parameters: object) -> list[list[Any]]:
        result = self._execute(query, parameters)
        rows = cast(list[list[Any]], result.get_all())
        result.close()
        return rows

    def table(self, query: Query, **parameters: object) -> Any:
        """The result as a pyarrow Table."""
        result = self._execute(query, parameters)
        table = result.get_as_arrow()
        result.close()
        return table

    def load(self, query: Query, rows: Any) -> None:
        """Runs a COPY from the pyarrow Table that its text calls `$rows`.

        On one thread: every other one would hold columns of its own, and be no faster.
        """
        self._connection.set_max_threads_for_exec(1)
        with _timed(query, self._timings):
            self._connection.execute(query.text, {"rows": rows})

    def close(self) -> None:
        self._prepared.clear()
        self._connection.close()

    def _execute(self, query: Query, parameters: dict[str, object]) -> kuzu.QueryResult:
        with _timed(query, self._timings):
            if not parameters:
                return cast(kuzu.QueryResult, self._connection.execute(query.text))
            prepared = self._prepared.get(query.text)
            if prepared is None:
                prepared = kuzu.PreparedStatement(self._connection, query.text)
                self._prepared[query.text] = prepared
            return cast(kuzu.QueryResult, self._connection.execute(prepared, parameters))


@contextmanager
def _timed(query: Query, timings: dict[str, Timing]) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    except RuntimeError as error:
        raise QueryFailed(query.name, str(error)) from error
    finally:
        timing = timings.setdefault(query.name, Timing())
        timing.count += 1
        timing.seconds += time.perf_counter() - started


_BEGIN = Query("begin", "BEGIN TRANSACTION")
_COMMIT = Query("commit", "COMMIT")
_ROLLBACK = Query("rollback", "ROLLBACK")
_CHECKPOINT = Query("checkpoint", "CHECKPOINT")
_NO_CHECKPOINT_AT_CLOSE = Query("close as it is", "CALL force_checkpoint_on_close=false")


class Engine:
    """One open database; `path` None keeps it in memory. Safe to share between threads.

    Never checkpoints by itself, nor at `close`: what was committed stays in the log and is played
    again at the next opening (see `checkpoint`).
    """

    def __init__(self, path: Path | None, buffer_bytes: int = BUFFER_BYTES) -> None:
        self.path = path
        self.timings: dict[str, Timing] = {}
        self._database = _open(path, buffer_bytes)
        self._writing = threading.Lock()
        self._writer: Session | None = None
        self._idle: list[Session] = []
        self._state = threading.Condition()
        self._reading = 0
        self._closed = False
        if path is not None:
            with self.reading() as session:
                session.run(_NO_CHECKPOINT_AT_CLOSE)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One write transaction: committed at the end of the block, undone when it raises."""
        with self._writing:
            session = self._begun()
            try:
                yield session
            except BaseException:
                self._undo(session)
                raise
            try:
                session.run(_COMMIT)
            except QueryFailed:
                self._discard(session)
                raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A connection of its own, which sees the last committed state."""
        with self._state:
            if self._closed:
                raise StoreClosed("The graph is closed: open the store again.")
            self._reading += 1
            session = self._idle.pop() if self._idle else None
        healthy = False
        try:
            session = session or Session(self._database, self.timings)
            yield session
            healthy = True
        finally:
            self._return_reader(session if healthy else None, session)

    def checkpoint(self) -> None:
        """Moves what was committed from the log into the database file.

        Only for a database that was loaded and never changed. Kùzu 0.11.3 crashes the process in
        the checkpoint of relations that transactions have changed (CSR node groups), now and then
        and again with the same changes; a kill inside loses the database; and each one rewrites
        most of the file and gives no room back.
        """
        with self._writing:
            self._writing_session().run(_CHECKPOINT)

    def close(self) -> None:
        """Waits for transactions and readers on their way, then unlocks."""
        with self._writing, self._state:
            if self._closed:
                return
            self._closed = True
            self._state.wait_for(lambda: self._reading == 0)
            for session in self._idle:
                session.close()
            self._idle.clear()
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            self._database.close()

    def _writing_session(self) -> Session:
        if self._closed:
            raise StoreClosed("The graph is closed: open the store again.")
        if self._writer is None:
            self._writer = Session(self._database, self.timings)
        return self._writer

    def _begun(self) -> Session:
        session = self._writing_session()
        try:
            session.run(_BEGIN)
        except QueryFailed:
            self._discard(session)
            raise
        return session

    def _undo(self, session: Session) -> None:
        # Some failures have ended the transaction already, then ROLLBACK itself is an error.
        with suppress(QueryFailed):
            session.run(_ROLLBACK)
        self._discard(session)

    def _discard(self, session: Session) -> None:
        self._writer = None
        session.close()

    def _return_reader(self, healthy: Session | None, session: Session | None) -> None:
        with self._state:
            self._reading -= 1
            if healthy is not None and len(self._idle) < _IDLE_READERS:
                self._idle.append(healthy)
                session = None
            self._state.notify_all()
        if session is not None:
            session.close()


def _open(path: Path | None, buffer_bytes: int) -> kuzu.Database:
    try:
        return kuzu.Database(
            ":memory:" if path is None else str(path),
            buffer_pool_size=buffer_bytes,
            max_db_size=_ADDRESSES,
            auto_checkpoint=False,
        )
    except RuntimeError as error:
        message = str(error)
        if "Could not set lock" in message:
            raise StoreLocked(str(path), None) from error
        raise StoreCorrupt(f"The graph {path} cannot be opened ({message}).") from error
