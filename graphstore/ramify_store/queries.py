"""Every Cypher text by name, each with one typed function; values are bound, never pasted in.

Table and edge names stand in the texts; nothing else knows them but the migrations. Rows come as
pyarrow Tables where there may be many. A Symbol's `offset` is its number inside this database:
good for joining results of one session, never to be kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ramify_store.engine import Query, Session
from ramify_store.facts import EdgeKind
from ramify_store.rows import EdgeKey, LookUpKey, Sites, SymbolRow, key_of, sites_text

# --- what the database says of itself ---

_GET_META = Query("meta", "MATCH (m:Meta) RETURN m.key, m.value")
_SET_META = Query("set meta", "MERGE (m:Meta {key: $key}) SET m.value = $value")


def meta(session: Session) -> dict[str, str]:
    return {row[0]: row[1] for row in session.rows(_GET_META)}


def set_meta(session: Session, key: str, value: str) -> None:
    session.run(_SET_META, key=key, value=value)


_ANY_EDGE: Final = "|".join(kind.name for kind in EdgeKind)
_COUNTS: Final = {
    "files": Query("count files", "MATCH (f:File) RETURN count(*)"),
    # A symbol that no file defines is something outside the workspace.
    "symbols": Query("count symbols", "MATCH (:File)-[d:DEFINES]->(:Symbol) RETURN count(d)"),
    "edges": Query(
        "count edges",
        f"MATCH (:Symbol)-[e:{_ANY_EDGE}]->(:Symbol) RETURN count(e)",
    ),
    "lookups": Query("count lookups", "MATCH (:Symbol)-[l:LOOKS_UP]->(:Name) RETURN count(l)"),
}


def counts(session: Session) -> dict[str, int]:
    """How many files, symbols that they define, edges, and look-ups nobody could resolve."""
    return {name: int(session.rows(query)[0][0]) for name, query in _COUNTS.items()}


# --- everything, to load ---

_FILES = Query(
    "files",
    "MATCH (f:File) RETURN offset(id(f)) AS offset, f.path AS path, f.hash AS hash, "
    "f.language AS language, f.root AS root, f.module AS module, f.is_package AS is_package, "
    "f.is_stub AS is_stub, f.is_test AS is_test, f.size AS size, f.mtime_ns AS mtime_ns, "
    "f.shadowed AS shadowed",
)
_LINKED = Query(
    "linked",
    "MATCH (f:File) RETURN f.path AS path, f.keys AS keys, f.flows AS flows, f.size AS size, "
    "f.mtime_ns AS mtime_ns",
)
_LINKED_FILE = Query("linked file", "MATCH (f:File {path: $path}) RETURN f.keys, f.flows")
_SYMBOLS = Query(
    "symbols",
    "MATCH (s:Symbol) RETURN offset(id(s)) AS offset, s.name AS name, s.path AS path, "
    "s.kind AS kind, s.flags AS flags, s.is_test AS is_test, s.complexity AS complexity, "
    "s.ordinal AS ordinal, s.first_site AS first_site",
)
_DEFINES = Query(
    "defines",
    "MATCH (f:File)-[:DEFINES]->(s:Symbol) RETURN offset(id(f)) AS source, offset(id(s)) AS target",
)
_CONTAINS = Query(
    "contains",
    "MATCH (a:Symbol)-[:CONTAINS]->(b:Symbol) "
    "RETURN offset(id(a)) AS source, offset(id(b)) AS target",
)
_EDGES: Final = {
    kind: Query(
        f"edges {kind.name}",
        f"MATCH (a:Symbol)-[e:{kind.name}]->(b:Symbol) "
        "RETURN offset(id(a)) AS source, offset(id(b)) AS target, e.certainty AS certainty, "
        "e.why AS why, e.dispatch AS dispatch, e.sites AS sites",
    )
    for kind in EdgeKind
}
_LOOKUPS = Query(
    "lookups",
    "MATCH (a:Symbol)-[e:LOOKS_UP]->(n:Name) "
    "RETURN offset(id(a)) AS source, n.name AS name, e.kind AS kind, e.certainty AS certainty, "
    "e.sites AS sites",
)


def files(session: Session) -> Any:
    return session.table(_FILES)


def linked(session: Session) -> Any:
    """What is kept of each file and not in memory: path, keys, packed flows, size, mtime_ns."""
    return session.table(_LINKED)


def linked_file(session: Session, path: str) -> tuple[str, str] | None:
    rows = session.rows(_LINKED_FILE, path=path)
    return (rows[0][0], rows[0][1]) if rows else None


def symbols(session: Session) -> Any:
    return session.table(_SYMBOLS)


def defines(session: Session) -> Any:
    return session.table(_DEFINES)


def contains(session: Session) -> Any:
    return session.table(_CONTAINS)


def edges(session: Session, kind: EdgeKind) -> Any:
    return session.table(_EDGES[kind])


def lookups(session: Session) -> Any:
    return session.table(_LOOKUPS)


# --- questions about one thing, as anybody may ask the database ---

_OUTGOING: Final = {
    kind: Query(
        f"outgoing {kind.name}",
        f"MATCH (a:Symbol {{key: $key}})-[e:{kind.name}]->(b:Symbol) "
        "RETURN b.key, e.certainty, e.why, e.dispatch, e.sites, a.first_site",
    )
    for kind in EdgeKind
}
_INCOMING: Final = {
    kind: Query(
        f"incoming {kind.name}",
        f"MATCH (a:Symbol)-[e:{kind.name}]->(b:Symbol {{key: $key}}) "
        "RETURN a.key, e.certainty, e.why, e.dispatch, e.sites, a.first_site",
    )
    for kind in EdgeKind
}
_SYMBOLS_OF_FILE = Query(
    "symbols of file",
    "MATCH (f:File {path: $path})-[:DEFINES]->(s:Symbol) RETURN s.path ORDER BY s.ordinal",
)
_CHILDREN = Query(
    "children",
    "MATCH (a:Symbol {key: $key})-[:CONTAINS]->(b:Symbol) RETURN b.path ORDER BY b.ordinal",
)
_NAMED = Query(
    "named",
    "MATCH (f:File)-[:DEFINES]->(s:Symbol) WHERE s.name = $name "
    "RETURN f.path, s.path ORDER BY f.path, s.ordinal",
)
_LOOKUPS_OF = Query(
    "lookups of",
    "MATCH (a:Symbol)-[e:LOOKS_UP]->(n:Name {key: $name}) "
    "RETURN a.key, e.kind, e.certainty, e.sites, a.first_site",
)


def outgoing(session: Session, kind: EdgeKind, symbol_id: str) -> list[list[Any]]:
    """Rows: key of the target, certainty, why, dispatch, text of the sites, the source's first."""
    return session.rows(_OUTGOING[kind], key=key_of(symbol_id))


