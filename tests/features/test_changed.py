"""Which symbols a changed file means: by what they say, not by lines."""

from __future__ import annotations

import pytest

from ramify.features.changed import ChangedSymbols, changed_symbols
from ramify.session.git import ChangedFile
from tests.features.reading import TOKEN, drawn, ident

NOW = '''\
import os

LIMIT = 3


class Basket:
    """What a customer wants."""

    kind = "plain"

    def add(self, item):
        """Put one more in."""
        return [item, LIMIT]

    def total(self):
        return sum(price for price in self.prices)


def pay(basket):
    def log(text):
        print(text)

    log(os.name)
    return basket.total()
'''


def changed(before: str | None, *, after: str | None = None) -> ChangedSymbols:
    reading = drawn({"shop.py": NOW})
    file = ChangedFile(
        "shop.py",
        before.encode() if before is not None else None,
        after.encode() if after is not None else None,
    )
    return changed_symbols(reading, TOKEN, [file])


def ids(*paths: str) -> tuple[str, ...]:
    return tuple(ident(f"shop:{path}") for path in paths)


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ("[item, LIMIT]", "[item]", ids("Basket.add")),
        ("def add(self, item)", "def add(self)", ids("Basket.add")),
        ("print(text)", "print(text, text)", ids("pay.<locals>.log")),
        ("basket.total()", "basket.total", ids("pay")),
        ("LIMIT = 3", "LIMIT = 4", ids("LIMIT")),
        ("class Basket:", "class Basket(Base):", ids("Basket")),
        ('kind = "plain"', 'kind = "fancy"', ids("Basket")),
    ],
)
def test_a_change_belongs_to_the_innermost_definition_around_it(
    old: str, new: str, meant: tuple[str, ...]
) -> None:
    assert changed(NOW.replace(old, new)) == ChangedSymbols(meant, (), (), ())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Put one more in.", "Put an item in."),
        ("\n\n\n", "\n\n\n\n\n"),
        ("LIMIT = 3\n", "LIMIT = 3   \n"),
        ("\n", "\r\n"),
    ],
)
def test_docstrings_and_white_space_between_lines_change_nothing(old: str, new: str) -> None:
    assert changed(NOW.replace(old, new)) == ChangedSymbols((), (), (), ())


def test_what_moved_within_the_file_is_no_change() -> None:
    head, pay = NOW.split("def pay", 1)
    assert changed("import os\n\n\ndef pay" + pay + "\n" + head.removeprefix("import os\n")) == (
        ChangedSymbols((), (), (), ())
    )


def test_new_and_removed_definitions() -> None:
    before = NOW.replace("def total", "def price")
    assert changed(before) == ChangedSymbols(ids("Basket.total"), ("shop.Basket.price",), (), ())


def test_imports_are_code_outside_of_definitions() -> None:
    assert changed(NOW.replace("import os", "import sys")) == ChangedSymbols(
        (), (), ("shop.py",), ()
    )


def test_of_a_new_file_everything_is_new() -> None:
    assert changed(None) == ChangedSymbols(
        ids("LIMIT", "Basket", "Basket.add", "Basket.total", "pay", "pay.<locals>.log"),
        (),
        ("shop.py",),
        (),
    )


def test_a_given_state_after_counts_instead_of_the_live_text() -> None:
    assert changed(NOW, after=NOW.replace("LIMIT = 3", "LIMIT = 4")).ids == ids("LIMIT")


def test_files_that_the_graph_does_not_know_are_named() -> None:
    reading = drawn({"shop.py": NOW})
    files = [ChangedFile("gone.py", b"x = 1\n", None)]
    assert changed_symbols(reading, TOKEN, files) == ChangedSymbols((), ("gone.py",), (), ())
