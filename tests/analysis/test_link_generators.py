"""Generators and iteration."""

from __future__ import annotations

from ramify_store.facts import Certainty, EdgeKind
from tests.analysis.linked import calls, edges, short


def test_what_is_yielded() -> None:
    text = """\
def f(): pass
def each():
    yield f
for x in each(): x()
"""
    assert calls(text) == ["main -> main.each", "main -> main.f"]


def test_next_of_a_generator() -> None:
    text = """\
def f(): pass
def each():
    yield f
next(each())()
"""
    assert calls(text) == ["main -> main.each", "main -> main.f"]


def test_yield_from() -> None:
    text = """\
def f(): pass
def inner(): yield f
def outer(): yield from inner()
for x in outer(): x()
"""
    assert calls(text) == ["main -> main.f", "main -> main.outer", "main.outer -> main.inner"]


def test_yield_from_gives_what_is_returned() -> None:
    text = """\
def f(): pass
def inner():
    yield 1
    return f
def outer():
    g = yield from inner()
    g()
"""
    assert calls(text) == ["main.outer -> main.f", "main.outer -> main.inner"]


def test_an_iterable_class() -> None:
    text = """\
class Box:
    def __iter__(self): yield f
def f(): pass
def use():
    for x in Box(): x()
"""
    assert calls(text) == [
        "main.use -> main.Box",
        "main.use -> main.Box.__iter__",
        "main.use -> main.f",
    ]


def test_an_iterator_class() -> None:
    text = """\
class Box:
    def __iter__(self): return Turn()
class Turn:
    def __next__(self): return f
def f(): pass
def use(box: Box):
    for x in box: x()
"""
    assert calls(text) == [
        "main.Box.__iter__ -> main.Turn",
        "main.use -> main.Box.__iter__",
        "main.use -> main.Turn.__next__",
        "main.use -> main.f",
    ]


def test_iteration_by_getitem() -> None:
    text = """\
class Box:
    def __getitem__(self, i): return f
def f(): pass
def use(box: Box):
    for x in box: x()
"""
    assert calls(text) == ["main.use -> main.Box.__getitem__", "main.use -> main.f"]


def test_a_generator_expression() -> None:
    text = """\
def f(): pass
each = (x for x in [f])
def use():
    for x in each: x()
"""
    assert calls(text) == ["main.use -> main.f"]


def test_a_generator_passed_to_list() -> None:
    text = """\
def f(): pass
def each(): yield f
def use(): list(each())[0]()
"""
    assert calls(text) == ["main.use -> main.each", "main.use -> main.f"]


def test_what_is_sent_comes_out_of_yield() -> None:
    text = """\
def f(): pass
def worker():
    job = yield
    job()
def use():
    w = worker()
    next(w)
    w.send(f)
"""
    assert calls(text) == ["main.use -> main.worker", "main.worker -> main.f"]


def test_a_generator_method() -> None:
    text = """\
class Tree:
    def walk(self):
        yield self
        for child in self.children(): yield from child.walk()
    def children(self) -> "list[Tree]": return []
    def go(self): pass
def use(tree: Tree):
    for node in tree.walk(): node.go()
"""
    assert calls(text) == [
        "main.Tree.walk -> main.Tree.children",
        "main.Tree.walk -> main.Tree.walk",
        "main.use -> main.Tree.go",
        "main.use -> main.Tree.walk",
    ]


def test_an_asynchronous_generator() -> None:
    text = """\
def f(): pass
async def each():
    yield f
async def use():
    async for x in each(): x()
"""
    assert calls(text) == ["main.use -> main.each", "main.use -> main.f"]


def test_a_generator_that_was_handed_over_runs_where_it_is_gone_through() -> None:
    text = """\
def each(): yield 1
def total(values): return sum(values)
def keep(values): return iter(values)
total(each())
keep(each())
"""
    assert calls(text) == [
        "main -> main.each",
        "main -> main.keep",
        "main -> main.total",
        "main.total -> main.each",
    ]


def test_who_calls_a_generator_function_and_goes_through_it_is_named_once() -> None:
    text = """\
def each(): yield 1
values = each()
for x in values: pass
"""
    (found,) = (e for e in edges(text) if e.kind == EdgeKind.CALLS)
    assert (found.certainty, found.why) == (Certainty.EXACT, "scope")


def test_going_through_what_is_no_generator_runs_no_coroutine() -> None:
    text = """\
class Client:
    async def get(self): pass
    def post(self): return []
def use(way):
    answer = Client().get() if way else Client().post()
    return take(answer)
def take(answer): return list(answer)
"""
    assert [e for e in edges(text) if e.why == "resumed"] == []


def test_a_coroutine_runs_where_it_is_awaited() -> None:
    text = """\
class Base:
    async def work(self): pass
class Below(Base):
    async def work(self): pass
async def patiently(job): await job
async def main(b: Base): await patiently(b.work())
"""
    resumed = [e for e in edges(text) if e.why == "resumed"]
    assert [(short(e.source), short(e.target), e.dispatch) for e in resumed] == [
        ("main.patiently", "main.Base.work", True)
    ]
