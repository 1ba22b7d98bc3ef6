"""Models of an object-relational mapper: managers, querysets, and what relations lead to.

Rules for Django; the names they know are data of the language. `ROWS` is a manager or queryset of
a known model: it behaves as the manager's class says, and gives objects of that model.
"""

from __future__ import annotations

from collections.abc import Iterator

from ramify.analysis.inference.arguments import Arguments
from ramify.analysis.inference.constants import text_of
from ramify.analysis.inference.engine import SYMBOL, Found
from ramify.analysis.inference.texts import Texts
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    BOUND,
    CLASS,
    CONSTRUCTED,
    DECLARED,
    ELEMENT,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    FRAMEWORK,
    FUNCTION,
    INSTANCE,
    MADE,
    METHOD_OF,
    NOTHING,
    RETURNED,
    ROUTE,
    ROW_AND_FLAG,
    ROWS,
    SCOPE,
    Result,
    Value,
    merge,
    telling,
    weaken,
)
from ramify.languages.python.persistence import (
    AS_MANAGER,
    DEFAULT_MANAGERS,
    FROM_QUERYSET,
    GET_OR_404,
    GETS_MODEL,
    GETS_USER,
    GIVE_ROW,
    GIVE_ROW_AND_FLAG,
    GIVE_ROWS,
    MANAGER,
    MANAGERS,
    MANY_RELATED,
    MODEL_PLACES,
    MODELS,
    ONE_RELATED,
    QUERYSET_CLASS,
    QUERYSETS,
    USED,
    USER,
)
from ramify.languages.python.routes import MAKES_VIEW, REVERSES
from ramify_store.facts import NONE, ArgumentHow, Op

_RELATED = ONE_RELATED | MANY_RELATED
_MAKERS = MANAGERS | QUERYSETS


