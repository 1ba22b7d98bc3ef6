"""Classes: instances, methods of every kind, attributes set anywhere, bases elsewhere."""

from __future__ import annotations

from ramify_store.facts import EdgeKind
from tests.analysis.linked import calls, relations, unresolved, why


def test_construction_runs_init_and_new() -> None:
    text = """\
class C:
    def __new__(cls): return super().__new__(cls)
    def __init__(self): pass
C()
"""
    assert calls(text) == ["main -> main.C", "main -> main.C.__init__", "main -> main.C.__new__"]


def test_a_method_of_an_instance() -> None:
    text = """\
class C:
    def go(self): pass
c = C()
c.go()
"""
    assert calls(text) == ["main -> main.C", "main -> main.C.go"]
    assert why(text, "main -> main.C.go") == ["inferred: constructed here"]


def test_self_calls_its_own_class() -> None:
    text = """\
class C:
    def go(self): self.stop()
    def stop(self): pass
"""
    assert calls(text) == ["main.C.go -> main.C.stop"]
    assert why(text, "main.C.go -> main.C.stop") == ["exact: own class"]


def test_an_inherited_method() -> None:
    text = """\
class A:
    def go(self): pass
class B(A): pass
B().go()
"""
    assert calls(text) == ["main -> main.A.go", "main -> main.B"]


def test_a_base_in_another_module() -> None:
    text = """\
# file: base.py
class A:
    def go(self): self.stop()
    def stop(self): pass
# file: main.py
import base
class B(base.A):
    def stop(self): pass
B().go()
"""
    assert calls(text) == ["base.A.go -> base.A.stop", "main -> base.A.go", "main -> main.B"]
    assert relations(text, EdgeKind.OVERRIDES) == ["main.B.stop -> base.A.stop"]
    assert relations(text, EdgeKind.INHERITS) == ["main.B -> base.A"]


def test_static_and_class_methods() -> None:
    text = """\
class C:
    @staticmethod
    def one(): pass
    @classmethod
    def two(cls): cls.one()
C.one()
C.two()
C().one()
"""
    assert calls(text) == [
        "main -> main.C",
        "main -> main.C.one",
        "main -> main.C.two",
        "main.C.two -> main.C.one",
    ]


def test_a_class_method_constructs_its_class() -> None:
    text = """\
class C:
    @classmethod
    def make(cls): return cls()
    def go(self): pass
class D(C):
    def go(self): pass
D.make().go()
"""
    assert calls(text) == ["main -> main.C.make", "main -> main.D.go", "main.C.make -> main.C"]


def test_a_function_kept_in_a_class_attribute() -> None:
    text = """\
def f(self): pass
class C:
    run = f
C().run()
"""
    assert calls(text) == ["main -> main.C", "main -> main.f"]


def test_a_function_kept_through_self() -> None:
    text = """\
def f(): pass
class C:
    def __init__(self): self.run = f
    def go(self): self.run()
"""
    assert calls(text) == ["main.C.go -> main.f"]
    assert why(text, "main.C.go -> main.f") == ["inferred: assigned attribute"]


def test_what_the_constructor_is_given() -> None:
    text = """\
class C:
    def __init__(self, run): self.run = run
    def go(self): self.run()
def f(): pass
C(f).go()
"""
    assert calls(text) == [
        "main -> main.C",
        "main -> main.C.__init__",
        "main -> main.C.go",
        "main.C.go -> main.f",
    ]


def test_an_instance_as_attribute() -> None:
    text = """\
class Engine:
    def start(self): pass
class Car:
    def __init__(self): self.engine = Engine()
    def go(self): self.engine.start()
def drive(car: Car): car.engine.start()
"""
    assert calls(text) == [
        "main.Car.__init__ -> main.Engine",
        "main.Car.go -> main.Engine.start",
        "main.drive -> main.Engine.start",
    ]


def test_an_attribute_assigned_from_outside() -> None:
    text = """\
class C: pass
def f(): pass
c = C()
c.run = f
c.run()
"""
    assert calls(text) == ["main -> main.C", "main -> main.f"]


def test_an_attribute_of_a_class_replaced() -> None:
    text = """\
class C:
    def go(self): pass
def f(self): pass
C.go = f
C().go()
"""
    assert calls(text) == ["main -> main.C", "main -> main.C.go", "main -> main.f"]
    assert why(text, "main -> main.f") == ["inferred: constructed here", "exact: scope"]


