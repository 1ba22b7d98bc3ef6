"""Builtins and library functions that run what they are given."""

from __future__ import annotations

from tests.analysis.linked import calls, why


def test_map_runs_its_function() -> None:
    text = """\
def f(x): pass
def use(): list(map(f, [1]))
"""
    assert calls(text) == ["main.use -> main.f"]
    assert why(text, "main.use -> main.f") == ["inferred: callback", "exact: scope"]


def test_the_elements_of_map_are_what_it_returns() -> None:
    text = """\
def g(): pass
def f(x): return g
def use():
    for each in map(f, [1]): each()
"""
    assert calls(text) == ["main.use -> main.f", "main.use -> main.g"]


def test_filter_runs_its_function_and_gives_the_elements() -> None:
    text = """\
def g(): pass
def keep(x): return True
def use():
    for each in filter(keep, [g]): each()
"""
    assert calls(text) == ["main.use -> main.g", "main.use -> main.keep"]


def test_sorted_runs_its_key() -> None:
    text = """\
def key(x): return x
def use(): sorted([2, 1], key=key)
"""
    assert calls(text) == ["main.use -> main.key"]


def test_list_sort_runs_its_key() -> None:
    text = """\
def key(x): return x
def use():
    items = [2, 1]
    items.sort(key=key)
"""
    assert calls(text) == ["main.use -> main.key"]


def test_min_and_max_run_their_keys() -> None:
    text = """\
def small(x): return x
def large(x): return x
def use(): min([1], key=small), max([1], key=lambda x: large(x))
"""
    assert calls(text) == [
        "main.use -> main.small",
        "main.use -> main.use.<locals>.<lambda>",
        "main.use.<locals>.<lambda> -> main.large",
    ]


def test_reduce() -> None:
    text = """\
from functools import reduce
def add(a, b): return a
def use(): reduce(add, [1, 2])
"""
    assert calls(text) == ["main.use -> main.add"]


def test_map_hands_the_elements_to_the_function() -> None:
    text = """\
def g(): pass
def call(x): x()
def use(): list(map(call, [g]))
"""
    assert calls(text) == ["main.call -> main.g", "main.use -> main.call"]


def test_partial_is_called_as_its_function() -> None:
    text = """\
from functools import partial
def f(x): pass
def use():
    g = partial(f, 1)
    g()
"""
    assert calls(text) == ["main.use -> main.f"]


def test_partial_hands_its_arguments_to_the_function() -> None:
    text = """\
from functools import partial
def f(callback, other): callback(), other()
def one(): pass
def two(): pass
def use():
    g = partial(f, one)
    g(two)
"""
    assert calls(text) == ["main.f -> main.one", "main.f -> main.two", "main.use -> main.f"]


def test_partial_with_keywords() -> None:
    text = """\
from functools import partial
def f(*, callback): callback()
def one(): pass
def use():
    g = partial(f, callback=one)
    g()
"""
    assert calls(text) == ["main.f -> main.one", "main.use -> main.f"]


def test_partial_passed_on() -> None:
    text = """\
from functools import partial
def f(x): pass
def run(callback): callback()
run(partial(f, 1))
"""
    assert calls(text) == ["main -> main.run", "main.run -> main.f"]


def test_a_cached_function_is_itself() -> None:
    text = """\
from functools import lru_cache, cache
@lru_cache(maxsize=None)
def f(): return g
@cache
def g(): pass
def use(): f()()
"""
    assert calls(text) == ["main.use -> main.f", "main.use -> main.g"]


def test_single_dispatch_may_run_what_is_registered() -> None:
    text = """\
from functools import singledispatch
@singledispatch
def show(x): pass
@show.register
def show_int(x: int): pass
def use(): show(1)
"""
    assert calls(text) == ["main.use -> main.show", "main.use -> main.show_int"]
    assert why(text, "main.use -> main.show_int") == ["inferred: decorator"]


def test_str_runs_the_method_of_its_argument() -> None:
    text = """\
class C:
    def __str__(self): return ""
    def __len__(self): return 1
    def __repr__(self): return ""
def use(c: C): str(c), len(c), repr(c), f"{c}"
"""
    assert calls(text) == [
        "main.use -> main.C.__len__",
        "main.use -> main.C.__repr__",
        "main.use -> main.C.__str__",
    ]


def test_a_thread_runs_its_target() -> None:
    text = """\
import threading
def job(): pass
def use(): threading.Thread(target=job).start()
"""
    assert calls(text) == ["main.use -> main.job"]


def test_an_executor_runs_what_is_submitted() -> None:
    text = """\
from concurrent.futures import ThreadPoolExecutor
def job(x): pass
def use():
    with ThreadPoolExecutor() as pool:
        pool.submit(job, 1)
"""
    assert calls(text) == ["main.use -> main.job"]


def test_iter_and_next() -> None:
    text = """\
class C:
    def __iter__(self): return self
    def __next__(self): return f
def f(): pass
def use():
    it = iter(C())
    next(it)()
"""
    assert calls(text) == [
        "main.use -> main.C",
        "main.use -> main.C.__iter__",
        "main.use -> main.C.__next__",
        "main.use -> main.f",
    ]


def test_zip_and_enumerate_keep_the_elements() -> None:
    text = """\
def f(): pass
def g(): pass
def use():
    for i, a in enumerate([f]): a()
    for b, c in zip([f], [g]): c()
"""
    assert calls(text) == ["main.use -> main.f", "main.use -> main.g"]
