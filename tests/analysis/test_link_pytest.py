"""pytest: what a test's parameters are, and which fixtures run for it."""

from __future__ import annotations

from tests.analysis.linked import calls, why

RUNNER = """\
# file: runner.py
class Runner:
    def invoke(self): pass
"""


def test_a_fixture_of_the_module() -> None:
    text = (
        RUNNER
        + """\
# file: test_a.py
import pytest
from runner import Runner
@pytest.fixture
def runner(): return Runner()
def test_it(runner): runner.invoke()
"""
    )
    assert calls(text) == [
        "test_a.runner -> runner.Runner",
        "test_a.test_it -> runner.Runner.invoke",
        "test_a.test_it -> test_a.runner",
    ]
    assert why(text, "test_a.test_it -> test_a.runner") == ["inferred: fixture"]
    assert why(text, "test_a.test_it -> runner.Runner.invoke") == ["inferred: constructed here"]


def test_a_fixture_of_a_conftest_above() -> None:
    text = (
        RUNNER
        + """\
# file: tests/conftest.py
import pytest
from runner import Runner
@pytest.fixture(scope="session")
def runner():
    yield Runner()
# file: tests/unit/test_a.py
def test_it(runner): runner.invoke()
"""
    )
    assert calls(text) == [
        "tests.conftest.runner -> runner.Runner",
        "tests.unit.test_a.test_it -> runner.Runner.invoke",
        "tests.unit.test_a.test_it -> tests.conftest.runner",
    ]


def test_the_nearest_fixture_counts() -> None:
    text = """\
# file: conftest.py
import pytest
@pytest.fixture
def thing(): pass
# file: sub/conftest.py
import pytest
@pytest.fixture
def thing(): pass
# file: sub/test_a.py
def test_it(thing): pass
"""
    assert calls(text) == ["sub.test_a.test_it -> sub.conftest.thing"]


def test_a_fixture_that_takes_another_of_its_own_name() -> None:
    text = """\
# file: conftest.py
import pytest
@pytest.fixture
def thing(): pass
# file: test_a.py
import pytest
@pytest.fixture
def thing(thing): pass
def test_it(thing): pass
"""
    assert calls(text) == ["test_a.test_it -> test_a.thing", "test_a.thing -> conftest.thing"]


def test_a_fixture_in_a_class() -> None:
    text = """\
# file: test_a.py
import pytest
class TestIt:
    @pytest.fixture
    def thing(self): pass
    def test_it(self, thing): pass
"""
    assert calls(text) == ["test_a.TestIt.test_it -> test_a.TestIt.thing"]


def test_a_fixture_that_a_class_below_gives_to_the_tests_it_inherits() -> None:
    text = """\
# file: test_a.py
import pytest
class Plain:
    def sign(self): pass
class Timed(Plain):
    def sign(self): pass
class TestPlain:
    @pytest.fixture
    def signer(self): return Plain()
    def test_sign(self, signer): signer.sign()
class TestTimed(TestPlain):
    @pytest.fixture
    def signer(self): return Timed()
"""
    assert [each for each in calls(text) if "test_sign" in each] == [
        "test_a.TestPlain.test_sign -> test_a.Plain.sign",
        "test_a.TestPlain.test_sign -> test_a.TestPlain.signer",
        "test_a.TestPlain.test_sign -> test_a.TestTimed.signer",
        "test_a.TestPlain.test_sign -> test_a.Timed.sign",
    ]


def test_a_fixture_by_another_name() -> None:
    text = """\
# file: test_a.py
import pytest
@pytest.fixture(name="thing")
def make(): pass
def test_it(thing): pass
"""
    assert calls(text) == ["test_a.test_it -> test_a.make"]


def test_a_fixture_that_runs_for_every_test() -> None:
    text = """\
# file: conftest.py
import pytest
@pytest.fixture(autouse=True)
def clean(): pass
# file: test_a.py
def test_it(): pass
class TestMore:
    def test_more(self): pass
def helper(): pass
"""
    assert calls(text) == [
        "test_a.TestMore.test_more -> conftest.clean",
        "test_a.test_it -> conftest.clean",
    ]
    assert why(text, "test_a.test_it -> conftest.clean") == ["inferred: fixture"]


def test_a_fixture_that_runs_for_every_test_of_a_class() -> None:
    text = """\
# file: test_a.py
import pytest
class TestIt:
    @pytest.fixture(autouse=True)
    def clean(self): pass
    def test_it(self): pass
def test_other(): pass
"""
    assert calls(text) == ["test_a.TestIt.test_it -> test_a.TestIt.clean"]


def test_use_fixtures() -> None:
    text = """\
# file: test_a.py
import pytest
@pytest.fixture
def one(): pass
@pytest.fixture
def two(): pass
@pytest.mark.usefixtures("one")
def test_it(): pass
@pytest.mark.usefixtures("one", "two")
class TestIt:
    def test_more(self): pass
"""
    assert calls(text) == [
        "test_a.TestIt.test_more -> test_a.one",
        "test_a.TestIt.test_more -> test_a.two",
        "test_a.test_it -> test_a.one",
    ]


