"""How test runners name a test, and which tests to run first.

A test that a class inherits is run there; a class that no runner collects (a mixin) is run nowhere
else. What pytest and unittest collect is their convention, by name and base class. Must never know
why a test was reached.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple
from weakref import WeakKeyDictionary

from ramify.features.answers.impact import Runnable
from ramify.features.upstream import Upstream, closure, upstream_of
from ramify_store.facts import EdgeKind, SymbolKind
from ramify_store.view import GraphView

Runner = Literal["pytest", "unittest", "django"]

_ORDINAL: Final = re.compile(r"#\d+")
_TEST_FILE: Final = re.compile(r"(^|/)(test[^/]*|[^/]*_test)\.py$")
_CASE: Final = "TestCase"


def runnables_of(view: GraphView, symbol_id: str) -> tuple[Runnable, ...]:
    """What runs this test: once, or once for each class that inherits it; and again in each test
    file that imports it or its class, for runners take what a module holds."""
    upstream = upstream_of(view)
    number = upstream.numbers[symbol_id]
    if upstream.facts.is_local[number]:
        return _where_it_is_set(view, upstream, symbol_id)
    container = int(upstream.facts.container[number])
    if container < 0 or upstream.facts.kind[container] != SymbolKind.CLASS:
        return tuple(_held(view, symbol_id, is_unittest=False))
    name = symbol_id.rpartition(".")[2]
    return tuple(
        Runnable(each.path, each.module, (*each.names, name), each.is_unittest)
        for heir, runnables in _heirs(view, upstream, container)
        if heir == container or f"{upstream.ids[heir]}.{name}" not in upstream.numbers
        for each in runnables
    )


def _where_it_is_set(view: GraphView, upstream: Upstream, symbol_id: str) -> tuple[Runnable, ...]:
    """A function that becomes a test when it is set as one: nobody knows its name, but all of the
    classes run it that have the method around it, or else the file."""
    around, kind = int(upstream.facts.container[upstream.numbers[symbol_id]]), upstream.facts.kind
    while around >= 0 and kind[around] != SymbolKind.CLASS:
        around = int(upstream.facts.container[around])
    if around >= 0:
        made = [each for _, held in _heirs(view, upstream, around) for each in held]
        return tuple(made or _made_by(view, upstream, around))
    symbol = view.symbol(symbol_id)
    placed = view.placed(symbol.file) if symbol else None
    return (Runnable(placed.path, placed.module, (), is_unittest=True),) if placed else ()


def _made_by(view: GraphView, upstream: Upstream, metaclass: int) -> Iterator[Runnable]:
    """Where a module makes classes by a metaclass, its test classes that say no tests
    themselves."""
    cases, _ = known_runners(view)
    makers = {
        int(upstream.facts.file[upstream.numbers[edge.source]])
        for name in ("__new__", "__init__")
        for edge in view.incoming(f"{upstream.ids[metaclass]}.{name}", (EdgeKind.CALLS,))
    }
    for each in sorted(cases):
        if int(upstream.facts.file[each]) in makers and not upstream.tests.get(each):
            yield from _held(view, upstream.ids[each], is_unittest=True)


def names_for(runner: Runner, runnables: Iterable[Runnable], file: Mapping[str, str]) -> list[str]:
    """As the runner takes them, each once, in order. `file` gives the path to show for a path.

    `pytest`: `tests/test_a.py::TestA::test_b`. `unittest`: `tests.test_a.TestA.test_b`, as
    `python -m unittest` imports it from the current directory. `django`: the same from its import
    root, as `manage.py test` takes it.
    """
    named: dict[str, None] = {}
    for each in runnables:
        if runner == "pytest":
            named["::".join((file[each.path], *each.names))] = None
        elif each.is_unittest:
            module = each.module if runner == "django" else _dotted(file[each.path])
            named[".".join((module, *each.names))] = None
    return list(named)


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".").replace("\\", ".")


def _heirs(
    view: GraphView, upstream: Upstream, test_class: int
) -> Sequence[tuple[int, tuple[Runnable, ...]]]:
    """The class and those below that a runner collects, each with what names it."""
    cases, known_heirs = known_runners(view)
    known = known_heirs.get(test_class)
    if known is None:
        known = known_heirs[test_class] = [
            (each, tuple(_held(view, upstream.ids[each], is_unittest=each in cases)))
            for each in (test_class, *closure(test_class, upstream.derived))
            if each in cases or _is_named_as_test(upstream, each)
        ]
    return known


def _held(view: GraphView, symbol_id: str, *, is_unittest: bool) -> Iterator[Runnable]:
    """In its own file, and where the top level of another test file imports it."""
    symbol = view.symbol(symbol_id)
    if symbol is None:
        return
    placed = view.placed(symbol.file)
    names = tuple(_ORDINAL.sub("", each) for each in symbol.path.split("."))
    yield Runnable(symbol.file, placed.module if placed else "", names, is_unittest)
    for edge in view.incoming(symbol_id, (EdgeKind.IMPORTS,)):
        module = view.symbol(edge.source)
        placed = view.placed(module.file) if module else None
        if module and placed and not module.path and _TEST_FILE.search(module.file):
            yield Runnable(module.file, placed.module, (symbol.name,), is_unittest)


def _is_named_as_test(upstream: Upstream, number: int) -> bool:
    name = upstream.ids[number].rpartition("/")[2].rpartition(".")[2]
    return name.startswith("Test") and f"{upstream.ids[number]}.__init__" not in upstream.numbers


class _Known(NamedTuple):
    cases: frozenset[int]
    """Classes that derive from some `TestCase` outside the workspace, by number."""
    heirs: dict[int, Sequence[tuple[int, tuple[Runnable, ...]]]]


def known_runners(view: GraphView) -> _Known:
    known = _kept.get(view)
    if known is None:
        upstream = upstream_of(view)
        outside = (each for each in view.externals() if each.endswith(_CASE))
        cases = frozenset(
            below
            for case in outside
            if case in upstream.numbers
            for below in closure(upstream.numbers[case], upstream.derived)
        )
        known = _kept[view] = _Known(cases, {})
    return known


_kept: WeakKeyDictionary[GraphView, _Known] = WeakKeyDictionary()
