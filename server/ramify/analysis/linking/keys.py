"""Keys: questions that files ask of each other, hashed; and which of them a change touches.

A key stands for a question about one file ("what does `f` in a.py return?"). Whether its answer
changed is found by asking it of the program before and after: an edit that leaves every answer as
it was wakes nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias
from zlib import crc32

from ramify.analysis.inference.annotations import type_arguments
from ramify.analysis.inference.constants import constant_of_symbol
from ramify.analysis.inference.definitions import WRAPPERS
from ramify.analysis.inference.engine import LOCAL, NO_FLOW, Question, Units
from ramify.analysis.inference.fixtures import FIXTURE_DECORATORS
from ramify.analysis.inference.infer import Inference
from ramify.analysis.inference.names import absolute
from ramify.analysis.inference.outside import made_type
from ramify.analysis.inference.texts import texts_written
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ALIAS,
    ATTRIBUTES,
    CLASS,
    DECLARED,
    FUNCTION,
    GENERATOR,
    INSTANCE,
    LITERAL,
    MADE,
    METHOD_OF,
    PART,
    REST,
    TYPE_VARIABLE,
    TYPED,
    Result,
    Value,
)
from ramify.languages.python.types import variables_in
from ramify_store.facts import NONE, Op, ParamKind, SymbolKind

_ABOUT_SYMBOLS = frozenset(
    {"mro", "bases", "own", "stored", "returned", "outcome", "yielded", "definition", "parameter",
     "metaclass", "found metaclass", "special methods", "decorated", "handed", "constant", "fields",
     "field factories", "method names", "has decorators", "said of bases", "type parameters",
     "related", "delegates", "automatic", "body", "hooks", "made outside", "texts given",
     "given back", "keeps"}
)  # fmt: skip
_ABOUT_NAMES = frozenset({"global", "exports", "fixture", "find", "file", "flow", "standing at"})


def keys_of(units: Units, question: Question) -> Iterator[int]:
    """The keys of a question: its own, and for a question about a place in a file one more that
    says that somebody asked about places there at all."""
    aspect, path = question[0], question[1]
    if aspect in _ABOUT_SYMBOLS:
        unit = units[path]
        assert unit is not None
        details = question[3:] if aspect not in ("decorated", "constant") else ()
        yield _hash(aspect, path, unit.symbols[question[2]].path, details)
    elif aspect == "find":
        yield module_key(question[2])
    elif aspect in _ABOUT_NAMES:
        yield _hash(aspect, path, *question[2:])
    else:
        yield places_key(path)
        yield from _keys_of_place(units, path, question[2])


def _keys_of_place(units: Units, path: str, about: int | Value) -> Iterator[int]:
    """Keys of a question about an expression, or about a value that is a container."""
    unit = units[path]
    assert unit is not None
    if isinstance(about, int):
        yield place_key(path, unit.place_name(about))
    elif about[0] in ("view", METHOD_OF, "pair of", PART, ATTRIBUTES):
        yield from _keys_of_place(units, path, about[2] if about[0] == "view" else about[1])
    elif about[0] == MADE:
        yield place_key(path, unit.place_name(about[3]))
    elif about[0] == REST:
        yield _hash("handed", path, unit.symbols[about[2]].path, (about[3],))
    elif about[0] == GENERATOR:
        yield _hash("yielded", path, unit.symbols[about[2]].path, ())
    elif about[0] in (INSTANCE, CLASS):
        yield _hash("elements", path, unit.symbols[about[2]].path, ())
    elif about[0] in (LITERAL, TYPED):
        yield place_key(path, unit.place_name(about[2]))


def _hash(*parts: Any) -> int:
    return crc32("\0".join([str(part) for part in parts]).encode())


def module_key(dotted: str) -> int:
    """Whether there is a module of that name."""
    return _hash("find", dotted)


def file_key(path: str) -> int:
    """Whether there is a file (a conftest.py) at that path."""
    return _hash("file", "", path)


def places_key(path: str) -> int:
    """Whether anybody asked what stands at a place of that file."""
    return _hash("places", path)


def place_key(path: str, name: str) -> int:
    """What stands at a place of that file: a display, an annotation, a call."""
    return _hash("place", path, name)


Ask: TypeAlias = tuple[int, Callable[..., Any], tuple[Any, ...]]
"""A key, and how to ask its question of a program: a function of an inference, a unit and these
details. Answers of two programs can be compared."""


def asked_about(
    path: str,
    before: Inference,
    after: Inference,
    among: Callable[[Sequence[int]], Collection[int]],
) -> list[Ask]:
    """Of the questions that there can be about a file in two programs, those somebody asked;
    `among` says which of some keys that is."""
    units = [unit for unit in (before.units[path], after.units[path]) if unit is not None]
    names = [
        _global_names(inference, unit)
        for inference in (before, after)
        if (unit := inference.units[path]) is not None
    ]
    asks = list(_about_places(path, units)) if among((places_key(path),)) else []
    asks += _questions(path, units, _merged(names))
    asked = among([ask[0] for ask in asks])
    return list(dict.fromkeys(ask for ask in asks if ask[0] in asked))


def stands_as_before(old: Unit | None, new: Unit | None) -> bool:
    """Whether answers about a file can be compared: it was there and has not moved."""
    return old is not None and new is not None and _spot(old) == _spot(new)


def _spot(unit: Unit) -> tuple[str, str]:
    """What the ids of the file's symbols begin with."""
    return unit.placed.root, unit.placed.module


