"""From what a person points at (a place, a line, a name) to a symbol.

Works on the live text alone for places, so that it answers before the graph is filled; names are
looked up in the graph.
"""

from __future__ import annotations

import re
from typing import Final

from ramify.analysis.resolve import definitions_at
from ramify.features.places import qualified_name
from ramify.session.snapshot import Reading
from ramify_store.facts import NONE, FileFacts, Placed, Symbol, SymbolFact, symbol_id

_ORDINAL: Final = re.compile(r"#\d+")


def symbol_at(reading: Reading, path: str, offset: int) -> Symbol | None:
    """The symbol named at a byte offset, else the innermost one whose definition holds it."""
    return symbol_named_at(reading, path, offset) or symbol_around(reading, path, offset)


def symbol_named_at(reading: Reading, path: str, offset: int) -> Symbol | None:
    """The symbol whose name stands at the offset: its definition or a reference to it."""
    facts = reading.snapshot.facts(path)
    if facts is None:
        return None
    for fact in facts.outline.symbols[1:]:
        if fact.name_start <= offset <= fact.name_end:
            return symbol_of(reading, path, fact.path)
    for target in definitions_at(reading.snapshot, path, offset):
        if target.is_symbol:
            return symbol_of(reading, target.path, target.symbol)
    return None


def symbol_around(reading: Reading, path: str, offset: int) -> Symbol | None:
    """The innermost symbol whose definition holds the offset: at worst the module."""
    facts = reading.snapshot.facts(path)
    if facts is None:
        return None
    symbols = facts.outline.symbols
    around = 0
    for index, fact in enumerate(symbols):
        # `self.x = ...` in a method defines a field of the class: it is not what the method holds.
        if fact.start <= offset <= fact.end and fact.parent == around:
            around = index
    return symbol_of(reading, path, symbols[around].path)


def symbol_on_line(reading: Reading, path: str, line: int, column: int | None) -> Symbol | None:
    """For `FILE:LINE[:COL]`, both zero-based, the column in characters. Without a column: the
    definition that starts on the line, else the one around it."""
    text, facts = reading.snapshot.text(path), reading.snapshot.facts(path)
    if text is None or facts is None or not 0 <= line < len(text.line_starts):
        return None
    if column is not None:
        return symbol_at(reading, path, text.offset(line, column, "utf-32"))
    start = text.line_starts[line]
    end = start + len(text.line(line))
    for fact in facts.outline.symbols[1:]:
        if start <= fact.name_start <= end:
            return symbol_of(reading, path, fact.path)
    first_word = end - len(text.line(line).lstrip())
    return symbol_around(reading, path, first_word)


def symbols_matching(reading: Reading, text: str) -> tuple[Symbol, ...]:
    """Symbols that a name may mean, in order of id: an id or a whole qualified name means one;
    else all those whose qualified name ends in it, component by component (`QuerySet.filter`).
    Definitions of one path that differ by ordinal alone count as their first."""
    text = text.strip()
    if (by_id := reading.view.symbol(text)) is not None:
        return (by_id,)
    wanted = text.removesuffix("()")
    last = _ORDINAL.sub("", wanted.rpartition(".")[2])
    if not last:
        return ()
    named = [symbol for symbol in reading.view.named(last) if _ends_in(symbol.id, wanted)]
    named = [symbol for symbol in named if not _is_local(symbol.id)] or named
    whole = [symbol for symbol in named if qualified_name(symbol.id) == wanted]
    firsts: dict[str, Symbol] = {}
    for symbol in sorted(whole or named, key=lambda symbol: symbol.id):
        firsts.setdefault(_ORDINAL.sub("", symbol.id), symbol)
    return tuple(firsts.values())


def _is_local(symbol_id: str) -> bool:
    """Inside a function: meant only where nothing else has the name."""
    return "<locals>" in symbol_id


def _ends_in(symbol_id: str, wanted: str) -> bool:
    """`get.<locals>.inner` is found as written, as `get.inner` and as `inner`."""
    qualified = qualified_name(symbol_id)
    plain = _ORDINAL.sub("", qualified)
    spellings = (qualified, plain, plain.replace("<locals>.", ""))
    return any(name == wanted or name.endswith("." + wanted) for name in spellings)


def symbol_of(reading: Reading, path: str, symbol_path: str) -> Symbol | None:
    """The symbol of that path in the live text of a file, indexed or not."""
    placed = reading.snapshot.placed(path)
    if placed is None:
        return None
    known = reading.view.symbol(symbol_id(placed, symbol_path))
    if known is not None and known.file == path:
        return known
    facts = reading.snapshot.facts(path)
    return _symbol_from(facts, placed, symbol_path) if facts else None


def _symbol_from(facts: FileFacts, placed: Placed, symbol_path: str) -> Symbol | None:
    for fact in facts.outline.symbols:
        if fact.path == symbol_path:
            return _unlinked(fact, facts, placed)
    return None


def _unlinked(fact: SymbolFact, facts: FileFacts, placed: Placed) -> Symbol:
    parent = facts.outline.symbols[fact.parent].path if fact.parent != NONE else None
    return Symbol(
        id=symbol_id(placed, fact.path),
        name=fact.name or placed.module.rpartition(".")[2],
        path=fact.path,
        kind=fact.kind,
        flags=fact.flags,
        container=symbol_id(placed, parent) if parent is not None else "",
        file=placed.path,
        is_test=placed.is_test,
        complexity=fact.complexity,
    )
