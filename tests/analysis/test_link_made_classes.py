"""Classes that other code makes or completes: metaclasses, `type(...)`, attributes set later."""

from __future__ import annotations

from tests.analysis.linked import calls


def test_a_metaclass_call_that_ends_in_the_constructor() -> None:
    text = """\
class Meta(type):
    def __call__(cls, *args): return super().__call__(*args)
class C(metaclass=Meta):
    def __init__(self, hook): hook()
def hook(): pass
def use(): C(hook)
"""
    assert "main.Meta.__call__ -> main.C.__init__" in calls(text)
    assert "main.C.__init__ -> main.hook" in calls(text)


def test_a_metaclass_sets_an_attribute_of_its_classes() -> None:
    text = """\
class Options:
    def show(self): pass
class Meta(type):
    def __new__(mcs, *args):
        made = super().__new__(mcs, *args)
        made.options = made.kind()
        return made
class Model(metaclass=Meta):
    kind = Options
    def dump(self): self.options.show()
"""
    assert "main.Model.dump -> main.Options.show" in calls(text)


def test_a_class_made_by_a_call_has_the_members_of_its_bases() -> None:
    text = """\
class Base:
    def go(self): pass
def make(**members): return type("Made", (Base,), members)
def use(): make(x=1)().go()
"""
    assert calls(text) == [
        "main.use -> main.Base",
        "main.use -> main.Base.go",
        "main.use -> main.make",
    ]


def test_a_constructor_that_may_give_something_else() -> None:
    text = """\
class Other:
    def stop(self): pass
class C:
    def __new__(cls, flag):
        if flag: return super().__new__(cls)
        return Other()
    def go(self): pass
def use(c): C(1).go(), C(0).stop()
"""
    assert "main.use -> main.C.go" in calls(text)
    assert "main.use -> main.Other.stop" in calls(text)


def test_a_function_put_on_a_class_has_its_receiver() -> None:
    text = """\
class C:
    def helper(self): pass
def go(self): self.helper()
C.go = go
def use(): C().go()
"""
    assert calls(text) == ["main.go -> main.C.helper", "main.use -> main.C", "main.use -> main.go"]


def test_a_static_method_put_in_the_place_of_none() -> None:
    text = """\
class C:
    load = None
def load(): pass
C.load = staticmethod(load)
def use(): C.load(), C().load()
"""
    assert calls(text) == ["main.use -> main.C", "main.use -> main.load"]


def test_fields_of_a_named_tuple_by_position() -> None:
    text = """\
from typing import NamedTuple
class Pair(NamedTuple):
    one: object
    two: object
def f(): pass
def g(): pass
def make(): return Pair(f, g)
def use():
    one, two = make()
    two()
    make()[0]()
"""
    assert calls(text) == [
        "main.make -> main.Pair",
        "main.use -> main.f",
        "main.use -> main.g",
        "main.use -> main.make",
    ]


def test_a_local_looked_up_by_its_name() -> None:
    text = "def use():\n    def f(): pass\n    locals()['f']()\n"
    assert calls(text) == ["main.use -> main.use.<locals>.f"]


def test_a_module_that_makes_its_attributes_when_asked() -> None:
    text = """\
# file: lib.py
def __getattr__(name):
    if name == "go":
        from other import go
        return go
    from other import stop
    return stop
# file: other.py
def go(): pass
def stop(): pass
# file: main.py
import lib
from lib import stop
def use(): lib.go(), stop()
"""
    assert calls(text) == [
        "main -> lib.__getattr__",
        "main.use -> lib.__getattr__",
        "main.use -> other.go",
        "main.use -> other.stop",
    ]


def test_the_call_of_a_metaclass_runs_the_constructor_instead() -> None:
    text = """\
class Meta(type):
    def __call__(cls, *args): return super().__call__(*args)
class C(metaclass=Meta):
    def __init__(self): pass
def use(): C()
"""
    assert calls(text) == [
        "main.Meta.__call__ -> main.C.__init__",
        "main.use -> main.C",
        "main.use -> main.Meta.__call__",
    ]


def test_a_hook_for_subclasses_sees_none_but_those() -> None:
    text = """\
class Plugin:
    known = []
    def __init_subclass__(cls): Plugin.known.append(cls)
    def run(self): pass
class Red(Plugin):
    def run(self): pass
def use():
    for each in Plugin.known: each().run()
"""
    assert calls(text) == [
        "main -> main.Plugin.__init_subclass__",
        "main.use -> main.Red",
        "main.use -> main.Red.run",
    ]


def test_methods_that_type_is_given() -> None:
    text = """\
def run(self): return self.stop()
def stop(self): pass
class Base:
    def go(self): pass
C = type("C", (Base,), {"run": run, "stop": stop})
def use():
    c = C()
    c.run()
    c.go()
def of_class(): C.stop(C())
"""
    assert [line for line in calls(text) if not line.endswith(".Base")] == [
        "main.of_class -> main.stop",
        "main.run -> main.stop",
        "main.use -> main.Base.go",
        "main.use -> main.run",
    ]


MAKE = """\
class Field:
    def show(self): pass
class Other:
    def show(self): pass
class Form:
    pass
def make(name="F", **members): return type(name, (Form,), members)
"""


def test_members_that_a_call_hands_on_to_type() -> None:
    text = MAKE + (
        "def use(): make(a=Field()).a.show()\n"
        "def made():\n"
        "    form = make(a=Other())()\n"
        "    form.a.show()\n"
    )
    found = calls(text)
    assert [line for line in found if line.endswith(".show")] == [
        "main.made -> main.Other.show",
        "main.use -> main.Field.show",
    ]


def test_members_that_two_calls_hand_on_to_type() -> None:
    text = MAKE + (
        "def again(**members): return make(**members)\ndef use(): again(a=Field())().a.show()\n"
    )
    assert [line for line in calls(text) if line.endswith(".show")] == [
        "main.use -> main.Field.show"
    ]