def _about_places(path: str, units: Iterable[Unit]) -> Iterator[Ask]:
    """As the names of places are made, see `Unit.place_name`."""
    begun = _begun("place", path)
    most: dict[tuple[str, int], int] = {}
    for unit in units:
        for (symbol, op), same in unit.places.items():
            of_symbol = (unit.symbols[symbol].path, op)
            most[of_symbol] = max(most.get(of_symbol, 0), len(same))
    for (name, op), number in most.items():
        about = crc32(f"{name}:{op}:".encode(), begun)
        for rank in range(number):
            yield crc32(b"%d" % rank, about), _standing, (name, op, rank)


def _standing(inference: Inference, unit: Unit, symbol: str, op: int, rank: int) -> Any:
    """Everything that may be asked about the expression at a place; None where there is none."""
    name = f"{symbol}:{op}:{rank}"
    e = unit.place_at(name)
    if e is None:
        return None
    told: list[Any] = [unit.ops[e], _found(inference, inference.expression(unit, e))]
    inner: list[int] = []
    if unit.ops[e] in _DISPLAYS:
        told.append(texts_written(unit, e))
        for value in inference.expression(unit, e)[0]:
            told += [_plain(inference, inference.elements(value))]
            told += [_plain(inference, inference.items(value))]
    if unit.ops[e] in (Op.TUPLE, Op.LIST, Op.SET):
        inner = list(unit.elements(e))
    elif unit.ops[e] == Op.DICT:
        for key, held in unit.entries(e):
            told.append(unit.text_of_const(key) if key != NONE else None)
            inner.append(held)
        told += [
            _plain(inference, inference.item_under(value, text))
            for value in inference.expression(unit, e)[0]
            for text in unit.item_keys
        ]
    elif unit.ops[e] == Op.CALL:
        for how, argument in unit.arguments(e):
            told += [unit.names[how] if how >= 0 else how, unit.text_of_const(argument)]
            inner.append(argument)
        for value in inference.expression(unit, e)[0]:
            told += [
                _plain(inference, inference.of_made(value, name))
                for name in variables_in(made_type(value))
            ]
            if value[0] == MADE:
                told += [_plain(inference, inference.elements(value))]
                told += [_plain(inference, inference.items(value))]
                told += [_plain(inference, inference.under(value, key)) for key in unit.item_keys]
    elif unit.ops[e] == Op.TYPE_PARAMETER:
        variable = (TYPE_VARIABLE, unit.path, e)
        told += [unit.names[unit.b[e]], _plain(inference, inference.bound_of(variable))]
    elif unit.ops[e] in (Op.SUBSCRIPT, Op.NAME, Op.ATTR, Op.BINARY, Op.STAR):
        told.append(_plain(inference, inference.annotated(unit, e)))
        if unit.ops[e] == Op.SUBSCRIPT:
            told.append(inference.generic_name(unit, e))
            told += [
                _plain(inference, inference.annotated(unit, x)) for x in type_arguments(unit, e)
            ]
    told += [_plain(inference, inference.expression(unit, x)[0]) for x in inner]
    return told


