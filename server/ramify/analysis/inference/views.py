"""Views, forms, serializers and admin classes: what they are about, by the model or form that their
class names, and so what their framework hands to them.

Rules for Django and what stands on it, where that is outside the workspace or says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ramify.analysis.inference.arguments import NO_ARGUMENTS, Arguments
from ramify.analysis.inference.conventions import Conventions
from ramify.analysis.inference.engine import Found
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    BOUND,
    CLASS,
    CONSTRUCTED,
    DECLARED,
    EXTERNAL,
    FRAMEWORK,
    INSTANCE,
    METHOD_OF,
    MOST_TARGETS,
    NAMED_LIKE,
    NOTHING,
    OR_BELOW,
    ROWS,
    SUPER,
    Result,
    Value,
    merge,
    telling,
)
from ramify.languages.python.persistence import MANAGED, NAMED_MODEL, NAMED_OTHERWISE, USED
from ramify.languages.python.views import (
    ATTRIBUTES,
    CLASS_OF,
    FORM_SOURCES,
    METHODS,
    MODEL_SOURCES,
    OPTIONS,
    ROW,
    ROWS_OF,
    RUN_OF_FORM,
    SERIALIZER_SOURCES,
    TAKES,
)
from ramify_store.facts import NONE, SymbolKind


class Views(Conventions):
    """What classes that name a model are handed."""

    def known_by_name(self, unit: Unit, sym: int, name: str) -> Result:
        found = super().known_by_name(unit, sym, name)
        if found or not unit.imports(USED):
            return found
        parent = unit.symbols[sym].parent
        if name in TAKES and parent > 0 and unit.symbols[parent].kind == SymbolKind.CLASS:
            what, sources = TAKES[name]
            found = self._about((CLASS, unit.path, parent, OR_BELOW), what, sources)
        return found or self._named_like(unit, name)

    def checked_by(self, unit: Unit, sym: int) -> Iterator[Value]:
        """The methods by which the form or the serializer that a view's own body names checks what
        it is given."""
        for source in (*FORM_SOURCES, *SERIALIZER_SOURCES):
            for cls in self.own(unit.path, sym, source)[0] if unit.imports(USED) else ():
                if cls[0] == CLASS and self.outside_bases(cls[1], cls[2]):
                    for name in self.spelled(cls[1], cls[2], RUN_OF_FORM):
                        yield from self.member_of_class(cls, name)

    def outside_bases(self, path: str, sym: int) -> list[str]:
        raise NotImplementedError

    def spelled(self, path: str, sym: int, patterns: Iterable[str]) -> list[str]:
        raise NotImplementedError

    def _named_like(self, unit: Unit, name: str) -> Result:
        """`ticket` is a `Ticket`, where the workspace has one model of that name. A model of tests
        is one to the files around it alone."""
        if name in NAMED_OTHERWISE or unit.placed.module.startswith(USED + "."):
            return NOTHING
        models = list(self.told("", NAMED_MODEL + name.replace("_", "")))
        if len(models) != 1:
            return NOTHING
        path = models[0][1]
        folder = path.rpartition("/")[0]
        if self.unit(path).placed.is_test and not unit.path.startswith(f"{folder}/"):
            return NOTHING
        return {(INSTANCE, *models[0][1:3], DECLARED): NAMED_LIKE}

    def worked_out_member(self, value: Value, name: str) -> Found:
        found = super().worked_out_member(value, name)
        kind = value[0]
        if kind not in (INSTANCE, SUPER) or telling(found[0]):
            return found
        if name in METHODS:
            of = value if kind == INSTANCE else value[3]
            if of[0] == INSTANCE and self._comes_from_outside(of, found):
                return {**found[0], (METHOD_OF, of, name): FRAMEWORK}, found[1]
        elif name in ATTRIBUTES and kind == INSTANCE:
            what, sources = ATTRIBUTES[name]
            if self.unit(value[1]).imports(USED):
                about = self._about((CLASS, *value[1:3], OR_BELOW), what, sources)
                return (about, found[1]) if about else found
        return found

    def _comes_from_outside(self, value: Value, found: Found) -> bool:
        """Whether a member is one of a base outside, of a class that uses Django."""
        outside = not found[0] or any(held[0] == EXTERNAL for held in found[0])
        return (
            outside
            and self.unit(value[1]).imports(USED)
            and any(base[0] == EXTERNAL for base in self.mro(value[1], value[2]))
        )

    def container_method(
        self, container: Value, name: str, given: Arguments, unit: Unit | None, call: int
    ) -> Result:
        if container[0] == INSTANCE and name in METHODS and not self.gives_rows(container):
            what, sources = METHODS[name]
            return self._about((CLASS, *container[1:3], OR_BELOW), what, sources)
        return super().container_method(container, name, given, unit, call)

    def _about(self, cls: Value, what: str, sources: tuple[str, ...]) -> Result:
        """An object, objects or the class itself of what a class says that it is about."""
        found: Result = {}
        for source in self._sources(cls, sources):
            if what == ROW:
                found[INSTANCE, *source[1:3], DECLARED] = FRAMEWORK
            elif what == ROWS_OF and source[0] == ROWS:
                found[source] = FRAMEWORK
            elif what == ROWS_OF:
                found[self.rows_of(source[1], source[2])] = FRAMEWORK
            elif what == CLASS_OF:
                found[CLASS, *source[1:3], OR_BELOW] = FRAMEWORK
            else:
                found[INSTANCE, *source[1:3], CONSTRUCTED] = FRAMEWORK
        return found if len(found) <= MOST_TARGETS else NOTHING

    def _sources(self, cls: Value, names: tuple[str, ...]) -> list[Value]:
        """The classes, or objects of them, that a class names."""
        for name in names:
            held = self._held_by(cls, name)
            if held:
                return held
        if names == MODEL_SOURCES:
            for options in self.member(cls, OPTIONS)[0]:
                if options[0] == CLASS:
                    return self._held_by(options, names[0])
            return [(CLASS, *v[1:3], DECLARED) for v in self.few_reaching(cls[1], cls[2], MANAGED)]
        return []

    def _held_by(self, cls: Value, name: str) -> list[Value]:
        found: Result = {}
        for value in self.member(cls, name)[0]:
            if value[0] == BOUND:
                continue
            if value[0] == "function" and name in METHODS:
                made = (BOUND, value[1], value[2], (INSTANCE, *cls[1:3], DECLARED))
                merge(found, self.result(made, NO_ARGUMENTS, None, NONE))
            else:
                found[value] = FRAMEWORK
        return [value for value in found if value[0] in (CLASS, ROWS)]
