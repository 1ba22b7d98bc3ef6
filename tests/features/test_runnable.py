"""Tests as their runners name them."""

from __future__ import annotations

from ramify.features.impact import impact
from ramify.features.runnable import names_for, runnables_of
from tests.features.reading import TOKEN, ident, reading_of


def named(texts: dict[str, str], test: str, runner: str = "pytest") -> list[str]:
    found = runnables_of(reading_of(texts).view, ident(test))
    return names_for(runner, found, {each.path: each.path for each in found})  # type: ignore[arg-type]


def test_a_function_and_a_method() -> None:
    texts = {"tests/test_a.py": "def test_f(): ...\nclass TestC:\n    def test_m(self): ...\n"}
    assert named(texts, "tests.test_a:test_f") == ["tests/test_a.py::test_f"]
    assert named(texts, "tests.test_a:TestC.test_m") == ["tests/test_a.py::TestC::test_m"]


def test_a_second_definition_goes_by_its_name() -> None:
    texts = {"tests/test_a.py": "def test_f(): ...\ndef test_f(): ...\n"}
    assert named(texts, "tests.test_a:test_f#2") == ["tests/test_a.py::test_f"]


def test_a_mixin_is_run_where_it_is_inherited() -> None:
    texts = {
        "tests/base.py": "class Mixin:\n    def test_m(self): ...\n",
        "tests/test_a.py": (
            "import unittest\nfrom tests.base import Mixin\n"
            "class A(Mixin, unittest.TestCase): ...\n"
            "class B(Mixin, unittest.TestCase):\n    def test_m(self): ...\n"
            "class Helper(Mixin): ...\n"
        ),
    }
    assert named(texts, "tests.base:Mixin.test_m") == ["tests/test_a.py::A::test_m"]


def test_a_test_class_with_a_constructor_is_not_collected() -> None:
    texts = {
        "tests/test_a.py": "class TestC:\n    def __init__(self): ...\n    def test_m(self): ...\n"
    }
    assert named(texts, "tests.test_a:TestC.test_m") == []


def test_unittest_runs_test_cases_alone() -> None:
    texts = {
        "tests/test_a.py": (
            "from django.test import TestCase\n"
            "class A(TestCase):\n    def test_m(self): ...\n"
            "def test_f(): ...\n"
        )
    }
    assert named(texts, "tests.test_a:A.test_m", "unittest") == ["tests.test_a.A.test_m"]
    assert named(texts, "tests.test_a:test_f", "unittest") == []


IMPORTED = {
    "test_a.py": "class TestA:\n    def test_m(self): ...\ndef test_f(): ...\n",
    "test_b.py": "from test_a import TestA, test_f\nclass TestB(TestA): ...\n",
    "shared.py": "from test_a import TestA\n",
}


def taken_by_pytest(test: str) -> list[str]:
    found = runnables_of(reading_of(IMPORTED).view, ident(test))
    return names_for("pytest", found, {path: path for path in IMPORTED})


def test_a_test_class_runs_in_each_test_file_that_imports_it() -> None:
    assert taken_by_pytest("test_a:TestA.test_m") == [
        "test_a.py::TestA::test_m",
        "test_b.py::TestA::test_m",
        "test_b.py::TestB::test_m",
    ]


def test_a_test_function_runs_in_each_test_file_that_imports_it() -> None:
    assert taken_by_pytest("test_a:test_f") == ["test_a.py::test_f", "test_b.py::test_f"]


SET = {
    "a.py": "def work(): ...\n",
    "tests/__init__.py": (
        "from unittest import TestCase\nfrom a import work\n"
        "class Base(TestCase):\n"
        "    @classmethod\n"
        "    def load(cls, names):\n"
        "        for name in names:\n"
        "            def method(self): work()\n"
        "            setattr(cls, name, method)\n"
    ),
    "tests/test_a.py": "from tests import Base\nclass TestA(Base): ...\nTestA.load('ab')\n",
    "tests/test_b.py": (
        "from a import work\n"
        "class TestB: ...\n"
        "def make():\n    def check(self): work()\n    return check\n"
        "setattr(TestB, 'test_1', make())\n"
        "def test_own():\n    def inner(): ...\n    inner()\n"
    ),
}


def test_what_is_set_as_a_test_is_run_with_its_classes_or_its_file() -> None:
    answer = impact(reading_of(SET), TOKEN, [ident("a:work")])
    runs = [run for test in answer.tests if not test.doubt for run in test.runs]
    assert names_for("pytest", runs, {run.path: run.path for run in runs}) == [
        "tests/test_b.py",
        "tests/__init__.py::Base",
        "tests/test_a.py::Base",
        "tests/test_a.py::TestA",
    ]
    assert "tests.test_a.TestA" in names_for("unittest", runs, {run.path: run.path for run in runs})


META = {
    "a.py": "def work(): ...\n",
    "tests/__init__.py": "",
    "tests/making.py": (
        "from unittest import TestCase\nfrom a import work\n"
        "class Meta(type):\n"
        "    def __new__(cls, name, bases, members):\n"
        "        def test(self): work()\n"
        "        members['test_file'] = test\n"
        "        return type.__new__(cls, name, bases, members)\n"
        "class Files(TestCase, metaclass=Meta): ...\n"
    ),
    "tests/test_a.py": (
        "from unittest import TestCase\nfrom tests.making import Files\n"
        "class TestFiles(Files): ...\n"
        "class TestOwn(TestCase):\n    def test_own(self): ...\n"
    ),
}


def test_what_a_metaclass_makes_is_run_with_the_classes_that_say_no_tests() -> None:
    answer = impact(reading_of(META), TOKEN, [ident("a:work")])
    runs = [run for test in answer.tests if not test.doubt for run in test.runs]
    assert names_for("pytest", runs, {run.path: run.path for run in runs}) == [
        "tests/making.py::Files",
        "tests/test_a.py::Files",
        "tests/test_a.py::TestFiles",
    ]


def test_what_stands_in_a_test_is_no_test_of_its_own() -> None:
    answer = impact(reading_of(SET), TOKEN, [ident("tests.test_b:test_own.<locals>.inner")])
    assert [test.item.qualified_name for test in answer.tests] == ["tests.test_b.test_own"]


def test_a_fixture_is_no_test_whatever_its_name() -> None:
    texts = {
        "a.py": "def work(): ...\n",
        "tests/conftest.py": (
            "import pytest\nfrom a import work\n@pytest.fixture\ndef test_app(): work()\n"
        ),
        "tests/test_a.py": "def test_it(test_app): ...\n",
    }
    answer = impact(reading_of(texts), TOKEN, [ident("a:work")])
    assert [test.item.qualified_name for test in answer.tests] == ["tests.test_a.test_it"]