_DISPLAYS = frozenset({Op.TUPLE, Op.LIST, Op.SET, Op.DICT, Op.COMP, Op.DICT_COMP})


def answer_to(inference: Inference, unit: Unit, ask: Ask) -> Any:
    """What a program tells; the inference's taint says whether flows had a part in it."""
    inference.taint = NO_FLOW
    inference.turn_to(unit.path)
    return ask[1](inference, unit, *ask[2])


def _begun(*parts: str) -> int:
    """The hash of a question that begins so; `crc32` goes on from there."""
    return crc32("".join([part + "\0" for part in parts]).encode())


def _questions(path: str, units: list[Unit], names: list[str]) -> Iterator[Ask]:
    yield from _about_names(path, names)
    for name, aspects in _ABOUT_METHODS.items():
        yield from _about_symbols(path, _named(units, name), aspects)
    with_scope = (s.path for unit in units for s in unit.symbols if s.scope != NONE)
    yield from _about_symbols(path, dict.fromkeys(with_scope), _ABOUT_FUNCTIONS)
    others = (s.path for unit in units for s in unit.symbols if s.scope == NONE)
    yield from _about_symbols(path, dict.fromkeys(others), {"constant": _constant})
    members: dict[str, dict[str, None]] = {}
    parameters: dict[str, int] = {}
    for unit in units:
        for sym, fact in enumerate(unit.symbols):
            if fact.kind == SymbolKind.CLASS:
                known = members.setdefault(fact.path, {})
                known.update(dict.fromkeys(_member_names(unit, sym)))
            elif fact.scope != NONE:
                number = len(unit.scopes[fact.scope].params)
                parameters[fact.path] = max(parameters.get(fact.path, 0), number)
    for symbol, of_class in members.items():
        yield from _about_class(path, symbol, of_class)
    yield from _about_symbols(path, members, {"elements": _iterated})
    for symbol, number in parameters.items():
        yield from _about_parameters(path, symbol, number)


def _about_names(path: str, names: list[str]) -> Iterator[Ask]:
    for aspect, tell in _ABOUT_GLOBALS.items():
        begun = _begun(aspect, path)
        for name in names:
            yield crc32(name.encode(), begun), tell, (name,)


_ABOUT_GLOBALS: Final[dict[str, Callable[[Inference, Unit, str], Any]]] = {
    "global": lambda i, u, name: _found(i, i.global_name(u.path, name)),
    "exports": lambda i, u, name: i.exports(u.path, name),
    "fixture": lambda i, u, name: _plain(i, i.fixture_in_module(u.path, name)),
}


def _about_symbols(
    path: str, symbols: Iterable[str], aspects: Mapping[str, _OfSymbol]
) -> Iterator[Ask]:
    begun = [(_begun(aspect, path), ask_of) for aspect, ask_of in aspects.items()]
    about_any = _begun("standing at", path)
    for symbol in symbols:
        name = symbol.encode()
        yield crc32(name, about_any), _standing_at, (symbol,)
        name += b"\0()"
        for start, ask_of in begun:
            yield crc32(name, start), _of_symbol, (symbol, ask_of)


def _standing_at(inference: Inference, unit: Unit, symbol: str) -> Any:
    return _plain(inference, inference.standing_at(unit, symbol))


def _of_symbol(
    inference: Inference, unit: Unit, symbol: str, ask_of: _OfSymbol, *details: Any
) -> Any:
    sym = unit.symbol_at(symbol)
    return None if sym is None else ask_of(inference, unit.path, sym, *details)


def _decorated(inference: Inference, path: str, sym: int) -> Any:
    return [inference.is_decorated_with(path, sym, n) for n in (FIXTURE_DECORATORS, WRAPPERS)]


def _fields(inference: Inference, path: str, sym: int) -> Any:
    is_class = inference.unit(path).symbols[sym].kind == SymbolKind.CLASS
    return inference.fields(path, sym) if is_class else None


def _field_factories(inference: Inference, path: str, sym: int) -> Any:
    is_class = inference.unit(path).symbols[sym].kind == SymbolKind.CLASS
    return _plain(inference, inference.field_factories(path, sym)) if is_class else None


def _said_of_bases(inference: Inference, path: str, sym: int) -> Any:
    is_class = inference.unit(path).symbols[sym].kind == SymbolKind.CLASS
    return _plain(inference, inference.said_of_bases(path, sym)) if is_class else None


