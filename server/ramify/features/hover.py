"""What a person wants to know of the name under the cursor, as Markdown.

Signature, first paragraph of the documentation, who calls it and how sure that is. Live from the
facts; the number of callers comes from the graph and is left out while it knows nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from inspect import cleandoc
from itertools import chain
from typing import Final

from ramify.analysis.resolve import Target, definitions_at, overloads_at, types_at
from ramify.features.answers.common import Place
from ramify.features.answers.navigation import Hover
from ramify.features.definition import naming_token_at, symbol_fact
from ramify.features.dispatch import links_into
from ramify.features.locate import symbol_of
from ramify.features.places import bare_name, qualified_name
from ramify.features.together import defined_together
from ramify.languages.python.described import described
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import (
    NONE,
    Certainty,
    EdgeKind,
    Symbol,
    SymbolFact,
    SymbolFlag,
    SymbolKind,
)

_LONGEST_PARAGRAPH: Final = 1200
_QUOTES: Final = re.compile(
    r"""[rRuU]?(?P<quotes>\"{3}|'{3}|"|')(?P<text>.*)(?P=quotes)""", re.DOTALL
)
_KEYWORDS: Final = {
    SymbolKind.CLASS: "class ",
    SymbolKind.FUNCTION: "def ",
    SymbolKind.METHOD: "def ",
    SymbolKind.PROPERTY: "@property\ndef ",
}
_KIND_WORDS: Final = {
    SymbolKind.MODULE: "module",
    SymbolKind.VARIABLE: "variable",
    SymbolKind.FIELD: "field",
    SymbolKind.LAMBDA: "lambda",
}
_CALLED: Final = frozenset(
    {SymbolKind.CLASS, SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.PROPERTY}
)


def hover(reading: Reading, token: CancelToken, path: str, offset: int) -> Hover | None:
    """None where no name stands, or one that leads nowhere."""
    facts = reading.snapshot.facts(path)
    origin = naming_token_at(facts, offset) if facts else None
    if origin is None:
        return None
    targets = [
        *overloads_at(reading.snapshot, path, offset),
        *definitions_at(reading.snapshot, path, offset),
    ]
    token.check()
    parts = _parts(reading, token, path, offset, targets)
    return Hover("\n\n".join(parts), Place(path, *origin)) if parts else None


def _parts(
    reading: Reading, token: CancelToken, path: str, offset: int, targets: Sequence[Target]
) -> list[str]:
    for target in targets:
        if target.external:
            return [_outside(target)]
        if not target.is_symbol:
            return [_local(reading, path, offset, target)]
        symbol = symbol_of(reading, target.path, target.symbol)
        fact = symbol_fact(reading, target.path, target.symbol)
        if symbol is not None and fact is not None:
            together = defined_together(reading.view, symbol)
            same = {(each.file, each.path) for each in together}
            others = sum((each.path, each.symbol) not in same for each in targets)
            return _symbol(reading, token, together, fact, target, 1 + others)
    return []


def _outside(target: Target) -> str:
    """What is known of something outside the workspace."""
    dotted = qualified_name(target.external)
    words = described(dotted)
    return f"`{dotted}` (outside the workspace)" + (f": {words}" if words else "")


def _symbol(
    reading: Reading,
    token: CancelToken,
    together: Sequence[Symbol],
    fact: SymbolFact,
    target: Target,
    targets: int,
) -> list[str]:
    """`together` are the symbol and those defined with it: of an overload, the others."""
    symbol = next(each for each in together if each.path == target.symbol)
    parts = [_headline(symbol, fact), _where(symbol, target, targets)]
    parts.append(_documentation(reading, symbol, fact) or _told_by(reading, together))
    if symbol.kind in _CALLED:
        parts.append(callers_in_words(reading, token, symbol))
    return [part for part in parts if part]


