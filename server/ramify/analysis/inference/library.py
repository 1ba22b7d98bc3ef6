"""What calls of library functions give, as far as those are understood."""

from __future__ import annotations

from typing import Final

from ramify.analysis.inference.arguments import Arguments
from ramify.analysis.inference.below import BELOW, MADE_BY
from ramify.analysis.inference.constants import text_of
from ramify.analysis.inference.engine import Found
from ramify.analysis.inference.known import (
    AWAITS_ITS_ARGUMENT,
    IMPORTS_ITS_ARGUMENT,
    MADE_CALLS,
    MADE_CLASS,
    SAME_ELEMENTS,
    SAME_VALUE,
)
from ramify.analysis.inference.name_forms import NameForm, name_form
from ramify.analysis.inference.standard import Standard
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ALIAS,
    BOUND,
    BOUND_CLASS,
    BRANCH,
    CLASS,
    CONSTRUCTED,
    CONSTRUCTION,
    COROUTINE,
    DECLARED,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    FUNCTION,
    INSTANCE,
    MADE,
    MOST_TARGETS,
    NOTHING,
    OWN,
    OWN_CLASS,
    REST,
    RETURNED,
    SCOPE,
    SUPER,
    TYPE_VARIABLE,
    Result,
    Value,
    class_of_instance,
    merge,
    tells,
    through,
    weaken,
)
from ramify_store.facts import NONE, ArgumentHow, Op, SymbolFlag, SymbolKind

METHOD: Final = "method"
BOUND_NAME: Final = "bound name"
ASKED: Final = "asked"


_TYPE = (EXTERNAL, "builtins.type")


