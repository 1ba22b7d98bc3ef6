"""async and await."""

from __future__ import annotations

from tests.analysis.linked import calls


def test_awaiting_a_coroutine_gives_its_result() -> None:
    text = """\
class C:
    def go(self): pass
async def make(): return C()
async def use(): (await make()).go()
"""
    assert calls(text) == ["main.make -> main.C", "main.use -> main.C.go", "main.use -> main.make"]


def test_a_coroutine_that_is_not_awaited_has_no_members_of_the_result() -> None:
    text = """\
class C:
    def go(self): pass
async def make(): return C()
async def use(): make().go()
"""
    assert calls(text) == ["main.make -> main.C", "main.use -> main.make"]


def test_a_task() -> None:
    text = """\
import asyncio
class C:
    def go(self): pass
async def make(): return C()
async def use():
    task = asyncio.create_task(make())
    (await task).go()
"""
    assert calls(text) == ["main.make -> main.C", "main.use -> main.C.go", "main.use -> main.make"]


def test_run() -> None:
    text = """\
import asyncio
class C:
    def go(self): pass
async def make(): return C()
asyncio.run(make()).go()
"""
    assert calls(text) == ["main -> main.C.go", "main -> main.make", "main.make -> main.C"]


def test_gather() -> None:
    text = """\
import asyncio
class C:
    def go(self): pass
class D:
    def go(self): pass
async def c(): return C()
async def d(): return D()
async def use():
    one, two = await asyncio.gather(c(), d())
    two.go()
"""
    assert calls(text) == [
        "main.c -> main.C",
        "main.d -> main.D",
        "main.use -> main.D.go",
        "main.use -> main.c",
        "main.use -> main.d",
    ]


def test_an_awaitable_class() -> None:
    text = """\
class C:
    def __await__(self): yield
async def use(): await C()
"""
    assert calls(text) == ["main.use -> main.C", "main.use -> main.C.__await__"]


def test_a_coroutine_method_through_self() -> None:
    text = """\
class C:
    async def one(self): return self
    async def two(self): (await self.one()).go()
    def go(self): pass
"""
    assert calls(text) == ["main.C.two -> main.C.go", "main.C.two -> main.C.one"]


def test_what_is_gathered_from_a_list() -> None:
    text = """\
import asyncio
class C:
    def go(self): pass
async def make(): return C()
async def use():
    for c in await asyncio.gather(*[make() for _ in "ab"]): c.go()
"""
    assert "main.use -> main.C.go" in calls(text)
