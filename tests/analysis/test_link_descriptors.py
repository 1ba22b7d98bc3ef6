"""Descriptors: what one gives depends on what it was made with."""

from __future__ import annotations

from tests.analysis.linked import calls

LAZY = """\
class lazy:
    def __init__(self, function): self.given = function
    def __set_name__(self, owner, name): self.function = self.given
    def __get__(self, thing, owner=None):
        if thing is None: return self
        made = thing.__dict__[self.function.__name__] = self.function(thing)
        return made
class Engine:
    def start(self): pass
class Radio:
    def play(self): pass
"""


def of_use(text: str) -> list[str]:
    return [each for each in calls(text) if each.startswith("main.use ->")]


def test_each_of_many_decorated_methods_gives_its_own() -> None:
    others = "".join(f"    @lazy\n    def other_{n}(self): return {n}\n" for n in range(70))
    text = f"""\
{LAZY}
class Car:
    @lazy
    def engine(self): return Engine()
    @lazy
    def radio(self): return Radio()
{others}
def use(car: Car): car.engine.start()
"""
    assert of_use(text) == [
        "main.use -> main.Car.engine",
        "main.use -> main.Engine.start",
        "main.use -> main.lazy.__get__",
    ]


def test_a_method_that_a_subclass_replaces() -> None:
    text = f"""\
{LAZY}
class Car:
    @lazy
    def engine(self): return self.make()
    def make(self): return Engine()
def use(): Car().engine.start()
"""
    assert "main.use -> main.Engine.start" in of_use(text)


BOUND = """\
from types import MethodType
class Bound:
    def __init__(self, cls, *, name=""): self.cls = cls
    def __get__(self, thing, owner=None):
        return self.cls if thing is None else MethodType(self.cls, thing)
class Tick:
    def __init__(self, clock, by): self.clock, self.by = clock, by
    def go(self): self.clock.run(), self.by.wait()
class Tock(Tick): pass
class Delay:
    def wait(self): pass
class Clock:
    tick = Bound(Tick)
    tock = Bound(cls=Tock, name="tock")
    def run(self): pass
"""


def test_a_class_that_is_bound_to_what_it_is_taken_from() -> None:
    text = f"{BOUND}\ndef use(clock: Clock): clock.tick(Delay()).go()\n"
    assert of_use(text) == [
        "main.use -> main.Bound.__get__",
        "main.use -> main.Delay",
        "main.use -> main.Tick",
        "main.use -> main.Tick.__init__",
        "main.use -> main.Tick.go",
    ]
    of_go = [each for each in calls(text) if each.startswith("main.Tick.go ->")]
    assert of_go == ["main.Tick.go -> main.Clock.run", "main.Tick.go -> main.Delay.wait"]


def test_a_keyword_says_what_is_bound() -> None:
    text = f"{BOUND}\ndef use(clock: Clock): clock.tock()\n"
    assert "main.use -> main.Tock" in of_use(text)
    assert "main.use -> main.Tick" not in of_use(text)


def test_a_function_that_is_given_as_it_is() -> None:
    text = """\
class Plain:
    def __init__(self, value): self.value = value
    def __get__(self, thing, owner): return self.value
def f(): pass
def g(): pass
class Table:
    first = Plain(f)
    second = Plain(g)
def use(table: Table): table.second()
"""
    assert of_use(text) == ["main.use -> main.Plain.__get__", "main.use -> main.g"]
