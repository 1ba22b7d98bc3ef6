"""Who may run a symbol without any line that says so, when the possible is asked for."""

from __future__ import annotations

from collections.abc import Mapping

from ramify.features.impact import impact
from ramify_store.facts import Certainty
from tests.features.reading import TOKEN, certainty_of, ident, reading_of, short


def noticed(texts: Mapping[str, str], symbol: str, least: Certainty) -> list[str]:
    answer = impact(reading_of(texts), TOKEN, [ident(symbol)], least=least, doubt=0)
    return [f"{short(each.item.id)} {certainty_of(each.item)}" for each in answer.tests]


def possible(texts: Mapping[str, str], symbol: str) -> list[str]:
    """Of the tests that may notice, those that nobody proves."""
    return [each for each in noticed(texts, symbol, Certainty.POSSIBLE) if "possible" in each]


TABLE = {
    "a.py": (
        "def read(x): ...\n"
        "class Whole:\n    def take(self): ...\n"
        "def aside(): ...\n"
        "READERS = {'a': read, 'b': Whole}\n"
        "OTHERS = [aside]\n"
    ),
    "test_a.py": "from a import READERS\ndef test_all(run): run(READERS)\ndef test_b(): ...\n",
}


def test_a_function_in_a_table_is_run_by_who_reads_the_table() -> None:
    assert noticed(TABLE, "a:read", Certainty.INFERRED) == []
    assert possible(TABLE, "a:read") == ["test_a:test_all possible"]
    assert possible(TABLE, "a:aside") == []


def test_a_method_of_a_class_in_a_table_is_run_by_who_reads_the_table() -> None:
    assert possible(TABLE, "a:Whole.take") == ["test_a:test_all possible"]


def test_a_method_that_nobody_calls_is_run_by_who_makes_an_instance() -> None:
    texts = {
        "a.py": "class C:\n    def __repr__(self): ...\nclass D(C): ...\n",
        "test_a.py": (
            "from a import C, D\n"
            "def test_c(show): show(C())\n"
            "def test_d(show): show(D())\n"
            "def test_n(): ...\n"
        ),
    }
    assert possible(texts, "a:C.__repr__") == [
        "test_a:test_c possible",
        "test_a:test_d possible",
    ]


def test_a_method_asked_of_something_unknown_is_run_by_who_has_an_instance() -> None:
    texts = {
        "a.py": (
            "class C:\n    def save(self): ...\n"
            "class D(C):\n    def save(self): super().save()\n"
            "def each(it):\n    for x in it: x.save()\n"
        ),
        "test_a.py": "from a import C, each\ndef test_each(run): run(each, [C()])\n",
    }
    assert possible(texts, "a:C.save") == ["test_a:test_each possible"]


def test_truth_and_equality_are_asked_where_nothing_tells_the_class() -> None:
    texts = {
        "a.py": "class C:\n    def __bool__(self): ...\n",
        "test_a.py": (
            "from a import C\n"
            "def test_told():\n    if C(): ...\n"
            "def test_untold(check): check(C())\n"
        ),
    }
    assert possible(texts, "a:C.__bool__") == ["test_a:test_untold possible"]


def test_what_runs_at_import_concerns_every_test_whose_file_imports_it() -> None:
    texts = {
        "p/__init__.py": "",
        "p/a.py": "def made(): ...\nclass C:\n    it = made()\n",
        "p/b.py": "from p.a import C\ndef f(): ...\n",
        "test_b.py": "from p import b\ndef test_f(): b.f()\n",
        "test_p.py": "import p\ndef test_p(): ...\n",
    }
    assert noticed(texts, "p.a:made", Certainty.INFERRED) == []
    assert possible(texts, "p.a:made") == ["test_b:test_f possible"]


def test_what_a_conftest_runs_concerns_the_tests_below_it() -> None:
    texts = {
        "a.py": "def made(): ...\n",
        "tests/conftest.py": "from a import made\nmade()\n",
        "tests/test_a.py": "def test_a(): ...\n",
        "other/test_b.py": "def test_b(): ...\n",
    }
    assert possible(texts, "a:made") == ["tests.test_a:test_a possible"]


def test_a_class_body_inside_of_a_function_runs_at_no_import() -> None:
    texts = {
        "a.py": "def made(): ...\ndef f():\n    class C:\n        it = made()\n",
        "test_a.py": "import a\ndef test_a(): ...\n",
    }
    assert possible(texts, "a:made") == []
