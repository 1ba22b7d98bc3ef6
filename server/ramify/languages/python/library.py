"""What the standard library defines, looked up by name: modules, functions, classes, members.

Reads `library.bin`, which `tools/library` makes from typeshed, a module at a time and when it is
first asked for. Names are dotted, as programs write them: `os.path.join`, `builtins.str.split`.
Knows nothing of a workspace: what a program shadows is for who asks to see.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from ramify.languages.python.shapes import ALIAS, CLASS, MODULE, PROPERTY, VALUE, Entry
from ramify.languages.python.types import (
    SELF,
    UNKNOWN,
    alternatives,
    applied,
    instance,
    is_class,
    substituted,
    variable,
)

FILE: Final = "library.bin"
OBJECT: Final = "builtins.object"
_MOST_STEPS: Final = 12


class Header(msgspec.Struct, array_like=True, frozen=True):
    typeshed_client: str
    """The version it was made from."""
    places: dict[str, tuple[int, int]]
    """By module: offset and length."""


class Known(NamedTuple):
    """What a dotted name means."""

    entry: Entry
    name: str
    """The name of its definition: `threading.Lock` for `multiprocessing.dummy.Lock`."""
    owner: str
    """The class that a member belongs to, where it is defined; empty for no member."""
    where: Mapping[str, str]
    """What the type variables of that class, and `@`, stand for, as far as the name says."""


class Above(NamedTuple):
    """A class in the order of another."""

    name: str
    entry: Entry
    where: Mapping[str, str]
    """What its own type variables stand for, in those of the class asked about."""


def data() -> bytes:
    """The whole file."""
    return Path(__file__).with_name(FILE).read_bytes()


@cache
def _read() -> tuple[Header, bytes]:
    whole = data()
    start = 4 + int.from_bytes(whole[:4], "big")
    return msgspec.msgpack.decode(whole[4:start], type=Header), whole[start:]


def made_from() -> str:
    """The version of typeshed-client."""
    return _read()[0].typeshed_client


def modules() -> Collection[str]:
    """The names of all modules that are known."""
    return _read()[0].places.keys()


def is_module(dotted: str) -> bool:
    return dotted in _read()[0].places


@cache
def names_of(module: str) -> dict[str, Entry]:
    """What the names of a module are; empty for a module that is not of the standard library."""
    header, body = _read()
    place = header.places.get(module)
    if place is None:
        return {}
    packed = body[place[0] : place[0] + place[1]]
    return msgspec.msgpack.decode(zlib.decompress(packed), type=dict[str, Entry])


@cache
def known(dotted: str) -> Known | None:
    """What a dotted name means: of a module, or of a class and its bases, or of what an attribute
    holds. None for what is not of the standard library, and for a module itself."""
    return _known(dotted, 0)


def _known(dotted: str, steps: int) -> Known | None:
    places = _read()[0].places
    parts = dotted.split(".")
    for at in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:at])
        if module in places:
            return _in_module(module, parts[at:], steps)
    return None


def _in_module(module: str, parts: list[str], steps: int) -> Known | None:
    entry = names_of(module).get(parts[0])
    if entry is None or steps > _MOST_STEPS:
        return None
    if entry.kind in (ALIAS, MODULE):
        return _known(".".join([entry.type, *parts[1:]]), steps + 1)
    found: Known | None = Known(entry, f"{module}.{parts[0]}", "", {})
    for name in parts[1:]:
        found = _of(found, name) if found is not None else None
    return found


def _of(base: Known, name: str) -> Known | None:
    """A member of what a name means: of a class, or of the class that an attribute is of."""
    if base.entry.kind == CLASS:
        return member(base.name, name)
    if base.entry.kind in (VALUE, PROPERTY):
        for part in alternatives(substituted(base.entry.type, base.where)):
            if is_class(part):
                full, arguments = applied(part)
                found = member(full, name, arguments)
                if found is not None:
                    return found
    return None


@cache
def class_named(dotted: str) -> Known | None:
    """The class that a dotted name means."""
    found = known(dotted)
    return found if found is not None and found.entry.kind == CLASS else None


@cache
def mro(dotted: str) -> tuple[Above, ...]:
    """A class and those above it, in method resolution order; empty for one that is not known."""
    found = class_named(dotted)
    return tuple(_linearised(found.name, found.entry, 0)) if found is not None else ()


def _linearised(name: str, entry: Entry, depth: int) -> list[Above]:
    own = Above(name, entry, {variable(each): variable(each) for each in entry.params})
    orders: list[list[Above]] = []
    for base in entry.bases if depth < _MOST_STEPS else ():
        if not is_class(base):
            continue
        full, arguments = applied(base)
        above = class_named(full)
        if above is None:
            continue
        given = _given(above.entry, arguments)
        orders.append(
            [
                each._replace(where={k: substituted(v, given) for k, v in each.where.items()})
                for each in _linearised(above.name, above.entry, depth + 1)
            ]
        )
    return [own, *_merged(orders)]


def _merged(orders: list[list[Above]]) -> list[Above]:
    """C3, without the proof that there is an order: there is one, since Python imported it."""
    found: list[Above] = []
    pending = [order for order in orders if order]
    while pending:
        for order in pending:
            head = order[0]
            if not any(head.name in [e.name for e in other[1:]] for other in pending):
                break
        else:
            head = pending[0][0]
        found.append(head)
        pending = [[e for e in order if e.name != head.name] for order in pending]
        pending = [order for order in pending if order]
    return found


def _given(entry: Entry, arguments: tuple[str, ...]) -> dict[str, str]:
    return {variable(p): a for p, a in zip(entry.params, arguments, strict=False)}


@cache
def member(cls: str, name: str, arguments: tuple[str, ...] = ()) -> Known | None:
    """What an attribute of instances of a class is, with what the class's arguments say of it."""
    order = mro(cls)
    if not order:
        return None
    given = _given(order[0].entry, arguments)
    for above in order:
        entry = above.entry.members.get(name)
        if entry is not None:
            where = {k: substituted(v, given) for k, v in above.where.items()}
            own = tuple(variable(each) for each in order[0].entry.params)
            where[SELF] = instance(order[0].name, arguments or own)
            if entry.kind == ALIAS:
                other = above.entry.members.get(entry.type)
                if other is None:
                    return known(entry.type)
                entry = other
            return Known(entry, f"{above.name}.{name}", above.name, where)
    if cls != OBJECT and name in names_of("builtins")["object"].members:
        return member(OBJECT, name)
    return None


