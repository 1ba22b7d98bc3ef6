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
        "def _hidden():\n"
        '    """Does what nobody should know about."""\n'
    ),
    "x.py": "from a import *\ndef x(): plain(); told(); also(); _hidden()\n",
    "y.py": "from a import *\ndef y(): plain(); told(); also(); _hidden()\n",
    "z.py": "from a import *\ndef z(): plain(); _hidden()\n",
    "test_a.py": "from a import *\ndef test_also(): also()\n",
}


def looked_at(reading: Reading) -> str:
    return short(much_used(reading).id)


def test_the_public_function_called_from_most_files_that_says_what_it_does() -> None:
    edges = [
        *(calls(caller, "a:plain") for caller in ("x:x", "y:y", "z:z")),
        *(calls(caller, "a:_hidden") for caller in ("x:x", "y:y", "z:z")),
        calls("x:x", "a:told"),
        calls("y:y", "a:told"),
        calls("x:x", "a:also"),
    ]
    assert looked_at(drawn(TEXTS, edges)) == "a:told"


def test_of_equals_the_first() -> None:
    edges = [calls("x:x", "a:told"), calls("y:y", "a:also")]
    assert looked_at(drawn(TEXTS, edges)) == "a:also"


def test_one_that_a_test_calls_comes_first() -> None:
    edges = [
        calls("x:x", "a:told"),
        calls("y:y", "a:told"),
        calls("y:y", "a:also"),
        calls("test_a:test_also", "a:also"),
    ]
    assert looked_at(drawn(TEXTS, edges)) == "a:also"


def test_being_called_by_tests_alone_is_no_use() -> None:
    edges = [calls("x:x", "a:told"), calls("test_a:test_also", "a:also")]
    assert looked_at(drawn(TEXTS, edges)) == "a:told"


def test_only_certain_calls_count() -> None:
    edges = [
        calls("x:x", "a:told"),
        calls("x:x", "a:also", Certainty.INFERRED),
        calls("y:y", "a:also", Certainty.INFERRED),
    ]
    assert looked_at(drawn(TEXTS, edges)) == "a:told"


def test_a_hub_is_left_out() -> None:
    hub = {"hub.py": "".join(f"def h{i}(): told()\n" for i in range(13))}
    edges = [*(calls(f"hub:h{i}", "a:told") for i in range(13)), calls("x:x", "a:also")]
    assert looked_at(drawn(TEXTS | hub, edges)) == "a:also"


def test_without_a_documented_one_the_most_called() -> None:
    assert looked_at(drawn(TEXTS, [calls("x:x", "a:plain")])) == "a:plain"


def test_where_nothing_calls_anything_there_is_no_tour() -> None:
    with pytest.raises(UnansweredError, match="name a symbol"):
        much_used(drawn(TEXTS))
