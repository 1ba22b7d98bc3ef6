"""Context managers: `with` runs both ends and binds what entering gives."""

from __future__ import annotations

from tests.analysis.linked import calls, why


def test_a_class() -> None:
    text = """\
class C:
    def __enter__(self): return self
    def __exit__(self, *exc): pass
    def go(self): pass
def use():
    with C() as c: c.go()
"""
    assert calls(text) == [
        "main.use -> main.C",
        "main.use -> main.C.__enter__",
        "main.use -> main.C.__exit__",
        "main.use -> main.C.go",
    ]


def test_what_entering_gives_may_be_something_else() -> None:
    text = """\
class Door:
    def __enter__(self): return Room()
    def __exit__(self, *exc): pass
class Room:
    def go(self): pass
def use(door: Door):
    with door as room: room.go()
"""
    assert calls(text) == [
        "main.Door.__enter__ -> main.Room",
        "main.use -> main.Door.__enter__",
        "main.use -> main.Door.__exit__",
        "main.use -> main.Room.go",
    ]
    assert why(text, "main.use -> main.Door.__enter__") == ["inferred: protocol"]


def test_a_generator_made_into_one() -> None:
    text = """\
from contextlib import contextmanager
class C:
    def go(self): pass
@contextmanager
def opened():
    yield C()
def use():
    with opened() as c: c.go()
"""
    assert calls(text) == [
        "main.opened -> main.C",
        "main.use -> main.C.go",
        "main.use -> main.opened",
    ]


def test_a_method_made_into_one() -> None:
    text = """\
from contextlib import contextmanager
class C:
    @contextmanager
    def locked(self): yield self
    def go(self): pass
def use(c: C):
    with c.locked() as inner: inner.go()
"""
    assert calls(text) == ["main.use -> main.C.go", "main.use -> main.C.locked"]


def test_an_asynchronous_one() -> None:
    text = """\
class C:
    async def __aenter__(self): return self
    async def __aexit__(self, *exc): pass
    def go(self): pass
async def use():
    async with C() as c: c.go()
"""
    assert calls(text) == [
        "main.use -> main.C",
        "main.use -> main.C.__aenter__",
        "main.use -> main.C.__aexit__",
        "main.use -> main.C.go",
    ]


def test_an_asynchronous_generator_made_into_one() -> None:
    text = """\
from contextlib import asynccontextmanager
class C:
    def go(self): pass
@asynccontextmanager
async def opened(): yield C()
async def use():
    async with opened() as c: c.go()
"""
    assert calls(text) == [
        "main.opened -> main.C",
        "main.use -> main.C.go",
        "main.use -> main.opened",
    ]


def test_two_at_once() -> None:
    text = """\
class C:
    def __enter__(self): return self
    def __exit__(self, *exc): pass
    def go(self): pass
class D(C):
    def go(self): pass
def use():
    with C() as c, D() as d: d.go()
"""
    assert calls(text) == [
        "main.use -> main.C",
        "main.use -> main.C.__enter__",
        "main.use -> main.C.__exit__",
        "main.use -> main.D",
        "main.use -> main.D.go",
    ]


def test_an_exit_stack_enters() -> None:
    text = """\
from contextlib import ExitStack
class C:
    def __enter__(self): return self
    def __exit__(self, *exc): pass
    def go(self): pass
def use():
    with ExitStack() as stack:
        stack.enter_context(C()).go()
"""
    assert calls(text) == [
        "main.use -> main.C",
        "main.use -> main.C.__enter__",
        "main.use -> main.C.__exit__",
        "main.use -> main.C.go",
    ]
