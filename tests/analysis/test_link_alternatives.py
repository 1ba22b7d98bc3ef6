"""Calls that run one of many on purpose: tables of handlers, methods picked by name, getters."""

from __future__ import annotations

from ramify_store.facts import EdgeKind
from tests.analysis.linked import calls, edges, why

HANDLERS = "".join(f"def f{n}(): pass\n" for n in range(9))
METHODS = "".join(f"    def visit_{n}(self): pass\n" for n in range(9))


def test_a_table_of_more_than_eight_handlers_runs_any_of_them() -> None:
    table = ", ".join(f"'k{n}': f{n}" for n in range(9))
    text = f"{HANDLERS}TABLE = {{{table}}}\ndef run(key): TABLE[key]()\n"
    assert calls(text) == [f"main.run -> main.f{n}" for n in range(9)]
    assert why(text, "main.run -> main.f3")[:1] == ["inferred: element"]


def test_more_than_eight_functions_handed_to_a_parameter() -> None:
    uses = "".join(f"add(f{n})\n" for n in range(9))
    text = f"{HANDLERS}def add(handler): handler()\n{uses}"
    assert [c for c in calls(text) if c.startswith("main.add")] == [
        f"main.add -> main.f{n}" for n in range(9)
    ]


def test_more_than_sixty_four_are_only_possible() -> None:
    names = [f"f{n}" for n in range(65)]
    text = "".join(f"def {name}(): pass\n" for name in names)
    text += f"TABLE = [{', '.join(names)}]\ndef run(key): TABLE[key]()\n"
    assert calls(text) == []


def test_a_method_picked_by_the_beginning_of_its_name() -> None:
    text = f"""\
class Visitor:
    def visit(self, kind): return getattr(self, f"visit_{{kind}}")()
{METHODS}
"""
    assert calls(text) == [f"main.Visitor.visit -> main.Visitor.visit_{n}" for n in range(9)]


def test_a_method_picked_by_name_may_be_of_a_class_below() -> None:
    text = """\
class Visitor:
    def visit(self, kind): return getattr(self, "visit_" + kind)()
class Printer(Visitor):
    def visit_a(self): pass
"""
    assert calls(text) == ["main.Visitor.visit -> main.Printer.visit_a"]


def test_a_method_picked_by_a_name_kept_in_a_variable() -> None:
    text = """\
class Filter:
    def process(self, group):
        name = f"_process_{type(group).__name__}"
        run = getattr(self, name.lower(), self._process_default)
        run(group)
    def _process_default(self, group): pass
    def _process_Where(self, group): pass
    def other(self, group): pass
"""
    assert calls(text) == [
        "main.Filter.process -> main.Filter._process_Where",
        "main.Filter.process -> main.Filter._process_default",
    ]


def test_a_method_picked_by_the_end_of_its_name() -> None:
    text = """\
class Client:
    def run(self, verb):
        getattr(self, verb + "_command")()
        getattr(self, "on_{}_done".format(verb))()
    def get_command(self): pass
    def command_of(self): pass
    def on_get_done(self): pass
    def on_get(self): pass
"""
    assert calls(text) == [
        "main.Client.run -> main.Client.get_command",
        "main.Client.run -> main.Client.on_get_done",
    ]


def test_a_class_that_many_below_put_in_place() -> None:
    below = "".join(f"class C{n}(Cache): pass\nclass T{n}(Test): made = C{n}\n" for n in range(9))
    text = f"""\
class Cache:
    def __init__(self): pass
class Test:
    made = Cache
    def test(self): self.made()
{below}
"""
    assert calls(text)[-1] == "main.Test.test -> main.Cache.__init__"
    assert "main.Test.test -> main.C8" in calls(text)


def test_a_getter_calls_the_method_it_names() -> None:
    text = """\
# file: names.py
from operator import methodcaller
go = methodcaller("go")
# file: main.py
from names import go
class C:
    def go(self): pass
def one(): go(C())
def many(): list(map(go, [C()]))
"""
    assert [c for c in calls(text) if not c.endswith(".C")] == [
        "main.many -> main.C.go",
        "main.one -> main.C.go",
    ]


def test_a_key_is_made_of_each_element() -> None:
    text = """\
class C:
    def rank(self): pass
def use(found: list[C]): found.sort(key=lambda c: c.rank())
"""
    assert calls(text) == [
        "main.use -> main.use.<locals>.<lambda>",
        "main.use.<locals>.<lambda> -> main.C.rank",
    ]


def test_the_arguments_of_min_are_compared() -> None:
    text = """\
class C:
    def __lt__(self, other): pass
    def go(self): pass
def use(): min(C(), C()).go()
"""
    assert calls(text) == [
        "main.use -> main.C",
        "main.use -> main.C.__lt__",
        "main.use -> main.C.go",
    ]


def test_what_may_be_nothing_leaves_no_name_of_nothing() -> None:
    text = "def use(flag):\n    x = None\n    if flag: x = flag\n    x.go()\n"
    assert [e.target for e in edges(text) if e.kind == EdgeKind.CALLS] == []