def incoming(session: Session, kind: EdgeKind, symbol_id: str) -> list[list[Any]]:
    """Rows: key of the source, certainty, why, dispatch, text of the sites, the source's first."""
    return session.rows(_INCOMING[kind], key=key_of(symbol_id))


def symbols_of_file(session: Session, path: str) -> list[str]:
    """Paths in the file, in order of position."""
    return [row[0] for row in session.rows(_SYMBOLS_OF_FILE, path=path)]


def children(session: Session, symbol_id: str) -> list[str]:
    """Paths in the file, in order of position."""
    return [row[0] for row in session.rows(_CHILDREN, key=key_of(symbol_id))]


def named(session: Session, name: str) -> list[tuple[str, str]]:
    """File and path in it."""
    return [(row[0], row[1]) for row in session.rows(_NAMED, name=name)]


def lookups_of(session: Session, name: str) -> list[list[Any]]:
    """Rows: key of the source, kind, certainty, text of the sites, first site of the source."""
    return session.rows(_LOOKUPS_OF, name=key_of(name))


# --- everything, to write ---


def load(session: Session, table: str, rows: Any) -> None:
    """COPY of a pyarrow Table whose columns are those of the database's table, in its order;
    of an edge table, the keys of source and target come first."""
    session.load(Query(f"load {table}", f"COPY {table} FROM $rows"), rows)


# --- one row at a time, to replace a file ---

