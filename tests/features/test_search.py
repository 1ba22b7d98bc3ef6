"""Search: words, meaning and graph together, with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ramify.features.answers.common import Page
from ramify.features.answers.search import SearchAnswer
from ramify.features.near import Near
from ramify.features.search import NO_FILTERS, Filters, search
from ramify.session.snapshot import Reading
from ramify_store.errors import StoreCorrupt
from ramify_store.facts import EdgeKind, SymbolKind
from ramify_store.layers import LinksView
from ramify_store.view import ChunkFilter, Hit
from tests.features.reading import (
    TOKEN,
    HashingModel,
    PlainSearch,
    Texts,
    calls,
    drawn,
    ident,
    reading_of,
    short,
)

TEXTS = {
    "auth/hashers.py": (
        "def make_password(raw):\n"
        '    """Turn a plain-text password into a hash for storage."""\n'
        "    return hash_with_salt(raw)\n"
        "def check_password(raw, stored):\n"
        '    """Whether the raw password matches the stored hash."""\n'
        "    return make_password(raw) == stored\n"
        "class Hasher:\n"
        '    """Base of the password hashers."""\n'
    ),
    "web/session.py": (
        "def login(request, password):\n"
        '    """Open a session for the user of a request."""\n'
        "    check_password(password, request.user.stored)\n"
        "def logout(request):\n"
        '    """Close the session."""\n'
    ),
    "tests/test_hashers.py": (
        "def test_make_password():\n"
        '    """A plain-text password becomes a hash for storage."""\n'
        '    assert make_password("a")\n'
    ),
}
READING = drawn(
    TEXTS,
    [
        calls("auth.hashers:check_password", "auth.hashers:make_password"),
        calls("web.session:login", "auth.hashers:check_password"),
        calls("tests.test_hashers:test_make_password", "auth.hashers:make_password"),
    ],
)


def asked(
    query: str,
    filters: Filters = NO_FILTERS,
    near: Near | None = None,
    reading: Reading = READING,
) -> SearchAnswer:
    return search(reading, TOKEN, query, HashingModel(), filters, near)


def found(query: str, filters: Filters = NO_FILTERS, near: Near | None = None) -> list[str]:
    return [short(hit.item.id) for hit in asked(query, filters, near).hits]


def test_a_question_in_words_finds_the_code_that_does_it() -> None:
    assert found("turn a password into a hash for storage")[0] == "auth.hashers:make_password"
    assert found("close the session")[0] == "web.session:logout"


def test_a_name_in_the_query_finds_its_definition_first() -> None:
    assert found("check_password")[0] == "auth.hashers:check_password"
    assert found("where is Hasher used")[0] == "auth.hashers:Hasher"


def test_tests_stand_lower_unless_asked_for() -> None:
    assert found("plain-text password hash")[0] == "auth.hashers:make_password"
    assert found("test of make password")[0] == "tests.test_hashers:test_make_password"


def test_a_hit_says_why_and_shows_its_first_lines() -> None:
    hit = asked("make_password").hits[0]
    assert hit.item.reasons[:2] == ("defines `make_password`", "words: make, password")
    assert hit.snippet.splitlines()[0] == "def make_password(raw):"
    assert hit.snippet_place.path == "auth/hashers.py"
    assert 0 < hit.score < 1


@pytest.mark.parametrize(
    "query", ["close the session", "make_password", "hashers", "password of a user", "storage"]
)
def test_every_hit_says_why_and_twice_the_same(query: str) -> None:
    answer = asked(query)
    assert answer == asked(query)
    assert [hit.item.id for hit in answer.hits if not hit.item.reasons] == []


def test_of_a_file_without_symbols_the_lines_that_tell_are_shown() -> None:
    text = "a = 1\n" * 9 + "retry = wait\n" + "b = 1\n" * 9
    (hit,) = asked("retry and wait", reading=drawn({"net.toml": text})).hits
    assert "retry = wait" in hit.snippet
    assert hit.item.place.start == 0
    assert text[hit.snippet_place.start :].startswith(hit.snippet)


ROUTER = """package echo

// Find looks a handler up by the path of a request.
func (r *Router) Find(path string) Handler {
	return r.tree.lookup(path)
}

