"""How test runners name a test, and which tests to run first.

A test that a class inherits is run there; a class that no runner collects (a mixin) is run nowhere
else. What pytest and unittest collect is their convention, by name and base class. Must never know
why a test was reached.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal
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
    container = int(upstream.facts.container[number])
    if container < 0 or upstream.facts.kind[container] != SymbolKind.CLASS:
        here = _named(view, symbol_id, (), is_unittest=False)
        return (*here, *_imported(view, symbol_id, (), is_unittest=False))
    name = symbol_id.rpartition(".")[2]
    found: list[Runnable] = []
    for each in (container, *_inheriting(upstream, container, name)):
        if _is_collected(upstream, view, each):
            is_case = each in _test_cases(view)
            found.extend(_named(view, upstream.ids[each], (name,), is_unittest=is_case))
            found.extend(_imported(view, upstream.ids[each], (name,), is_unittest=is_case))
    return tuple(found)


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


def _named(
    view: GraphView, symbol_id: str, more: Sequence[str], *, is_unittest: bool
) -> Iterator[Runnable]:
    symbol = view.symbol(symbol_id)
    if symbol is None:
        return
    placed = view.placed(symbol.file)
    module = placed.module if placed else ""
    path = [*symbol.path.split("."), *more]
    names = tuple(_ORDINAL.sub("", each) for each in path)
    yield Runnable(symbol.file, module, names, is_unittest)


def _imported(
    view: GraphView, symbol_id: str, more: Sequence[str], *, is_unittest: bool
) -> Iterator[Runnable]:
    """Where the top level of another test file imports it."""
    symbol = view.symbol(symbol_id)
    for edge in view.incoming(symbol_id, (EdgeKind.IMPORTS,)) if symbol else ():
        module = view.symbol(edge.source)
        placed = view.placed(module.file) if module else None
        if symbol and module and placed and not module.path and _TEST_FILE.search(module.file):
            yield Runnable(module.file, placed.module, (symbol.name, *more), is_unittest)


def _inheriting(upstream: Upstream, container: int, name: str) -> Iterator[int]:
    """Classes below that do not define a test of this name themselves."""
    for each in closure(container, upstream.derived):
        if f"{upstream.ids[each]}.{name}" not in upstream.numbers:
            yield each


def _is_collected(upstream: Upstream, view: GraphView, number: int) -> bool:
    if number in _test_cases(view):
        return True
    name = upstream.ids[number].rpartition("/")[2].rpartition(".")[2]
    return name.startswith("Test") and f"{upstream.ids[number]}.__init__" not in upstream.numbers


def _test_cases(view: GraphView) -> frozenset[int]:
    """Classes that derive from some `TestCase` outside the workspace, by number."""
    known = _known.get(view)
    if known is None:
        upstream = upstream_of(view)
        outside = (each for each in view.externals() if each.endswith(_CASE))
        known = _known[view] = frozenset(
            below
            for case in outside
            if case in upstream.numbers
            for below in closure(upstream.numbers[case], upstream.derived)
        )
    return known


_known: WeakKeyDictionary[GraphView, frozenset[int]] = WeakKeyDictionary()
