"""Callables passed as arguments: to whom a parameter's call goes."""

from __future__ import annotations

from tests.analysis.linked import calls, why


def test_a_function_passed_by_position() -> None:
    text = """\
def run(callback): callback()
def job(): pass
run(job)
"""
    assert calls(text) == ["main -> main.run", "main.run -> main.job"]
    assert why(text, "main.run -> main.job") == ["inferred: passed as argument"]


def test_a_function_passed_on_through_two_calls() -> None:
    text = """\
def outer(f): inner(f)
def inner(g): g()
def job(): pass
outer(job)
"""
    assert calls(text) == [
        "main -> main.outer",
        "main.inner -> main.job",
        "main.outer -> main.inner",
    ]


def test_a_default_is_called_when_nothing_is_passed() -> None:
    text = """\
def job(): pass
def run(callback=job): callback()
run()
"""
    assert calls(text) == ["main -> main.run", "main.run -> main.job"]


def test_a_default_and_what_is_passed() -> None:
    text = """\
def job(): pass
def other(): pass
def run(callback=job): callback()
run(other)
"""
    assert calls(text) == [
        "main -> main.run",
        "main.run -> main.job",
        "main.run -> main.other",
    ]


def test_the_result_of_a_call_passed_on() -> None:
    text = """\
def run(callback): callback()
def make(): return job
def job(): pass
run(make())
"""
    assert calls(text) == ["main -> main.make", "main -> main.run", "main.run -> main.job"]


def test_a_bound_method_passed_on() -> None:
    text = """\
class C:
    def job(self): pass
def run(callback): callback()
def go(c: C): run(c.job)
"""
    assert calls(text) == ["main.go -> main.run", "main.run -> main.C.job"]


def test_a_class_passed_on_is_constructed() -> None:
    text = """\
class C:
    def __init__(self): pass
def make(kind): return kind()
make(C)
"""
    assert calls(text) == [
        "main -> main.make",
        "main.make -> main.C",
        "main.make -> main.C.__init__",
    ]


def test_an_instance_passed_on() -> None:
    text = """\
class C:
    def job(self): pass
def run(thing): thing.job()
run(C())
"""
    assert calls(text) == ["main -> main.C", "main -> main.run", "main.run -> main.C.job"]


def test_star_arguments_reach_the_positional_parameters() -> None:
    text = """\
def run(first, second): second()
def one(): pass
def two(): pass
run(*[one, two])
"""
    assert calls(text) == ["main -> main.run", "main.run -> main.two"]


def test_star_parameters_hold_what_is_passed() -> None:
    text = """\
def run(*callbacks):
    for callback in callbacks: callback()
def one(): pass
def two(): pass
run(one, two)
"""
    assert calls(text) == ["main -> main.run", "main.run -> main.one", "main.run -> main.two"]


def test_arguments_handed_through_star_and_double_star() -> None:
    text = """\
def outer(*args, **kwargs): inner(*args, **kwargs)
def inner(f, g): f(), g()
def one(): pass
def two(): pass
outer(one, g=two)
"""
    assert calls(text) == [
        "main -> main.outer",
        "main.inner -> main.one",
        "main.inner -> main.two",
        "main.outer -> main.inner",
    ]


def test_a_function_that_gives_back_its_argument() -> None:
    text = """\
def same(x): return x
def one(): pass
def two(): pass
def first(): same(one)()
def second(): same(two)()
"""
    assert calls(text) == [
        "main.first -> main.one",
        "main.first -> main.same",
        "main.second -> main.same",
        "main.second -> main.two",
    ]


def test_an_argument_from_another_file() -> None:
    text = """\
# file: library.py
def run(callback): callback()
# file: main.py
from library import run
def job(): pass
run(job)
"""
    assert calls(text) == ["library.run -> main.job", "main -> library.run"]


def test_a_callable_handed_on_many_times() -> None:
    text = """\
def task(): pass
def a(job): b(job)
def b(job, *rest): c(3, then=job)
def c(n, then=None): d(then) if then else None
def d(job): e(job)
def e(job): job()
a(task)
"""
    assert calls(text)[-1] == "main.e -> main.task"


def test_an_object_handed_on_many_times() -> None:
    text = """\
class C:
    def go(self): pass
def a(x): b(x)
def b(x): c(x)
def c(x): d(x)
def d(x): x.go()
a(C())
"""
    assert [line for line in calls(text) if line.startswith("main.d")] == ["main.d -> main.C.go"]


def test_of_a_crowd_of_tables_those_of_tests_are_left_out() -> None:
    given = "".join(f"    run({{'go': f, {n}: f}})\n" for n in range(9))
    text = f"""\
# file: jobs.py
def run(jobs): jobs["go"]()
def real(): pass
def main(): run({{"go": real}})
# file: test_jobs.py
from jobs import run
def f(): pass
def test_run():
{given}
"""
    assert [each for each in calls(text) if each.startswith("jobs.run")] == [
        "jobs.run -> jobs.real"
    ]
