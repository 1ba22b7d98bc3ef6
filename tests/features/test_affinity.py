"""How many words of what changed a test says."""

import numpy as np

from ramify.features.affinity import shared_words
from ramify.features.preparation import prepare
from ramify.features.upstream import upstream_of
from ramify_store.layers import LayeredView, LinksView
from ramify_store.view import GraphView
from tests.features.reading import ident, reading_of

SHOP = "def parse_date(): ...\n\n\ndef parse_price(): ...\n"
TESTS = """\
from shop import parse_date, parse_price

class TestDates:
    def test_one(self):
        parse_price()

def test_price():
    parse_date()
"""
TEXTS = {"shop.py": SHOP, "test_shop.py": TESTS}


def shared(view: GraphView, changed: str, *tests: str) -> list[int]:
    numbers = upstream_of(view).numbers
    found = shared_words(
        view,
        np.array([numbers[ident(changed)]], dtype=np.int32),
        np.array([numbers[ident(test)] for test in tests], dtype=np.int32),
    )
    assert found is not None
    counts: list[int] = found.tolist()
    return counts


def test_a_test_says_the_words_of_its_class_and_of_what_it_refers_to():
    tests = "test_shop:TestDates.test_one", "test_shop:test_price"
    assert shared(reading_of(TEXTS).view, "shop:parse_date", *tests) == [2, 2]


def test_the_names_of_a_layer_count():
    below = reading_of(TEXTS)
    prepare(below)
    late = {**TEXTS, "test_late.py": "def test_date():\n    pass\n"}
    whole = reading_of(late).view
    assert isinstance(whole, LinksView)
    links = {"test_late.py": whole.links["test_late.py"]}
    view = LayeredView(below.view, links, (), lambda path: None)
    assert shared(view, "shop:parse_date", "test_late:test_date", "test_shop:test_price") == [1, 2]
