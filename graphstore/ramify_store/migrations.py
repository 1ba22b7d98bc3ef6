"""The graph's schema as an ordered list of named steps, each with its way back.

Each step runs in one transaction together with the version it leads to. Knows nothing of rows:
the graph is derived, so a step may also empty it. How to add one: `docs/migrations.md`.

Nodes: File, Symbol, Name. A Symbol's key is the hash of its id (`rows.key_of`), its id is that of
its file's module and its path. A Symbol of kind 0 (OUTSIDE) is defined by no file: an external such
as `python:os.path.join`, whose `path` is the whole id, or one that is gone. Edges, one table for
each kind: CALLS, USES (reads), WRITES, IMPORTS, INHERITS, OVERRIDES, DECORATES; LOOKS_UP leads to
the Name nobody could resolve. Sites are kept relative to their symbol's `first_site`, so that text
inserted above a definition changes one number instead of all its edges.

Text keys and edges stored both ways would nearly double the file; what comes into a symbol is
answered from memory (`ramify_store.columns`), or by a scan. The price: Kùzu deletes no node that
such an edge may lead to, so a symbol that is gone stays as OUTSIDE until the graph is loaded anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ramify_store.engine import Engine, Query, Session
from ramify_store.errors import StoreTooNew
from ramify_store.facts import EdgeKind

EDGE_TABLES: Final = tuple(kind.name for kind in EdgeKind)


Carry = Literal["in place", "beside", "anew"]
"""What becomes of a graph that meets a step it has not been through.

- `in place`: `up` carries everything over in a moment; it runs when the store is opened.
- `beside`: a graph without the step can still be read. It answers while a new one is made of the
  facts beside it, which then takes its place.
- `anew`: a graph without the step cannot be read, or says what is not true. `up` empties it.
"""


@dataclass(frozen=True, slots=True)
class Migration:
    name: str
    carry: Carry
    up: Callable[[Session], None]
    down: Callable[[Session], None]
    """For an older Ramify: leaves tables that it knows, emptied if need be."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step of a way from one version to another."""

    name: str
    before: int
    after: int
    carry: Carry

    @property
    def is_back(self) -> bool:
        return self.after < self.before


def plan(steps: Sequence[Migration], current: int, version: int) -> tuple[PlannedStep, ...]:
    """What leads from one version to the other, in order; nothing where they are the same.

    Raises StoreTooNew when the current version is none of these steps', ValueError when the
    wanted one is.
    """
    if current > len(steps):
        raise too_new(current, len(steps))
    if not 0 <= version <= len(steps):
        raise ValueError(f"there is no schema {version}: this Ramify knows 0 to {len(steps)}")
    up = [
        PlannedStep(steps[number].name, number, number + 1, steps[number].carry)
        for number in range(current, version)
    ]
    down = [
        PlannedStep(steps[number - 1].name, number, number - 1, steps[number - 1].carry)
        for number in range(current, version, -1)
    ]
    return (*up, *down)


def migrate(engine: Engine, steps: Sequence[Migration], version: int) -> None:
    """Brings the schema to `version`: the number of steps it has been through."""
    for step in plan(steps, version_of(engine), version):
        with engine.transaction() as session:
            session.run(_CREATE_META)
            if step.is_back:
                steps[step.after].down(session)
            else:
                steps[step.before].up(session)
            session.run(_SET_VERSION, version=str(step.after))


def at_open(steps: Sequence[Migration], current: int) -> int:
    """The version to which a graph is brought when it is opened; what is left of the way waits
    until a new graph is made beside it."""
    pending = steps[current:]
    if current == 0 or any(step.carry == "anew" for step in pending):
        return len(steps)
    carried = next((n for n, step in enumerate(pending) if step.carry == "beside"), len(pending))
    return current + carried


def version_of(engine: Engine) -> int:
    """0 for an empty database."""
    with engine.reading() as session:
        if ["Meta"] not in session.rows(_TABLES):
            return 0
        rows = session.rows(_GET_VERSION)
    return int(rows[0][0]) if rows else 0


def too_new(version: int, known: int) -> StoreTooNew:
    return StoreTooNew(
        f"The store has schema {version}, this Ramify knows {known}: use the newer Ramify that "
        f"wrote it, let that one take it back with `ramify migrate --to {known}`, or remove the "
        "store with `ramify clean`."
    )


_TABLES = Query("tables", "CALL show_tables() RETURN name")
_CREATE_META = Query(
    "create meta", "CREATE NODE TABLE IF NOT EXISTS Meta(key STRING PRIMARY KEY, value STRING)"
)
_GET_VERSION = Query("schema version", "MATCH (m:Meta {key: 'schema'}) RETURN m.value")
_SET_VERSION = Query("set schema version", "MERGE (m:Meta {key: 'schema'}) SET m.value = $version")

_FORWARD: Final = "WITH (storage_direction = 'fwd')"
_NODE_TABLES: Final = (
    "CREATE NODE TABLE File(path STRING PRIMARY KEY, hash STRING, language STRING, root STRING, "
    "module STRING, is_package BOOL, is_stub BOOL, is_test BOOL, size INT64, mtime_ns INT64, "
    "keys STRING, flows STRING, shadowed STRING)",
    "CREATE NODE TABLE Symbol(key INT64 PRIMARY KEY, name STRING, path STRING, kind INT8, "
    "flags INT32, is_test BOOL, complexity INT32, ordinal INT32, first_site INT32)",
    "CREATE NODE TABLE Name(key INT64 PRIMARY KEY, name STRING)",
    f"CREATE REL TABLE DEFINES(FROM File TO Symbol) {_FORWARD}",
    f"CREATE REL TABLE CONTAINS(FROM Symbol TO Symbol) {_FORWARD}",
)


def _edge_tables(sites: str) -> Sequence[str]:
    """Texts that create them, with sites of this type."""
    return (
        *(
            f"CREATE REL TABLE {table}(FROM Symbol TO Symbol, "
            f"certainty INT8, why STRING, dispatch BOOL, sites {sites}) {_FORWARD}"
            for table in EDGE_TABLES
        ),
        "CREATE REL TABLE LOOKS_UP(FROM Symbol TO Name, kind INT8, certainty INT8, "
        f"sites {sites}) {_FORWARD}",
    )


def _create_first_tables(session: Session) -> None:
    for text in (*_NODE_TABLES, *_edge_tables("INT32[]")):
        session.run(Query("create table", text))


def _drop_tables(session: Session) -> None:
    edges = ("LOOKS_UP", *EDGE_TABLES, "CONTAINS", "DEFINES")
    for table in (*edges, "Name", "Symbol", "File"):
        session.run(Query("drop table", f"DROP TABLE {table}"))


def _create_tables_with_text(session: Session) -> None:
    """Empties the graph: what lists had become is not known to be true."""
    _drop_tables(session)
    for text in (*_NODE_TABLES, *_edge_tables("STRING")):
        session.run(Query("create table", text))


def _create_tables_with_lists(session: Session) -> None:
    _drop_tables(session)
    _create_first_tables(session)


MIGRATIONS: Final = (
    Migration("first graph", "in place", _create_first_tables, _drop_tables),
    Migration("sites as text", "anew", _create_tables_with_text, _create_tables_with_lists),
)
