"""The engine: transactions, their failures, and who may hold the database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ramify_store.engine import Engine, Query
from ramify_store.errors import QueryFailed, StoreClosed, StoreCorrupt

CREATE = Query("create", "CREATE NODE TABLE Thing(name STRING PRIMARY KEY)")
ADD = Query("add", "CREATE (:Thing {name: $name})")
NAMES = Query("names", "MATCH (t:Thing) RETURN t.name ORDER BY t.name")
NONSENSE = Query("nonsense", "MATCH (t:Nothing) RETURN t")
BEGIN = Query("begin", "BEGIN TRANSACTION")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(tmp_path / "graph.kuzu")
    with engine.transaction() as session:
        session.run(CREATE)
    yield engine
    engine.close()


def names(engine: Engine) -> list[str]:
    with engine.reading() as session:
        return [row[0] for row in session.rows(NAMES)]


def test_a_transaction_is_seen_when_it_is_committed(engine: Engine) -> None:
    with engine.transaction() as session:
        session.run(ADD, name="a")
        assert names(engine) == []
    assert names(engine) == ["a"]


def test_an_exception_undoes_the_transaction(engine: Engine) -> None:
    with pytest.raises(KeyError), engine.transaction() as session:
        session.run(ADD, name="a")
        raise KeyError
    assert names(engine) == []


def test_a_refused_query_undoes_the_transaction_and_the_next_one_works(engine: Engine) -> None:
    with engine.transaction() as session:
        session.run(ADD, name="a")
    refused = pytest.raises(QueryFailed, match=r"add: .*duplicated primary key")
    with refused, engine.transaction() as session:
        session.run(ADD, name="b")
        session.run(ADD, name="a")
    with engine.transaction() as session:
        session.run(ADD, name="c")
    assert names(engine) == ["a", "c"]


def test_a_failed_begin_costs_the_connection_and_not_the_process(engine: Engine) -> None:
    """Kùzu crashes when the connection is used again after this."""
    with engine.reading() as other:
        other.run(BEGIN)
        other.run(ADD, name="other")
        refused = pytest.raises(QueryFailed, match=r"begin: .*one write transaction")
        with refused, engine.transaction():
            raise AssertionError("the block must not run")
        other.run(Query("commit", "COMMIT"))
    with engine.transaction() as session:
        session.run(ADD, name="mine")
    assert names(engine) == ["mine", "other"]


def test_writers_take_turns(engine: Engine) -> None:
    def add(name: str) -> None:
        with engine.transaction() as session:
            session.run(ADD, name=name)

    threads = [threading.Thread(target=add, args=(name,)) for name in "abcdef"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names(engine) == list("abcdef")


def test_errors_and_timings_carry_the_name_of_the_query(engine: Engine) -> None:
    refused = pytest.raises(QueryFailed, match=r"nonsense: .*Nothing does not exist")
    with refused as failure, engine.reading() as session:
        session.rows(NONSENSE)
    assert failure.value.query == "nonsense"
    assert engine.timings["nonsense"].count == 1


def test_a_closed_engine_says_so(engine: Engine) -> None:
    engine.close()
    engine.close()
    with pytest.raises(StoreClosed), engine.reading():
        pass
    with pytest.raises(StoreClosed), engine.transaction():
        pass


def test_a_file_that_is_no_database_is_corrupt(tmp_path: Path) -> None:
    path = tmp_path / "graph.kuzu"
    path.write_bytes(b"no graph" * 1000)
    with pytest.raises(StoreCorrupt, match="cannot be opened"):
        Engine(path)


def test_one_process_opens_many_databases() -> None:
    engines = [Engine(None) for _ in range(20)]
    for number, engine in enumerate(engines):
        with engine.transaction() as session:
            session.run(CREATE)
            session.run(ADD, name=f"in {number}")
    assert [names(engine) for engine in engines] == [[f"in {number}"] for number in range(20)]
    for engine in engines:
        engine.close()