_FILE_FIELDS: Final = (
    "hash",
    "language",
    "root",
    "module",
    "is_package",
    "is_stub",
    "is_test",
    "size",
    "mtime_ns",
    "keys",
    "flows",
    "shadowed",
)
_SYMBOL_FIELDS: Final = (
    "name",
    "path",
    "kind",
    "flags",
    "is_test",
    "complexity",
    "ordinal",
    "first_site",
)


def _bound(fields: Sequence[str], variable: str) -> str:
    return ", ".join(f"{variable}.{field} = ${field}" for field in fields)


_PUT_FILE = Query("put file", f"MERGE (f:File {{path: $path}}) SET {_bound(_FILE_FIELDS, 'f')}")
_TOUCH_FILE = Query(
    "touch file",
    "MATCH (f:File {path: $path}) SET f.size = $size, f.mtime_ns = $mtime_ns",
)
_FORGET_MARKS = Query("forget marks", "MATCH (f:File) SET f.mtime_ns = 0")
_DELETE_FILE = Query("delete file", "MATCH (f:File {path: $path}) DELETE f")
_PUT_SYMBOL = Query(
    "put symbol", f"MERGE (s:Symbol {{key: $key}}) SET {_bound(_SYMBOL_FIELDS, 's')}"
)
_PUT_OUTSIDE = Query(
    "put outside",
    "MERGE (s:Symbol {key: $key}) ON CREATE SET "
    "s.name = '', s.path = $id, s.kind = 0, s.flags = 0, s.is_test = false, "
    "s.complexity = 0, s.ordinal = -1, s.first_site = -1",
)
_PUT_NAME = Query("put name", "MERGE (n:Name {key: $key}) SET n.name = $name")
_DEFINE = Query(
    "define",
    "MATCH (f:File {path: $path}), (s:Symbol {key: $key}) CREATE (f)-[:DEFINES]->(s)",
)
_UNDEFINE = Query(
    "undefine",
    "MATCH (f:File {path: $path})-[e:DEFINES]->(s:Symbol {key: $key}) DELETE e",
)
_CONTAIN = Query(
    "contain",
    "MATCH (a:Symbol {key: $container}), (b:Symbol {key: $key}) CREATE (a)-[:CONTAINS]->(b)",
)
_UNCONTAIN = Query(
    "uncontain",
    "MATCH (a:Symbol {key: $container})-[e:CONTAINS]->(b:Symbol {key: $key}) DELETE e",
)
_SAME_EDGE = "e.certainty = $certainty AND e.why = $why AND e.dispatch = $dispatch"
_CREATE_EDGE: Final = {
    kind: Query(
        f"create {kind.name}",
        "MATCH (a:Symbol {key: $source}), (b:Symbol {key: $target}) "
        f"CREATE (a)-[:{kind.name} {{certainty: $certainty, why: $why, dispatch: $dispatch, "
        "sites: $sites}]->(b)",
    )
    for kind in EdgeKind
}
_SET_EDGE: Final = {
    kind: Query(
        f"set {kind.name}",
        f"MATCH (a:Symbol {{key: $source}})-[e:{kind.name}]->(b:Symbol {{key: $target}}) "
        f"WHERE {_SAME_EDGE} SET e.sites = $sites",
    )
    for kind in EdgeKind
}
_DELETE_EDGE: Final = {
    kind: Query(
        f"delete {kind.name}",
        f"MATCH (a:Symbol {{key: $source}})-[e:{kind.name}]->(b:Symbol {{key: $target}}) "
        f"WHERE {_SAME_EDGE} DELETE e",
    )
    for kind in EdgeKind
}
_DELETE_EDGES_OF: Final = {
    kind: Query(
        f"delete all {kind.name}",
        f"MATCH (a:Symbol {{key: $key}})-[e:{kind.name}]->(:Symbol) DELETE e",
    )
    for kind in EdgeKind
}
_DELETE_LOOKUPS_OF = Query(
    "delete all lookups", "MATCH (a:Symbol {key: $key})-[e:LOOKS_UP]->(:Name) DELETE e"
)
_SAME_LOOKUP = "e.kind = $kind AND e.certainty = $certainty"
_CREATE_LOOKUP = Query(
    "create lookup",
    "MATCH (a:Symbol {key: $source}), (n:Name {key: $name}) "
    "CREATE (a)-[:LOOKS_UP {kind: $kind, certainty: $certainty, sites: $sites}]->(n)",
)
_SET_LOOKUP = Query(
    "set lookup",
    "MATCH (a:Symbol {key: $source})-[e:LOOKS_UP]->(n:Name {key: $name}) "
    f"WHERE {_SAME_LOOKUP} SET e.sites = $sites",
)
_DELETE_LOOKUP = Query(
    "delete lookup",
    "MATCH (a:Symbol {key: $source})-[e:LOOKS_UP]->(n:Name {key: $name}) "
    f"WHERE {_SAME_LOOKUP} DELETE e",
)


