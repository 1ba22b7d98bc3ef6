"""Which symbol a person means by a name or a place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ramify.cli.outcome import UnansweredError
from ramify.cli.symbols import lines_meant, symbol_meant
from ramify.features.answers.common import Place
from ramify.session.snapshot import Reading, Snapshot
from tests.features.reading import drawn, short
from tests.session.folders import write

SHOP = {
    "shop/basket.py": (
        "class Basket:\n"
        "    def total(self):\n"
        "        return 0\n"
        "\n"
        "class Empty(Basket):\n"
        "    def total(self):\n"
        "        return 0\n"
        "\n"
        "def pay():\n"
        "    return 1\n"
    ),
    "shop/till.py": "def pay(): ...\ndef close(): ...\n",
}


@pytest.fixture
def reading() -> Reading:
    return drawn(SHOP)


def meant(reading: Reading, text: str, here: str = "") -> str:
    return short(symbol_meant(reading, text, Path(reading.snapshot.folder, here)).id)


def refusal(reading: Reading, text: str) -> UnansweredError:
    with pytest.raises(UnansweredError) as raised:
        meant(reading, text)
    return raised.value


@pytest.mark.parametrize(
    "text",
    [
        "shop.basket.Basket.total",
        "Basket.total",
        "basket.Basket.total",
        "shop/basket.py:2",
        "shop/basket.py:3",
        "shop/basket.py:2:9",
        "shop/basket.py:3:10:",
        "python . shop.basket/Basket.total",
    ],
)
def test_one_symbol_by_name_by_suffix_and_by_place(reading: Reading, text: str) -> None:
    assert meant(reading, text) == "shop.basket:Basket.total"


def test_places_are_seen_from_the_current_directory(reading: Reading) -> None:
    assert meant(reading, "basket.py:9", here="shop") == "shop.basket:pay"


def test_a_place_outside_of_definitions_means_the_module(reading: Reading) -> None:
    assert meant(reading, "shop/basket.py:4") == "shop.basket:"


def test_an_ambiguous_name_lists_what_it_may_mean(reading: Reading) -> None:
    error = refusal(reading, "pay")
    assert error.message == "pay may mean 2 symbols. Give more of the name, or a place:"
    assert [(c.name, c.kind, c.place) for c in error.candidates] == [
        ("shop.basket.pay", "function", "shop/basket.py:9:5"),
        ("shop.till.pay", "function", "shop/till.py:1:5"),
    ]


def test_an_unknown_name_tells_near_ones(reading: Reading) -> None:
    assert refusal(reading, "clsoe").message == "Nothing here is named clsoe. Did you mean close?"


def test_an_unknown_owner_tells_where_the_name_is(reading: Reading) -> None:
    assert refusal(reading, "Shelf.close").message == (
        "Nothing here is named Shelf.close. There is shop.till.close."
    )


def test_an_owner_that_has_no_such_member_tells_of_those_like_it() -> None:
    text = "class Engine:\n    def render_to_string(self): ...\n    def close(self): ...\n"
    reading = drawn({"engine.py": text, "other.py": "class Page:\n    def render(self): ...\n"})
    assert refusal(reading, "Engine.render").message == (
        "Nothing here is named Engine.render. Did you mean Engine.render_to_string?"
    )


def test_those_of_the_same_name_come_by_their_owners_and_tests_last() -> None:
    text = "class {}:\n    def render(self): ...\n"
    reading = drawn(
        {
            "a.py": text.format("Page"),
            "engines.py": text.format("Engines"),
            "tests/test_a.py": text.format("Enginex"),
        }
    )
    assert refusal(reading, "Engine.render").message == (
        "Nothing here is named Engine.render. There is engines.Engines.render, a.Page.render, "
        "tests.test_a.Enginex.render."
    )


def test_a_file_stands_for_its_module(reading: Reading) -> None:
    assert meant(reading, "shop/till.py") == "shop.till:"
    assert meant(reading, "till.py", here="shop") == "shop.till:"


def test_a_file_that_is_not_there(reading: Reading) -> None:
    assert refusal(reading, "shop/other.py:3").message == "There is no file shop/other.py."


def test_files_that_are_not_indexed_say_why(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    write(folder, {"till.dat": "", "../elsewhere.py": ""})
    reading = drawn(SHOP)
    reading = replace(reading, snapshot=_Elsewhere(reading.snapshot, str(folder)))
    with pytest.raises(UnansweredError) as left_out:
        symbol_meant(reading, "till.dat:1", folder)
    assert left_out.value.message == (
        "till.dat is not indexed: no source text, or left out by ignore rules or settings."
    )
    with pytest.raises(UnansweredError) as outside:
        symbol_meant(reading, "../elsewhere.py:1", folder)
    assert outside.value.message == f"../elsewhere.py is outside of the workspace {folder}."


class _Elsewhere:
    """A snapshot of another folder."""

    def __init__(self, snapshot: Snapshot, folder: str) -> None:
        self._snapshot = snapshot
        self.folder = folder

    def __getattr__(self, name: str) -> object:
        return getattr(self._snapshot, name)


def test_a_line_beyond_the_end(reading: Reading) -> None:
    assert refusal(reading, "shop/till.py:99").message == (
        "shop/till.py has no line 99: its lines are 1 to 2."
    )
    assert refusal(reading, "shop/till.py:0").message == (
        "shop/till.py has no line 0: its lines are 1 to 2."
    )


def test_nothing_named(reading: Reading) -> None:
    assert refusal(reading, " ").message == (
        "A symbol is missing: give a name, or a place as FILE:LINE."
    )


def test_where_no_language_is_parsed_no_name_can_be_found() -> None:
    assert refusal(drawn({"a.md": "# f\n"}), "f").message == (
        "Nothing here is named f. No file here is of a language whose symbols are known: python."
    )


def test_lines_of_a_file(reading: Reading) -> None:
    here = Path(reading.snapshot.folder, "shop")
    assert lines_meant(reading, "till.py:1-2", here) == Place("shop/till.py", 0, 32)
    assert lines_meant(reading, "till.py:2-2", here) == Place("shop/till.py", 15, 32)
    assert lines_meant(reading, "till.py:2", here) is None
    with pytest.raises(UnansweredError, match="has no line 9"):
        lines_meant(reading, "till.py:1-9", here)
