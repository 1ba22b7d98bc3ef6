"""Which symbol the tour looks at."""

from __future__ import annotations

import pytest

from ramify.cli.outcome import UnansweredError
from ramify.cli.tour import much_used
from ramify.session.snapshot import Reading
from ramify_store.facts import Certainty
from tests.features.reading import calls, drawn, short

TEXTS = {
    "a.py": (
        "def plain(): ...\n"
        "def told():\n"
        '    """Does what nobody else can do."""\n'
        "def also():\n"
        '    """Does the same in a different way."""\n'
        "def x(): plain(); told()\n"
        "def y(): plain(); told(); also()\n"
        "def z(): plain(); also()\n"
    ),
    "test_a.py": "def test_also():\n    also()\n",
}


def looked_at(reading: Reading) -> str:
    return short(much_used(reading).id)


def test_the_most_called_function_that_says_what_it_does() -> None:
    edges = [
        calls("a:x", "a:plain"),
        calls("a:y", "a:plain"),
        calls("a:z", "a:plain"),
        calls("a:x", "a:told"),
        calls("a:y", "a:told"),
        calls("a:z", "a:also"),
    ]
    assert looked_at(drawn(TEXTS, edges)) == "a:told"


def test_of_equals_the_first_and_tests_do_not_count() -> None:
    edges = [calls("a:x", "a:told"), calls("a:y", "a:also"), calls("test_a:test_also", "a:also")]
    assert looked_at(drawn(TEXTS, edges)) == "a:also"


def test_only_certain_calls_count() -> None:
    edges = [
        calls("a:x", "a:told"),
        calls("a:x", "a:also", Certainty.INFERRED),
        calls("a:y", "a:also", Certainty.INFERRED),
    ]
    assert looked_at(drawn(TEXTS, edges)) == "a:told"


def test_without_a_documented_one_the_most_called() -> None:
    assert looked_at(drawn(TEXTS, [calls("a:x", "a:plain")])) == "a:plain"


def test_where_nothing_calls_anything_there_is_no_tour() -> None:
    with pytest.raises(UnansweredError, match="name a symbol"):
        much_used(drawn(TEXTS))