def test_an_attribute_assigned_in_another_file() -> None:
    text = """\
# file: library.py
class C:
    hook = None
    def go(self): self.hook()
run = None
def go(): run()
# file: main.py
import library
def f(): pass
library.C.hook = f
library.run = f
"""
    assert calls(text) == [
        "library.C.go -> main.f",
        "library.go -> main.f",
    ]
    assert why(text, "library.go -> main.f") == ["inferred: assigned attribute"]


def test_a_nested_class() -> None:
    text = """\
class A:
    class B:
        def go(self): pass
A.B().go()
def use(b: A.B): b.go()
"""
    assert calls(text) == ["main -> main.A.B", "main -> main.A.B.go", "main.use -> main.A.B.go"]


def test_a_class_made_in_a_function() -> None:
    text = """\
def make():
    class C:
        def go(self): pass
    return C
make()().go()
"""
    assert calls(text) == [
        "main -> main.make",
        "main -> main.make.<locals>.C",
        "main -> main.make.<locals>.C.go",
    ]


def test_a_class_assigned_to_a_name() -> None:
    text = """\
class C:
    def go(self): pass
D = C
D().go()
"""
    assert calls(text) == ["main -> main.C", "main -> main.C.go"]


def test_methods_that_return_self() -> None:
    text = """\
class C:
    def a(self): return self
    def b(self): return self
C().a().b()
"""
    assert calls(text) == ["main -> main.C", "main -> main.C.a", "main -> main.C.b"]


def test_self_assigned_to_another_name() -> None:
    text = """\
class C:
    def go(self):
        me = self
        def inner(): me.stop()
        inner()
    def stop(self): pass
"""
    assert calls(text) == [
        "main.C.go -> main.C.go.<locals>.inner",
        "main.C.go.<locals>.inner -> main.C.stop",
    ]


def test_a_function_called_through_the_class() -> None:
    text = """\
class C:
    def go(self): self.stop()
    def stop(self): pass
C.go(C())
"""
    assert calls(text) == ["main -> main.C", "main -> main.C.go", "main.C.go -> main.C.stop"]


def test_type_of_self_constructs_the_own_class() -> None:
    text = """\
class C:
    def __init__(self): pass
    def copy(self): return type(self)()
    def twin(self): return self.__class__()
    def go(self): pass
def use(c: C): c.copy().go(), c.twin().go()
"""
    assert calls(text) == [
        "main.C.copy -> main.C",
        "main.C.copy -> main.C.__init__",
        "main.C.twin -> main.C",
        "main.C.twin -> main.C.__init__",
        "main.use -> main.C.copy",
        "main.use -> main.C.go",
        "main.use -> main.C.twin",
    ]


def test_a_call_through_a_base_is_exact_and_may_dispatch() -> None:
    from tests.analysis.linked import edges

    text = """\
class A:
    def go(self): pass
class B(A):
    def go(self): pass
def use(a: A): a.go()
"""
    assert calls(text) == ["main.use -> main.A.go"]
    assert [e.dispatch for e in edges(text) if e.kind == EdgeKind.CALLS] == [True]
    assert relations(text, EdgeKind.OVERRIDES) == ["main.B.go -> main.A.go"]


def test_a_member_that_only_subclasses_have() -> None:
    text = """\
class A:
    pass
class B(A):
    def go(self): pass
def use(a: A): a.go()
"""
    assert calls(text) == ["main.use -> main.B.go"]
    assert why(text, "main.use -> main.B.go") == ["inferred: subclass"]


def test_a_mixin_uses_what_its_users_have() -> None:
    text = """\
class Mixin:
    def go(self): self.stop()
class C(Mixin):
    def stop(self): pass
"""
    assert calls(text) == ["main.Mixin.go -> main.C.stop"]


def test_a_member_nobody_has_is_unresolved() -> None:
    text = """\
class C: pass
def use(c: C): c.go()
"""
    assert calls(text) == []
    assert unresolved(text) == ["main.use: go (unresolved)"]


def test_call_of_an_instance() -> None:
    text = """\
class C:
    def __call__(self): return f
def f(): pass
C()()()
"""
    assert calls(text) == ["main -> main.C", "main -> main.C.__call__", "main -> main.f"]


