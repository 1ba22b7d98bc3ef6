"""Values of classes that belong together: many below one base, mixins, classes given to be made."""

from __future__ import annotations

from ramify_store.facts import EdgeKind
from tests.analysis.linked import calls, edges, relations, short, why

KINDS = "".join(f"class K{n}(Node):\n    def show(self): pass\n" for n in range(9))
MADE = ", ".join(f"K{n}()" for n in range(9))


def test_many_instances_are_of_the_class_that_all_of_them_are_of() -> None:
    given = "".join(f"render(K{n}())\n" for n in range(9))
    text = f"class Node:\n    def show(self): pass\n{KINDS}def render(node): node.show()\n{given}"
    assert [c for c in calls(text) if c.startswith("main.render")] == [
        "main.render -> main.Node.show"
    ]
    assert why(text, "main.render -> main.Node.show") == ["inferred: one of several"]


def test_many_instances_returned_are_of_the_class_that_all_of_them_are_of() -> None:
    kinds = "".join(f"class K{n}(Node): pass\n" for n in range(25))
    ways = "".join(f"    if kind == {n}: return K{n}()\n" for n in range(25))
    text = f"""\
class Node:
    def show(self): pass
{kinds}
def made(kind):
{ways}
def run(kind): made(kind).show()
"""
    assert "main.run -> main.Node.show" in calls(text)


def test_many_instances_that_share_no_class_are_only_possible() -> None:
    kinds = "".join(f"class K{n}:\n    def show(self): pass\n" for n in range(17))
    made = ", ".join(f"K{n}()" for n in range(17))
    text = f"{kinds}def run():\n    for each in [{made}]: each.show()\n"
    assert [c for c in calls(text) if ".show" in c] == []


def test_up_to_sixteen_made_in_sight_are_told_apart() -> None:
    text = f"class Node: pass\n{KINDS.replace('(Node)', '')}"
    text += f"EACH = [{MADE}]\ndef run():\n    for each in EACH: each.show()\n"
    assert [c for c in calls(text) if c.startswith("main.run")] == [
        f"main.run -> main.K{n}.show" for n in range(9)
    ]


def test_a_method_that_only_classes_below_have() -> None:
    text = """\
class Token: pass
class Group(Token):
    def alias(self): pass
def run():
    token = Token()
    token.alias()
"""
    assert calls(text) == ["main.run -> main.Group.alias", "main.run -> main.Token"]
    assert why(text, "main.run -> main.Group.alias") == ["inferred: subclass"]


def test_a_class_that_answers_for_any_attribute_needs_none_below() -> None:
    text = """\
class Token:
    def __getattr__(self, name): pass
class Group(Token):
    def alias(self): pass
def run():
    token = Token()
    token.alias()
"""
    assert "main.run -> main.Group.alias" not in calls(text)


def test_a_mixin_stands_for_what_follows_it_in_a_class_below() -> None:
    text = """\
# file: mixins.py
class Named:
    def name(self): pass
# file: main.py
from mixins import Named
class Tokens:
    def name(self): pass
    def show(self): self.name()
class Identifier(Named, Tokens): pass
"""
    assert relations(text, EdgeKind.OVERRIDES) == ["mixins.Named.name -> main.Tokens.name"]


def test_a_mixin_that_comes_after_stands_for_nothing() -> None:
    text = """\
class Named:
    def name(self): pass
class Tokens:
    def name(self): pass
class Identifier(Tokens, Named): pass
"""
    assert relations(text, EdgeKind.OVERRIDES) == ["main.Tokens.name -> main.Named.name"]


def test_a_class_that_is_a_default_may_give_way_to_one_below() -> None:
    text = """\
class Base:
    def __init__(self): pass
    def go(self): pass
class Below(Base):
    def __init__(self): pass
    def go(self): pass
def run(cls=Base):
    made = cls()
    made.go()
"""
    assert dispatching(text) == ["main.run -> main.Base.__init__", "main.run -> main.Base.go"]


def test_a_class_that_is_declared_may_be_one_below() -> None:
    text = """\
class Base:
    def __init__(self): pass
class Below(Base):
    def __init__(self): pass
def run(cls: type[Base]): cls()
"""
    assert dispatching(text) == ["main.run -> main.Base.__init__"]


def test_a_class_by_its_name_is_that_class() -> None:
    text = """\
class Base:
    def __init__(self): pass
    def go(self): pass
class Below(Base):
    def go(self): pass
def run(): Base().go()
"""
    assert dispatching(text) == []


def dispatching(text: str) -> list[str]:
    """The calls that may run an override instead."""
    return sorted(
        f"{short(e.source)} -> {short(e.target)}"
        for e in edges(text)
        if e.kind == EdgeKind.CALLS and e.dispatch
    )


def test_a_class_that_a_class_below_stores_instead() -> None:
    text = """\
class Plain:
    def go(self): pass
class Nested:
    def go(self): pass
class Base:
    def prepare(self): self.kind = Plain
    def use(self): self.kind().go()
class Below(Base):
    def prepare(self): self.kind = Nested
def alone():
    base = Base()
    base.kind().go()
"""
    assert [line for line in calls(text) if line.endswith(".go")] == [
        "main.Base.use -> main.Nested.go",
        "main.Base.use -> main.Plain.go",
        "main.alone -> main.Plain.go",
    ]


def test_of_a_crowd_the_few_that_have_a_method() -> None:
    kinds = "".join(f"class C{n}: pass\n" for n in range(12))
    table = ", ".join(f"{n}: C{n}" for n in range(12))
    text = f"{kinds}class D:\n    def names(self): pass\ntable = {{{table}, 'd': D}}\n"
    found = calls(text + "def use(key): table[key]().names()\n")
    assert [line for line in found if line.endswith("names")] == ["main.use -> main.D.names"]
