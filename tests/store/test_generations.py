"""Which file is the graph, and what a kill may do to it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ramify_store.engine import Engine, Query
from ramify_store.errors import StoreCorrupt
from ramify_store.generations import Generations, _thin

CREATE = Query("create", "CREATE NODE TABLE IF NOT EXISTS Thing(name STRING PRIMARY KEY)")
ADD = Query("add", "CREATE (:Thing {name: $name})")
NAMES = Query("names", "MATCH (t:Thing) RETURN t.name ORDER BY t.name")


def add(engine: Engine, *names: str) -> None:
    with engine.transaction() as session:
        session.run(CREATE)
        for name in names:
            session.run(ADD, name=name)


def names(generations: Generations) -> list[str]:
    with generations.engine.reading() as session:
        return [row[0] for row in session.rows(NAMES)]


def files(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_a_file_without_its_empty_pages_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "graph"
    text = b"first" + bytes(5 * 4096) + b"last" + bytes(3 * 4096)
    path.write_bytes(text)
    _thin(path)
    assert path.read_bytes() == text
    assert files(tmp_path) == ["graph"]


def test_what_was_committed_is_there_after_closing(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    add(generations.engine, "a")
    generations.close()
    generations = Generations(tmp_path)
    assert names(generations) == ["a"]
    generations.close()


def test_no_database_file_is_written_again_once_it_was_loaded(tmp_path: Path) -> None:
    """Kùzu's checkpoint crashes now and then, and a kill inside it loses the database."""
    generations = Generations(tmp_path)
    generations.replace(lambda engine: add(engine, "loaded"))
    loaded = (tmp_path / "graph.1.kuzu").read_bytes()
    for name in "abc":
        add(generations.engine, name)
        generations.close()
        generations = Generations(tmp_path)
    assert (tmp_path / "graph.1.kuzu").read_bytes() == loaded
    assert generations.log_bytes() > 0
    assert names(generations) == ["a", "b", "c", "loaded"]
    generations.close()


def test_a_new_generation_takes_the_place_of_the_old(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    add(generations.engine, "old")
    generations.replace(lambda engine: add(engine, "new"))
    assert names(generations) == ["new"]
    generations.close()
    assert files(tmp_path) == ["CLOSED", "CURRENT", "graph.1.kuzu"]
    generations = Generations(tmp_path)
    assert names(generations) == ["new"]
    generations.close()


def test_a_generation_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    def fill(engine: Engine) -> None:
        add(engine, "new")
        raise KeyError

    generations = Generations(tmp_path)
    add(generations.engine, "old")
    with pytest.raises(KeyError):
        generations.replace(fill)
    assert names(generations) == ["old"]
    assert not list(tmp_path.glob("graph.1*"))
    generations.close()


def test_a_generation_that_was_never_finished_is_removed(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    add(generations.engine, "old")
    generations.close()
    shutil.copyfile(tmp_path / "graph.0.kuzu", tmp_path / "graph.1.kuzu")
    generations = Generations(tmp_path)
    assert names(generations) == ["old"]
    generations.close()
    assert not list(tmp_path.glob("graph.1*"))


def test_a_checkpoint_that_an_older_version_did_not_end_is_corrupt(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    add(generations.engine, "a")
    generations.close()
    (tmp_path / "CHECKPOINTING").write_text("graph.0.kuzu")
    with pytest.raises(StoreCorrupt, match="did not end"):
        Generations(tmp_path)


def test_a_graph_has_grown_when_its_log_has_and_loading_it_anew_empties_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ramify_store.generations.LOG_BYTES", 100_000)
    generations = Generations(tmp_path)
    generations.replace(lambda engine: add(engine, "a"))
    assert not generations.has_grown
    add(generations.engine, *(f"{number:09}" * 100 for number in range(200)))
    assert generations.has_grown
    generations.close()
    generations = Generations(tmp_path)
    assert generations.has_grown
    generations.replace(lambda engine: add(engine, "b"))
    assert (generations.log_bytes(), names(generations)) == (0, ["b"])
    generations.close()


@pytest.mark.parametrize("name", ["graph.1.kuzu", "graph.1.kuzu.wal"])
def test_a_file_that_is_not_as_it_was_written_is_corrupt(tmp_path: Path, name: str) -> None:
    """Kùzu itself believes it, and crashes on some of it."""
    generations = Generations(tmp_path)
    generations.replace(lambda engine: add(engine, "a"))
    add(generations.engine, "b")
    generations.close()
    data = bytearray((tmp_path / name).read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / name).write_bytes(data)
    with pytest.raises(StoreCorrupt, match="not as it was written"):
        Generations(tmp_path)


def test_what_was_committed_survives_a_kill(tmp_path: Path) -> None:
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from ramify_store.engine import Query\n"
        "from ramify_store.generations import Generations\n"
        "engine = Generations(Path(sys.argv[1])).engine\n"
        "with engine.transaction() as session:\n"
        "    session.run(Query('', 'CREATE NODE TABLE Thing(name STRING PRIMARY KEY)'))\n"
        "    session.run(Query('', 'CREATE (:Thing {name: $name})'), name='a')\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False, timeout=60)
    generations = Generations(tmp_path)
    assert names(generations) == ["a"]
    generations.close()
