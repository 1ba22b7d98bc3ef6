"""Definitions that are one thing to who refers to them: overloads, a property's accessors, and
the branches of a conditional definition. Which of them a reference names is an accident."""

from __future__ import annotations

from collections.abc import Sequence

from ramify_store.facts import Symbol, SymbolFlag, SymbolKind
from ramify_store.view import GraphView

_ALTERNATIVE = SymbolFlag.OVERLOAD | SymbolFlag.CONDITIONAL
_FUNCTIONS = frozenset({SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.PROPERTY})


def defined_together(view: GraphView, symbol: Symbol) -> Sequence[Symbol]:
    """The symbol and those defined with it, in order of position.

    A function that merely stands below another of the same name is none of them: it hides it.
    """
    if symbol.kind not in _FUNCTIONS:
        return (symbol,)
    same = [
        each
        for each in view.children(symbol.container)
        if each.name == symbol.name and each.kind in _FUNCTIONS
    ]
    if len(same) > 1 and any(
        each.flags & _ALTERNATIVE or each.kind == SymbolKind.PROPERTY for each in same
    ):
        return same
    return (symbol,)
