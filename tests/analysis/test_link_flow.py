"""Flow-sensitive names: a name rebound means its latest binding, branches join, loops go round."""

from __future__ import annotations

import pytest

from ramify_store.facts import EdgeKind
from tests.analysis.linked import calls, relations, why


def test_straight_line_code_means_the_latest() -> None:
    text = """\
def f(): pass
def g(): pass
def use():
    x = f
    x()
    x = g
    x()
"""
    assert calls(text) == ["main.use -> main.f", "main.use -> main.g"]
    assert why(text, "main.use -> main.f") == ["exact: scope", "exact: scope"]


def test_only_the_latest() -> None:
    text = """\
def f(): pass
def g(): pass
def use():
    x = f
    x = g
    x()
"""
    assert calls(text) == ["main.use -> main.g"]


def test_branches_join() -> None:
    text = """\
def f(): pass
def g(): pass
def use(y):
    if y: x = f
    else: x = g
    x()
"""
    assert calls(text) == ["main.use -> main.f", "main.use -> main.g"]
    assert why(text, "main.use -> main.g") == ["inferred: one of several", "exact: scope"]


def test_inside_a_branch_the_branch_counts() -> None:
    text = """\
def f(): pass
def g(): pass
def use(y):
    x = f
    if y:
        x = g
        x()
"""
    assert calls(text) == ["main.use -> main.g"]


def test_the_other_branch_cannot_be_seen() -> None:
    text = """\
def f(): pass
def g(): pass
def use(y):
    x = f
    if y: x = g
    else: x()
"""
    assert calls(text) == ["main.use -> main.f"]


def test_a_branch_that_returns_does_not_reach() -> None:
    text = """\
def f(): pass
def g(): pass
def use(y):
    x = f
    if y:
        x = g
        return
    x()
"""
    assert calls(text) == ["main.use -> main.f"]


def test_a_loop_goes_round() -> None:
    text = """\
def f(): pass
def g(): pass
def use():
    x = f
    while True:
        x()
        x = g
"""
    assert calls(text) == ["main.use -> main.f", "main.use -> main.g"]


def test_a_function_redefined() -> None:
    text = """\
def f(): pass
def use(): f()
def f(): pass
f()
"""
    assert calls(text) == ["main -> main.f#2", "main.use -> main.f#2"]


def test_try_may_stop_anywhere() -> None:
    text = """\
def f(): pass
def g(): pass
def use():
    x = f
    try:
        x = g
    except ValueError:
        pass
    x()
"""
    assert calls(text) == ["main.use -> main.f", "main.use -> main.g"]


def test_a_deleted_name_means_nothing_more() -> None:
    text = """\
def f(): pass
def g(): pass
def use():
    x = f
    del x
    x = g
    x()
"""
    assert calls(text) == ["main.use -> main.g"]


def test_a_parameter_rebound() -> None:
    text = """\
def f(): pass
def g(): pass
def use(x):
    x = g
    x()
use(f)
"""
    assert calls(text) == ["main -> main.use", "main.use -> main.g"]


def test_bindings_in_all_branches_hide_the_earlier_one() -> None:
    text = """\
def f(): pass
def g(): pass
def h(): pass
def tried():
    x = f
    try: x = g
    except ValueError: x = h
    x()
def chosen(flag):
    x = f
    if flag:
        if flag: x = g
        else: return
    else: x = h
    x()
"""
    assert calls(text) == [
        "main.chosen -> main.g",
        "main.chosen -> main.h",
        "main.tried -> main.g",
        "main.tried -> main.h",
    ]


def test_a_handler_that_binds_nothing_leaves_the_earlier_one() -> None:
    text = """\
def f(): pass
def g(): pass
def use():
    x = f
    try: x = g
    except ValueError: pass
    x()
def match_of(kind):
    x = f
    def inner(): pass
    match kind:
        case 1: x = g
        case 2: x = g
    x()
"""
    assert calls(text) == [
        "main.match_of -> main.f",
        "main.match_of -> main.g",
        "main.use -> main.f",
        "main.use -> main.g",
    ]


