"""Values outside the workspace, as far as the standard library is known: what they are instances
of, and what an attribute of theirs means.

Pure reading of the library's shapes. An EXTERNAL keeps the name that the program reaches it by; one
that is a member of something known better carries that as its receiver.
"""

from __future__ import annotations

from ramify.analysis.inference.values import (
    EXTERNAL,
    EXTERNAL_INSTANCE,
    INSTANCE,
    MADE,
    RETURNED,
    Result,
    Value,
)
from ramify.languages.python.library import (
    OBJECT,
    Known,
    class_named,
    is_closed,
    known,
    member,
)
from ramify.languages.python.shapes import CLASS, PROPERTY, VALUE
from ramify.languages.python.types import (
    NONE,
    SELF,
    UNKNOWN,
    alternatives,
    applied,
    instance,
    is_class,
    is_open,
    literal,
    substituted,
    variable,
)

NONE_TYPE = "builtins.NoneType"
MODULE_TYPE = "types.ModuleType"
_DEEPEST = 4
"""Types inside types; of more the arguments are not kept."""


def made_type(value: Value) -> str:
    """Of what a call has made: its type, where that says so with type variables to be read off the
    call; empty for any other value."""
    return value[1] if value[0] == MADE and "[" in value[1] else ""


def class_of(value: Value) -> tuple[str, tuple[str, ...]] | None:
    """The class outside that a value is an instance of, with its arguments."""
    if value[0] == EXTERNAL_INSTANCE:
        return value[1], (value[2] if len(value) > 2 else ())
    made = made_type(value)
    return applied(made) if made else None


def meaning(value: Value) -> Known | None:
    """What an EXTERNAL is; `@` and the type variables of the class it is a member of stand for
    what its receiver says."""
    if len(value) > 2:
        of = class_of(value[2])
        name = value[1].rpartition(".")[2]
        if of is not None:
            return member(of[0], name, of[1])
    return known(value[1])


def member_of(value: Value, name: str) -> Value | None:
    """Attribute `name` of an instance of something outside; None for what it does not have."""
    of = class_of(value)
    assert of is not None, value
    cls, arguments = of
    dotted = step_to(cls, name)
    if cls == NONE_TYPE:
        return (EXTERNAL, dotted) if known(f"{OBJECT}.{name}") is not None else None
    found = member(cls, name)
    if found is None and cls == MODULE_TYPE:
        return None  # which module it is would have to be known
    if found is None:
        is_private = name.startswith("_") and not cls.startswith("builtins.")
        return (EXTERNAL, dotted) if is_private or not is_closed(cls) else None
    return (EXTERNAL, dotted, value) if arguments else (EXTERNAL, dotted)


def is_attribute(value: Value) -> bool:
    """Whether an EXTERNAL is an attribute of instances, and so whatever that holds."""
    found = meaning(value)
    return found is not None and bool(found.owner) and found.entry.kind in (VALUE, PROPERTY)


def step_to(dotted: str, name: str) -> str:
    """The name of an attribute of something outside; `x.next.next.next` is no more than
    `x.next.next`, since a loop over links would have no end of names."""
    parts = dotted.split(".")
    return dotted if parts.count(name) > 1 else f"{dotted}.{name}"


def base_with(bases: list[str], name: str) -> str | None:
    """Of the bases outside that a class has, the one that has an attribute: the first that does,
    else the first that may. None when all are known and none does."""
    for base in bases:
        if class_named(base) is None or not is_closed(base):
            return base
        if member(base, name) is not None:
            return base
    return bases[0] if bases and name.startswith("_") else None


def inherited(base: str, name: str, receiver: Value) -> Value:
    """A member that an instance of the workspace has from a base outside."""
    found = member(base, name)
    dotted = f"{base}.{name}"
    speaks_of_it = found is not None and (
        SELF in found.entry.type or any(SELF in each.gives for each in found.entry.signatures)
    )
    if speaks_of_it and receiver[0] == INSTANCE:
        return (EXTERNAL, dotted, receiver)
    return (EXTERNAL, dotted)


def type_held_by(value: Value) -> str:
    """The type of what an EXTERNAL that is no function or class holds; empty if that is not
    told."""
    found = meaning(value)
    if found is None or found.entry.kind not in (VALUE, PROPERTY):
        return ""
    return substituted(found.entry.type, told_by(found, value[2] if len(value) > 2 else None))


def values_of(told: str, receiver: Value | None = None) -> Result:
    """Instances of a type. Type variables in it are those of the call that made the receiver, or
    say nothing."""
    found: Result = {}
    for part in alternatives(told):
        if part == NONE:
            found[EXTERNAL_INSTANCE, NONE_TYPE] = RETURNED
        elif part == SELF:
            if receiver is not None:
                found[receiver] = RETURNED
        elif is_class(part):
            value = instance_of(part, receiver)
            if value is not None:
                found[value] = RETURNED
        elif literal(part) is not None:
            cls = "builtins.bool" if part in ("True", "False") else "builtins.str"
            found[EXTERNAL_INSTANCE, cls] = RETURNED
    return found


def instance_of(part: str, receiver: Value | None) -> Value | None:
    cls, arguments = applied(part)
    if cls == "builtins.type":
        named = alternatives(arguments[0]) if arguments else ()
        known_class = len(named) == 1 and is_class(named[0])
        return (EXTERNAL, applied(named[0])[0]) if known_class else None
    if is_open(part) and receiver is not None and made_type(receiver) and SELF not in part:
        return (MADE, part, *receiver[2:])
    closed = tuple(UNKNOWN if is_open(each) else each for each in arguments)
    if all(each == UNKNOWN for each in closed) or part.count("[") > _DEEPEST:
        return (EXTERNAL_INSTANCE, cls)
    return (EXTERNAL_INSTANCE, cls, closed)


def told_by(found: Known, receiver: Value | None) -> dict[str, str]:
    """What type variables stand for in a member: as the receiver says; `@` stays where that is of
    the workspace."""
    where = dict(found.where)
    if receiver is not None and receiver[0] == INSTANCE:
        where[SELF] = SELF
    return where


def generic_class(dotted: str) -> str:
    """The type of instances of a generic class, its own type variables in it; empty for any other
    class."""
    found = class_named(dotted)
    if found is None or not found.entry.params:
        return ""
    return instance(found.name, tuple(variable(each) for each in found.entry.params))


def class_made_by(dotted: str) -> str:
    """The class of what calling a class or function of the library makes; empty if that is not
    told."""
    found = known(dotted)
    if found is None:
        return ""
    if found.entry.kind == CLASS:
        return dotted
    for signature in found.entry.signatures:
        if signature.gives and is_class(signature.gives) and "|" not in signature.gives:
            return applied(signature.gives)[0]
    return ""
