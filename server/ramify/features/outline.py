"""The definitions of one file as a tree, live from its text."""

from __future__ import annotations

from ramify.features.answers.common import Place
from ramify.features.answers.navigation import SymbolTree
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import Outline, SymbolFact, SymbolKind


def document_symbols(reading: Reading, token: CancelToken, path: str) -> tuple[SymbolTree, ...]:
    """What the module defines, in order; lambdas are left out, what they hold is kept."""
    facts = reading.snapshot.facts(path)
    if facts is None:
        return ()
    token.check()
    return _trees(facts.outline, path)


def _trees(outline: Outline, path: str) -> tuple[SymbolTree, ...]:
    """Children stand after their parents: built from the last symbol to the first."""
    below: dict[int, list[SymbolTree]] = {}
    for index in range(len(outline.symbols) - 1, 0, -1):
        fact = outline.symbols[index]
        children = below.pop(index, [])
        if fact.kind == SymbolKind.LAMBDA:
            below.setdefault(fact.parent, []).extend(children)
        else:
            below.setdefault(fact.parent, []).append(_tree(fact, path, children))
    return tuple(reversed(below.get(0, [])))


def _tree(fact: SymbolFact, path: str, children: list[SymbolTree]) -> SymbolTree:
    return SymbolTree(
        name=fact.name,
        kind=fact.kind,
        signature=fact.signature,
        place=Place(path, fact.start, fact.end),
        name_place=Place(path, fact.name_start, fact.name_end),
        children=tuple(reversed(children)),
    )
