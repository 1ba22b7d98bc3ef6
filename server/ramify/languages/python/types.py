"""Types as the shapes of the library hold them: texts, taken apart.

`A|B` is a union, `C[A,B]` an instance of a generic class, `~T` a type variable, `@` the receiver's
own class, `(A,B>R)` a callable, `...` any number of what stands before it (in tuples) or any
arguments (in callables), `'text'` a literal, `?` anything at all. A class without a dot is one of
`builtins`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

NONE: Final = "None"
SELF: Final = "@"
UNKNOWN: Final = "?"
_VARIABLE: Final = re.compile(r"~\w+|@")
_OPEN: Final = frozenset("[(")
_CLOSE: Final = frozenset("])")


def variable(name: str) -> str:
    return "~" + name


@lru_cache(20_000)
def alternatives(text: str) -> tuple[str, ...]:
    """The parts of a union, in order; none of an empty text."""
    return tuple(dict.fromkeys(_split(text, "|"))) if text else ()


@lru_cache(20_000)
def applied(part: str) -> tuple[str, tuple[str, ...]]:
    """The class of an instance by its full name, and its arguments."""
    name, bracket, rest = part.partition("[")
    full = name if "." in name else f"builtins.{name}"
    return full, (tuple(_split(rest[:-1], ",")) if bracket else ())


@lru_cache(20_000)
def called(part: str) -> tuple[tuple[str, ...], str] | None:
    """What a callable is given, and what it gives; None for anything else."""
    if not part.startswith("("):
        return None
    given, result = _split(part[1:-1], ">")
    return (tuple(_split(given, ",")) if given else ()), result


def is_class(part: str) -> bool:
    """Whether a part of a union names a class."""
    return part[0] not in "~@(?'." and part not in (NONE, "True", "False")


def literal(part: str) -> str | None:
    """The text of a literal that is a text or a truth value."""
    if part.startswith("'"):
        return part[1:-1]
    return part if part in ("True", "False") else None


def instance(full: str, arguments: tuple[str, ...] = ()) -> str:
    """The text of an instance of a class."""
    short = full.removeprefix("builtins.")
    return f"{short}[{','.join(arguments)}]" if arguments else short


def substituted(text: str, known: Mapping[str, str]) -> str:
    """With types in the place of type variables (`~T`) and of `@`."""
    if "~" not in text and "@" not in text:
        return text
    return _VARIABLE.sub(lambda found: known.get(found[0], found[0]), text)


def variables_in(text: str) -> tuple[str, ...]:
    """The type variables in it, in order."""
    found = dict.fromkeys(_VARIABLE.findall(text))
    return tuple(name for name in found if name != SELF)


def is_open(text: str) -> bool:
    """Whether there are variables left in it."""
    return "~" in text or "@" in text


def _split(text: str, at: str) -> list[str]:
    parts: list[str] = []
    depth = begin = 0
    for place, character in enumerate(text):
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth -= 1
        elif character == at and not depth:
            parts.append(text[begin:place])
            begin = place + 1
    parts.append(text[begin:])
    return parts