func NewRouter() *Router {
	return &Router{tree: newTree()}
}
"""


def test_a_name_finds_its_definition_in_a_language_that_is_not_parsed() -> None:
    user = "package web\n\nfunc serve(r *Router) {\n\tr.Find(NewRouter, path)\n}\n"
    reading = drawn({"router.go": ROUTER, "web.go": user})

    for query in ("NewRouter", "what does Router.Find do", "Router::Find"):
        hit = asked(query, reading=reading).hits[0]
        name = "NewRouter" if query == "NewRouter" else "Router.Find"
        assert hit.item.reasons[0] == f"defines `{name}`"
        assert hit.snippet_place.path == "router.go"
        assert hit.snippet.startswith("func ")
        assert ROUTER[hit.snippet_place.start :].startswith(hit.snippet)


def test_kinds_are_told_in_a_language_that_is_not_parsed() -> None:
    reading = drawn({"router.go": ROUTER + "type Router struct {\n\ttree *node\n}\n"})

    def defined(*kinds: SymbolKind) -> list[str]:
        hits = asked("router", Filters(kinds=kinds), reading=reading).hits
        return sorted(hit.item.reasons[0] for hit in hits)

    assert defined(SymbolKind.METHOD) == ["in `Router.Find`"]
    assert defined(SymbolKind.FUNCTION) == ["in `NewRouter`"]
    assert defined(SymbolKind.CLASS) == ["in `Router`"]


def test_what_is_quoted_must_stand_there() -> None:
    assert found('"stored hash" password') == ["auth.hashers:check_password"]
    hit = asked('"Stored Hash" password').hits[0]
    assert 'holds "stored hash"' in hit.item.reasons


def test_a_phrase_that_nothing_holds_is_looked_for_by_its_words_and_said_so() -> None:
    answer = asked('"session the close"')
    assert short(answer.hits[0].item.id) == "web.session:logout"
    assert answer.note == "nothing found holds what is quoted: its words were looked for"


def test_near_keeps_to_what_lies_within_the_distance_and_direction() -> None:
    near = Near(ident("auth.hashers:make_password"), 1, "in", (EdgeKind.CALLS,))
    assert sorted(found("password", near=near)) == [
        "auth.hashers:check_password",
        "auth.hashers:make_password",
        "tests.test_hashers:test_make_password",
    ]
    two = Near(ident("auth.hashers:make_password"), 2, "in", (EdgeKind.CALLS,))
    hit = next(h for h in asked("session", near=two).hits if h.item.name == "login")
    assert "2 steps away (calls)" in hit.item.reasons
    both = Near(ident("auth.hashers:make_password"), 2)
    assert "auth.hashers:Hasher" not in found("password", near=both)
    out = Near(ident("auth.hashers:make_password"), 3, "out")
    assert found("password", near=out) == ["auth.hashers:make_password"]


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        (Filters(tests="exclude"), {"auth.hashers", "web.session"}),
        (Filters(tests="only"), {"tests.test_hashers"}),
        (Filters(paths=("auth/",)), {"auth.hashers"}),
        (Filters(paths=("!auth/",)), {"web.session", "tests.test_hashers"}),
        (Filters(paths=("**/*.py", "!tests/")), {"auth.hashers", "web.session"}),
        (Filters(languages=("rust",)), set()),
    ],
)
def test_filters_narrow_before_ranking(filters: Filters, kept: set[str]) -> None:
    assert {name.partition(":")[0] for name in found("password session", filters)} == kept


def test_kinds_are_those_of_symbols() -> None:
    assert found("password", Filters(kinds=(SymbolKind.CLASS,))) == ["auth.hashers:Hasher"]
    assert "auth.hashers:Hasher" not in found("password", Filters(kinds=(SymbolKind.FUNCTION,)))


def test_without_embeddings_it_answers_from_the_words_and_says_so() -> None:
    pending = drawn(TEXTS, pending_chunks=6)
    answer = asked("close the session", reading=pending)
    assert short(answer.hits[0].item.id) == "web.session:logout"
    assert answer.note == "found by words alone: no embeddings yet"


def test_a_search_that_is_not_ready_is_not_a_search_that_found_nothing() -> None:
    answer = asked("zebra", reading=drawn(TEXTS, pending_chunks=6))
    assert (answer.hits, answer.note) == ((), "search is still being prepared")


@pytest.mark.parametrize("query", ["", "   ", "\x00\x01", "?!…", "\n"])
def test_a_query_without_words_gets_a_clear_answer(query: str) -> None:
    assert asked(query) == SearchAnswer((), 0, "the query has no words to look for")


def test_control_characters_separate_words() -> None:
    assert found("close\x00the\x1bsession") == found("close the session")


def test_a_word_that_stands_nowhere_is_said_and_worth_little() -> None:
    answer = asked("zebra")
    assert answer.note == "stands nowhere in the workspace: zebra"
    assert [hit.score for hit in answer.hits if hit.score > 0.1] == []
    mixed, known = asked("close the zebra session"), asked("close the session")
    assert mixed.note == "stands nowhere in the workspace: zebra"
    assert mixed.hits[0].item.id == known.hits[0].item.id
    assert mixed.hits[0].score < known.hits[0].score


def test_common_words_alone_are_looked_for_and_named_as_such() -> None:
    assert asked("where is the").note == "the query has only common words"


def test_a_huge_query_is_read_in_part() -> None:
    answer = asked("close the session " * 6000)
    assert short(answer.hits[0].item.id) == "web.session:logout"
    assert answer.note == "only the first 4000 characters of the query were read"


def test_pages_continue_one_order() -> None:
    whole = [hit.item.id for hit in asked("password").hits]
    answer = search(READING, TOKEN, "password", HashingModel(), page=Page(offset=1, limit=2))
    assert [hit.item.id for hit in answer.hits] == whole[1:3]
    assert answer.total == len(whole)


class Wordless(PlainSearch):
    """The files of the full-text index are gone."""

    def full_text(self, words: Sequence[str], limit: int, only: ChunkFilter) -> Sequence[Hit]:
        raise StoreCorrupt("its files on disk cannot be read")


def test_where_words_cannot_be_looked_up_meaning_still_finds_and_says_so() -> None:
    texts = {"a.py": "def read_rows(path): ...\n"}
    reading = reading_of(texts)
    assert isinstance(reading.view, LinksView)
    broken = replace(reading, search=Wordless(Texts(texts), reading.view))
    answer = search(broken, TOKEN, "read rows", HashingModel())
    assert [hit.item.name for hit in answer.hits] == ["read_rows"]
    assert answer.note == (
        "found by meaning alone, for the words cannot be looked up:"
        " its files on disk cannot be read"
    )