def members(cls: str) -> dict[str, Entry]:
    """Every member of a class, those of its bases too; empty for a class that is not known."""
    found: dict[str, Entry] = {}
    order = mro(cls)
    for above in reversed((*order, *mro(OBJECT))) if order else ():
        found.update(above.entry.members)
    return found


@cache
def is_closed(cls: str) -> bool:
    """Whether all the attributes that instances of a class have are known: it has no base that
    may be anything, and answers for no other attributes."""
    order = mro(cls)
    return bool(order) and not any(
        UNKNOWN in above.entry.bases or "__getattr__" in above.entry.members for above in order
    )


@cache
def takes_callables(dotted: str) -> bool:
    """Whether a function, or constructing a class, may be given something to call."""
    found = known(dotted)
    if found is None:
        return False
    functions = [found.entry]
    if found.entry.kind == CLASS:
        made_by = ("__init__", "__new__")
        functions = [
            a.entry.members[n] for a in mro(dotted) for n in made_by if n in a.entry.members
        ]
    signatures = [signature for each in functions for signature in each.signatures]
    return any("(" in param.type for signature in signatures for param in signature.params)


def is_below(cls: str, other: str) -> bool:
    """Whether a class is another or below it."""
    order = mro(cls)
    above = class_named(other)
    return above is not None and (
        above.name == OBJECT or any(each.name == above.name for each in order)
    )


@cache
def argument_of(cls: str, arguments: tuple[str, ...], base: str) -> tuple[str, ...]:
    """The arguments that a generic base has in a class with arguments of its own; empty when the
    class is not below it."""
    above = class_named(base)
    for each in mro(cls) if above is not None else ():
        if above is not None and each.name == above.name:
            given = _given(mro(cls)[0].entry, arguments)
            return tuple(substituted(each.where[variable(p)], given) for p in each.entry.params)
    return ()
