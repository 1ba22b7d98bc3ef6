"""Answers as a person reads them: every line with its place, its certainty and its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rich.text import Text

from ramify.cli import render
from ramify.cli.places import Places
from ramify.features.answers.common import Page
from ramify.features.answers.search import SearchAnswer
from ramify.features.calls import callers
from ramify.features.changed import ChangedSymbols
from ramify.features.impact import impact
from ramify.features.related import related
from ramify.features.search import search
from ramify.session.snapshot import Reading, SearchStatus, Status
from ramify_store.facts import Certainty
from tests.features.reading import (
    TOKEN,
    HashingModel,
    calls,
    drawn,
    ident,
    reading_of,
    unknown,
)

SHOP = {
    "shop/pricing.py": (
        "def discount(price):\n"
        '    """Take the rebate off."""\n'
        "    return price * 0.9\n"
        "\n"
        "def total(prices):\n"
        "    return sum(discount(price) for price in prices)\n"
    ),
    "shop/checkout.py": "from shop.pricing import total\n\ndef pay(basket):\n    total(basket)\n",
    "tests/test_checkout.py": "from shop.checkout import pay\n\ndef test_pay():\n    pay([1])\n",
}
CALLS = (
    calls("shop.pricing:total", "shop.pricing:discount"),
    calls("shop.checkout:pay", "shop.pricing:total", Certainty.INFERRED),
    calls("tests.test_checkout:test_pay", "shop.checkout:pay"),
)


def shop() -> Reading:
    return drawn(SHOP, CALLS)


def places(reading: Reading, here: str = "/folder") -> Places:
    return Places(reading.snapshot, Path(here))


def plain(lines: Iterator[Text]) -> list[str]:
    return [line.plain.rstrip() for line in lines]


def test_impact() -> None:
    reading = shop()
    answer = impact(reading, TOKEN, [ident("shop.pricing:discount")])
    assert plain(render.impact_lines(answer, places(reading))) == [
        "shop.pricing.discount  function  shop/pricing.py:1:5",
        answer.summary.removeprefix("shop.pricing.discount: "),
        "",
        "What a change concerns  3",
        "  signature  1 call",
        "  body       3 dependents (1 exact, 2 inferred)",
        "  removal    1 reference",
        "",
        "Affected  2",
        "   1  exact      total  shop/pricing.py:6:16  calls it",
        "   2  inferred   pay    shop/checkout.py:4:5  calls total",
        "",
        "Tests to run  1",
        "   3  inferred   test_pay  tests/test_checkout.py:4:5  calls pay → total",
        "",
        "In 3 files: shop 2, tests 1",
        "",
        "No other place here may reach it. "
        "Of calls by code outside the workspace only some are known.",
    ]


def test_impact_never_says_that_nothing_else_reaches_it_where_tests_are_likely_to() -> None:
    reading = reading_of(
        {
            "a.py": "def read(x): ...\nREADERS = {'a': read}\n",
            "test_a.py": "from a import READERS\ndef test_all(run): run(READERS)\n",
        }
    )
    lines = plain(render.impact_lines(impact(reading, TOKEN, [ident("a:read")]), places(reading)))
    assert "   2  possible   test_all  test_a.py:2:24  uses READERS" in lines
    assert lines[-1] == (
        "Nothing else here may reach it but what is likely to. "
        "Of calls by code outside the workspace only some are known."
    )


def test_impact_that_is_cut_says_how_much_there_is() -> None:
    reading = shop()
    answer = impact(reading, TOKEN, [ident("shop.pricing:discount")], page=Page(limit=1))
    assert "Affected  1 of 2" in plain(render.impact_lines(answer, places(reading)))


def test_a_partial_impact_says_so() -> None:
    reading = shop()
    answer = impact(reading, TOKEN, [ident("shop.pricing:discount")])
    lines = plain(
        render.impact_lines(replace(answer, partial="the time was over"), places(reading))
    )
    assert lines[2] == "Partial: the time was over."


def test_what_is_unresolved_is_counted_and_shown() -> None:
    reading = drawn(SHOP, CALLS, [unknown("shop.checkout:pay", "total")])
    answer = impact(reading, TOKEN, [ident("shop.pricing:total")])
    answer = replace(answer, possible=2)
    lines = plain(render.impact_lines(answer, places(reading)))
    count = answer.unresolved.count
    assert (
        f"Not counted: {count} place that may reach it, too, and 2 dependents by name only."
        in lines
    )


def test_callers() -> None:
    reading = shop()
    answer = callers(reading, TOKEN, ident("shop.pricing:total"))
    assert answer is not None
    assert plain(render.calls_lines("callers", replace(answer, possible=3), places(reading))) == [
        "shop.pricing.total  function  shop/pricing.py:5:5",
        "",
        "Callers  1",
        "  inferred   pay  shop/checkout.py:4:5  via import",
        "",
        "Not counted: 3 call sites by name only, 0 unresolved.",
    ]


def test_no_callers_is_said() -> None:
    reading = shop()
    answer = callers(reading, TOKEN, ident("tests.test_checkout:test_pay"))
    assert answer is not None
    assert "No callers known." in plain(render.calls_lines("callers", answer, places(reading)))


def test_what_is_never_called_is_asked_for_otherwise() -> None:
    reading = drawn({"a.py": "limit = 1\n"})
    answer = callers(reading, TOKEN, ident("a:limit"))
    assert answer is not None
    assert "A variable is read and written, not called: `ramify impact` tells by whom." in plain(
        render.calls_lines("callers", answer, places(reading))
    )


def test_many_call_sites_in_one_caller_are_folded() -> None:
    text = "def f(): ...\n\ndef g():\n" + "    f()\n" * 6
    reading = drawn({"a.py": text}, [calls("a:g", "a:f")])
    answer = callers(reading, TOKEN, ident("a:f"))
    assert answer is not None
    assert plain(render.calls_lines("callers", answer, places(reading)))[3:9] == [
        "  exact      g  a.py:4:5  via import",
        "                a.py:5:5",
        "                a.py:6:5",
        "                a.py:7:5",
        "                and 2 more",
        "",
    ]


def test_related() -> None:
    reading = shop()
    answer = related(reading, TOKEN, ident("shop.pricing:total"))
    assert answer is not None
    lines = plain(render.related_lines(answer, places(reading)))
    assert lines[0] == "shop.pricing.total  function  shop/pricing.py:5:5"
    assert lines[1].startswith("callers 1  callees 1")
    assert any("discount  shop/pricing.py:1:5  called by it" in line for line in lines)


def test_search() -> None:
    reading = shop()
    answer = search(reading, TOKEN, "take the rebate off", HashingModel(), page=Page(limit=1))
    lines = plain(render.search_lines(answer, places(reading)))
    assert lines[0].endswith("shop.pricing.discount  shop/pricing.py:1:1")
    assert lines[2:4] == [
        "        │ def discount(price):",
        '        │     """Take the rebate off."""',
    ]
    assert lines[-1] == f"1 of {answer.total}; --limit shows more"


def test_an_empty_search_says_why() -> None:
    answer = SearchAnswer((), 0, "the query has no words to look for")
    assert plain(render.search_lines(answer, places(shop()))) == [
        "the query has no words to look for",
        "Nothing found.",
    ]


def test_an_unfinished_index_is_never_hidden() -> None:
    half = Status(1, False, 3, 9, 6, SearchStatus(False, 40), (), "process 4711 owns the store")
    assert plain(render.status_lines(half)) == [
        "Incomplete: 3 of 9 files are indexed (process 4711 owns the store). "
        "There may be more than this.",
        "Search is incomplete: 40 pieces to go.",
    ]


def test_a_finished_index_needs_no_word() -> None:
    assert plain(render.status_lines(shop().snapshot.status)) == []


def test_changes_say_what_they_cannot_speak_of() -> None:
    changed = ChangedSymbols(
        ids=("x",),
        changes=("body",),
        removed=("shop.gone",),
        top_level=("shop/checkout.py",),
        unread=("photo.png",),
    )
    assert plain(render.changed_lines(changed)) == [
        "Changed symbols  1 (1 body)",
        "Gone: shop.gone. Who still names them will not find them.",
        "Changed outside of definitions: shop/checkout.py.",
        "Not in the graph: photo.png.",
    ]


def test_places_are_seen_from_the_current_directory() -> None:
    reading = shop()
    assert places(reading, "/folder/shop").at("shop/pricing.py", 4) == "pricing.py:1:5"
    assert places(reading, "/").at("shop/pricing.py", 4) == "folder/shop/pricing.py:1:5"
    assert places(reading, "/else").at("shop/pricing.py", 4) == "/folder/shop/pricing.py:1:5"


def test_columns_count_characters() -> None:
    reading = drawn({"a.py": "x = 'ä€😀'; y = 1\n"})
    assert places(reading).at("a.py", len("x = 'ä€😀'; ".encode())) == "a.py:1:12"


def test_tests_that_may_not_be_all_say_so() -> None:
    reading = drawn(SHOP, CALLS, [unknown("shop.checkout:pay", "total")])
    answer = impact(reading, TOKEN, [ident("shop.pricing:total")])
    assert plain(render.tests_notes(answer)) == [
        "There may be more tests. Not counted: 1 place that may reach it, too."
    ]


def test_tests_that_are_all_need_no_word() -> None:
    answer = impact(shop(), TOKEN, [ident("shop.pricing:discount")])
    assert plain(render.tests_notes(answer)) == []


def test_a_table_tells_bytes_in_megabytes_and_counts_with_separators() -> None:
    store = {"mode": "disk", "graph": 34_779_148, "owner": 12345}
    memory = {"residentBytes": 290_230_272}
    assert list(render.table_words("store", store)) == [
        "mode disk",
        "graph 34.8 MB",
        "owner 12345",
    ]
    assert list(render.table_words("memory", memory)) == ["resident 290.2 MB"]
    assert list(render.table_words("graph", {"files": 2818})) == ["files 2,818"]