class Models(Texts):
    """Models, managers and querysets."""

    def worked_out_member(self, value: Value, name: str) -> Found:
        kind = value[0]
        if kind == ROWS:
            return self._of_rows(value, name)
        found = super().worked_out_member(value, name)
        if kind == CLASS:
            return self._of_model_class(value, name, found)
        if kind == INSTANCE:
            if name == QUERYSET_CLASS and not found[0]:
                return self._queryset_class(value), found[1]
            if name in GIVE_ROWS and self.gives_rows(value):
                outside = {(METHOD_OF, value, name): FRAMEWORK}
                return (outside if _is_outside(found[0]) else found[0]), found[1]
            return self._of_model(value, name, found)
        return found

    def _of_model_class(self, value: Value, name: str, found: Found) -> Found:
        if name == MAKES_VIEW and (_is_outside(found[0]) or not (found[0] or found[1])):
            return {**found[0], (METHOD_OF, value, name): FRAMEWORK}, found[1]
        if name == FROM_QUERYSET and self.is_one(value, MANAGERS):
            return {**found[0], (METHOD_OF, value, name): FRAMEWORK}, found[1]
        if name == AS_MANAGER and self.is_one(value, QUERYSETS):
            return {**found[0], (METHOD_OF, value, name): FRAMEWORK}, found[1]
        if name in DEFAULT_MANAGERS and not telling(found[0]):
            if self.is_one(value, MODELS):
                return {(ROWS, value[1], value[2], self._manager(value)): FRAMEWORK}, found[1]
        elif any(self.gives_rows(held) for held in found[0]) and self.is_one(value, MODELS):
            return {
                (ROWS, value[1], value[2], v) if self.gives_rows(v) else v: m
                for v, m in found[0].items()
            }, found[1]
        return found

    def gives_rows(self, value: Value) -> bool:
        """Whether a value is a manager or a queryset, of whatever model."""
        if value[0] == EXTERNAL_INSTANCE:
            return value[1] in _MAKERS
        return value[0] == INSTANCE and self.is_one(value, _MAKERS)

    def _manager(self, model: Value) -> Value:
        """The manager that a model has by default: the first it names, or the plain one."""
        own = super().worked_out_member(model, "objects")[0]
        for value in own:
            if self.gives_rows(value):
                return value
        path = self.find_module(MANAGER[0], self.unit(model[1]).placed.root)
        for value in self.global_name(path, MANAGER[1])[0] if path is not None else ():
            if value[0] == CLASS:
                return (INSTANCE, value[1], value[2], CONSTRUCTED)
        return (EXTERNAL_INSTANCE, "django.db.models.Manager")

    def _queryset_class(self, manager: Value) -> Result:
        """The class of a manager's querysets: the first among its bases."""
        if not self.is_one(manager, MANAGERS):
            return NOTHING
        for base in self.mro(manager[1], manager[2]):
            is_queryset = base[0] == CLASS and self.is_one(base, QUERYSETS)
            if is_queryset and not self.is_one(base, MANAGERS):
                return {(CLASS, base[1], base[2], DECLARED): FRAMEWORK}
        return NOTHING

    def is_one(self, value: Value, names: frozenset[str]) -> bool:
        """Whether a class, or that of an instance, is one of those named or below one."""
        path, sym = value[1:3]
        return not names.isdisjoint(
            self.recalled(("names", path, sym), lambda: self._names_above(path, sym))
        )

    def _names_above(self, path: str, sym: int) -> list[str]:
        """Dotted names of a class and of those above it."""
        return [
            base[1] if base[0] == EXTERNAL else self._qualified(base)
            for base in self.mro(path, sym)
        ]

    def _qualified(self, cls: Value) -> str:
        unit = self.unit(cls[1])
        return f"{unit.placed.module}.{unit.symbols[cls[2]].path}"

    def _of_rows(self, rows: Value, name: str) -> Found:
        if name == "model":
            return {(CLASS, rows[1], rows[2], DECLARED): FRAMEWORK}, NOTHING
        found, refs = self.member(rows[3], name)
        values: Result = {}
        for value, mark in found.items():
            if value[0] == BOUND and value[3] == rows[3]:
                value = (BOUND, value[1], value[2], rows)
            elif value[0] in (EXTERNAL, METHOD_OF):
                value = (METHOD_OF, rows, name)
            values[value] = mark
        if not values:
            values[METHOD_OF, rows, name] = FRAMEWORK
        return values, refs

    def result(self, value: Value, given: Arguments, unit: Unit | None, call: int) -> Result:
        if value[0] == BOUND and value[3][0] == ROWS:
            return self._given_by(value, super().result(value, given, unit, call))
        if value[0] == BOUND and value[3][0] == INSTANCE:
            found = super().result(value, given, unit, call)
            return found if telling(found) else {**found, **self._of_method(value, unit, call)}
        if value[0] == FUNCTION or value[0] == EXTERNAL:
            told = self._named_or_made(value, given, unit, call)
            if told:
                return told
        return super().result(value, given, unit, call)

    def _named_or_made(
        self, value: Value, given: Arguments, unit: Unit | None, call: int
    ) -> Result:
        """What functions give that everybody calls by their names."""
        name = self._name_of(value)
        if name == GETS_USER:
            return self._user()
        if name == GETS_MODEL:
            return self._model_asked_for(unit, call)
        if name in REVERSES and unit is not None and unit.placed.is_test and unit.c[call]:
            made = (MADE, ROUTE, unit.path, call)
            return {(EXTERNAL_INSTANCE, "builtins.str"): RETURNED, made: FRAMEWORK}
        if name in GET_OR_404:
            return self._one_of(given.positional(0))
        return self._from_queryset(value, given)

    def _name_of(self, function: Value) -> str:
        if function[0] == EXTERNAL:
            return str(function[1]).rpartition(".")[2]
        return self.unit(function[1]).symbols[function[2]].name

    def _one_of(self, asked: Result) -> Result:
        """Objects of the models, or of the managers and querysets, that a function is given."""
        return {
            (INSTANCE, v[1], v[2], DECLARED): FRAMEWORK
            for v in asked
            if v[0] == ROWS or (v[0] == CLASS and self.is_one(v, MODELS))
        }

    def _model_asked_for(self, unit: Unit | None, call: int) -> Result:
        """The model that `apps.get_model("app", "Model")` names."""
        if unit is None or call == NONE:
            return NOTHING
        texts = [text_of(self, unit, e) for _, e in unit.arguments(call)[:2]]
        text = ".".join(each for each in texts if each)
        found = self._model_named(unit, text) if text.count(".") == 1 else NOTHING
        return {(CLASS, *v[1:3], DECLARED): FRAMEWORK for v in found if v[0] == CLASS}

    def _of_method(self, method: Value, unit: Unit | None, call: int) -> Result:
        """What a method gives of whose result nobody knows more: of a manager or queryset, another
        or one of its objects; of the registry of apps, a model."""
        name = self.unit(method[1]).symbols[method[2]].name
        if name == GETS_MODEL:
            return self._model_asked_for(unit, call)
        if name in GIVE_ROWS and self.gives_rows(method[3]):
            return {method[3]: FRAMEWORK}
        return NOTHING

    def _user(self) -> Result:
        path = self.find_module(USER[0], ".")
        found = self.global_name(path, USER[1])[0] if path is not None else NOTHING
        return {v: FRAMEWORK for v in found if v[0] == CLASS}

    def _from_queryset(self, value: Value, given: Arguments) -> Result:
        """`Manager.from_queryset(Class)`, called on a manager outside: like a class of both."""
        if value[0] != EXTERNAL or not value[1].endswith("." + FROM_QUERYSET):
            return NOTHING
        querysets = {v: RETURNED for v in given.positional(0) if v[0] == CLASS}
        return {(EXTERNAL, value[1].removesuffix("." + FROM_QUERYSET)): RETURNED, **querysets}

    def _given_by(self, method: Value, found: Result) -> Result:
        """What a method of a manager or queryset of a known model gives."""
        rows = method[3]
        name = self.unit(method[1]).symbols[method[2]].name
        told: Result = {}
        for value, mark in found.items():
            if value[0] == INSTANCE and self.is_one(value, _MAKERS):
                value = (ROWS, rows[1], rows[2], value)
            told[value] = mark
        if name in GIVE_ROW or not told:
            merge(told, self._given(rows, name))
        return told

    def _given(self, rows: Value, name: str) -> Result:
        if name in GIVE_ROW:
            return {(INSTANCE, rows[1], rows[2], DECLARED): FRAMEWORK}
        if name in GIVE_ROW_AND_FLAG:
            return {(ROW_AND_FLAG, rows[1], rows[2], rows[3]): FRAMEWORK}
        return {rows: FRAMEWORK} if name in GIVE_ROWS else NOTHING

    def container_method(
        self, container: Value, name: str, given: Arguments, unit: Unit | None, call: int
    ) -> Result:
        if container[0] == ROWS:
            return self._given(container, name)
        if container[0] == INSTANCE and not self.gathers(container):
            return {container: FRAMEWORK}
        if container[0] == CLASS and name == FROM_QUERYSET:
            querysets = {v: RETURNED for v in given.positional(0) if v[0] in (CLASS, EXTERNAL)}
            return {container: RETURNED, **querysets}
        if container[0] == CLASS and name == MAKES_VIEW:
            return {container: FRAMEWORK}
        if container[0] == CLASS and name == AS_MANAGER:
            return {(INSTANCE, container[1], container[2], CONSTRUCTED): FRAMEWORK}
        return super().container_method(container, name, given, unit, call)

    def elements(self, value: Value) -> Result:
        if value[0] == ROWS:
            return {(INSTANCE, value[1], value[2], DECLARED): ELEMENT}
        return super().elements(value)

    def items(self, value: Value) -> Result:
        return self.elements(value) if value[0] == ROWS else super().items(value)

    def item(self, value: Value, unit: Unit, index: int) -> Result:
        if value[0] == ROWS:
            return {value: ELEMENT} if unit.ops[index] == Op.SLICE else self.elements(value)
        return super().item(value, unit, index)

    def at_position(self, value: Value, position: int) -> Result:
        if value[0] == ROW_AND_FLAG:
            row = (INSTANCE, value[1], value[2], DECLARED)
            return {row: ELEMENT} if position == 0 else NOTHING
        return super().at_position(value, position)

    # -- relations

    def _of_model(self, value: Value, name: str, found: Found) -> Found:
        """What a field that relates to another model holds, and what that sees of it."""
        if any(self._relates(held) for held in found[0]):
            related: Result = {}
            for holder in self.mro(value[1], value[2]):
                if holder[0] == CLASS and name in self._names(holder):
                    for model, mark in self.related(holder[1], holder[2], name).items():
                        merge(related, {model: mark})
                    break
            if related:
                return related, found[1]
        elif not any(ref[0] == SYMBOL for ref in found[1]) and self.is_one(value, MODELS):
            seen: Result = {}
            for holder in self.mro(value[1], value[2]):
                if holder[0] == CLASS:
                    reached = self.reaching(holder[1], holder[2], "." + name)
                    merge(seen, dict.fromkeys(reached, FRAMEWORK))
            if seen:
                return seen, found[1]
        return found

    def _names(self, cls: Value) -> frozenset[str]:
        return self.unit(cls[1]).class_names.get(cls[2], frozenset())

    def _relates(self, value: Value) -> bool:
        if value[0] == EXTERNAL_INSTANCE:
            return value[1].rpartition(".")[2] in _RELATED
        if value[0] != INSTANCE:
            return False
        return self.unit(value[1]).symbols[value[2]].name in _RELATED

    def related(self, path: str, sym: int, name: str) -> Result:
        """What an instance holds in a field of a class's body that relates to another model."""

        def answer() -> Found:
            unit = self.unit(path)
            for field, call in self._relations(unit, sym):
                if field == name:
                    return self._held(unit, sym, call), NOTHING
            return NOTHING, NOTHING

        return self.ask(("related", path, sym, name), answer)[0]

    def relations(self, unit: Unit, sym: int) -> Iterator[tuple[Value, str]]:
        """Models that a class's own fields relate to, each with the name by which it sees them."""
        for _, call in self._relations(unit, sym):
            for value in self._target(unit, sym, call):
                seen_as = _keyword_text(unit, call, "related_name")
                yield value, seen_as or unit.symbols[sym].name.lower() + "_set"

    def is_model(self, unit: Unit, sym: int) -> bool:
        return unit.imports(USED) and self.is_one((CLASS, unit.path, sym), MODELS)

    def managers(self, path: str, sym: int) -> Iterator[Value]:
        """The classes of the managers that a model's own body names, as their instances."""
        if not self.is_model(self.unit(path), sym):
            return
        for name in sorted(self._names((CLASS, path, sym))):
            for value in self.own(path, sym, name)[0]:
                if value[0] == INSTANCE and self.gives_rows(value):
                    yield value

    def rows_of(self, path: str, sym: int) -> Value:
        """The manager or queryset that gives a model's objects."""
        return (ROWS, path, sym, self._manager((CLASS, path, sym, DECLARED)))

    def _relations(self, unit: Unit, sym: int) -> Iterator[tuple[str, int]]:
        """Names and calls of the fields in a class's own body that relate to another model."""
        scope = unit.symbols[sym].scope
        for name, bindings in unit.bound[scope].items():
            call = unit.bindings[bindings[-1]].value
            if call != NONE and unit.ops[call] == Op.CALL and _last_name(unit, call) in _RELATED:
                yield unit.names[name], call

    def _held(self, unit: Unit, sym: int, call: int) -> Result:
        many = _last_name(unit, call) in MANY_RELATED
        found: Result = {}
        for model in self._target(unit, sym, call):
            held = self.rows_of(model[1], model[2]) if many else (INSTANCE, *model[1:3], DECLARED)
            found[held] = FRAMEWORK
        return found

    def _target(self, unit: Unit, sym: int, call: int) -> Result:
        """The model that a field relates to, given as a class or by name."""
        for how, e in unit.arguments(call):
            if how == ArgumentHow.POSITIONAL or (how >= 0 and unit.names[how] == "to"):
                text = unit.text_of_const(e)
                if text is None:
                    found = self.expression(unit, e)[0]
                elif text == "self":
                    found = {(CLASS, unit.path, sym, DECLARED): SCOPE}
                else:
                    found = self._model_named(unit, text)
                models = {v: m for v, m in found.items() if v[0] == CLASS}
                return weaken(models, FRAMEWORK)
        return NOTHING

    def _model_named(self, unit: Unit, text: str) -> Result:
        app, _, name = text.rpartition(".")
        for path in self._models_of(unit, app) if app else ():
            found = self.global_name(path, name)[0]
            if any(value[0] == CLASS for value in found):
                return found
        return self.global_name(unit.path, name)[0]

    def _models_of(self, unit: Unit, app: str) -> Iterator[str]:
        """Where an app may define its models: in the package of its name that stands beside one
        around this file, or in one that comes with the framework."""
        around = unit.placed.module
        packages = [app, f"django.contrib.{app}"]
        while around:
            around = around.rpartition(".")[0]
            packages.insert(-1, f"{around}.{app}" if around else app)
        for package in dict.fromkeys(packages[1:]):
            for place in MODEL_PLACES:
                path = self.find_module(f"{package}.{place}", unit.placed.root)
                if path is not None:
                    yield path


def _is_outside(found: Result) -> bool:
    return any(value[0] == EXTERNAL for value in found)


def _last_name(unit: Unit, call: int) -> str:
    callee = unit.a[call]
    if unit.ops[callee] == Op.ATTR:
        return unit.names[unit.b[callee]]
    return unit.names[unit.a[callee]] if unit.ops[callee] == Op.NAME else ""


def _keyword_text(unit: Unit, call: int, keyword: str) -> str | None:
    for how, e in unit.arguments(call):
        if how >= 0 and unit.names[how] == keyword:
            return unit.text_of_const(e)
    return None
