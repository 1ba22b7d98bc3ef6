"""What nothing reaches, and what somebody unknown may."""

from __future__ import annotations

import pytest

from ramify.features.answers.common import Page
from ramify.features.answers.overviews import Unreachable
from ramify.features.unreachable import unreachable
from ramify_store.facts import Certainty
from tests.features.reading import TOKEN, reading_of, short


def asked(least: Certainty = Certainty.INFERRED, **files: str) -> Unreachable:
    """Of files by module name."""
    return unreachable(reading_of({f"{n}.py": text for n, text in files.items()}), TOKEN, least)


def dead(**files: str) -> list[str]:
    return [short(each.item.id) for each in asked(**files).items]


def doubtful(text: str) -> dict[str, str]:
    """By name: why somebody may run it."""
    answer = asked(Certainty.POSSIBLE, a=text)
    return {
        each.item.name: each.why
        for each in answer.items
        if each.item.certainty == Certainty.POSSIBLE
    }


def test_a_private_function_that_nobody_calls() -> None:
    assert dead(a="def _f(): ...\ndef _g(): ...\n_g()\n") == ["a:_f"]


def test_what_calls_itself_or_each_other_alone_is_not_reached() -> None:
    assert dead(a="def _f(): _g()\ndef _g(): _f()\n") == ["a:_f", "a:_g"]


def test_what_only_tests_call_says_so() -> None:
    answer = asked(a="def _f(): ...\n", test_a="from a import _f\ndef test_f(): _f()\n")
    assert [(each.item.name, each.why, each.only_tests) for each in answer.items] == [
        ("_f", "only tests reach it", True)
    ]


def test_a_class_stands_for_what_it_holds() -> None:
    assert dead(a="class _C:\n    def m(self): self._n()\n    def _n(self): ...\n") == ["a:_C"]


def test_methods_of_a_class_in_use() -> None:
    text = (
        "class _C:\n    def __len__(self): return self._n()\n    def _n(self): ...\n"
        "    def _m(self): ...\nprint(_C())\n"
    )
    assert dead(a=text) == ["a:_C._m"]


def test_an_override_runs_with_what_it_overrides() -> None:
    text = (
        "class _A:\n    def _m(self): ...\nclass _B(_A):\n    def _m(self): _f()\n"
        "def _f(): ...\ndef _run(a: _A): a._m()\n_run(_B())\n"
    )
    assert dead(a=text) == []


def test_overloads_are_one_thing() -> None:
    text = (
        "from typing import overload\n"
        "@overload\ndef _f(x: int) -> int: ...\n@overload\ndef _f(x: str) -> str: ...\n"
        "def _f(x): ...\n_f(1)\n"
    )
    assert dead(a=text) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("def f(): ...\n", "its name is public: code outside may use it"),
        (
            "class _C:\n    def _f(self): ...\n_C()\ndef g(x): x._f()\n",
            "1 place names it on something unknown",
        ),
        (
            "import ast\nclass _C(ast.NodeVisitor):\n    def _f(self): ...\n_C()\n",
            "ast.NodeVisitor may call it by its name",
        ),
        (
            "class _C:\n    def _f(self): ...\n    def __init__(self, n): getattr(self, n)\n_C()\n",
            "its class looks names up at run time",
        ),
        (
            "def go(o, n): getattr(o, '_handle_%s' % n)\n"
            "class _C:\n    def _handle_f(self): ...\n_C()\n",
            "its name may be put together at run time",
        ),
        ("from x import register\n@register\ndef _f(): ...\n", "its decorator may hand it on"),
        (
            "class _C:\n    def f(self): ...\nclass _D:\n    def f(self): ...\n_C(), _D()\n",
            "it may stand in for a member of the same name of another class",
        ),
        (
            "def f(): _g()\ndef _g(): ...\n",
            "only code reaches it that nothing is known to run",
        ),
    ],
)
def test_what_somebody_may_run_is_possible_at_most(text: str, why: str) -> None:
    assert asked(a=text).total == 0
    assert why in doubtful(text).values()


def test_entry_points_reach_what_they_call() -> None:
    assert dead(a="import click\n@click.command()\ndef _main(): _f()\ndef _f(): ...\n") == []


def test_what_is_left_out_is_counted_and_pages_count_all() -> None:
    reading = reading_of({"a.py": "def _f(): ...\ndef _g(): ...\ndef h(): ...\n"})
    answer = unreachable(reading, TOKEN, Certainty.INFERRED, Page(1, 1))
    assert ([short(each.item.id) for each in answer.items], answer.total) == (["a:_g"], 2)
    assert answer.possible == 1