def test_a_loop_that_ran_to_its_end_leaves_the_last_element() -> None:
    loop = "def f(): pass\ndef g(): pass\nfor x in (f, g):\n    {}\nx()\n"
    assert calls(loop.format("pass")) == ["main -> main.g"]
    assert calls(loop.format("if x is f: break")) == ["main -> main.f", "main -> main.g"]


def test_what_a_display_holds_before_it_is_stored_to() -> None:
    two = "def f(): pass\ndef g(): pass\n"
    use = 'def use():\n    d = {"x": f}\n    d["x"]()\n    d["x"] = g\n'
    assert calls(two + use) == ["main.use -> main.f"]
    assert calls(two + "t = [f, g]\nt[0], t[1] = t[1], t[0]\nt[0]()\n") == ["main -> main.g"]


def test_what_a_loop_stores_is_there_in_the_next_turn() -> None:
    text = """\
def f(): pass
def g(): pass
def use():
    d = {"x": f}
    for i in range(2):
        d["x"]()
        d["x"] = g
"""
    assert calls(text) == ["main.use -> main.f", "main.use -> main.g"]


def test_what_stands_where_nothing_can_come_to_calls_nothing() -> None:
    text = """\
def f(): pass
def g(): pass
def use():
    f()
    return
    g()
if False:
    g()
"""
    assert calls(text) == ["main.use -> main.f"]
    assert relations(text, EdgeKind.USES) == ["main -> main.g", "main.use -> main.g"]


def test_a_condition_that_a_name_settles() -> None:
    text = """\
def f(): pass
def g(): pass
verbose = False
if verbose:
    f()
if not verbose:
    x = g
else:
    x = f
x()
def use(quiet=True):
    loud = False
    for each in range(3):
        if loud:
            f()
        loud = True
    if quiet:
        g()
"""
    assert calls(text) == ["main -> main.g", "main.use -> main.f", "main.use -> main.g"]


def test_what_a_context_manager_may_swallow_leaves_nothing_for_good() -> None:
    text = """\
def f(): pass
def use(manager):
    with manager:
        raise ValueError
    f()
"""
    assert calls(text) == ["main.use -> main.f"]


def test_what_is_bound_before_a_break_holds_after_the_loop() -> None:
    text = """\
def f(): pass
def g(): pass
def use(y):
    for each in y:
        if each:
            x = f
            break
    else:
        x = g
    x()
"""
    assert calls(text) == ["main.use -> main.f", "main.use -> main.g"]


_TWO = "def f(): pass\ndef g(): pass\n"


@pytest.mark.parametrize(
    ("before", "condition", "answer"),
    [
        ("", "not True", ["g"]),
        ("x = 1", "x == 1", ["f"]),
        ("x = 1", "x != 1", ["g"]),
        ("x = 16", "x == 0x10", ["f", "g"]),
        ("x = 'a'", "x == 'b'", ["g"]),
        ("x = None", "x is None", ["f"]),
        ("x = ''", "x is None", ["g"]),
        ("x = unknown()", "x is None", ["f", "g"]),
        ("x = None\nfor y in z: x = y", "x is None", ["f", "g"]),
    ],
)
def test_a_comparison_that_is_settled(before: str, condition: str, answer: list[str]) -> None:
    text = f"{_TWO}{before}\nif {condition}: f()\nelse: g()\n"
    assert calls(text) == [f"main -> main.{name}" for name in answer]


def test_what_follows_a_branch_that_is_certainly_taken() -> None:
    text = f"{_TWO}mode = 'a'\nif mode == 'a': f()\nelif unknown: g()\nelse: g()\n"
    assert calls(text) == ["main -> main.f"]


def test_what_follows_a_loop_without_an_end() -> None:
    loop = _TWO + "def use(x):\n    while True:\n        {}\n    g()\n"
    assert calls(loop.format("f()")) == ["main.use -> main.f"]
    assert calls(loop.format("if f(): break")) == ["main.use -> main.f", "main.use -> main.g"]
    within = loop.format("for y in x:\n            if f(): break")
    assert calls(within) == ["main.use -> main.f"]
    after = loop.format("for y in x: f()\n        else: break")
    assert calls(after) == ["main.use -> main.f", "main.use -> main.g"]
