"""unittest: what runs around a test, and what it leaves on self."""

from __future__ import annotations

from tests.analysis.linked import calls, why

TEXT = """\
# file: test_a.py
import unittest
class Thing:
    def go(self): pass
class TestThing(unittest.TestCase):
    def setUp(self): self.thing = Thing()
    def tearDown(self): pass
    def test_go(self): self.thing.go()
    def helper(self): pass
"""


def test_a_test_is_preceded_by_its_set_up() -> None:
    assert calls(TEXT) == [
        "test_a.TestThing.setUp -> test_a.Thing",
        "test_a.TestThing.test_go -> test_a.TestThing.setUp",
        "test_a.TestThing.test_go -> test_a.TestThing.tearDown",
        "test_a.TestThing.test_go -> test_a.Thing.go",
    ]
    assert why(TEXT, "test_a.TestThing.test_go -> test_a.TestThing.setUp") == ["inferred: protocol"]


def test_a_set_up_of_a_base_in_another_file() -> None:
    text = """\
# file: base.py
from unittest import TestCase
class Base(TestCase):
    @classmethod
    def setUpClass(cls): pass
    def setUp(self): pass
# file: test_a.py
from base import Base
class TestIt(Base):
    def test_it(self): pass
"""
    assert calls(text) == [
        "test_a.TestIt.test_it -> base.Base.setUp",
        "test_a.TestIt.test_it -> base.Base.setUpClass",
    ]


def test_clean_up_is_run() -> None:
    text = """\
# file: test_a.py
from unittest import TestCase
def f(): pass
class TestIt(TestCase):
    def test_it(self): self.addCleanup(f)
"""
    assert calls(text) == ["test_a.TestIt.test_it -> test_a.f"]


def test_what_is_expected_to_raise_is_run() -> None:
    text = """\
# file: test_a.py
from unittest import TestCase
def f(): pass
class TestIt(TestCase):
    def test_it(self): self.assertRaises(ValueError, f)
"""
    assert calls(text) == ["test_a.TestIt.test_it -> test_a.f"]
