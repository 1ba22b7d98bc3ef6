"""Callables passed by keyword."""

from __future__ import annotations

from tests.analysis.linked import calls


def test_a_function_passed_by_keyword() -> None:
    text = """\
def run(*, first, second): second()
def one(): pass
def two(): pass
run(second=two, first=one)
"""
    assert calls(text) == ["main -> main.run", "main.run -> main.two"]


def test_keyword_and_position_do_not_mix() -> None:
    text = """\
def run(first, second): first()
def one(): pass
def two(): pass
run(one, second=two)
"""
    assert calls(text) == ["main -> main.run", "main.run -> main.one"]


def test_a_keyword_parameter_handed_back() -> None:
    text = """\
def pick(a, b): return b
def one(): pass
def two(): pass
pick(b=two, a=one)()
"""
    assert calls(text) == ["main -> main.pick", "main -> main.two"]


def test_the_item_of_a_double_star_parameter() -> None:
    text = """\
def run(**options): options["key"]()
def one(): pass
def two(): pass
run(key=one, other=two)
"""
    assert calls(text) == ["main -> main.run", "main.run -> main.one"]


def test_the_values_of_a_double_star_parameter() -> None:
    text = """\
def run(**options):
    for option in options.values(): option()
def one(): pass
def two(): pass
run(key=one, other=two)
"""
    assert calls(text) == ["main -> main.run", "main.run -> main.one", "main.run -> main.two"]


def test_a_display_spread_into_keywords() -> None:
    text = """\
def run(first, second): first()
def one(): pass
def two(): pass
run(**{"first": one, "second": two})
"""
    assert calls(text) == ["main -> main.run", "main.run -> main.one"]


def test_a_dict_call_spread_into_keywords() -> None:
    text = """\
def run(first, second): first()
def one(): pass
def two(): pass
options = dict(first=one, second=two)
run(**options)
"""
    assert calls(text) == ["main -> main.run", "main.run -> main.one"]


def test_keywords_handed_through() -> None:
    text = """\
def outer(**kwargs): inner(**kwargs)
def inner(f=None, g=None): f()
def one(): pass
def two(): pass
outer(f=one, g=two)
"""
    assert calls(text) == [
        "main -> main.outer",
        "main.inner -> main.one",
        "main.outer -> main.inner",
    ]


def test_a_keyword_only_default() -> None:
    text = """\
def one(): pass
def run(*, callback=one): callback()
run()
"""
    assert calls(text) == ["main -> main.run", "main.run -> main.one"]


def test_keywords_that_a_loop_sets_as_attributes() -> None:
    text = """\
class C:
    def __init__(self, **options):
        for key, value in options.items():
            setattr(self, key, value)
def f(): pass
def g(): pass
def use(): C(done=f, other=g).done()
"""
    assert [line for line in calls(text) if "C" not in line] == ["main.use -> main.f"]
