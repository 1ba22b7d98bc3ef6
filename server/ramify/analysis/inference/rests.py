"""What parameters with stars gather: what call sites hand to `*args` and `**kwargs`."""

from __future__ import annotations

from collections.abc import Callable

from ramify.analysis.inference.displays import Displays
from ramify.analysis.inference.engine import Found
from ramify.analysis.inference.values import (
    ARGUMENT,
    ATTRIBUTES,
    ELEMENT,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    MADE,
    METHOD_OF,
    MOST_TARGETS,
    NAMESPACE,
    NOTHING,
    OF_CLASS,
    PART,
    PLACED,
    Result,
    Value,
    merge,
    tells,
    weaken,
)
from ramify_store.facts import NONE, ParamKind

_NOWHERE = frozenset({ATTRIBUTES, EXTERNAL, EXTERNAL_INSTANCE, NAMESPACE, OF_CLASS, PLACED})


class Rests(Displays):
    """Containers that the interpreter makes of arguments."""

    def _asked(
        self, aspect: str, value: Value, answer: Callable[[Value], Result], *key: str
    ) -> Result:
        """An answer about a container, which may hold itself."""
        if value[0] in _NOWHERE:
            return NOTHING

        def found() -> Found:
            result = answer(value)
            few = tells(result, 4 * MOST_TARGETS)
            return (weaken(result, ELEMENT) if few else NOTHING), NOTHING

        return self.ask((aspect, owner_of(value), value, *key), found)[0]

    def _of_rest(self, value: Value) -> Result:
        return self._declared_rest(value) or self.handed_rest(*value[1:])

    def _declared_rest(self, value: Value) -> Result:
        _, path, sym, index = value
        unit = self.unit(path)
        param = unit.scopes[unit.symbols[sym].scope].params[index]
        return self.annotated(unit, param.annotation) if param.annotation != NONE else NOTHING

    def handed_rest(self, path: str, sym: int, index: int) -> Result:
        """What call sites hand to a parameter with stars."""
        unit = self.unit(path)
        param = unit.scopes[unit.symbols[sym].scope].params[index]
        return self.ask(
            ("handed", path, sym, index), lambda: (self.handed(path, sym, param), NOTHING)
        )[0]

    def handed_under(self, rest: Value, key: str) -> Result:
        """What call sites hand to a parameter with stars under a keyword, or at a position: what
        they name, and what mappings that they spread hold there. For the asker's own file."""

        def found(rest: Value) -> Result:
            _, path, sym, index = rest
            unit = self.unit(path)
            name = unit.names[unit.scopes[unit.symbols[sym].scope].params[index].name]
            held = self.handed_as(rest, key)
            for mapping in self.reaching(path, sym, f"{name}[**]"):
                merge(held, self.under(mapping, key))
            return self.few(held)

        return self._asked("under", rest, found, key)

    def handed_as(self, rest: Value, key: str) -> Result:
        """What call sites themselves name so, or pass at that position."""
        _, path, sym, index = rest
        unit = self.unit(path)
        name = unit.names[unit.scopes[unit.symbols[sym].scope].params[index].name]
        return dict.fromkeys(self.reaching(path, sym, f"{name}[{key}]"), ARGUMENT)

    def _is_keyed(self, rest: Value) -> bool:
        scope = self.unit(rest[1]).scope_of_symbol[rest[2]]
        return self.unit(rest[1]).scopes[scope].params[rest[3]].kind == ParamKind.VAR_KEYWORD


def owner_of(value: Value) -> str:
    """The file that a container is made, or declared, in."""
    if value[0] == MADE:
        return str(value[2])
    if value[0] in ("view", METHOD_OF, "pair of", PART, ATTRIBUTES):
        return owner_of(value[2] if value[0] == "view" else value[1])
    return str(value[1])
