"""The shape of what the standard library defines, as `library.bin` keeps it.

Entries of one module are decoded together. Types are texts; `types` reads them. Pure data: who
makes it is `tools/library`, who looks things up in it is `library`.
"""

from __future__ import annotations

from typing import Final

import msgspec

ALIAS: Final = "a"
"""Another name of `type`."""
MODULE: Final = "m"
VALUE: Final = "v"
FUNCTION: Final = "f"
STATIC: Final = "s"
OF_CLASS: Final = "k"
"""A class method."""
PROPERTY: Final = "p"
CLASS: Final = "c"

POSITIONAL: Final = 0
EITHER: Final = 1
REST: Final = 2
KEYWORD: Final = 3
KEYWORDS: Final = 4


class Param(msgspec.Struct, array_like=True, frozen=True, omit_defaults=True):
    """One parameter, the receiver left out."""

    name: str
    kind: int = EITHER
    type: str = ""
    """Empty where it says nothing that anybody would ask for."""
    required: bool = True


class Signature(msgspec.Struct, array_like=True, frozen=True, omit_defaults=True):
    """One way to call a function."""

    gives: str = ""
    """A type; empty when it is not known. Of `__init__`: what is made, where that is said."""
    params: tuple[Param, ...] = ()
    """Empty where none of them matters: to choose between overloads, or to what is given."""
    of: str = ""
    """The type of the receivers that it is for, where it is not for all."""


class Entry(msgspec.Struct, array_like=True, frozen=True, omit_defaults=True):
    """What a name of a module or a class is."""

    kind: str
    type: str = ""
    signatures: tuple[Signature, ...] = ()
    params: tuple[str, ...] = ()
    """Type variables of a generic class, in order."""
    bases: tuple[str, ...] = ()
    members: dict[str, Entry] = {}