def put_file(session: Session, row: Mapping[str, object]) -> None:
    session.run(_PUT_FILE, **row)


def touch_file(session: Session, path: str, size: int, mtime_ns: int) -> None:
    session.run(_TOUCH_FILE, path=path, size=size, mtime_ns=mtime_ns)


def forget_marks(session: Session) -> None:
    """No file's time is known any more."""
    session.run(_FORGET_MARKS)


def delete_file(session: Session, path: str) -> None:
    session.run(_DELETE_FILE, path=path)


def put_symbol(session: Session, row: SymbolRow) -> None:
    session.run(_PUT_SYMBOL, **row._asdict())


def put_outside(session: Session, symbol_id: str) -> None:
    """A symbol that an edge names; one that is there already stays as it is."""
    session.run(_PUT_OUTSIDE, key=key_of(symbol_id), id=symbol_id)


def put_name(session: Session, name: str) -> None:
    session.run(_PUT_NAME, key=key_of(name), name=name)


def define(session: Session, path: str, symbol_id: str) -> None:
    session.run(_DEFINE, path=path, key=key_of(symbol_id))


def undefine(session: Session, path: str, symbol_id: str) -> None:
    session.run(_UNDEFINE, path=path, key=key_of(symbol_id))


def contain(session: Session, container: str, symbol_id: str) -> None:
    session.run(_CONTAIN, container=key_of(container), key=key_of(symbol_id))


def uncontain(session: Session, container: str, symbol_id: str) -> None:
    session.run(_UNCONTAIN, container=key_of(container), key=key_of(symbol_id))


def create_edge(session: Session, edge: EdgeKey, sites: Sites) -> None:
    session.run(_CREATE_EDGE[edge.kind], **_bound_edge(edge), sites=sites_text(sites))


def set_edge(session: Session, edge: EdgeKey, sites: Sites) -> None:
    session.run(_SET_EDGE[edge.kind], **_bound_edge(edge), sites=sites_text(sites))


def delete_edge(session: Session, edge: EdgeKey) -> None:
    session.run(_DELETE_EDGE[edge.kind], **_bound_edge(edge))


def delete_edges_of(session: Session, kind: EdgeKind, symbol_id: str) -> None:
    """All that start at the symbol."""
    session.run(_DELETE_EDGES_OF[kind], key=key_of(symbol_id))


def delete_lookups_of(session: Session, symbol_id: str) -> None:
    session.run(_DELETE_LOOKUPS_OF, key=key_of(symbol_id))


def create_lookup(session: Session, lookup: LookUpKey, sites: Sites) -> None:
    session.run(_CREATE_LOOKUP, **_bound_lookup(lookup), sites=sites_text(sites))


def set_lookup(session: Session, lookup: LookUpKey, sites: Sites) -> None:
    session.run(_SET_LOOKUP, **_bound_lookup(lookup), sites=sites_text(sites))


def delete_lookup(session: Session, lookup: LookUpKey) -> None:
    session.run(_DELETE_LOOKUP, **_bound_lookup(lookup))


def _bound_edge(edge: EdgeKey) -> dict[str, object]:
    return {
        "source": key_of(edge.source),
        "target": key_of(edge.target),
        "certainty": int(edge.certainty),
        "why": edge.why,
        "dispatch": edge.dispatch,
    }


def _bound_lookup(lookup: LookUpKey) -> dict[str, object]:
    return {
        "source": key_of(lookup.source),
        "name": key_of(lookup.name),
        "kind": int(lookup.kind),
        "certainty": int(lookup.certainty),
    }
