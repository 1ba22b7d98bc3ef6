"""From bytes to ranges, in every encoding, in the text as it stands."""

from dataclasses import replace

import pytest

from ramify.features.answers.common import Place
from ramify.protocol import convert
from ramify.protocol.convert import Ranges
from ramify.protocol.shapes import common as shapes
from ramify.protocol.shapes.common import Position, Range
from ramify.session.snapshot import Reading, SearchStatus, Status
from tests.features.reading import Texts, reading_of

TEXTS = {"a.py": "def f():\r\n    return f()\n", "é.py": "x = '😀é'; y = x\n"}


@pytest.fixture(scope="module")
def reading() -> Reading:
    return reading_of(TEXTS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_columns_of_ascii_are_the_same_in_every_encoding(reading, encoding):
    call = TEXTS["a.py"].index("f()", 5)
    found = Ranges(reading, encoding).range(Place("a.py", call, call + 1))
    assert found == Range(Position(1, 11), Position(1, 12))


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 14), ("utf-16", 11), ("utf-32", 10)])
def test_columns_after_other_characters(reading, encoding, column):
    start = TEXTS["é.py"].encode().index(b"y =")
    found = Ranges(reading, encoding).range(Place("é.py", start, start + 1))
    assert found == Range(Position(0, column), Position(0, column + 1))


def test_a_place_past_the_end_is_the_end(reading):
    assert Ranges(reading, "utf-8").range(Place("a.py", 900, 901)) == Range(
        Position(2, 0), Position(2, 0)
    )


def test_a_file_that_is_gone_has_no_ranges(reading):
    ranges = Ranges(reading, "utf-16")
    assert ranges.range(Place("gone.py", 0, 1)) is None
    assert ranges.locations([Place("gone.py", 0, 1), Place("a.py", 0, 3)]) == (
        shapes.Location("file:///folder/a.py", Range(Position(0, 0), Position(0, 3))),
    )


def test_an_open_document_counts_in_place_of_what_was_indexed(reading):
    live = Texts({**TEXTS, "a.py": "\n" + TEXTS["a.py"]}, open_paths=frozenset({"a.py"}))
    ranges = Ranges(replace(reading, snapshot=live), "utf-16")
    assert ranges.range(Place("a.py", 1, 4)) == Range(Position(1, 0), Position(1, 3))


def test_a_file_that_changed_since_it_was_indexed_is_read_again(reading):
    live = Texts({**TEXTS, "a.py": "\n" + TEXTS["a.py"]})
    ranges = Ranges(replace(reading, snapshot=live), "utf-16")
    assert ranges.range(Place("a.py", 1, 4)) == Range(Position(1, 0), Position(1, 3))


def test_uris_are_quoted(reading):
    assert Ranges(reading, "utf-8").uri("é.py") == "file:///folder/%C3%A9.py"


def state(**fields: object) -> shapes.Status:
    plain = Status(3, True, 5, 5, 0, SearchStatus(True, 0))
    return convert.status(replace(plain, **fields))


def test_a_partial_answer_is_not_complete_and_says_why():
    plain = Status(3, True, 5, 5, 0, SearchStatus(True, 0), reason="owned by process 7")
    told = convert.status(plain, "the time was over")
    assert (told.complete, told.reason) == (False, "the time was over; owned by process 7")


def test_the_status_of_several_folders_is_the_sum():
    search = SearchStatus(False, 9)
    told = convert.joined([state(), state(complete=False, search=search, reason="indexing")])
    assert told == shapes.Status(
        revision=6,
        complete=False,
        indexed_files=10,
        total_files=10,
        pending_files=0,
        search=shapes.SearchStatus(complete=False, pending_chunks=9),
        documents=(),
        reason="indexing",
    )
