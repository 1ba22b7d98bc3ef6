"""Generics of the user's own: what a type variable of a class stands for in a class below it.

`class Users(Repo[User])` says what `T` is in the members that it has from `class Repo(Generic[T])`.
A type variable goes by its text.
"""

from __future__ import annotations

from ramify.analysis.inference.annotations import type_arguments
from ramify.analysis.inference.definitions import Definitions
from ramify.analysis.inference.engine import Found
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    CLASS,
    INSTANCE,
    MOST_TARGETS,
    NOTHING,
    OF_CLASS,
    OWN,
    SCOPE,
    TYPE_VARIABLE,
    TYPED,
    Result,
    Value,
    merge,
    through,
)
from ramify_store.facts import Op

_MAY_BE_OPEN = frozenset({OF_CLASS, TYPED})


class Generics(Definitions):
    """Type variables of classes."""

    def told_by_class(self, told: Result, receiver: Value) -> Result:
        """Values with what the receiver's class says in the place of type variables."""
        if not any(value[0] in _MAY_BE_OPEN for value in told):
            return told
        found: Result = {}
        for value, mark in told.items():
            if value[0] == TYPED:
                says = len(value) == 3 and self._says(receiver) and self.has_variables(value)
                merge(found, {(*value, receiver) if says else value: mark})
            elif value[0] != OF_CLASS:
                merge(found, {value: mark})
            elif receiver[0] in (INSTANCE, CLASS):
                stands_for = self._stands_for_in(receiver, value[1])
                if not stands_for and receiver[3] == OWN:  # then who calls may know
                    merge(found, {value: mark})
                for meant, step in stands_for.items():
                    if value[2] == INSTANCE or meant[0] == INSTANCE:
                        kept = meant if value[2] == INSTANCE else (CLASS, *meant[1:])
                        merge(found, {kept: through(mark, step)})
        return found

    def _says(self, receiver: Value) -> bool:
        """Whether the class of a receiver, as it is written, says what type variables are."""
        if receiver[0] not in (INSTANCE, CLASS):
            return False
        return len(receiver) > 4 or bool(self.said_of_bases(receiver[1], receiver[2]))

    def has_variables(self, typed: Value) -> bool:
        """Whether a type variable stands between the brackets of a TYPED."""

        def answer() -> Found:
            unit = self.unit(typed[1])
            for e in type_arguments(unit, typed[2]):
                if any(value[0] == OF_CLASS for value in self.annotated(unit, e)):
                    return {("yes",): SCOPE}, NOTHING
            return NOTHING, NOTHING

        return bool(self.ask(("has variables", typed[1], typed[2]), answer)[0])

    def _stands_for_in(self, receiver: Value, text: str) -> Result:
        """What a type variable of a base stands for in a class, by the lists of bases between."""
        seen: set[str] = set()
        while text not in seen:
            seen.add(text)
            written = self._written_for(receiver, text)
            if written:
                return written
            for holder in self.mro(receiver[1], receiver[2]):
                if holder[0] != CLASS:
                    continue
                said = self.said_of_bases(holder[1], holder[2])
                meant = {v[2]: m for v, m in said.items() if v[1] == text}
                further = next((v[1] for v in meant if v[0] == OF_CLASS), "")
                if meant and not further:
                    return meant
                if further and further != text:
                    text = further
                    break
        return NOTHING

    def _written_for(self, receiver: Value, text: str) -> Result:
        """What is written for a type variable where a receiver's class is applied to types."""
        if len(receiver) < 5 or receiver[4][0] != TYPED:
            return NOTHING
        variables = self.type_parameters(receiver[1], receiver[2])
        if text not in variables:
            return NOTHING
        return self.type_argument(receiver[4], variables.index(text), len(variables))

    def type_argument(self, typed: Value, at: int, of: int) -> Result:
        """What stands at a place between the brackets of a TYPED, of so many."""

        def answer() -> Found:
            unit = self.unit(typed[1])
            arguments = type_arguments(unit, typed[2])
            plain = len(arguments) == of
            return (self.annotated(unit, arguments[at]) if plain else NOTHING), NOTHING

        return self.ask(("type argument", typed[1], typed[2], at, of), answer)[0]

    def said_of_bases(self, path: str, sym: int) -> Result:
        """What the list of bases of a class gives to type variables, as ("argument", text of the
        variable, value)."""

        def answer() -> Found:
            unit = self.unit(path)
            found: Result = {}
            for base in unit.scopes[unit.symbols[sym].scope].bases:
                if unit.ops[base] != Op.SUBSCRIPT:
                    continue
                arguments = type_arguments(unit, base)
                for cls in self.expression(unit, unit.a[base])[0]:
                    if cls[0] != CLASS or cls[1:3] == (path, sym):
                        continue
                    variables = self.type_parameters(cls[1], cls[2])
                    for text, argument in zip(variables, arguments, strict=False):
                        for value, mark in self.annotated(unit, argument).items():
                            found["argument", text, value] = mark
            return (found if len(found) <= 4 * MOST_TARGETS else NOTHING), NOTHING

        return self.ask(("said of bases", path, sym), answer)[0]

    def type_parameters(self, path: str, sym: int) -> list[str]:
        """Texts of the type variables of a class, in order."""

        def answer() -> Found:
            unit = self.unit(path)
            own = unit.type_parameters.get(sym, ())
            found: Result = {("text", unit.names[unit.b[e]]): SCOPE for e in own}
            for base in unit.scopes[unit.symbols[sym].scope].bases if not found else ():
                if unit.ops[base] == Op.SUBSCRIPT:
                    for argument in type_arguments(unit, base):
                        variable = self.type_variable(unit, argument)
                        if variable is not None:
                            found.setdefault(("text", self.text_of_variable(variable)), SCOPE)
            return found, NOTHING

        return [value[1] for value in self.ask(("type parameters", path, sym), answer)[0]]

    def type_variable(self, unit: Unit, e: int) -> Value | None:
        if unit.ops[e] not in (Op.NAME, Op.ATTR):
            return None
        values = self.expression(unit, e)[0]
        return next((value for value in values if value[0] == TYPE_VARIABLE), None)
