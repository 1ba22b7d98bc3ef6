"""The facts cache: what was put is there, and damage costs no more than doing it again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ramify_store.factcache import FactCache
from ramify_store.facts import encode
from tests.store.graphs import links_of, module_of, outline_of, placed_of

A = placed_of("a.py")
OUTLINE = outline_of(links_of(A, (module_of(A),)))


def test_facts_are_found_by_hash_and_language(tmp_path: Path) -> None:
    cache = FactCache(tmp_path / "facts")
    cache.put([("1", "python", b"outline", b"body"), ("2", "python", b"other", b"")])
    assert (cache.outline("1", "python"), cache.body("1", "python")) == (b"outline", b"body")
    assert cache.outline("1", "go") is None
    assert cache.known([("1", "python"), ("1", "go"), ("3", "python")]) == {("1", "python")}
    assert (cache.hits, cache.misses) == (2, 1)


def test_facts_are_there_after_a_restart(tmp_path: Path) -> None:
    cache = FactCache(tmp_path / "facts")
    cache.put([("1", "python", encode(OUTLINE), b"body")])
    cache.close()
    assert FactCache(tmp_path / "facts").decoded_outline("1", "python") == OUTLINE


def test_another_version_of_the_extractor_finds_nothing(tmp_path: Path) -> None:
    FactCache(tmp_path / "facts", version=1).put([("1", "python", b"outline", b"body")])
    newer = FactCache(tmp_path / "facts", version=2)
    assert newer.outline("1", "python") is None
    assert newer.prune([("1", "python")], spare=10) == 1


def test_pruning_keeps_what_is_live_and_the_newest_others() -> None:
    cache = FactCache(None)
    cache.put([(str(number), "python", b"", b"") for number in range(5)])
    assert cache.prune([("0", "python")], spare=2) == 2
    everything = [(str(number), "python") for number in range(5)]
    assert cache.known(everything) == {(each, "python") for each in "034"}


def test_a_file_that_is_no_database_is_built_anew_with_a_note(tmp_path: Path) -> None:
    (tmp_path / "facts").write_bytes(b"no database" * 1000)
    cache = FactCache(tmp_path / "facts")
    assert cache.outline("1", "python") is None
    cache.put([("1", "python", b"outline", b"body")])
    assert cache.outline("1", "python") == b"outline"
    assert len(cache.notes) == 1 and "built anew" in cache.notes[0]


def test_damage_met_while_reading_is_a_miss_with_a_note(tmp_path: Path) -> None:
    path = tmp_path / "facts"
    cache = FactCache(path)
    cache.put([(str(number), "python", bytes(5000), bytes(5000)) for number in range(200)])
    cache.close()
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    cache = FactCache(path)
    assert cache.outline("7", "python") is None
    assert len(cache.notes) == 1 and "damaged" in cache.notes[0]
    cache.put([("7", "python", b"outline", b"body")])
    assert cache.outline("7", "python") == b"outline"


def test_a_damaged_row_is_forgotten_alone(tmp_path: Path) -> None:
    cache = FactCache(tmp_path / "facts")
    cache.put([("1", "python", b"outline", b"body"), ("2", "python", b"outline", b"body")])
    other = sqlite3.connect(tmp_path / "facts")
    other.execute("UPDATE facts SET outline = x'00' WHERE hash = '1'")
    other.commit()
    other.close()
    assert cache.outline("1", "python") is None
    assert cache.known([("1", "python"), ("2", "python")]) == {("2", "python")}


def test_an_outline_that_does_not_decode_is_a_miss() -> None:
    cache = FactCache(None)
    cache.put([("1", "python", b"\xc1", b"body")])
    assert cache.decoded_outline("1", "python") is None
    assert cache.known([("1", "python")]) == set()
