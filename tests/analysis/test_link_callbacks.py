"""What runs by way of something else: signals, tasks of a queue, wrappers of many, containers."""

from __future__ import annotations

from tests.analysis.linked import calls


def test_a_signal_runs_its_receivers() -> None:
    text = """\
from django.dispatch import Signal, receiver
saved, closed = Signal(), Signal()
@receiver(saved)
def on_saved(**kwargs): pass
def on_closed(**kwargs): pass
closed.connect(on_closed)
def save(): saved.send(1)
def close(): closed.send_robust(2)
"""
    assert calls(text) == ["main.close -> main.on_closed", "main.save -> main.on_saved"]


def test_a_signal_of_another_file() -> None:
    text = """\
# file: signals.py
from blinker import Signal
saved = Signal()
# file: listen.py
from signals import saved
@saved.connect
def on_saved(sender): pass
# file: main.py
import signals
def save(): signals.saved.send(1)
"""
    assert calls(text) == ["main.save -> listen.on_saved"]


def test_a_task_of_a_queue() -> None:
    text = """\
from celery import shared_task
@shared_task
def add(): pass
def plain(): pass
def use(): add.delay(), plain.delay()
"""
    assert calls(text) == ["main.use -> main.add"]


def test_methods_whose_names_begin_alike() -> None:
    text = """\
class Visitor:
    def visit(self, kind): getattr(self, "visit_" + kind)()
    def visit_a(self): pass
    def visit_b(self): pass
    def other(self): pass
"""
    assert calls(text) == [
        "main.Visitor.visit -> main.Visitor.visit_a",
        "main.Visitor.visit -> main.Visitor.visit_b",
    ]


def test_what_the_wrapper_of_many_hands_on() -> None:
    many = "".join(f"@wrap\ndef f{n}(context): context.go()\n" for n in range(9))
    text = f"""\
class Context:
    def go(self): pass
def wrap(f):
    def inner(): f(Context())
    return inner
{many}"""
    assert "main.f8 -> main.Context.go" in calls(text)


def test_a_list_that_another_file_fills() -> None:
    text = """\
# file: registry.py
found = []
def run():
    for f in found: f()
# file: main.py
from registry import found
def job(): pass
found.append(job)
"""
    assert calls(text) == ["registry.run -> main.job"]


def test_an_attribute_just_assigned() -> None:
    text = """\
def f(): pass
def g(): pass
class A:
    def __init__(self): self.job = f
def use():
    a = A()
    a.job = g
    a.job()
def other(a: A):
    a.job()
"""
    assert [c for c in calls(text) if "use" in c or "other" in c] == [
        "main.other -> main.f",
        "main.other -> main.g",
        "main.use -> main.A",
        "main.use -> main.A.__init__",
        "main.use -> main.g",
    ]


def test_a_call_that_is_told_of_the_name_comes_between() -> None:
    text = """\
def f(): pass
def g(): pass
class A:
    def set(self): self.job = g
def use():
    a = A()
    a.job = f
    a.set()
    a.job()
"""
    assert "main.use -> main.g" in calls(text)


def test_a_member_that_only_another_base_below_has() -> None:
    text = """\
class Mixin:
    def hello(self): self.name()
class Base:
    def name(self): pass
class Person(Mixin, Base): pass
"""
    assert calls(text) == ["main.Mixin.hello -> main.Base.name"]


def test_a_class_attribute_that_a_subclass_replaces() -> None:
    text = """\
class Base:
    kind = None
    def make(self): self.kind()
def thing(): pass
class Child(Base):
    kind = staticmethod(thing)
"""
    assert calls(text) == ["main.Base.make -> main.thing"]


def test_a_constructor_of_a_subclass_by_way_of_cls() -> None:
    text = """\
class A:
    @classmethod
    def make(cls): return cls()
class B(A):
    def __init__(self): pass
"""
    assert calls(text) == ["main.A.make -> main.A", "main.A.make -> main.B.__init__"]


def test_a_property_of_a_base_that_is_assigned() -> None:
    text = """\
class Base:
    @property
    def size(self): return 1
    @size.setter
    def size(self, value): pass
class Child(Base):
    def grow(self): self.size = 2
    def show(self): self.size
"""
    assert calls(text) == [
        "main.Child.grow -> main.Base.size#2",
        "main.Child.show -> main.Base.size",
    ]


def test_a_type_variable_in_a_container() -> None:
    text = """\
from typing import TypeVar
T = TypeVar("T")
class A:
    def go(self): pass
def first(items: list[T]) -> T: return items[0]
def call(make: "Callable[[], T]") -> T: return make()
def use(): first([A()]).go(), call(A).go()
"""
    assert "main.use -> main.A.go" in calls(text)


def test_what_is_handed_where_a_protocol_is_declared() -> None:
    text = """\
from typing import Protocol
class Speaks(Protocol):
    def speak(self): ...
class Dog:
    def speak(self): pass
def meet(x: Speaks): x.speak()
meet(Dog())
"""
    assert "main.meet -> main.Dog.speak" in calls(text)
