"""Related: groups by relation and one ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ramify.features.answers.relations import Related
from ramify.features.related import related
from ramify_store.errors import StoreCorrupt
from ramify_store.facts import EdgeKind
from ramify_store.history import Commit, History, NoHistory
from ramify_store.layers import LinksView
from ramify_store.view import ChunkFilter, Hit
from tests.features.histories import Told
from tests.features.reading import (
    TOKEN,
    PlainSearch,
    Texts,
    calls,
    drawn,
    edge,
    ident,
    reading_of,
    short,
)

READING = drawn(
    {
        "a.py": (
            "class Base:\n    def m(self): ...\n"
            "class C(Base):\n    def m(self):\n        helper()\n    def n(self): ...\n"
            "class D(C):\n    def m(self): ...\n"
            "def helper(): ...\n"
        ),
        "b.py": "from a import C\ndef f():\n    C().m()\n    C().m()\ndef g():\n    x = C.m\n",
        "tests/test_a.py": "def test_m(): f()\n",
    },
    [
        edge("a:C", EdgeKind.INHERITS, "a:Base"),
        edge("a:D", EdgeKind.INHERITS, "a:C"),
        edge("a:C.m", EdgeKind.OVERRIDES, "a:Base.m"),
        edge("a:D.m", EdgeKind.OVERRIDES, "a:C.m"),
        edge("b:", EdgeKind.IMPORTS, "a:C"),
        calls("a:C.m", "a:helper"),
        calls("b:f", "a:C.m"),
        calls("b:f", "a:C"),
        edge("b:g", EdgeKind.USES, "a:C.m"),
        calls("tests.test_a:test_m", "b:f"),
    ],
)


def related_to(symbol: str) -> Related:
    answer = related(READING, TOKEN, ident(symbol))
    assert answer is not None
    return answer


def groups(answer: Related) -> dict[str, list[str]]:
    return {group.relation: [short(item.id) for item in group.items] for group in answer.groups}


def test_a_method_has_its_groups_in_a_fixed_order() -> None:
    found = groups(related_to("a:C.m"))
    found.pop("similar", None)
    assert list(found.items()) == list(
        {
            "callers": ["b:f"],
            "callees": ["a:helper"],
            "users": ["b:g"],
            "overrides": ["a:D.m"],
            "overridden": ["a:Base.m"],
            "siblings": ["a:C.n"],
            "tests": ["tests.test_a:test_m"],
        }.items()
    )


def test_similar_code_is_near_by_its_embedding() -> None:
    reading = drawn(
        {
            "a.py": "def read_rows(path, limit):\n    return open(path).read_rows(limit)\n",
            "b.py": "def read_rows_fast(path, limit):\n    return open(path).read_rows(limit)\n",
            "c.py": "def unlike():\n    raise KeyError\n",
        }
    )
    answer = related(reading, TOKEN, ident("a:read_rows"))
    assert answer is not None
    assert groups(answer) == {"similar": ["b:read_rows_fast"]}


def test_a_class_stands_for_its_members() -> None:
    found = groups(related_to("a:C"))
    assert found["callers"] == ["b:f"]
    assert found["callees"] == ["a:helper"]
    assert (found["bases"], found["derived"]) == (["a:Base"], ["a:D"])
    assert found["importers"] == ["b:"]


def test_a_call_of_a_class_is_one_place() -> None:
    texts = {"a.py": "class C:\n    def __init__(self): ...\ndef f(): C()\n"}
    answer = related(reading_of(texts), TOKEN, ident("a:C"))
    assert answer is not None
    (caller,) = (each.item for each in answer.ranked if each.item.name == "f")
    assert caller.reasons[0] == "calls it"


def test_the_ranking_adds_up_what_a_symbol_is_in_several_groups() -> None:
    answer = related_to("a:C.m")
    assert len({each.item.id for each in answer.ranked}) == len(answer.ranked) == answer.total
    scores = [each.score for each in answer.ranked]
    assert scores == sorted(scores, reverse=True)
    caller = next(each for each in answer.ranked if each.item.name == "f")
    assert "calls it (2 sites)" in caller.item.reasons
    test = next(each for each in answer.ranked if each.item.name == "test_m")
    assert "tests it through 1 more" in test.item.reasons


def test_what_everybody_calls_tells_little() -> None:
    lines = "".join(f"def f{n}(): everywhere()\n" for n in range(30))
    text = "def everywhere(): ...\ndef rare(): ...\ndef f():\n    everywhere(); rare()\n"
    reading = drawn(
        {"a.py": text + lines},
        [
            calls("a:f", "a:everywhere"),
            calls("a:f", "a:rare"),
            *(calls(f"a:f{n}", "a:everywhere") for n in range(30)),
        ],
    )
    answer = related(reading, TOKEN, ident("a:f"))
    assert answer is not None
    order = [each.item.name for each in answer.ranked if "called by it" in each.item.reasons]
    assert order == ["rare", "everywhere"]


def test_an_unknown_symbol_has_no_answer() -> None:
    assert related(READING, TOKEN, ident("a:gone")) is None


def test_users_of_the_same_class_are_related_through_it() -> None:
    reading = drawn(
        {"a.py": "class Rare: ...\ndef f(): ...\ndef g(): ...\ndef h(): ...\n"},
        [
            edge("a:f", EdgeKind.USES, "a:Rare"),
            calls("a:g", "a:Rare"),
        ],
    )
    answer = related(reading, TOKEN, ident("a:f"))
    assert answer is not None
    assert groups(answer)["types"] == ["a:g"]
    found = next(each for each in answer.ranked if each.item.name == "g")
    assert "uses Rare, too" in found.item.reasons


def mentions(document: str, code: str = "def parse_cookie(): ...\n", name: str = "") -> list[str]:
    reading = drawn({"a.py": code, "guide.md": document})
    answer = related(reading, TOKEN, ident(f"a:{name or 'parse_cookie'}"))
    assert answer is not None
    return [each.partition(" . ")[2] or each for each in groups(answer).get("documents", [])]


def test_a_document_that_names_it_is_related() -> None:
    assert mentions("# Cookies\nCall parse_cookie first.\n") == ["guide.md:"]
    assert mentions("# Cookies\nTo parse a cookie is hard.\n") == []


def test_a_plain_word_counts_as_code_or_with_its_owner_alone() -> None:
    code = "class Box:\n    def get(self): ...\ndef load(): ...\n"
    assert mentions("# Boxes\nYou get a box.\n", code, "Box.get") == []
    assert mentions("# Boxes\nUse Box.get for it.\n", code, "Box.get") == ["guide.md:"]
    assert mentions("# Boxes\nThey load at the start.\n", code, "load") == []
    assert mentions("# Boxes\nFirst `load()` them.\n", code, "load") == ["guide.md:"]


def test_files_of_the_same_commits_are_related() -> None:
    history = History(None)
    history.replace((Commit(str(n), 0, ("a.py", "b.py")) for n in range(4)), ())
    found = related(replace(READING, history=Told(history)), TOKEN, ident("a:C.m"))
    assert found is not None
    assert groups(found)["together"] == ["b:"]
    reasons = next(each for each in found.ranked if each.item.id == ident("b:")).item.reasons
    assert reasons == ("changed together with its file in 4 of 4 commits",)


def test_what_was_not_read_yet_is_said() -> None:
    reading = replace(READING, history=NoHistory("the history of git is being read"))
    found = related(reading, TOKEN, ident("a:C.m"))
    assert found is not None
    assert found.notes == ("files changed together: the history of git is being read",)


def test_a_copy_is_said_to_be_one() -> None:
    body = "(path):\n    for row in open(path):\n        yield row.strip().split()\n"
    texts = {"a.py": f"def read{body}", "b.py": f"def load{body}"}
    answer = related(drawn(texts, []), TOKEN, ident("a:read"))
    assert answer is not None
    (item,) = next(group.items for group in answer.groups if group.relation == "similar")
    assert item.reasons[0].startswith("nearly the same code (0.9")


def test_without_the_words_of_documents_the_rest_is_told() -> None:
    class Wordless(PlainSearch):
        def full_text(self, words: Sequence[str], limit: int, only: ChunkFilter) -> Sequence[Hit]:
            raise StoreCorrupt("its files on disk cannot be read")

    assert isinstance(READING.view, LinksView)
    broken = replace(READING, search=Wordless(Texts({}), LinksView({}, lambda path: None)))
    found = related(broken, TOKEN, ident("a:C.m"))
    assert found is not None
    assert groups(found)["callers"] == ["b:f"]
    assert found.notes == ("documents: its files on disk cannot be read",)