def test_use_fixtures_for_a_module() -> None:
    text = """\
# file: test_a.py
import pytest
pytestmark = pytest.mark.usefixtures("one")
@pytest.fixture
def one(): pass
def test_it(): pass
"""
    assert calls(text) == ["test_a.test_it -> test_a.one"]


def test_parametrize_with_classes() -> None:
    text = (
        RUNNER
        + """\
# file: test_a.py
import pytest
from runner import Runner
@pytest.mark.parametrize("kind", [Runner, None])
def test_it(kind): kind().invoke()
"""
    )
    assert calls(text) == [
        "test_a.test_it -> runner.Runner",
        "test_a.test_it -> runner.Runner.invoke",
    ]


def test_parametrize_with_several_names() -> None:
    text = """\
# file: test_a.py
import pytest
def f(): pass
def g(): pass
@pytest.mark.parametrize("one, two", [(f, g), pytest.param(f, g, id="x")])
def test_it(one, two): two()
"""
    assert calls(text) == ["test_a.test_it -> test_a.g"]


def test_a_parametrized_fixture() -> None:
    text = """\
# file: test_a.py
import pytest
def f(): pass
def g(): pass
@pytest.fixture(params=[f, g])
def each(request): return request.param
def test_it(each): each()
"""
    assert calls(text) == [
        "test_a.test_it -> test_a.each",
        "test_a.test_it -> test_a.f",
        "test_a.test_it -> test_a.g",
    ]


def test_a_fixture_asked_for_by_name() -> None:
    text = (
        RUNNER
        + """\
# file: test_a.py
import pytest
from runner import Runner
@pytest.fixture
def runner(): return Runner()
def test_it(request):
    request.getfixturevalue("runner").invoke()
"""
    )
    assert calls(text) == [
        "test_a.runner -> runner.Runner",
        "test_a.test_it -> runner.Runner.invoke",
        "test_a.test_it -> test_a.runner",
    ]


def test_a_fixture_that_gives_a_factory() -> None:
    text = (
        RUNNER
        + """\
# file: test_a.py
import pytest
from runner import Runner
@pytest.fixture
def make():
    def inner(): return Runner()
    return inner
def test_it(make): make().invoke()
"""
    )
    assert calls(text) == [
        "test_a.make.<locals>.inner -> runner.Runner",
        "test_a.test_it -> runner.Runner.invoke",
        "test_a.test_it -> test_a.make",
        "test_a.test_it -> test_a.make.<locals>.inner",
    ]


def test_methods_set_up_a_test_class() -> None:
    text = """\
# file: test_a.py
class TestIt:
    def setup_method(self): self.thing = Thing()
    def teardown_method(self): pass
    def test_it(self): self.thing.go()
class Thing:
    def go(self): pass
"""
    assert calls(text) == [
        "test_a.TestIt.setup_method -> test_a.Thing",
        "test_a.TestIt.test_it -> test_a.TestIt.setup_method",
        "test_a.TestIt.test_it -> test_a.TestIt.teardown_method",
        "test_a.TestIt.test_it -> test_a.Thing.go",
    ]


def test_functions_set_up_a_module() -> None:
    text = """\
# file: test_a.py
def setup_module(): pass
def teardown_function(): pass
def test_it(): pass
"""
    assert calls(text) == [
        "test_a.test_it -> test_a.setup_module",
        "test_a.test_it -> test_a.teardown_function",
    ]


def test_attributes_and_modules_that_a_test_is_parametrized_with() -> None:
    text = """\
# file: quick.py
def go(): pass
# file: slow.py
def go(): pass
# file: conftest.py
import pytest
@pytest.fixture(params=["quick", pytest.param("slow", marks=pytest.mark.x)])
def module(request): return pytest.importorskip(request.param)
@pytest.fixture(params=["start", "stop"])
def way(request): return request.param
# file: test_a.py
import pytest
class Car:
    def start(self): pass
    def stop(self): pass
    def turn(self): pass
def test_modules(module): module.go()
def test_fixture(way): getattr(Car(), way)()
@pytest.mark.parametrize("name, n", [("turn", 1), pytest.param("stop", 2)])
def test_names(name, n): getattr(Car(), name)()
"""
    assert [each for each in calls(text) if "conftest" not in each] == [
        "test_a.test_fixture -> test_a.Car",
        "test_a.test_fixture -> test_a.Car.start",
        "test_a.test_fixture -> test_a.Car.stop",
        "test_a.test_modules -> quick.go",
        "test_a.test_modules -> slow.go",
        "test_a.test_names -> test_a.Car",
        "test_a.test_names -> test_a.Car.stop",
        "test_a.test_names -> test_a.Car.turn",
    ]
