"""Tests that are likely to run a symbol though no link proves it, the likelier ones first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from ramify.features import walk
from ramify.features.answers.impact import Impact
from ramify.features.changed import changed_symbols
from ramify.features.impact import impact, impact_of_changes
from ramify.session.git import ChangedFile
from ramify_store.layers import LayeredView, LinksView
from tests.features.reading import TOKEN, ident, reading_of, short


def told(texts: Mapping[str, str], symbol: str) -> Impact:
    return impact(reading_of(texts), TOKEN, [ident(symbol)])


def likely(texts: Mapping[str, str], symbol: str) -> list[str]:
    """`test what its path costs`; 0: links prove it."""
    return [f"{short(each.item.id)} {each.doubt}" for each in told(texts, symbol).tests]


TABLE = {
    "a.py": "def read(x): ...\nREADERS = {'a': read}\n",
    "test_a.py": "from a import READERS\ndef test_read(run): run(READERS)\ndef test_b(): ...\n",
}


def test_who_reads_the_table_that_holds_it() -> None:
    answer = told(TABLE, "a:read")
    assert likely(TABLE, "a:read") == ["test_a:test_read 1"]
    assert answer.tests[0].reasons == ("likely: `READERS`: holds it",)
    assert answer.tests_likely == 1
    assert "no test is known to reach it, 1 more is likely to in 1 file" in answer.summary


def test_who_has_an_instance_of_what_nothing_calls() -> None:
    texts = {
        "a.py": "class C:\n    def __repr__(self): ...\n",
        "test_a.py": "from a import C\ndef test_c(show): show(C())\ndef test_n(): ...\n",
    }
    assert likely(texts, "a:C.__repr__") == ["test_a:test_c 2"]


BOTH = {
    "a.py": (
        "class Field:\n    def process(self): ...\n"
        "class Number(Field):\n    def process(self): ...\n"
        "class Other:\n    def process(self): ...\n"
        "def each(fields):\n    for field in fields: field.process()\n"
    ),
    "test_a.py": (
        "from a import Field, Number, each\n"
        "def test_number(make): each(make(Number()))\n"
        "def test_field(make): each(make(Field()))\n"
        "def test_neither(make): each(make())\n"
        "def test_number_alone(make): make(Number())\n"
    ),
}


def test_who_reaches_a_call_of_the_name_and_has_an_instance() -> None:
    assert likely(BOTH, "a:Number.process") == ["test_a:test_number 1"]
    answer = told(BOTH, "a:Number.process")
    assert answer.tests[0].reasons == (f"likely: `test_number`: {walk.BOTH_ENDS}",)


def test_whoever_has_the_members_of_a_protocol_may_be_meant() -> None:
    texts = {
        "a.py": (
            "from typing import Protocol\n"
            "class Loads(Protocol):\n    def loads(self, text): ...\n"
            "class Json:\n    def loads(self, text): ...\n"
            "def read(how: Loads): how.loads('')\n"
        ),
        "test_a.py": (
            "from a import Json, read\n"
            "def test_json(given): read(given(Json()))\n"
            "def test_other(given): read(given())\n"
        ),
    }
    assert likely(texts, "a:Json.loads") == ["test_a:test_json 1"]


def test_who_names_the_member_of_something_unknown() -> None:
    texts = {
        "a.py": "class C:\n    def real_name(self): ...\n",
        "test_a.py": "def test_name(given): given.real_name()\n",
    }
    assert likely(texts, "a:C.real_name") == ["test_a:test_name 2"]
    assert likely({**texts, "b.py": texts["a.py"]}, "a:C.real_name") == []


def test_a_test_that_mentions_a_class_makes_instances() -> None:
    texts = {
        "a.py": "class Form:\n    def __init__(self): ...\n",
        "test_a.py": "from a import Form\ndef test_it(make): make(Form)\n",
    }
    assert likely(texts, "a:Form.__init__") == ["test_a:test_it 2"]


def test_tests_that_import_what_runs_it() -> None:
    texts = {
        "a.py": "def made(): ...\nVALUE = made()\n",
        "test_a.py": "import a\ndef test_it(): ...\n",
    }
    assert likely(texts, "a:made") == ["test_a:test_it 3"]


def test_a_field_of_a_class_below_stands_for_the_one_that_is_read() -> None:
    texts = {
        "a.py": (
            "class A:\n    how = None\n    def run(self): return self.how\n"
            "class B(A):\n    how = 1\n"
        ),
        "test_a.py": "from a import A\ndef test_run(): A().run()\n",
    }
    assert likely(texts, "a:B.how") == ["test_a:test_run 1"]


def test_the_methods_of_a_test_class_bring_no_other_tests() -> None:
    texts = {
        "a.py": "def used(): ...\n",
        "test_a.py": (
            "from a import used\n"
            "class TestA:\n    def test_a(self): used()\n    def test_b(self): ...\n"
        ),
    }
    assert likely(texts, "a:used") == ["test_a:TestA.test_a 0"]


def test_what_costs_too_much_is_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {
        "a.py": (
            "class C:\n    def save(self): ...\n"
            "class D:\n    def save(self): ...\n"
            "class E:\n    def save(self): ...\n"
            "def other(x): x.save()\n"
        ),
        "test_a.py": "from a import other\ndef test_save(given): other(given)\n",
    }
    answer = told(texts, "a:C.save")
    assert (answer.tests, answer.tests_unnamed, answer.possible) == ((), 0, 1)


def test_more_than_can_be_told_apart_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "_MANY_TESTS", 1)
    texts = {
        "a.py": "def read(x): ...\nREADERS = {'a': read}\n",
        "test_a.py": "from a import READERS\n"
        + "".join(f"def test_{each}(run): run(READERS)\n" for each in "bcd"),
    }
    answer = told(texts, "a:read")
    assert (answer.tests, answer.tests_unnamed) == ((), 3)
    assert "3 more may, too many to say which" in answer.summary


def test_tests_that_start_a_program_run_what_it_runs() -> None:
    texts = {
        "a.py": "def run(): ...\nif __name__ == '__main__':\n    run()\n",
        "test_a.py": (
            "import subprocess, sys\n"
            "def started(): return subprocess.run([sys.executable, 'a.py'])\n"
            "def test_it(): started()\n"
            "def test_other(): ...\n"
        ),
        "test_b.py": "import a\ndef test_imports(): ...\n",
    }
    assert likely(texts, "a:run") == ["test_a:test_it 2"]


def of_change(texts: Mapping[str, str], path: str, before: str) -> list[str]:
    reading = reading_of(texts)
    file = ChangedFile(path, before.encode(), None)
    changed = changed_symbols(reading, TOKEN, [file])
    tests = impact_of_changes(reading, TOKEN, changed).tests
    return [f"{short(each.item.id)} {each.doubt}" for each in tests]


def test_code_of_a_module_itself_concerns_the_tests_that_import_it() -> None:
    texts = {
        "a.py": "import os\nprint(2)\n",
        "b.py": "import a\n",
        "test_a.py": "import b\ndef test_it(): ...\n",
        "test_b.py": "def test_other(): ...\n",
    }
    assert of_change(texts, "a.py", "import os\nprint(1)\n") == ["test_a:test_it 3"]
    assert of_change(texts, "a.py", "print(2)\n") == []


def test_unsaved_text_counts() -> None:
    before, after = reading_of({**TABLE, "a.py": "def read(x): ...\n"}), reading_of(TABLE)
    assert isinstance(after.view, LinksView)
    replaced = {"a.py": after.view.links["a.py"]}
    view = LayeredView(before.view, replaced, (), after.view.outline)
    tests = impact(replace(after, view=view), TOKEN, [ident("a:read")]).tests
    assert [f"{short(each.item.id)} {each.doubt}" for each in tests] == []
    replaced["test_a.py"] = after.view.links["test_a.py"]
    view = LayeredView(before.view, replaced, (), after.view.outline)
    tests = impact(replace(after, view=view), TOKEN, [ident("a:read")]).tests
    assert [f"{short(each.item.id)} {each.doubt}" for each in tests] == ["test_a:test_read 1"]


WORDS = {
    "a.py": (
        "class Cache:\n    def __repr__(self): ...\n"
        "class Large(Cache): ...\n"
        "def large(): return Large()\n"
    ),
    "test_a.py": (
        "from a import Cache, large\n"
        "def test_one(show): show(large())\n"
        "def test_cache(show): show(large())\n"
    ),
}


def test_who_merely_has_an_instance_and_says_no_word_of_it_is_left_out() -> None:
    assert likely(WORDS, "a:Cache.__repr__") == ["test_a:test_cache 2"]
    every = impact(reading_of(WORDS), TOKEN, [ident("a:Cache.__repr__")], doubt=4).tests
    assert [f"{short(each.item.id)} {each.doubt}" for each in every] == [
        "test_a:test_cache 2",
        "test_a:test_one 4",
    ]


def test_what_links_prove_needs_no_word() -> None:
    texts = {**WORDS, "b.py": "from a import Cache\ndef show(): repr(Cache())\n"}
    texts["test_b.py"] = "from b import show\ndef test_other(): show()\n"
    assert likely(texts, "a:Cache.__repr__") == ["test_b:test_other 0"]


def test_of_two_that_are_as_sure_the_one_that_says_its_words_comes_first() -> None:
    texts = {
        "a.py": "def latex_row(): ...\ndef table(): latex_row()\n",
        "test_a.py": (
            "from a import table\ndef test_any(): table()\ndef test_latex_rows(): table()\n"
            "class TestRow:\n    def test_b(self): table()\n"
        ),
    }
    assert likely(texts, "a:latex_row") == [
        "test_a:test_latex_rows 0",
        "test_a:TestRow.test_b 0",
        "test_a:test_any 0",
    ]


def test_a_word_that_nearly_every_test_says_tells_nothing() -> None:
    many = "".join(f"def test_cache_{n}(): ...\n" for n in range(30))
    texts = {**WORDS, "test_b.py": many}
    assert likely(texts, "a:Cache.__repr__") == []


def test_who_is_likely_to_depend_on_it_is_counted_among_the_possible() -> None:
    texts = {**TABLE, "b.py": "from a import READERS\ndef choose(run): run(READERS)\n"}
    answer = told(texts, "a:read")
    assert [each.item.qualified_name for each in answer.affected] == ["a"]
    assert answer.possible == 1


def test_changed_code_that_a_test_is_likely_to_run_is_not_untested() -> None:
    before = {**TABLE, "c.py": "def lone(): ...\n"}
    after = {
        **before,
        "a.py": TABLE["a.py"].replace("...", "return 1"),
        "c.py": "def lone(): return 1\n",
    }
    files = [ChangedFile(path, before[path].encode(), None) for path in ("a.py", "c.py")]
    reading = reading_of(after)
    answer = impact_of_changes(reading, TOKEN, changed_symbols(reading, TOKEN, files))
    assert [item.qualified_name for item in answer.untested] == ["c.lone"]