def test_a_metaclass_runs_when_a_class_is_made_and_called() -> None:
    text = """\
class Meta(type):
    def __new__(mcs, name, bases, space): return super().__new__(mcs, name, bases, space)
    def __call__(cls): return super().__call__()
    def make(cls): return cls()
class C(metaclass=Meta): pass
C()
C.make()
"""
    assert calls(text) == [
        "main -> main.C",
        "main -> main.Meta.__call__",
        "main -> main.Meta.__new__",
        "main -> main.Meta.make",
        "main.Meta.make -> main.Meta.__call__",
    ]


def test_init_subclass_runs_when_a_class_is_made() -> None:
    text = """\
class Base:
    def __init_subclass__(cls): cls.register()
    @classmethod
    def register(cls): pass
class C(Base): pass
"""
    assert calls(text) == [
        "main -> main.Base.__init_subclass__",
        "main.Base.__init_subclass__ -> main.Base.register",
    ]


def test_getattr_is_run_for_what_is_missing() -> None:
    text = """\
class C:
    def __getattr__(self, name): return None
    def known(self): pass
def use(c: C): c.known(), c.other()
"""
    assert calls(text) == ["main.use -> main.C.__getattr__", "main.use -> main.C.known"]
    assert unresolved(text) == ["main.use: other (possible)"]


def test_a_class_that_returns_another_from_new() -> None:
    text = """\
class A:
    def go(self): pass
class B:
    def __new__(cls): return A()
B().go()
"""
    assert calls(text) == [
        "main -> main.A.go",
        "main -> main.B",
        "main -> main.B.__new__",
        "main.B.__new__ -> main.A",
    ]


def test_hidden_names_of_a_class() -> None:
    text = """\
class A:
    def go(self): self.__stop()
    def __stop(self): pass
class B(A):
    def __stop(self): pass
"""
    assert calls(text) == ["main.A.go -> main.A.__stop"]


def test_what_a_metaclass_does_not_have_is_not_one_of_its_bases() -> None:
    text = """\
class Meta(type): pass
class C(metaclass=Meta): pass
def use(): C.objects.go()
"""
    assert calls(text) == []
    assert unresolved(text) == ["main.use: go (possible)", "main.use: objects (unresolved)"]


DECLARED = """\
class Item:
    def go(self): pass
class Base:
    items: list[Item]
"""


def test_what_code_gives_instances_of_a_subclass_is_what_its_base_declares() -> None:
    text = """
class Sub(Base):
    @classmethod
    def made(cls):
        self = cls.__new__(cls)
        self.items = []
    def use(self):
        for item in self.items: item.go()
"""
    assert "main.Sub.use -> main.Item.go" in calls(DECLARED + text)
    assert relations(DECLARED + text, EdgeKind.USES, EdgeKind.WRITES)[-2:] == [
        "main.Sub.made -> main.Base.items",
        "main.Sub.use -> main.Base.items",
    ]
    assert unresolved(DECLARED + text) == []


def test_what_code_gives_a_subclass_is_what_its_base_has() -> None:
    text = """\
class Base:
    flag = 1
class Sub(Base): pass
def put(): Sub.flag = 2
def read(): return Sub.flag
"""
    assert relations(text, EdgeKind.USES, EdgeKind.WRITES) == [
        "main.put -> main.Base.flag",
        "main.put -> main.Sub",
        "main.read -> main.Base.flag",
        "main.read -> main.Sub",
    ]
    assert unresolved(text) == []


def test_what_is_put_in_the_place_of_a_method_of_the_class_itself() -> None:
    text = "def f(): pass\ndef g(): pass\nclass C:\n    m = g\nC.m = f\n"
    assert calls(text + "C.m()\n") == ["main -> main.f"]
    assert calls(text + "def use(): C.m()\n") == ["main.use -> main.f", "main.use -> main.g"]


def test_an_attribute_bound_again_before_anyone_could_see_it() -> None:
    two = "def f(): pass\ndef g(): pass\nclass C:\n    def go(self): self.m()\n"
    again = two + "    def __init__(self):\n        self.m = g\n        {}self.m = f\n"
    assert calls(again.format("")) == ["main.C.go -> main.f"]
    assert calls(again.format("self.go(); ")) == [
        "main.C.__init__ -> main.C.go",
        "main.C.go -> main.f",
        "main.C.go -> main.g",
    ]
