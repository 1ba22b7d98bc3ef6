"""What `__getattr__` gives, and what keeps its type from hand to hand."""

from __future__ import annotations

from tests.analysis.linked import calls, unresolved, why


def test_an_attribute_is_of_what_getattr_takes_it_from() -> None:
    text = """\
class Engine:
    def start(self): pass
class Car:
    def __init__(self): self._engine = Engine()
    def __getattr__(self, name): return getattr(self._engine, name)
def run(): Car().start()
"""
    assert [c for c in calls(text) if c.startswith("main.run")] == [
        "main.run -> main.Car",
        "main.run -> main.Car.__getattr__",
        "main.run -> main.Car.__init__",
        "main.run -> main.Engine.start",
    ]
    assert why(text, "main.run -> main.Engine.start") == ["inferred: constructed here"]


def test_what_getattr_makes_itself_has_members() -> None:
    text = """\
class Query:
    def __getattr__(self, name):
        query = type(self)()
        return query
    def exists(self): pass
def run(): Query().key.inner.exists()
"""
    assert "main.run -> main.Query.exists" in calls(text)
    assert "main.run -> main.Query.__getattr__" in calls(text)


def test_two_that_stand_for_each_other_end() -> None:
    text = """\
class A:
    def __init__(self): self.b = B()
    def __getattr__(self, name): return getattr(self.b, name)
class B:
    def __init__(self): self.a = A()
    def __getattr__(self, name): return getattr(self.a, name)
def run(): A().missing()
"""
    assert "main.run -> main.A.__getattr__" in calls(text)
    assert "main.run: missing (possible)" in unresolved(text)


def test_a_list_has_no_members_but_its_own() -> None:
    text = """\
class Token:
    def name(self): pass
def made(flag):
    if flag: return [1]
    return Token()
def run(flag): made(flag).name()
"""
    assert "main.run -> main.Token.name" in calls(text)


def test_a_method_made_of_a_function_and_of_a_class() -> None:
    text = """\
from types import MethodType
class Timeout:
    def __init__(self, env): pass
def wait(env): env.step()
class Env:
    def step(self): pass
    def __init__(self):
        self.wait = MethodType(wait, self)
        self.timeout = MethodType(Timeout, self)
    def run(self):
        self.wait()
        self.timeout()
"""
    assert [c for c in calls(text) if c.startswith(("main.Env.run", "main.wait"))] == [
        "main.Env.run -> main.Timeout",
        "main.Env.run -> main.Timeout.__init__",
        "main.Env.run -> main.wait",
        "main.wait -> main.Env.step",
    ]


def test_a_receiver_handed_over_stays_of_its_own_class() -> None:
    text = """\
class Unbound:
    def __init__(self, made): self.made = made
    def bind(self): return self.made()
class Field:
    @classmethod
    def later(cls): return Unbound(cls)
    def process(self): pass
class Text(Field):
    def process(self): pass
def run(): Field.later().bind().process()
"""
    assert "main.run -> main.Field.process" in calls(text)
    assert "main.Unbound.bind -> main.Unbound.__init__" not in calls(text)


def test_the_class_of_what_is_declared_may_be_one_below() -> None:
    text = """\
class Base:
    def __init__(self): pass
class Below(Base):
    def below(self): pass
def run(it: Base): type(it)().below()
"""
    assert "main.run -> main.Below.below" in calls(text)
