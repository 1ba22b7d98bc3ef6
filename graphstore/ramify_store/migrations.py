"""The graph's schema as an ordered list of named steps, each with its way back.

Each step runs in one transaction together with the version it leads to. Knows nothing of rows:
the graph is derived, so a step may also empty it.

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
from typing import Final

from ramify_store.engine import Engine, Query, Session
from ramify_store.errors import StoreTooNew
from ramify_store.facts import EdgeKind

EDGE_TABLES: Final = tuple(kind.name for kind in EdgeKind)


@dataclass(frozen=True, slots=True)
class Migration:
    name: str
    up: Callable[[Session], None]
    down: Callable[[Session], None]


def migrate(engine: Engine, steps: Sequence[Migration], version: int) -> None:
    """Brings the schema to `version`: the number of steps it has been through."""
    current = version_of(engine)
    if current > len(steps):
        raise StoreTooNew(
            f"The graph has schema {current}, this Ramify knows {len(steps)}: use the newer Ramify "
            "that wrote it, or remove the store with `ramify clean`."
        )
    for number in range(current, version):
        with engine.transaction() as session:
            steps[number].up(session)
            session.run(_SET_VERSION, version=str(number + 1))
    for number in range(current, version, -1):
        with engine.transaction() as session:
            steps[number - 1].down(session)
            session.run(_SET_VERSION, version=str(number - 1))


def version_of(engine: Engine) -> int:
    """0 for an empty database, which is given the table that holds the version."""
    with engine.transaction() as session:
        session.run(_CREATE_META)
        rows = session.rows(_GET_VERSION)
    return int(rows[0][0]) if rows else 0


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
    Migration("first graph", _create_first_tables, _drop_tables),
    Migration("sites as text", _create_tables_with_text, _create_tables_with_lists),
)