class Library(Standard):
    """Results of functions outside the workspace."""

    def _library(self, value: Value, given: Arguments, unit: Unit | None, call: int) -> Result:
        dotted = value[1]
        if dotted in MADE_CALLS or dotted in SAME_ELEMENTS:
            return (
                {(MADE, dotted, unit.path, call): CONSTRUCTION} if unit and call >= 0 else NOTHING
            )
        if dotted in SAME_VALUE:
            return weaken(given.positional(0), RETURNED)
        last = dotted.rpartition(".")[2]
        if last == "__new__":
            return self._made_by(given.positional(0))
        if dotted in AWAITS_ITS_ARGUMENT:
            awaited: Result = {}
            for each in given.positional(0):
                merge(awaited, self.awaited(each))
            return weaken(awaited, RETURNED)
        if dotted in IMPORTS_ITS_ARGUMENT and unit is not None and unit.c[call]:
            return self._imported_by_name(dotted, unit, call)
        if dotted == "builtins.super" and unit is not None:
            return self._super(unit, call, given)
        if dotted == "builtins.type" and unit is not None and unit.c[call] == 3:
            return self._made_class(unit, call, given)
        if dotted == "builtins.type":
            made = given.positional(0).items()
            return {class_of_instance(v): m for v, m in made if v[0] == INSTANCE}
        if dotted == "types.MethodType":
            return self._method_made(given)
        if dotted == "builtins.getattr" and unit is not None:
            return self._getattr(unit, call)
        if last == "cast" and unit is not None and unit.c[call]:
            return self._cast(unit, call, given)
        if last == "TypeVar" and unit is not None:
            return {(TYPE_VARIABLE, unit.path, call): SCOPE}
        if last == "NewType" and unit is not None and unit.c[call] == 2:
            return {(ALIAS, unit.path, unit.arguments(call)[1][1]): SCOPE}
        if last in ("create_task", "ensure_future"):
            return {v: m for v, m in given.positional(0).items() if v[0] == COROUTINE}
        if dotted == "collections.namedtuple":
            return {(EXTERNAL_INSTANCE, dotted): CONSTRUCTION}
        told = self.given_outside(value, given, unit, call)
        if told is not None:
            return told
        if last[:1].isupper():
            return {(EXTERNAL_INSTANCE, dotted): CONSTRUCTION}
        return NOTHING

    def _imported_by_name(self, dotted: str, unit: Unit, call: int) -> Result:
        found: Result = {}
        for text in self.texts_of(unit, unit.arguments(call)[0][1]):
            if dotted == "builtins.__import__" and unit.c[call] < 4:
                text = text.partition(".")[0]  # the package around it, unless names are taken of it
            if text:
                merge(found, self.module(text, unit.placed.root)[0])
        return found

    def texts_of(self, unit: Unit, e: int) -> list[str]:
        """The literal texts that an expression of the asker's own file may be."""
        raise NotImplementedError

    def _method_made(self, given: Arguments) -> Result:
        """What `MethodType(function, object)` gives; of a class, what calls it."""
        found: Result = {}
        kinds = {CLASS: BOUND_CLASS, FUNCTION: BOUND}
        for value, mark in given.positional(0).items():
            if value[0] in kinds:
                for receiver in given.positional(1):
                    found[kinds[value[0]], value[1], value[2], receiver] = mark
        return weaken(found, RETURNED)

    def _made_by(self, classes: Result) -> Result:
        """What `super().__new__(cls)` gives: an instance; of a metaclass one of its classes."""
        found: Result = {}
        for value in classes:
            if value[0] == CLASS and _TYPE in self.mro(value[1], value[2]):
                made = self.reaching(value[1], value[2], MADE_BY)
                if len(made) <= MOST_TARGETS:
                    found.update(dict.fromkeys(made, RETURNED))
            elif value[0] == CLASS:
                found[INSTANCE, *value[1:]] = RETURNED
        return found

    def _made_class(self, unit: Unit, call: int, given: Arguments) -> Result:
        """What `type(name, bases, members)` makes is known as a class below its bases, and by the
        members that are written there."""
        members = unit.arguments(call)[2][1]
        found: Result = {}
        is_written = unit.ops[members] == Op.DICT and unit.c[members]
        if is_written or any(v[0] == REST for v in self.infer(unit, members)):
            found[MADE, MADE_CLASS, unit.path, call] = CONSTRUCTION
        for bases in given.positional(1):
            for base in self.elements(bases):
                if base[0] == CLASS:
                    found[(*base[:3], DECLARED)] = RETURNED
        return found

    def _cast(self, unit: Unit, call: int, given: Arguments) -> Result:
        """The type named, unless that says less than what is cast."""
        named = unit.arguments(call)[0][1]
        declared = self.annotated(unit, named)
        if not declared or self.leaves_open(unit, named):
            return weaken(given.positional(1), RETURNED) or declared
        return declared

    def _getattr(self, unit: Unit, call: int) -> Result:
        arguments = [e for how, e in unit.arguments(call) if how == ArgumentHow.POSITIONAL]
        if len(arguments) < 2:
            return NOTHING
        found: Result = {}
        certain = text_of(self, unit, arguments[1]) is not None
        texts = self.texts_of(unit, arguments[1])
        for text in texts:
            if text.isidentifier():
                for value, mark in self.expression(unit, arguments[0])[0].items():
                    for reached, step in self.member(value, text)[0].items():
                        merge(found, {reached: through(mark, step)})
        if not certain:
            found = weaken(found, BRANCH)
        if not texts:
            merge(found, self._begun(unit, arguments[0], arguments[1]))
        if len(arguments) > 2 and (not found or not certain):
            merge(found, weaken(self.expression(unit, arguments[2])[0], BRANCH))
        return found

    def _begun(self, unit: Unit, base: int, name: int) -> Result:
        """Methods of an instance that a computed name may be the name of (`"visit_" + kind`)."""
        form = name_form(unit, name)
        found: Result = {}
        for value in self.expression(unit, base)[0] if len(form.begin + form.end) > 2 else ():
            if value[0] not in (INSTANCE, CLASS):
                continue
            merge(found, self._methods_like(value, form))
            if not found and value[3] != CONSTRUCTED:
                for cls in self.reaching(value[1], value[2], BELOW):
                    merge(found, self._methods_like((value[0], *cls[1:]), form))
        return found if tells(found) else NOTHING

    def _methods_like(self, value: Value, form: NameForm) -> Result:
        found: Result = {}
        for name in self.method_names(value[1], value[2]):
            if form.fits(name):
                for reached in self.member(value, name)[0]:
                    if reached[0] in (BOUND, FUNCTION):
                        merge(found, {reached: BRANCH})
        return found

    def method_names(self, path: str, sym: int) -> list[str]:
        """Names of the methods that a class and its bases define, in order."""

        def answer() -> Found:
            found: Result = {}
            for holder in self.mro(path, sym):
                if holder[0] == CLASS:
                    body = self.body(holder[1], holder[2])
                    found.update((v, SCOPE) for v in body if v[0] == METHOD)
            return found, NOTHING

        return [value[1] for value in self.ask(("method names", path, sym), answer)[0]]

    def body(self, path: str, sym: int) -> Result:
        """Names that a class by itself speaks of, in order: ("method", name) that it defines,
        (BOUND_NAME, name) that its body binds, (ASKED, name) that it asks `super()` for."""

        def answer() -> Found:
            unit = self.unit(path)
            found: Result = {}
            for name, members in unit.members.get(sym, {}).items():
                if unit.symbols[members[0]].kind == SymbolKind.METHOD:
                    found[METHOD, name] = SCOPE
            found.update(((BOUND_NAME, n), SCOPE) for n in sorted(unit.class_names.get(sym, ())))
            found.update(((ASKED, name), SCOPE) for name in unit.asked_of_super.get(sym, ()))
            return found, NOTHING

        return self.ask(("body", path, sym), answer)[0]

    def _super(self, unit: Unit, call: int, given: Arguments) -> Result:
        scope = unit.scope_of[call]
        while scope > 0 and unit.method_class(scope) == NONE:
            scope = unit.scopes[scope].parent
        if scope <= 0:
            return NOTHING
        cls = unit.method_class(scope)
        symbol = unit.symbols[unit.scopes[scope].symbol]
        kind = CLASS if symbol.flags & SymbolFlag.CLASS or symbol.name == "__new__" else INSTANCE
        receiver = (kind, unit.path, cls, OWN)
        for value in given.positional(0):
            if value[0] == CLASS:
                return {(SUPER, value[1], value[2], receiver): OWN_CLASS}
        return {(SUPER, unit.path, cls, receiver): OWN_CLASS}
