"""Schema steps: up, down, halfway, and from the future."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from ramify_store import layout
from ramify_store.engine import Engine, Query, Session
from ramify_store.errors import QueryFailed, StoreTooNew
from ramify_store.migrations import MIGRATIONS, Carry, Migration, at_open, migrate, plan, version_of
from ramify_store.store import Store, known_layout
from tests.store.graphs import function_of, links_of, module_of, placed_of

A = placed_of("a.py")
LINKS = {"a.py": links_of(A, (module_of(A), function_of(A, "run")))}

TABLES = Query("tables", "CALL show_tables() RETURN name ORDER BY name")


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine(None)
    yield engine
    engine.close()


def tables(engine: Engine) -> list[str]:
    with engine.reading() as session:
        return [row[0] for row in session.rows(TABLES)]


def step(name: str, up: str, down: str, carry: Carry = "in place") -> Migration:
    def go_up(session: Session) -> None:
        session.run(Query(name, up))

    def go_down(session: Session) -> None:
        session.run(Query(name, down))

    return Migration(name, carry, go_up, go_down)


def test_the_first_step_makes_the_tables_and_takes_them_away(engine: Engine) -> None:
    migrate(engine, MIGRATIONS, 1)
    assert " ".join(tables(engine)) == (
        "CALLS CONTAINS DECORATES DEFINES File IMPORTS INHERITS LOOKS_UP Meta Name OVERRIDES "
        "Symbol USES WRITES"
    )
    assert version_of(engine) == 1
    migrate(engine, MIGRATIONS, 0)
    assert tables(engine) == ["Meta"]
    assert version_of(engine) == 0


def test_lists_of_sites_are_forgotten_and_text_takes_their_place(engine: Engine) -> None:
    kind = Query("type", "CALL table_info('CALLS') WHERE name = 'sites' RETURN type")
    types = []
    for version in (1, 2, 1):
        migrate(engine, MIGRATIONS, version)
        with engine.transaction() as session:
            session.run(Query("add", "CREATE (:Symbol {key: 1})"))
            types += session.rows(kind)[0]
    assert types == ["INT32[]", "STRING", "INT32[]"]


def test_going_up_again_does_nothing(engine: Engine) -> None:
    migrate(engine, MIGRATIONS, len(MIGRATIONS))
    migrate(engine, MIGRATIONS, len(MIGRATIONS))
    assert version_of(engine) == len(MIGRATIONS)


def test_a_step_that_fails_leaves_the_version_before_it(engine: Engine) -> None:
    good = step("good", "CREATE NODE TABLE A(k STRING PRIMARY KEY)", "DROP TABLE A")
    bad = step("bad", "CREATE NODE TABLE A(k STRING PRIMARY KEY)", "DROP TABLE A")
    with pytest.raises(QueryFailed, match=r"bad: .*already exists"):
        migrate(engine, [good, bad], 2)
    assert version_of(engine) == 1
    assert tables(engine) == ["A", "Meta"]


def test_a_newer_schema_says_what_to_do(engine: Engine) -> None:
    extra = step("extra", "CREATE NODE TABLE A(k STRING PRIMARY KEY)", "DROP TABLE A")
    migrate(engine, [*MIGRATIONS, extra], len(MIGRATIONS) + 1)
    with pytest.raises(StoreTooNew, match=r"newer Ramify.*ramify clean"):
        migrate(engine, MIGRATIONS, len(MIGRATIONS))


def steps_of(*carries: Carry) -> list[Migration]:
    return [step(f"{n}", "RETURN 1", "RETURN 1", carry) for n, carry in enumerate(carries)]


def test_a_plan_names_the_steps_in_their_order_and_the_way_back() -> None:
    steps = steps_of("in place", "anew", "beside")
    assert [(it.name, it.before, it.after, it.carry) for it in plan(steps, 1, 3)] == [
        ("1", 1, 2, "anew"),
        ("2", 2, 3, "beside"),
    ]
    back = plan(steps, 3, 1)
    assert [(it.name, it.before, it.after, it.is_back) for it in back] == [
        ("2", 3, 2, True),
        ("1", 2, 1, True),
    ]
    assert plan(steps, 2, 2) == ()
    with pytest.raises(ValueError, match="there is no schema 4: this Ramify knows 0 to 3"):
        plan(steps, 3, 4)


@pytest.mark.parametrize(
    ("carries", "current", "expected"),
    [
        (["in place", "in place"], 1, 2),
        (["in place", "beside", "in place"], 1, 1),
        (["in place", "in place", "beside"], 1, 2),
        (["in place", "beside", "anew"], 1, 3),
        (["in place", "beside"], 0, 2),
    ],
)
def test_opening_goes_as_far_as_the_graph_is_carried(
    carries: list[Carry], current: int, expected: int
) -> None:
    assert at_open(steps_of(*carries), current) == expected


def opened(home: Path) -> Store:
    return Store.open(home / "cache", home / "data", "stamp")


def test_a_step_in_place_keeps_the_graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(tmp_path)
    store.commit(LINKS, ())
    store.close()
    note = step("note", "ALTER TABLE File ADD note STRING", "ALTER TABLE File DROP note")
    monkeypatch.setattr("ramify_store.writer.MIGRATIONS", (*MIGRATIONS, note))
    store = opened(tmp_path)
    assert (store.outdated, store.view().paths(), store.schema) == (None, ("a.py",), 3)
    store.close()


def test_before_a_step_beside_the_old_graph_answers_and_then_gives_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(tmp_path)
    store.commit(LINKS, ())
    store.close()
    make, drop = "CREATE NODE TABLE Note(text STRING PRIMARY KEY)", "DROP TABLE Note"
    note = step("note", make, drop, "beside")
    for user in ("writer", "store"):
        monkeypatch.setattr(f"ramify_store.{user}.MIGRATIONS", (*MIGRATIONS, note))
    store = opened(tmp_path)
    assert store.outdated == "the graph has schema 2 of 3"
    assert (store.view().paths(), store.schema) == (("a.py",), 2)
    store.rebuild(LINKS, {})
    assert (store.view().paths(), store.schema) == (("a.py",), 3)
    store.close()
    store = opened(tmp_path)
    assert store.outdated is None
    store.close()


def test_a_store_says_who_wrote_it(tmp_path: Path) -> None:
    opened(tmp_path).close()
    assert layout.read(tmp_path / "cache") == known_layout()


@pytest.mark.parametrize(
    ("part", "advice"),
    [
        ("schema", r"`ramify migrate --to 2`, or remove the store with `ramify clean`"),
        ("storage", r"use that one, or remove the store with `ramify clean`"),
        ("layout", r"use that one, or remove the store with `ramify clean`"),
    ],
)
def test_what_a_newer_ramify_wrote_is_left_as_it_is(tmp_path: Path, part: str, advice: str) -> None:
    store = opened(tmp_path)
    store.commit(LINKS, ())
    store.close()
    layout.write(tmp_path / "cache", replace(known_layout(), ramify="9.0", **{part: 99}))
    before = {path: path.read_bytes() for path in (tmp_path / "cache" / "graph").iterdir()}
    with pytest.raises(StoreTooNew, match=rf"written by Ramify 9\.0 \({part} 99.*{advice}"):
        opened(tmp_path)
    after = {path: path.read_bytes() for path in (tmp_path / "cache" / "graph").iterdir()}
    assert after == before


def test_the_graph_of_an_older_engine_is_made_again(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.commit(LINKS, ())
    store.close()
    layout.write(tmp_path / "cache", replace(known_layout(), storage=1, ramify="0.0.1"))
    store = opened(tmp_path)
    assert store.view().paths() == ()
    assert store.notes == [
        "The graph was written by Ramify 0.0.1, whose database this one cannot open: it is built "
        "anew."
    ]
    store.close()
    assert layout.read(tmp_path / "cache") == known_layout()
