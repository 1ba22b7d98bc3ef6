"""Which symbol a person means by a name or a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ramify.cli.outcome import UnansweredError
from ramify.cli.symbols import symbol_meant
from ramify.session.snapshot import Reading
from tests.features.reading import drawn, short

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
    assert refusal(reading, "clsoe").message == "Nothing here is named clsoe. There is close."


def test_an_unknown_owner_tells_where_the_name_is(reading: Reading) -> None:
    assert refusal(reading, "Shelf.close").message == (
        "Nothing here is named Shelf.close. There is shop.till.close."
    )


def test_a_file_that_is_not_indexed(reading: Reading) -> None:
    assert refusal(reading, "shop/other.py:3").message == (
        "shop/other.py is not an indexed file of this workspace."
    )


def test_a_line_beyond_the_end(reading: Reading) -> None:
    assert refusal(reading, "shop/till.py:99").message == ("There is no symbol at shop/till.py:99.")