def _headline(symbol: Symbol, fact: SymbolFact) -> str:
    keyword = _KEYWORDS.get(symbol.kind)
    if keyword is None:
        word = _KIND_WORDS.get(symbol.kind, "")
        return f"```python\n({word}) {bare_name(symbol)}{fact.signature}\n```"
    if symbol.flags & SymbolFlag.ASYNC:
        keyword = keyword.replace("def ", "async def ")
    return f"```python\n{keyword}{symbol.name}{fact.signature}\n```"


def _where(symbol: Symbol, target: Target, targets: int) -> str:
    where = f"`{qualified_name(symbol.id)}`"
    if target.certainty < Certainty.EXACT:
        where += f", inferred ({target.why})"
    return where + (f", one of {targets} targets" if targets > 1 else "")


def _local(reading: Reading, path: str, offset: int, target: Target) -> str:
    text = reading.snapshot.text(target.path)
    name = text.data[target.start : target.end].decode("utf-8", "replace") if text else ""
    types = {
        each.symbol or qualified_name(each.external)
        for each in types_at(reading.snapshot, path, offset)
    }
    known = ": " + " | ".join(sorted(types)) if types else ""
    return f"```python\n(local) {name}{known}\n```"


def _documentation(reading: Reading, symbol: Symbol, fact: SymbolFact) -> str:
    text = reading.snapshot.text(symbol.file)
    if text is None or fact.doc_start == NONE:
        return ""
    return first_paragraph(text.data[fact.doc_start : fact.doc_end].decode("utf-8", "replace"))


def _told_by(reading: Reading, together: Sequence[Symbol]) -> str:
    """The documentation of the first of some symbols that has one."""
    for each in together if len(together) > 1 else ():
        fact = symbol_fact(reading, each.file, each.path)
        words = _documentation(reading, each, fact) if fact is not None else ""
        if words:
            return words
    return ""


def first_paragraph(literal: str) -> str:
    """Of a docstring as it is written, quotes included."""
    written = _QUOTES.fullmatch(literal.strip())
    paragraph = cleandoc(written["text"] if written else literal).partition("\n\n")[0].strip()
    if len(paragraph) > _LONGEST_PARAGRAPH:
        return paragraph[:_LONGEST_PARAGRAPH].rstrip() + " …"
    return paragraph


def callers_in_words(reading: Reading, token: CancelToken, symbol: Symbol) -> str:
    """`Called by 4 (exact) and 12 more (inferred), 9 of them tests; 3 more calls of something
    named so may mean it.` Empty while the graph does not know the symbol."""
    view = reading.view
    if view.symbol(symbol.id) is None:
        return ""
    best: dict[str, Certainty] = {}
    together = defined_together(view, symbol)
    for link in chain.from_iterable(links_into(view, s.id, (EdgeKind.CALLS,)) for s in together):
        token.check()
        best[link.source] = max(link.certainty, best.get(link.source, Certainty.UNRESOLVED))
    exact = sum(certainty == Certainty.EXACT for certainty in best.values())
    inferred = sum(certainty == Certainty.INFERRED for certainty in best.values())
    sources = (view.symbol(each) for each, c in best.items() if c >= Certainty.INFERRED)
    tests = sum(source is not None and source.is_test for source in sources)
    named = [each for each in view.lookups_of(symbol.name) if each.kind == EdgeKind.CALLS]
    return _sentence(exact, inferred, tests, sum(len(each.sites) for each in named))


def _sentence(exact: int, inferred: int, tests: int, named: int) -> str:
    if exact and inferred:
        known = f"Called by {exact} (exact) and {inferred} more (inferred)"
    elif exact or inferred:
        known = f"Called by {exact or inferred} ({'exact' if exact else 'inferred'})"
    else:
        known = "No callers known"
    if tests:
        known += f", {_how_many_tests(tests, exact + inferred)}"
    if named:
        calls = "call" if named == 1 else "calls"
        known += f"; {named} more {calls} of something named so may mean it"
    return known + "."


def _how_many_tests(tests: int, callers: int) -> str:
    if tests == callers:
        return "a test" if tests == 1 else "all tests"
    return "1 of them a test" if tests == 1 else f"{tests} of them tests"
