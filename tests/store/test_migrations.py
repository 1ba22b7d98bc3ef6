"""Schema steps: up, down, halfway, and from the future."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ramify_store.engine import Engine, Query, Session
from ramify_store.errors import QueryFailed, StoreTooNew
from ramify_store.migrations import MIGRATIONS, Migration, migrate, version_of

TABLES = Query("tables", "CALL show_tables() RETURN name ORDER BY name")


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine(None)
    yield engine
    engine.close()


def tables(engine: Engine) -> list[str]:
    with engine.reading() as session:
        return [row[0] for row in session.rows(TABLES)]


def step(name: str, up: str, down: str) -> Migration:
    def go_up(session: Session) -> None:
        session.run(Query(name, up))

    def go_down(session: Session) -> None:
        session.run(Query(name, down))

    return Migration(name, go_up, go_down)


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
