"""What a rename changes: the places that certainly mean the symbol, and those that may.

Nothing is written here. A rename that would leave something broken without saying so is refused,
with the reason; what nobody can decide is listed apart for a person to look at.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from keyword import iskeyword
from typing import Final

from ramify.analysis.resolve import (
    definitions_at,
    is_bound_at,
    local_occurrences_at,
    parameter_at,
)
from ramify.features.answers.common import Place
from ramify.features.definition import naming_token_at
from ramify.features.dispatch import overridden_above, overrides_below
from ramify.features.locate import symbol_of
from ramify.features.places import Places, bare_name, qualified_name
from ramify.features.together import defined_together
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import (
    Certainty,
    EdgeKind,
    ParamKind,
    Symbol,
    SymbolKind,
    edge_is_external,
)
from ramify_store.view import GraphView

_TEXTUAL: Final = tuple(kind for kind in EdgeKind if kind != EdgeKind.OVERRIDES)
_BY_KEYWORD: Final = (ParamKind.POSITIONAL_OR_KEYWORD, ParamKind.KEYWORD_ONLY)
_EXPORTS: Final = re.compile(rb"__all__\b[^\n=(]*[=(][^\])]*[\])]")


class RenameRefusedError(Exception):
    """The name cannot be changed, or not safely; the message says why."""


@dataclass(frozen=True, slots=True)
class Change:
    """A name to be replaced."""

    place: Place
    certainty: Certainty
    why: str


@dataclass(frozen=True, slots=True)
class Rename:
    old: str
    new: str
    changes: tuple[Change, ...]
    """Exact ones, the definitions among them, by path and position."""
    doubtful: tuple[Change, ...]
    """What probably or possibly means it, surest first: to be looked at."""
    notes: tuple[str, ...] = ()
    """What else a person must know."""


def renamable(reading: Reading, path: str, offset: int) -> Place:
    """The name at a byte offset. Raises RenameRefusedError when it cannot be changed."""
    token = _token(reading, path, offset)
    if not local_occurrences_at(reading.snapshot, path, offset):
        _symbols(reading, path, offset)
    return token


def rename(reading: Reading, token: CancelToken, path: str, offset: int, new: str) -> Rename:
    """Of the name at a byte offset, to `new`. Raises RenameRefusedError."""
    place = _token(reading, path, offset)
    old = _text(reading, place)
    if not new.isidentifier() or iskeyword(new):
        raise RenameRefusedError(f"`{new}` is not a name")
    if new == old:
        return Rename(old, new, (), ())
    occurrences = local_occurrences_at(reading.snapshot, path, offset)
    if occurrences:
        found = [Change(Place(path, o.start, o.end), Certainty.EXACT, "scope") for o in occurrences]
        found += _keywords(reading, token, path, offset, old)
        return _checked(reading, Rename(old, new, *_sorted_out(reading, found, old)))
    symbols = _family(reading.view, _symbols(reading, path, offset))
    _refuse_taken(reading.view, symbols, new)
    found = list(_mentions(reading, token, symbols, old))
    found += _exports(reading, symbols, old)
    changes, doubtful = _sorted_out(reading, found, old)
    notes = tuple(_notes(reading.view, symbols))
    return _checked(reading, Rename(old, new, changes, doubtful, notes))


def _token(reading: Reading, path: str, offset: int) -> Place:
    facts = reading.snapshot.facts(path)
    found = naming_token_at(facts, offset) if facts else None
    place = Place(path, *found) if found else None
    if place is None or not _text(reading, place).isidentifier():
        raise RenameRefusedError("there is no name here that could be changed")
    return place


def _text(reading: Reading, place: Place) -> str:
    text = reading.snapshot.text(place.path)
    return text.data[place.start : place.end].decode() if text else ""


def _symbols(reading: Reading, path: str, offset: int) -> Sequence[Symbol]:
    """What the name means, when that is certain and ours to change."""
    targets = definitions_at(reading.snapshot, path, offset)
    if not targets:
        raise RenameRefusedError("nobody knows what this name means here")
    best = targets[0].certainty
    surest = [target for target in targets if target.certainty == best]
    outside = next((target.external for target in surest if target.external), None)
    if outside:
        raise RenameRefusedError(f"{qualified_name(outside)} is defined outside of the workspace")
    symbols = [
        symbol
        for target in surest
        if target.is_symbol and (symbol := symbol_of(reading, target.path, target.symbol))
    ]
    if not symbols:
        raise RenameRefusedError("nobody knows what this name means here")
    for symbol in symbols:
        if symbol.kind == SymbolKind.MODULE:
            raise RenameRefusedError("a module has the name of its file: rename the file instead")
        if symbol.name.startswith("__") and symbol.name.endswith("__"):
            raise RenameRefusedError(f"Python itself calls `{symbol.name}` by this name")
    return symbols


def _family(view: GraphView, symbols: Iterable[Symbol]) -> Sequence[Symbol]:
    """With all that must keep the same name: overloads, accessors, what it overrides and what
    overrides it."""
    found: dict[str, Symbol] = {}
    waiting = deque(symbols)
    while waiting:
        symbol = waiting.popleft()
        if symbol.id in found:
            continue
        found[symbol.id] = symbol
        waiting.extend(defined_together(view, symbol))
        related = (*overridden_above(view, symbol.id), *overrides_below(view, symbol.id))
        waiting.extend(each for each in map(view.symbol, related) if each is not None)
    return tuple(found.values())


def _refuse_taken(view: GraphView, symbols: Iterable[Symbol], new: str) -> None:
    for symbol in symbols:
        for beside in view.children(symbol.container):
            if beside.name == new:
                raise RenameRefusedError(
                    f"{qualified_name(symbol.container)} has a `{new}` already"
                )


def _mentions(
    reading: Reading, token: CancelToken, symbols: Sequence[Symbol], old: str
) -> Iterator[Change]:
    places = Places(reading)
    family = {symbol.id for symbol in symbols}
    for symbol in symbols:
        item = places.item(symbol)
        if item is not None:
            yield Change(item.name_place, Certainty.EXACT, "definition")
        for edge in reading.view.incoming(symbol.id, _TEXTUAL):
            token.check()
            source = reading.view.symbol(edge.source)
            for place in places.sites(source, edge.sites, old) if source else ():
                yield _weighed(reading, Change(place, edge.certainty, edge.why), family)
    if not any(symbol.container for symbol in symbols):
        return
    for lookup in reading.view.lookups_of(old):
        source = reading.view.symbol(lookup.source)
        if lookup.certainty == Certainty.POSSIBLE and source is not None:
            for place in places.sites(source, lookup.sites, old):
                yield Change(place, Certainty.POSSIBLE, "only the name matches")


def _weighed(reading: Reading, change: Change, family: set[str]) -> Change:
    """A site that may mean something else besides is not certain."""
    if change.certainty == Certainty.EXACT:
        return change
    for target in definitions_at(reading.snapshot, change.place.path, change.place.start):
        symbol = symbol_of(reading, target.path, target.symbol) if target.is_symbol else None
        if symbol is None or symbol.id not in family:
            other = qualified_name(symbol.id if symbol else target.external or target.path)
            return Change(change.place, Certainty.POSSIBLE, f"may also mean {other}")
    return change


def _exports(reading: Reading, symbols: Iterable[Symbol], old: str) -> Iterator[Change]:
    """The name in `__all__` of the modules that define or import it."""
    paths = {symbol.file for symbol in symbols if not symbol.path.count(".")}
    for symbol in symbols:
        for edge in reading.view.incoming(symbol.id, (EdgeKind.IMPORTS,)):
            source = reading.view.symbol(edge.source)
            if source is not None:
                paths.add(source.file)
    quoted = re.compile(rb"(?<=[\"'])" + re.escape(old.encode()) + rb"(?=[\"'])")
    for path in sorted(paths):
        facts, text = reading.snapshot.facts(path), reading.snapshot.text(path)
        if facts is None or text is None or old not in (facts.body.exported or ()):
            continue
        for listed in _EXPORTS.finditer(text.data):
            for name in quoted.finditer(text.data, listed.start(), listed.end()):
                place = Place(path, name.start(), name.end())
                yield Change(place, Certainty.EXACT, "listed in __all__")


def _keywords(
    reading: Reading, token: CancelToken, path: str, offset: int, name: str
) -> Iterator[Change]:
    """Calls that pass a parameter by its name."""
    from ramify.analysis.extraction.keywords import keyword_places  # the parser: not at the start

    parameter = parameter_at(reading.snapshot, path, offset)
    function = symbol_of(reading, path, parameter[0]) if parameter else None
    if parameter is None or function is None or parameter[1] not in _BY_KEYWORD:
        return
    places = Places(reading)
    sites: dict[str, dict[int, tuple[Certainty, str]]] = {}
    for edge in reading.view.incoming(function.id, (EdgeKind.CALLS,)):
        token.check()
        source = reading.view.symbol(edge.source)
        for place in places.sites(source, edge.sites, function.name) if source else ():
            sites.setdefault(place.path, {})[place.start] = (edge.certainty, edge.why)
    for file, callees in sorted(sites.items()):
        text, placed = reading.snapshot.text(file), reading.snapshot.placed(file)
        if text is None or placed is None:
            continue
        for callee, (certainty, why) in callees.items():
            for start, end in keyword_places(text.data, placed.language, [callee], name):
                yield Change(Place(file, start, end), certainty, f"passed by keyword, via {why}")


def _sorted_out(
    reading: Reading, found: Iterable[Change], old: str
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """Each place once, with its best certainty; a place that reads otherwise (an alias) stays."""
    best: dict[Place, Change] = {}
    for each in found:
        known = best.get(each.place)
        if known is None or each.certainty > known.certainty:
            best[each.place] = each
    named = [each for each in best.values() if _text(reading, each.place) == old]
    named.sort(key=lambda each: (-each.certainty, each.place.path, each.place.start))
    certain = tuple(each for each in named if each.certainty == Certainty.EXACT)
    return certain, tuple(each for each in named if each.certainty < Certainty.EXACT)


def _checked(reading: Reading, renamed: Rename) -> Rename:
    """Raises RenameRefusedError where the new name would mean something else."""
    for change in renamed.changes:
        place = change.place
        if is_bound_at(reading.snapshot, place.path, place.start, renamed.new):
            text = reading.snapshot.text(place.path)
            line = text.position(place.start, "utf-8").line + 1 if text else 0
            raise RenameRefusedError(f"`{renamed.new}` means something else in {place.path}:{line}")
    return renamed


def _notes(view: GraphView, symbols: Iterable[Symbol]) -> Iterator[str]:
    """A class that derives from one outside may be called by that one."""
    bases = {
        base: symbol
        for symbol in symbols
        if symbol.kind in (SymbolKind.METHOD, SymbolKind.PROPERTY)
        for base in _outside(view, symbol.container)
    }
    for base, symbol in sorted(bases.items()):
        yield (
            f"{qualified_name(symbol.container)} derives from {qualified_name(base)}, which stands"
            f" outside of the workspace and may call {bare_name(symbol)} by its name"
        )


def _outside(view: GraphView, class_id: str) -> set[str]:
    seen, waiting = {class_id}, [class_id]
    while waiting:
        for edge in view.outgoing(waiting.pop(), (EdgeKind.INHERITS,)):
            if edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)
    return {each for each in seen if edge_is_external(each) and each != "python:builtins.object"}
