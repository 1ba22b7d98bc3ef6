"""Examples in docstrings are tests where pytest is told so."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ramify.features.impact import impact
from tests.features.reading import TOKEN, ident, reading_of

TEXTS = {
    "a.py": (
        "class Cart:\n"
        '    """\n    >>> Cart().total()\n    1\n    """\n'
        "    def total(self): return rate()\n"
        "    def other(self): ...\n"
        "def rate(): return 1\n"
        "def shown(x):\n"
        '    """\n    >>> shown(rate())\n    """\n'
        "def aside():\n"
        '    """\n    >>> aside()\n    """\n'
    ),
    "pytest.ini": "[pytest]\naddopts = --doctest-modules\n",
}


def named(texts: Mapping[str, str], symbol: str) -> list[str]:
    """`node what it costs`."""
    tests = impact(reading_of(texts), TOKEN, [ident(symbol)]).tests
    return [
        f"{'::'.join((run.path, *run.names))} {test.doubt}" for test in tests for run in test.runs
    ]


def test_of_the_symbol_and_of_what_it_stands_in() -> None:
    assert named(TEXTS, "a:aside") == ["a.py::a.aside 0"]
    assert named(TEXTS, "a:Cart.other") == ["a.py::a.Cart 0"]


def test_of_who_depends_on_it_and_of_who_names_it() -> None:
    assert named(TEXTS, "a:rate") == ["a.py::a.Cart 0", "a.py::a.shown 1"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = ['--doctest-modules']\n"),
        ("setup.cfg", "[tool:pytest]\naddopts = -q --doctest-modules\n"),
        ("tox.ini", "[pytest]\naddopts = --doctest-modules\ntestpaths = . a.py\n"),
    ],
)
def test_wherever_pytest_is_configured(path: str, text: str) -> None:
    texts = {"a.py": TEXTS["a.py"], path: text}
    assert named(texts, "a:aside") == ["a.py::a.aside 0"]


def test_a_module_in_a_package_without_a_file_of_its_own() -> None:
    options = "addopts = --doctest-modules\nconsider_namespace_packages = true\n"
    texts = {
        "src/some/b/__init__.py": TEXTS["a.py"],
        "pytest.ini": f"[pytest]\n{options}",
    }
    found = named(texts, "src.some.b:aside")
    assert found == ["src/some/b/__init__.py::some.b.aside 0"]


@pytest.mark.parametrize(
    "text", ["[pytest]\n", "[pytest]\naddopts = --doctest-modules\ntestpaths = tests\n", "["]
)
def test_only_where_they_are_run(text: str) -> None:
    assert named({**TEXTS, "pytest.ini": text}, "a:aside") == []


GUIDE = {
    "a.py": "def rate(): return 1\ndef total(): return rate()\ndef aside(): ...\n",
    "docs/guide.rst": "Guide\n=====\n\nHow aside works.\n\n>>> import a\n>>> a.total()\n1\n",
}


@pytest.mark.parametrize("option", ["--doctest-glob='*.rst'", "--doctest-glob '*.rst'"])
def test_of_a_document_that_names_what_depends_on_it(option: str) -> None:
    texts = {**GUIDE, "pytest.ini": f"[pytest]\naddopts = {option}\n"}
    assert named(texts, "a:rate") == ["docs/guide.rst::guide.rst 1"]
    assert named(texts, "a:aside") == []


def test_documents_that_pytest_is_not_told_of_are_no_tests() -> None:
    assert named(GUIDE, "a:rate") == []
    other = {**GUIDE, "pytest.ini": "[pytest]\naddopts = --doctest-glob=*.txt\n"}
    assert named(other, "a:rate") == []
