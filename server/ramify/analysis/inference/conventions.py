"""What a framework's own code and its users' always call the same.

Rules for Django where it is part of the workspace: a view takes a `request`, a model has a
`_default_manager`. They tell what nothing else does; the names are data of the language.
"""

from __future__ import annotations

from ramify.analysis.inference.engine import Found
from ramify.analysis.inference.models import Models
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    CLASS,
    DECLARED,
    EXTERNAL_INSTANCE,
    FRAMEWORK,
    INSTANCE,
    MOST_TARGETS,
    NOTHING,
    OWN,
    Result,
    Value,
    telling,
)
from ramify.languages.python.persistence import (
    ALWAYS,
    CALLED,
    GIVE_ROW,
    MANAGED,
    MODEL,
    MODEL_OF,
    OF_ANYTHING,
    REGISTRY,
    TAKEN,
    USED,
)
from ramify_store.facts import SymbolKind


class Conventions(Models):
    """Names that tell what a value is."""

    def known_by_name(self, unit: Unit, sym: int, name: str) -> Result:
        """What a parameter is by its name alone, or by that and the class of its method."""
        kind = CALLED.get(name)
        if kind is not None:
            found = self._instance(unit, kind)
            outside = kind == REGISTRY and not found and unit.imports(USED)
            return {(EXTERNAL_INSTANCE, ".".join(kind)): FRAMEWORK} if outside else found
        if name in TAKEN and unit.imports(USED):
            kind, classes = TAKEN[name]
            parent = unit.symbols[sym].parent
            of_class = parent > 0 and unit.symbols[parent].kind == SymbolKind.CLASS
            if of_class and self.is_one((CLASS, unit.path, parent), classes):
                return self._instance(unit, kind)
        return NOTHING

    def attribute(self, unit: Unit, e: int) -> Found:
        found = super().attribute(unit, e)
        name = unit.names[unit.b[e]]
        if name in OF_ANYTHING and not telling(found[0]) and unit.imports(USED):
            if name in ALWAYS or not (found[0] or found[1]):
                return self._instance(unit, OF_ANYTHING[name]) or found[0], found[1]
        elif name == MODEL_OF and not (found[0] or found[1]) and unit.imports(USED):
            return self._class(unit, MODEL) or found[0], found[1]
        return found

    def worked_out_member(self, value: Value, name: str) -> Found:
        found = super().worked_out_member(value, name)
        if value[0] != INSTANCE:
            return found
        if name in CALLED and value[3] == OWN and not found[0]:
            return self._instance(self.unit(value[1]), CALLED[name]), found[1]
        if name == MODEL_OF and sum(held[0] == CLASS for held in found[0]) != 1:
            if self.gives_rows(value):
                models = self._managed(value) or self._class(self.unit(value[1]), MODEL)
                return (models, found[1]) if models else found
            if value[3] == OWN and not telling(found[0]):
                models = self._class(self.unit(value[1]), MODEL)
                return (models, found[1]) if models else found
        return found

    def _managed(self, manager: Value) -> Result:
        """The models that have a manager of a class, if they are few."""
        found: Result = {}
        for holder in self.mro(manager[1], manager[2]):
            if holder[0] == CLASS:
                for model in self.few_reaching(holder[1], holder[2], MANAGED):
                    found[CLASS, *model[1:3], DECLARED] = FRAMEWORK
                if found:
                    break
        return found if len(found) <= MOST_TARGETS else NOTHING

    def elements(self, value: Value) -> Result:
        found = super().elements(value)
        if value[0] == INSTANCE and self._may_give_rows(value):
            return {**found, **self._instance(self.unit(value[1]), MODEL)}
        return found

    def _may_give_rows(self, value: Value) -> bool:
        return self.unit(value[1]).imports(USED) and self.gives_rows(value)

    def _of_method(self, method: Value, unit: Unit | None, call: int) -> Result:
        found = super()._of_method(method, unit, call)
        name = self.unit(method[1]).symbols[method[2]].name
        if not found and name in GIVE_ROW and self.gives_rows(method[3]):
            return self._instance(self.unit(method[1]), MODEL)
        return found

    def _instance(self, unit: Unit, kind: tuple[str, str]) -> Result:
        return {(INSTANCE, *cls[1:3], DECLARED): FRAMEWORK for cls in self._class(unit, kind)}

    def _class(self, unit: Unit, kind: tuple[str, str]) -> Result:
        if not unit.imports(USED):
            return NOTHING
        path = self.find_module(kind[0], unit.placed.root)
        found = self.global_name(path, kind[1])[0] if path is not None else NOTHING
        return {(CLASS, *v[1:3], DECLARED): FRAMEWORK for v in found if v[0] == CLASS}
