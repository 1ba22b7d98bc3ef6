"""The facts cache: what was put is there, and damage costs no more than doing it again."""

from __future__ import annotations

import random
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest

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
    assert newer.evict([("1", "python")], 0, most_seconds=10, most_bytes=999) == 0
    assert newer.evict([("1", "python")], 11, most_seconds=10, most_bytes=999) == 1


EVERYTHING = [(str(number), "python") for number in range(5)]


def test_facts_that_no_file_has_go_when_they_are_old() -> None:
    cache = FactCache(None)
    cache.put([(hash, language, b"", b"") for hash, language in EVERYTHING])
    assert cache.evict(EVERYTHING[:3], 100, most_seconds=10, most_bytes=10**9) == 0
    assert cache.evict(EVERYTHING[:4], 105, most_seconds=10, most_bytes=10**9) == 0
    assert cache.evict(EVERYTHING[:2], 111, most_seconds=10, most_bytes=10**9) == 1
    assert cache.known(EVERYTHING) == set(EVERYTHING[:4])


def test_facts_that_no_file_has_go_when_they_are_many_the_oldest_first() -> None:
    cache = FactCache(None)
    cache.put([(hash, language, b"outline", b"body") for hash, language in EVERYTHING])
    size = len(zlib.compress(b"outline", 4)) + len(zlib.compress(b"body", 4))
    assert cache.evict(EVERYTHING[:1], 0, most_seconds=10, most_bytes=2 * size) == 2
    assert cache.known(EVERYTHING) == {(each, "python") for each in "034"}


def test_as_much_as_a_share_of_what_files_have_may_stay() -> None:
    cache = FactCache(None)
    cache.put([(hash, language, b"outline", b"body") for hash, language in EVERYTHING])
    assert cache.evict(EVERYTHING[:2], 0, most_seconds=9, most_bytes=0, share=0.5) == 2
    assert cache.known(EVERYTHING) == {(each, "python") for each in "014"}


def test_evicting_stops_when_it_is_told_to() -> None:
    cache = FactCache(None)
    cache.put([(hash, language, b"outline", b"body") for hash, language in EVERYTHING])

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        cache.evict([], 0, most_seconds=10, most_bytes=0, check=stop)
    assert cache.known(EVERYTHING) == set(EVERYTHING)


def test_room_is_given_back_when_it_is_worth_it(tmp_path: Path) -> None:
    cache = FactCache(tmp_path / "facts")
    bulk = random.Random(7).randbytes(100_000)
    cache.put([(str(number), "python", b"outline", bulk) for number in range(60)])
    assert not cache.shrink()
    assert cache.evict([("0", "python")], 0, most_seconds=10, most_bytes=0) == 59
    before = (tmp_path / "facts").stat().st_size
    assert cache.shrink()
    assert before > 6_000_000 > 300_000 > (tmp_path / "facts").stat().st_size
    assert cache.outline("0", "python") == b"outline"


def test_facts_of_an_older_ramify_can_be_told_idle(tmp_path: Path) -> None:
    cache = FactCache(tmp_path / "facts")
    cache.put([("0", "python", b"outline", b"body")])
    cache.close()
    with closing(sqlite3.connect(tmp_path / "facts")) as connection:
        connection.execute("ALTER TABLE facts DROP COLUMN idle_since")
    cache = FactCache(tmp_path / "facts")
    assert cache.outline("0", "python") == b"outline"
    assert cache.evict([], 0, most_seconds=10, most_bytes=0) == 1


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
