"""Which tests come by an object that the change concerns."""

from __future__ import annotations

from collections.abc import Mapping

from ramify.features.impact import impact
from ramify_store.facts import Certainty
from tests.features.reading import TOKEN, ident, reading_of, short


def named(
    texts: Mapping[str, str], symbol: str, least: Certainty = Certainty.INFERRED
) -> list[str]:
    """`test what its path costs`."""
    answer = impact(reading_of(texts), TOKEN, [ident(symbol)], least=least)
    return sorted(f"{short(each.item.id)} {each.doubt}" for each in answer.tests)


FIELDS = {
    "a.py": (
        "class Field:\n    def clean(self): ...\n"
        "class Date(Field):\n    def clean(self): ...\n"
        "class Day(Date): ...\n"
        "class Time(Date):\n    def clean(self): ...\n"
        "def clean_all(field: Field): field.clean()\n"
    ),
    "test_a.py": (
        "from a import Date, Day, Field, Time, clean_all\n"
        "def test_field(): clean_all(Field())\n"
        "def test_date(): clean_all(Date())\n"
        "def test_day(): clean_all(Day())\n"
        "def test_time(): clean_all(Time())\n"
        "def made(): return Date()\n"
        "def test_made(): clean_all(made())\n"
        "def test_m(): ...\ndef test_n(): ...\ndef test_o(): ...\n"
    ),
}


def test_an_override_is_run_by_who_comes_by_an_object_that_has_it() -> None:
    assert named(FIELDS, "a:Date.clean") == [
        "test_a:test_date 0",
        "test_a:test_day 0",
        "test_a:test_made 0",
    ]
    assert named(FIELDS, "a:Time.clean") == ["test_a:test_time 0"]


def test_what_runs_below_an_override_is_run_by_the_same() -> None:
    texts = {
        **FIELDS,
        "a.py": FIELDS["a.py"].replace(
            "class Time(Date):\n    def clean(self): ...",
            "def parse(): ...\nclass Time(Date):\n    def clean(self): parse()",
        ),
    }
    assert named(texts, "a:parse") == ["test_a:test_time 0"]


def test_who_comes_by_none_is_possible() -> None:
    assert "test_a:test_field 5" in named(FIELDS, "a:Time.clean", Certainty.POSSIBLE)


def test_an_object_that_nobody_is_known_to_make_may_be_anyones() -> None:
    texts = {**FIELDS, "test_a.py": FIELDS["test_a.py"].replace("clean_all(Time())", "...")}
    assert len(named(texts, "a:Time.clean")) == 4


def test_what_is_made_by_name_may_be_anyones() -> None:
    texts = {
        **FIELDS,
        "b.py": "from a import Time\ndef make(): return Time()\n",
        "test_b.py": (
            "from a import clean_all\ndef test_b(load): clean_all(load('b').make())\n"
            "def test_p(): ...\ndef test_q(): ...\ndef test_r(): ...\n"
        ),
    }
    assert "test_b:test_b 0" in named(texts, "a:Time.clean")


def test_a_method_that_inference_gives_a_call_needs_its_object_too() -> None:
    texts = {
        "a.py": (
            "class Cat:\n    def speak(self): ...\nclass Dog:\n    def speak(self): ...\n"
            "def ask(animal): animal.speak()\n"
        ),
        "test_a.py": (
            "from a import Cat, Dog, ask\n"
            "def test_cat(): ask(Cat())\ndef test_dog(): ask(Dog())\ndef test_n(): ...\n"
        ),
    }
    assert named(texts, "a:Cat.speak") == ["test_a:test_cat 0"]


def test_what_importing_runs_fails_whoever_imports_it() -> None:
    texts = {
        "a.py": (
            "class Cat:\n    def speak(self): ...\nclass Dog:\n    def speak(self): ...\n"
            "def ask(animal): animal.speak()\nask(Cat())\n"
        ),
        "test_a.py": (
            "from a import Dog, ask\ndef test_dog(): ask(Dog())\n"
            "def test_n(): ...\ndef test_o(): ...\n"
        ),
    }
    assert named(texts, "a:Cat.speak") == [
        "test_a:test_dog 0",
        "test_a:test_n 3",
        "test_a:test_o 3",
    ]