def _type_parameters(inference: Inference, path: str, sym: int) -> Any:
    is_class = inference.unit(path).symbols[sym].kind == SymbolKind.CLASS
    return inference.type_parameters(path, sym) if is_class else None


def _method_names(inference: Inference, path: str, sym: int) -> Any:
    is_class = inference.unit(path).symbols[sym].kind == SymbolKind.CLASS
    return inference.method_names(path, sym) if is_class else None


def _body(inference: Inference, path: str, sym: int) -> Any:
    is_class = inference.unit(path).symbols[sym].kind == SymbolKind.CLASS
    return list(inference.body(path, sym)) if is_class else None


def _hooks(inference: Inference, path: str, sym: int) -> Any:
    is_class = inference.unit(path).symbols[sym].kind == SymbolKind.CLASS
    return inference.hooks(path, sym) if is_class else None


def _constant(inference: Inference, path: str, sym: int) -> Any:
    return constant_of_symbol(inference, path, sym)


def _iterated(inference: Inference, path: str, sym: int) -> Any:
    if inference.unit(path).symbols[sym].kind != SymbolKind.CLASS:
        return None
    made = (INSTANCE, path, sym, DECLARED)
    results = (
        inference.elements(made),
        inference.items(made),
        inference.elements((CLASS, path, sym, DECLARED)),
    )
    return [_plain(inference, result) for result in results]


_OfSymbol: TypeAlias = Callable[..., Any]
"""Asks something of an inference about a symbol, by path and index."""

_ABOUT_FUNCTIONS: Final[dict[str, _OfSymbol]] = {
    "definition": lambda i, p, s: _plain(i, i.definition(p, s)),
    "returned": lambda i, p, s: _plain(i, i.returned(p, s)),
    "outcome": lambda i, p, s: _plain(i, i.outcome(p, s)),
    "yielded": lambda i, p, s: _plain(i, i.yielded(p, s)),
    "mro": lambda i, p, s: _ordered(i, i.mro(p, s)),
    "bases": lambda i, p, s: _ordered(i, i.bases(p, s)),
    "fields": _fields,
    "field factories": _field_factories,
    "method names": _method_names,
    "body": _body,
    "hooks": _hooks,
    "delegates": lambda i, p, s: _plain(i, i.delegates(p, s)),
    "automatic": lambda i, p, s: _plain(i, i.automatic(p, s)),
    "metaclass": lambda i, p, s: _plain(i, i.stated_metaclass(p, s)),
    "found metaclass": lambda i, p, s: _plain(i, i.found_metaclass(p, s)),
    "special methods": lambda i, p, s: _plain(i, i.special_methods(p, s)),
    "decorated": _decorated,
    "said of bases": _said_of_bases,
    "type parameters": _type_parameters,
    "has decorators": lambda i, p, s: i.has_decorators(p, s),
    "texts given": lambda i, p, s: i.texts_given(p, s),
    "made outside": lambda i, p, s: i.is_made_outside((FUNCTION, p, s)),
}


def _named(units: list[Unit], name: str) -> Iterable[str]:
    """Paths of the functions of a name."""
    symbols = (s for unit in units for s in unit.symbols if s.name == name and s.scope != NONE)
    return dict.fromkeys(s.path for s in symbols)


_ABOUT_METHODS: Final[dict[str, dict[str, _OfSymbol]]] = {
    "__get__": {"given back": lambda i, p, s: _plain(i, i.given_back(p, s))},
    "__init__": {"keeps": lambda i, p, s: _plain(i, i.keeps(p, s))},
}


def _about_class(path: str, symbol: str, names: Iterable[str]) -> Iterator[Ask]:
    spelled = [(str((name,)).encode(), name) for name in names]
    for aspect, ask_of in _ABOUT_MEMBERS.items():
        begun = _begun(aspect, path, symbol)
        for text, name in spelled:
            yield crc32(text, begun), _of_symbol, (symbol, ask_of, name)


_ABOUT_MEMBERS: Final[dict[str, _OfSymbol]] = {
    "related": lambda i, p, s, name: _plain(i, i.related(p, s, name)),
    "own": lambda i, p, s, name: _found(i, i.own(p, s, name)),
    "stored": lambda i, p, s, name: _found(i, i.stored(p, s, name)),
}


