"""What calls give: of functions, classes, instances and what library calls have made."""

from __future__ import annotations

from abc import abstractmethod

from ramify.analysis.inference.arguments import (
    NO_ARGUMENTS,
    Arguments,
    PartialArguments,
    SiteArguments,
)
from ramify.analysis.inference.engine import Found
from ramify.analysis.inference.known import (
    CLASS_MADE_THERE,
    FACTORIES,
    GETTERS,
    INSTANCE_MADE_THERE,
    INSTANCE_OF,
)
from ramify.analysis.inference.library import Library
from ramify.analysis.inference.outside import made_type
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ALIAS,
    ATTRIBUTE,
    BOUND,
    BOUND_CLASS,
    CLASS,
    CONSTRUCTED,
    CONSTRUCTION,
    DECLARED,
    EXTERNAL,
    FUNCTION,
    INSTANCE,
    MADE,
    METHOD_OF,
    NOTHING,
    RETURNED,
    SCOPE,
    TYPED,
    Result,
    Value,
    instance_of,
    merge,
    through,
    weaken,
)
from ramify_store.facts import NONE, ArgumentHow


class Calling(Library):
    """Calls and their results."""

    def called_without_arguments(self, value: Value) -> Result:
        return self.result(value, NO_ARGUMENTS, None, NONE)

    def called(self, value: Value, unit: Unit, call: int) -> Result:
        return self.result(value, SiteArguments(self, unit, call), unit, call)

    def result(self, value: Value, given: Arguments, unit: Unit | None, call: int) -> Result:
        """What calling a value gives; `unit` and `call` say where, when it is a call site."""
        kind = value[0]
        if kind == FUNCTION:
            return self._returned_to(value[1], value[2], None, given)
        if kind == BOUND:
            return self._returned_to(value[1], value[2], value[3], given)
        if kind == CLASS:
            return self._constructed(value)
        if kind == BOUND_CLASS:
            return self._constructed((CLASS, value[1], value[2], DECLARED))
        if kind == INSTANCE:
            found: Result = {}
            for function in self.member_of_class(value, "__call__"):
                merge(found, self._returned_to(function[1], function[2], value, given))
            return found
        if kind == EXTERNAL:
            return self._library(value, given, unit, call)
        if kind == MADE and value[1].startswith("functools.partial"):
            return self._partial(value, given)
        if kind == MADE and value[1] in GETTERS:
            return self._got(value, given.positional(0))
        if kind == TYPED:
            return self.typed_argument(value, "called")
        if kind == MADE and value[1] in INSTANCE_OF:
            return {(MADE, INSTANCE_OF[value[1]], *value[2:]): CONSTRUCTION}
        if made_type(value):
            return weaken(self.protocol(value, "__call__"), RETURNED)
        if kind == ALIAS:
            return self.meant_by(value)
        if kind == METHOD_OF:
            return self.container_method(value[1], value[2], given, unit, call)
        return NOTHING

    def _constructed(self, value: Value) -> Result:
        itself = instance_of(value)
        made: Result = {}
        for function in self.member_of_class(value, "__new__"):
            merge(made, self.outcome(function[1], function[2]))
        others = {v: m for v, m in made.items() if v[0] == INSTANCE and v[3] == CONSTRUCTED}
        if others:  # `__new__` gives something else, perhaps not always
            return others if len(others) == len(made) else {**others, itself: CONSTRUCTION}
        return {itself: CONSTRUCTION}

    def _partial(self, value: Value, given: Arguments) -> Result:
        """What calling a partial gives; one of a partial is called without arguments."""
        found: Result = {}
        for function in self.infer_argument(value, 0):
            if function[0] == MADE:
                merge(found, self.nested_partial(function))
            else:
                together = PartialArguments(self, value, given)
                merge(found, self.result(function, together, None, NONE))
        return found

    def _got(self, getter: Value, bases: Result) -> Result:
        """What an `operator.attrgetter` takes from its argument, or a method called by name
        gives."""
        found = self.named_by(getter, bases)
        if getter[1] == "operator.attrgetter":
            return weaken(found, RETURNED)
        result: Result = {}
        for method in found:
            merge(result, self.result(method, NO_ARGUMENTS, None, NONE))
        return weaken(result, RETURNED)

    def named_by(self, getter: Value, bases: Result) -> Result:
        """The attribute that a getter names, of each of some values."""
        text = self.text_argument(getter)
        found = bases if text else NOTHING
        for name in text.split("."):
            inner: Result = {}
            for value, mark in found.items():
                for reached, step in self.member(value, name)[0].items():
                    merge(inner, {reached: through(mark, step)})
            found = inner
        return found

    def text_argument(self, made: Value) -> str:
        """The literal text that the call of a MADE value begins with; else an empty one."""

        def answer() -> Found:
            unit = self.unit(made[2])
            arguments = unit.arguments(made[3])
            text = unit.text_of_const(arguments[0][1]) if arguments else None
            return ({("text", text): SCOPE} if text else NOTHING), NOTHING

        return next((str(v[1]) for v in self.ask(("text", *made[2:]), answer)[0]), "")

    def nested_partial(self, value: Value) -> Result:
        def answer() -> Found:
            found: Result = {}
            for function in self.infer_argument(value, 0):
                merge(found, self.result(function, NO_ARGUMENTS, None, NONE))
            return found, NOTHING

        return self.ask(("partial", value[2], value[3]), answer)[0]

    def infer_argument(self, made: Value, position: int) -> Result:
        """Values of a positional argument of the call that made a MADE value."""
        unit = self.unit(made[2])
        arguments = [e for how, e in unit.arguments(made[3]) if how == ArgumentHow.POSITIONAL]
        if position >= len(arguments):
            return NOTHING
        return self.infer(unit, arguments[position])

    def given_to_class(self, made: Value, name: str) -> Result:
        if made[1] in (CLASS_MADE_THERE, INSTANCE_MADE_THERE):
            return SiteArguments(self, self.unit(made[2]), made[3]).keyword(name)
        found: Result = {}
        for members in self.infer_argument(made, 2):
            merge(found, self.under(members, name))
        return found

    def default_of_field(self, made: Value) -> Result:
        unit = self.unit(made[2])
        found: Result = {}
        for how, e in unit.arguments(made[3]):
            name = unit.names[how] if how >= 0 else ""
            if name == "default" or (how == ArgumentHow.POSITIONAL and made[1] == "attr.ib"):
                merge(found, self.infer(unit, e))
        for factory in self.factories(made):
            merge(found, self.result(factory, NO_ARGUMENTS, None, NONE))
        return weaken(found, ATTRIBUTE)

    def factories(self, made: Value) -> Result:
        """The callables that make the first value of a declared field."""
        unit = self.unit(made[2])
        found: Result = {}
        for how, e in unit.arguments(made[3]):
            if how >= 0 and unit.names[how] in FACTORIES:
                merge(found, self.infer(unit, e))
        return found

    @abstractmethod
    def container_method(
        self, container: Value, name: str, given: Arguments, unit: Unit | None, call: int
    ) -> Result:
        """What a method of a container gives."""
