"""Symbols by a few letters."""

from __future__ import annotations

import pytest

from ramify.features.answers.common import Page
from ramify.features.workspace_symbols import workspace_symbols
from tests.features.reading import TOKEN, drawn, short

READING = drawn(
    {
        "query.py": (
            "class QuerySet:\n"
            "    def filter(self): ...\n"
            "    def _filter(self): ...\n"
            "    def filter_or_exclude(self): ...\n"
            "class RawQuerySet: ...\n"
            "def equals(): ...\n"
            "filters = []\n"
        ),
        "tests/test_query.py": "class QuerySet: ...\ndef filter(): ...\n",
    }
)


def found(query: str) -> list[str]:
    return [short(item.id) for item in workspace_symbols(READING, TOKEN, query).items]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("filter", ["query:QuerySet.filter", "tests.test_query:filter"]),
        ("QUERYSET", ["query:QuerySet", "tests.test_query:QuerySet"]),
        ("filter_or", ["query:QuerySet.filter_or_exclude"]),
        ("fo", ["query:QuerySet.filter_or_exclude"]),
        ("qs", ["query:QuerySet", "query:RawQuerySet", "tests.test_query:QuerySet"]),
        ("rqs", ["query:RawQuerySet"]),
        ("queryset.filter", ["query:QuerySet.filter", "query:QuerySet.filter_or_exclude"]),
        ("tests filter", ["tests.test_query:filter"]),
        ("zzz", []),
        (".", []),
        (".", []),
    ],
)
def test_the_best_match_comes_first(query: str, best: list[str]) -> None:
    assert found(query)[: max(len(best), 1)] == best


def test_prefixes_then_words_then_pieces_then_letters_in_order() -> None:
    assert found("query") == [
        "query:",
        "query:QuerySet",
        "tests.test_query:QuerySet",
        "query:RawQuerySet",
        "tests.test_query:",
    ]
    assert found("eqs") == ["query:equals"]


def test_it_is_paged_and_counted() -> None:
    answer = workspace_symbols(READING, TOKEN, "filter", Page(offset=1, limit=2))
    assert [short(item.id) for item in answer.items] == [
        "tests.test_query:filter",
        "query:QuerySet.filter_or_exclude",
    ]
    assert answer.total == 5


def test_a_long_query_is_answered() -> None:
    assert found("a" * 100_000) == []


def test_nothing_asked_for_is_everything_that_modules_define() -> None:
    assert found("") == ["query:QuerySet", "query:RawQuerySet", "query:equals", "query:filters"]
    page = workspace_symbols(READING, TOKEN, "", Page(1, 2))
    assert [short(item.id) for item in page.items] == ["query:RawQuerySet", "query:equals"]


def test_letters_that_begin_words_are_tried_in_all_ways_at_once() -> None:
    name = "test_" + "_".join(["is"] * 30)
    reading = drawn({"a.py": f"def {name}(): ...\ndef test_it(): ...\n"})

    def matching(query: str) -> list[str]:
        return [item.name for item in workspace_symbols(reading, TOKEN, query).items]

    assert matching("t" + "i" * 30) == [name]
    assert matching("t" + "i" * 29 + "t") == []
    assert matching("tisis") == [name]