def _about_parameters(path: str, symbol: str, number: int) -> Iterator[Ask]:
    for aspect, ask_of in (("parameter", _parameter), ("handed", _handed)):
        begun = _begun(aspect, path, symbol)
        for index in range(number):
            yield crc32(str((index,)).encode(), begun), _of_symbol, (symbol, ask_of, index)


def _parameter(inference: Inference, path: str, sym: int, index: int) -> Any:
    unit = inference.unit(path)
    if index >= len(unit.scopes[unit.symbols[sym].scope].params):
        return None
    return _plain(inference, inference.parameter(path, sym, index))


def _handed(inference: Inference, path: str, sym: int, index: int) -> Any:
    unit = inference.unit(path)
    params = unit.scopes[unit.symbols[sym].scope].params
    if index >= len(params):
        return None
    param = params[index]
    if param.kind in (ParamKind.VAR_POSITIONAL, ParamKind.VAR_KEYWORD):
        return param.kind, _plain(inference, inference.items((REST, path, sym, index)))
    return _plain(inference, inference.handed(path, sym, param))


def _merged(groups: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(item for group in groups for item in group))


def _global_names(inference: Inference, unit: Unit) -> list[str]:
    """Every name that a module may have, also through its star imports."""
    names: dict[str, None] = {}
    seen: set[str] = set()
    pending = [unit]
    while pending:
        module = pending.pop()
        if module.path in seen:
            continue
        seen.add(module.path)
        names.update(dict.fromkeys(module.names[name] for name in module.bound[0]))
        names.update(dict.fromkeys(module.exported or ()))
        for star in module.star_imports.get(0, ()):
            dotted = absolute(module, module.names[module.a[star]], module.c[star])
            path = inference.program.find_module(dotted, module.placed.root) if dotted else None
            starred = inference.units[path] if path is not None else None
            if starred is not None:
                pending.append(starred)
    return list(names)


def _member_names(unit: Unit, sym: int) -> list[str]:
    names = [unit.names[name] for name in unit.bound[unit.symbols[sym].scope]]
    names.extend(unit.names[name] for name in unit.attribute_bindings)
    return list(dict.fromkeys(names))


def _found(inference: Inference, found: tuple[Result, Result]) -> Any:
    return _plain(inference, found[0]), _plain(inference, found[1])


def _plain(inference: Inference, result: Result) -> Any:
    return {_stable(inference.units, value): mark for value, mark in result.items()}


def _ordered(inference: Inference, result: Result) -> Any:
    return [(_stable(inference.units, value), mark) for value, mark in result.items()]


def _stable(units: Units, value: Value) -> Value:
    """A value with symbols by path, together with the facts that others read off it directly."""
    made: list[Any] = []
    for at, part in enumerate(value):
        if isinstance(part, tuple):
            made.append(_stable(units, part))
        elif at == (3 if value[0] == MADE else 2) and value[0] in _WITH_PLACE:
            unit = units[value[at - 1]]
            assert unit is not None
            made.append(unit.place_name(part))
        elif at == 2 and value[0] == LOCAL:
            unit = units[value[1]]
            assert unit is not None
            made.append(unit.place_name(unit.bindings[part].target))
        elif at == 2 and value[0] in _WITH_SYMBOL:
            unit = units[value[1]]
            assert unit is not None
            made.extend(_shape(unit, part))
        else:
            made.append(part)
    return tuple(made)


_WITH_PLACE = frozenset({LITERAL, TYPED, MADE, ALIAS, TYPE_VARIABLE})
_WITH_SYMBOL = frozenset(
    {"class", "instance", "function", "bound", "generator", "coroutine", "super", "parameter",
     "of parameter", REST, "rows", "row and flag", "symbol", "request",
     "around", "bound class", "overload"}
)  # fmt: skip


def _shape(unit: Unit, sym: int) -> list[Any]:
    fact = unit.symbols[sym]
    if fact.scope == NONE:
        return [fact.path, fact.kind]
    scope = unit.scopes[fact.scope]
    params = tuple((unit.names[p.name], p.kind, p.annotation == NONE) for p in scope.params)
    return [fact.path, fact.kind, fact.flags, params, len(scope.bases)]
