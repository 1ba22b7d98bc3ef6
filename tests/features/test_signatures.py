"""Arguments that certainly do not fit parameters."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ramify.analysis.extraction.extract import extract
from ramify.features.signatures import CallSites, Signature, misfit, signature_of
from ramify_store.facts import SymbolKind


def signature(definition: str) -> Signature | None:
    facts = extract(definition.encode(), "python")
    fact = next(
        each
        for each in facts.outline.symbols
        if each.kind in (SymbolKind.FUNCTION, SymbolKind.METHOD)
    )
    return signature_of(facts, fact)


def fits(definition: str, call: str) -> str | None:
    found = signature(definition)
    assert found is not None
    facts = extract(call.encode(), "python")
    named = call.index(call.partition("(")[0].rpartition(".")[2])
    starts, _ = facts.outline.sites()
    sites = CallSites(facts)
    (arguments,) = filter(None, (sites.arguments(at) for at in _at(starts, named)))
    return misfit(found, arguments)


def _at(starts: Sequence[int], place: int) -> list[int]:
    return [at for at, start in enumerate(starts) if start == place]


@pytest.mark.parametrize(
    ("definition", "call", "why"),
    [
        ("def f(a): ...", "f(1)", None),
        ("def f(a): ...", "f()", "needs `a`"),
        ("def f(a): ...", "f(1, 2)", "takes 1 positional argument, 2 passed"),
        ("def f(a, b=1): ...", "f(1)", None),
        ("def f(a, *, key): ...", "f(1)", "needs `key`"),
        ("def f(a, *, key): ...", "f(1, key=2)", None),
        ("def f(a, *, key): ...", "f(1, 2)", "takes 1 positional argument, 2 passed"),
        ("def f(a): ...", "f(b=1)", "has no parameter `b`"),
        ("def f(a, /): ...", "f(a=1)", "has no parameter `a`"),
        ("def f(a): ...", "f(1, a=2)", "gets `a` twice"),
        ("def f(a, b): ...", "f(*x)", None),
        ("def f(a, b): ...", "f(**x)", None),
        ("def f(*a, **b): ...", "f(1, 2, c=3)", None),
        ("class C:\n def m(self, a): ...", "x.m(1)", None),
        ("class C:\n def m(self, a): ...", "C.m(x, 1)", None),
        ("class C:\n def m(self, a): ...", "x.m()", "needs `a`"),
        ("class C:\n @staticmethod\n def m(a): ...", "x.m(1, 2)", "takes 1 positional argument"),
        ("class C:\n @classmethod\n def m(cls, a): ...", "C.m(1)", None),
    ],
)
def test_what_fits(definition: str, call: str, why: str | None) -> None:
    found = fits(definition, call)
    assert found == why if why is None else (found or "").startswith(why)


def test_a_decorator_may_change_what_a_function_takes() -> None:
    assert signature("@cached\ndef f(a): ...") is None
