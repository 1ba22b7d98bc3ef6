"""What the ranking adds to the two retrievals: names, heads, tests, files."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ramify.features.ranking import Candidate, Signs, parsed, ranked
from ramify.session.snapshot import Reading
from tests.features.reading import calls, drawn, ident, short

READING = drawn(
    {
        "pool.py": (
            "class Pool:\n"
            "    def __init__(self):\n        self.size = 0\n"
            "    def lease(self):\n        return self.size\n"
        ),
        "line.py": "def wait_in_line(pool):\n    return pool\n",
        "tests/test_pool.py": "def test_lease():\n    assert Pool().lease() == 0\n",
    },
    [],
)
METHOD, HEAD, SPECIAL = "pool:Pool.lease", "pool:Pool", "pool:Pool.__init__"
FUNCTION, TEST = "line:wait_in_line", "tests.test_pool:test_lease"


def candidates(names: Sequence[str], named: str = "") -> list[Candidate]:
    """Found equally well by both retrievals."""
    found = []
    for name in names:
        symbol = READING.view.symbol(ident(name))
        assert symbol is not None
        hit = READING.search.chunks_of(symbol.id)[0]
        found.append(Candidate(symbol, hit, Signs(0.0), 0.5, name == named))
    return found


def order(query: str, *names: str, named: str = "") -> list[str]:
    found = candidates(names, named)
    order = ranked(READING.view, parsed(query), found, {}, tests_asked=False)
    return [short(each.symbol.id) for each in order]


def test_what_does_it_stands_before_the_class_and_its_special_methods() -> None:
    assert order("give one out", SPECIAL, HEAD, METHOD) == [METHOD, HEAD, SPECIAL]


def test_who_asks_for_a_class_gets_the_class_in_order_of_position() -> None:
    assert order("class that gives one out", METHOD, HEAD) == [HEAD, METHOD]


def test_what_is_named_loses_nothing() -> None:
    assert order("Pool.__init__", METHOD, SPECIAL, named=SPECIAL) == [SPECIAL, METHOD]


def test_tests_stand_behind_unless_asked_for() -> None:
    assert order("lease", TEST, FUNCTION) == [FUNCTION, TEST]
    assert order("test of a lease", FUNCTION, TEST) == [TEST, FUNCTION]


def test_a_name_that_fits_is_a_reason() -> None:
    (found,) = candidates([METHOD])
    said = found._replace(name=0.82).reasons(parsed("give a lease"), "def lease(self)", {})
    assert said == ("its name fits (0.82)", "words: lease", "similar in meaning (0.50)")


def test_while_nothing_is_embedded_words_of_the_name_count() -> None:
    found = [each._replace(cosine=None) for each in candidates([FUNCTION, METHOD])]
    order = ranked(READING.view, parsed("lease"), found, {}, tests_asked=False)
    assert [short(each.symbol.id) for each in order] == [METHOD, FUNCTION]


def test_a_question_that_has_the_word_test_does_not_ask_for_tests() -> None:
    assert order("skip the test that has no lease", TEST, FUNCTION) == [FUNCTION, TEST]
    assert order("which tests cover the lease", FUNCTION, TEST) == [TEST, FUNCTION]


def test_a_method_whose_class_is_spelled_and_whose_name_is_said() -> None:
    found = [
        each._replace(member=short(each.symbol.id) == METHOD) for each in candidates([HEAD, METHOD])
    ]
    order = ranked(READING.view, parsed("how does Pool lease"), found, {}, tests_asked=False)
    assert [short(each.symbol.id) for each in order] == [METHOD, HEAD]


def test_a_class_stands_below_its_method_that_is_found_as_well() -> None:
    head, method = candidates([HEAD, METHOD])
    found = [head._replace(signs=Signs(1.4)), method]
    order = ranked(READING.view, parsed("give one out"), found, {}, tests_asked=False)
    assert [short(each.symbol.id) for each in order] == [METHOD, HEAD]
    found = [head._replace(signs=Signs(3.0)), method]
    order = ranked(READING.view, parsed("give one out"), found, {}, tests_asked=False)
    assert [short(each.symbol.id) for each in order] == [HEAD, METHOD]


@pytest.mark.parametrize(
    "behind",
    ["examples/pool.py", "docs/conf.py", "benchmarks/run.py", "pool/types.py", "pool/compat.py"],
)
def test_code_that_is_not_what_does_it_stands_behind(behind: str) -> None:
    text = "def take(): ...\n"
    reading = drawn({behind: text, "zoo.py": text}, [])
    found = []
    for path in (behind, "zoo.py"):
        (symbol,) = [each for each in reading.view.symbols_of(path) if each.path]
        hit = reading.search.chunks_of(symbol.id)[0]
        found.append(Candidate(symbol, hit, Signs(0.0), 0.5, False))
    order = ranked(reading.view, parsed("give one out"), found, {}, tests_asked=False)
    assert [each.symbol.file for each in order] == ["zoo.py", behind]


def test_who_calls_what_is_found_too_stands_higher_and_says_so() -> None:
    reading = drawn(
        {"a.py": "def one(): ...\ndef two(): ...\ndef three(): ...\n"},
        [calls("a:three", "a:two")],
    )
    found = []
    for name in ("a:one", "a:two", "a:three"):
        symbol = reading.view.symbol(ident(name))
        assert symbol is not None
        hit = reading.search.chunks_of(symbol.id)[0]
        found.append(Candidate(symbol, hit, Signs(0.0), None, False))
    order = ranked(reading.view, parsed("anything"), found, {}, tests_asked=False)
    assert [(short(each.symbol.id), each.beside) for each in order] == [
        ("a:three", "uses `two`, found too"),
        ("a:two", "used by `three`, found too"),
        ("a:one", ""),
    ]
    assert order[0].reasons(parsed("anything"), "", {}) == ("uses `two`, found too",)


def test_what_others_use_stands_before_what_nobody_does() -> None:
    reading = drawn(
        {"a.py": "def one(): ...\ndef two(): ...\ndef three(): ...\n"},
        [calls("a:three", "a:two")],
    )
    found = []
    for name in ("a:one", "a:two"):
        symbol = reading.view.symbol(ident(name))
        assert symbol is not None
        found.append(
            Candidate(symbol, reading.search.chunks_of(symbol.id)[0], Signs(0.0), 0.5, False)
        )
    order = ranked(reading.view, parsed("anything"), found, {}, tests_asked=False)
    assert [short(each.symbol.id) for each in order] == ["a:two", "a:one"]


def test_what_says_more_stands_before_what_fits_in_a_line() -> None:
    body = "    log(pool)\n" * 20
    reading = drawn({"a.py": f"def one(): ...\ndef two():\n{body}"}, [])
    assert _order(reading, "anything", "a:one", "a:two") == ["a:two", "a:one"]


def test_copies_and_bundles_stand_behind_what_they_were_made_of() -> None:
    text = "def run(): ...\n"
    reading = drawn({"vendor/a.py": text, "zlib/a.py": text}, [])
    assert _order(reading, "anything", "vendor.a:run", "zlib.a:run") == [
        *("zlib.a:run", "vendor.a:run"),
    ]


def _order(reading: Reading, query: str, *names: str) -> list[str]:
    found = []
    for name in names:
        symbol = reading.view.symbol(ident(name))
        assert symbol is not None
        hit = reading.search.chunks_of(symbol.id)[0]
        found.append(Candidate(symbol, hit, Signs(0.0), 0.5, False))
    order = ranked(reading.view, parsed(query), found, {}, tests_asked=False)
    return [short(each.symbol.id) for each in order]
