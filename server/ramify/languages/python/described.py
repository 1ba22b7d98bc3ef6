"""What something of the standard library is, in words: for people, never for a decision."""

from __future__ import annotations

from typing import Final

from ramify.languages.python.library import Known, is_module, known
from ramify.languages.python.shapes import CLASS, FUNCTION, OF_CLASS, PROPERTY, STATIC
from ramify.languages.python.types import is_open, substituted

_OF_MODULES: Final = {CLASS: "class", FUNCTION: "function"}
_OF_CLASSES: Final = {
    CLASS: "class",
    FUNCTION: "method",
    STATIC: "static method",
    OF_CLASS: "class method",
    PROPERTY: "property",
}


def described(dotted: str) -> str:
    """`method of str, gives list[str]`; empty for what is not of the standard library."""
    if is_module(dotted):
        return "module of the standard library"
    found = known(dotted)
    if found is None:
        return ""
    owner = found.owner or found.name.rpartition(".")[0]
    words = _OF_CLASSES if found.owner else _OF_MODULES
    kind = words.get(found.entry.kind, "attribute" if found.owner else "variable")
    told = _told(found)
    return f"{kind} of `{owner}`" + (f", {told}" if told else "")


def _told(found: Known) -> str:
    """What it gives or holds, if that is one thing."""
    gives = {substituted(each.gives, found.where) for each in found.entry.signatures}
    if found.entry.type:
        return f"`{substituted(found.entry.type, found.where)}`"
    if len(gives) != 1 or is_open(told := gives.pop()) or not told:
        return ""
    return f"gives `{told}`"
