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
    FRAMEWORK,
    INSTANCE,
    NOTHING,
    OWN,
    Result,
    Value,
    telling,
)
from ramify.languages.python.persistence import (
    CALLED,
    HAVING_MANAGER,
    MANAGER,
    MODEL,
    MODEL_OF,
    USED,
)


class Conventions(Models):
    """Names that tell what a value is."""

    def known_by_name(self, unit: Unit, name: str) -> Result:
        """What a parameter is by its name alone."""
        kind = CALLED.get(name)
        return self._instance(unit, kind) if kind is not None else NOTHING

    def attribute(self, unit: Unit, e: int) -> Found:
        found = super().attribute(unit, e)
        if unit.names[unit.b[e]] in HAVING_MANAGER and not telling(found[0]):
            return self._instance(unit, MANAGER) or found[0], found[1]
        return found

    def worked_out_member(self, value: Value, name: str) -> Found:
        found = super().worked_out_member(value, name)
        if value[0] != INSTANCE:
            return found
        if name in CALLED and value[3] == OWN and not found[0]:
            return self._instance(self.unit(value[1]), CALLED[name]), found[1]
        if name == MODEL_OF and len(telling(found[0])) != 1 and self.gives_rows(value):
            models = self._class(self.unit(value[1]), MODEL)
            return (models, found[1]) if models else found
        return found

    def _instance(self, unit: Unit, kind: tuple[str, str]) -> Result:
        return {(INSTANCE, *cls[1:3], DECLARED): FRAMEWORK for cls in self._class(unit, kind)}

    def _class(self, unit: Unit, kind: tuple[str, str]) -> Result:
        if not unit.imports(USED):
            return NOTHING
        path = self.find_module(kind[0], unit.placed.root)
        found = self.global_name(path, kind[1])[0] if path is not None else NOTHING
        return {(CLASS, *v[1:3], DECLARED): FRAMEWORK for v in found if v[0] == CLASS}
