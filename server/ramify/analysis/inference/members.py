"""Attributes: what one of a value is, by its class, its bases and the classes below."""

from __future__ import annotations

from ramify.analysis.inference.access import renamed_mark
from ramify.analysis.inference.below import BESIDE, OPEN, Below, is_hollow
from ramify.analysis.inference.classes import CLOSED
from ramify.analysis.inference.engine import EXTERNAL_REF, LOCAL, SYMBOL, UNKNOWN, Found
from ramify.analysis.inference.known import INSTANCE_OF, TYPED_DICTS
from ramify.analysis.inference.names import renamed
from ramify.analysis.inference.narrowing import latest_attribute, may_be_tested
from ramify.analysis.inference.outside import (
    base_with,
    class_made_by,
    inherited,
    is_attribute,
    made_type,
    member_of,
    step_to,
)
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ANNOTATION,
    ATTRIBUTE,
    ATTRIBUTES,
    BRANCH,
    CLASS,
    CONSTRUCTED,
    COROUTINE,
    DECLARED,
    EXACT_FROM,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    FUNCTION,
    GENERATOR,
    IMPORT,
    INSTANCE,
    LITERAL,
    MADE,
    MEMBER,
    METHOD_OF,
    MODULE,
    MOST_TARGETS,
    NAMESPACE,
    NOTHING,
    OR_BELOW,
    OWN,
    OWN_CLASS,
    PLACED,
    REST,
    SUBCLASS,
    SUPER,
    TYPED,
    Result,
    Value,
    class_of_instance,
    merge,
    weaken,
)
from ramify.languages.python.library import OBJECT, member
from ramify_store.facts import NONE, Op, SymbolFlag, SymbolKind

_KEPT = frozenset({OWN_CLASS, ANNOTATION, IMPORT})
_CONTAINERS = {Op.TUPLE: "tuple", Op.LIST: "list", Op.SET: "set", Op.DICT: "dict"}
_OF_MADE_CLASS = frozenset({*INSTANCE_OF, *INSTANCE_OF.values()})
_WITH_DICT = frozenset({MODULE, CLASS, INSTANCE})
_DICT = "builtins.dict."
_MAY_BE_BELOW = frozenset({OWN, OR_BELOW})


def stepped(mark: int, step: int) -> int:
    """The mark of an attribute: the first uncertain step counts; of two certain ones, what is
    known of the receiver says more than that the attribute is a member."""
    if mark < EXACT_FROM:
        return mark
    return mark if step >= EXACT_FROM and mark in _KEPT else step


class Members(Below):
    """Attributes of any value."""

    def attribute(self, unit: Unit, e: int) -> Found:
        """What an ATTR expression is."""
        base = self.operand(unit, unit.a[e])
        name = unit.names[unit.b[e]]
        if len(base) == 1 and not may_be_tested(unit, e):
            ((value, mark),) = base.items()
            only = self._stepped(self.member(value, name), mark)
            if not (only[0] or only[1]):
                return self._of_few(unit, e, base)
            just = self._just_assigned(unit, e) if len(only[0]) > 1 else NOTHING
            return (just, only[1]) if just else only
        values: Result = {}
        refs: Result = {}
        for value, mark in base.items():
            found, refers = self.member(value, name)
            for key, step in found.items():
                step = stepped(mark, step)
                if values.get(key, 0) < step:
                    values[key] = step
            for key, step in refers.items():
                step = stepped(mark, step)
                if refs.get(key, 0) < step:
                    refs[key] = step
        if not (values or refs):
            values, refs = self._of_few(unit, e, base)
        if len(values) > 1:
            values = self._just_assigned(unit, e) or values
        return (self.narrowed(unit, e, values) if may_be_tested(unit, e) else values), refs

    def operand(self, unit: Unit, e: int) -> Result:
        """What an expression is of which an attribute is taken: of a crowd, what all are."""
        values = self.expression(unit, e)[0]
        return values if len(values) <= MOST_TARGETS else self.few(values) or values

    def _of_few(self, unit: Unit, e: int, base: Result) -> Found:
        """A member that nothing in sight of an operand has: of a crowd, the few that have it."""
        name = unit.names[unit.b[e]]
        crowd = self.expression(unit, unit.a[e])[0]
        values: Result = {}
        refs: Result = {}
        for value in crowd if len(crowd) > len(base) else ():
            found = self.member(value, name)
            merge(values, found[0])
            merge(refs, found[1])
        if 0 < len(refs) <= MOST_TARGETS:
            return weaken(values, BRANCH), weaken(refs, BRANCH)
        return self._only_below(base, name)

    def _only_below(self, base: Result, name: str) -> Found:
        """A member that none of the values has, of the classes below those they were made as: a
        program that asks for it has others in hand than could be seen."""
        values: Result = {}
        refs: Result = {}
        for value in base:
            if value[0] != INSTANCE or value[3] != CONSTRUCTED or name.startswith("__"):
                continue
            if not self.has_fallback(value):
                found = self._below(value, name)
                merge(values, found[0])
                merge(refs, found[1])
        return (values, refs) if values or refs else UNKNOWN

    def _just_assigned(self, unit: Unit, e: int) -> Result:
        """What an attribute of a local name certainly holds, since it was assigned before in the
        same run of statements and nothing that could change it was called since."""
        binding = latest_attribute(unit, e)
        if binding == NONE:
            return NOTHING
        values = self.assigned(unit, binding)
        says_nothing = any(v[0] == EXTERNAL_INSTANCE and v[1] in OPEN for v in values)
        return NOTHING if says_nothing else weaken(values, ATTRIBUTE)

    def _stepped(self, member: Found, mark: int) -> Found:
        """A member of a value that itself is known by a mark: one answer for all its uses."""
        key = (id(member), mark)
        known = self.same_members.get(key)
        if known is not None:
            return known[1]
        values, refs = member
        found = (
            {value: stepped(mark, step) for value, step in values.items()},
            {ref: stepped(mark, step) for ref, step in refs.items()},
        )
        self.same_members[key] = (member, found)
        return found

    def worked_out_member(self, value: Value, name: str) -> Found:
        kind = value[0]
        if name == "__dict__" and kind in _WITH_DICT:
            return {(ATTRIBUTES, value): MEMBER}, {(EXTERNAL_REF, OBJECT + ".__dict__"): MEMBER}
        if kind == INSTANCE:
            return self._of_instance(value, name)
        if kind == CLASS:
            return self._of_class(value, name)
        if kind == MODULE:
            found = self.global_name(value[1], name)
            if found[0] or found[1]:
                return renamed(found[0], IMPORT), renamed(found[1], IMPORT)
            return self.submodule_or_lazy(value[1], name)
        if kind == NAMESPACE:
            return self.module(f"{value[1]}.{name}", value[2])
        if kind == EXTERNAL:
            return self._of_external(value, name)
        if kind == EXTERNAL_INSTANCE or made_type(value):
            return _outside(member_of(value, name))
        if kind == SUPER:
            return self._after(value, name)
        if kind == FUNCTION:
            known = value[1] == self.asker and name in self.unit(value[1]).attribute_names
            return self.of_function(value, name) if known else UNKNOWN
        if kind == MADE and value[1] in _OF_MADE_CLASS:
            return self._of_made_class(value, name)
        if kind == ATTRIBUTES:
            return {(METHOD_OF, value, name): MEMBER}, {(EXTERNAL_REF, _DICT + name): MEMBER}
        if kind == MADE and value[1] == "pytest.raises" and name == "value":
            return self.raised(value), NOTHING
        if kind in (LITERAL, TYPED, MADE, GENERATOR, REST, "view"):
            cls = self.container_class(value) if value[0] == LITERAL else ""
            if cls and not name.startswith("__") and member(cls, name) is None:
                return UNKNOWN
            return {(METHOD_OF, value, name): MEMBER}, self._container_ref(value, name)
        return UNKNOWN

    def _of_made_class(self, value: Value, name: str) -> Found:
        """A member that `type(name, bases, members)` is given."""
        values: Result = {}
        refs: Result = {}
        for found, mark in self.given_to_class(value, name).items():
            is_taken = found[0] == FUNCTION and value[1] not in INSTANCE_OF
            merge(values, self._accessed(found, mark, value) if is_taken else {found: mark})
            if found[0] == FUNCTION:
                refs[SYMBOL, found[1], found[2]] = mark
        return (values, refs) if values else UNKNOWN

    def given_to_class(self, made: Value, name: str) -> Result:
        """What a class that a call makes is given as a member, before access binds it."""
        raise NotImplementedError

    def under(self, value: Value, key: str) -> Result:
        """What a mapping holds under a key that is a text."""
        raise NotImplementedError

    def _of_external(self, value: Value, name: str) -> Found:
        """An attribute of a module, class or function outside; of what an attribute holds, when
        that is known."""
        if not is_attribute(value):
            return _outside((EXTERNAL, step_to(value[1], name)))
        values: Result = {}
        refs: Result = {}
        for held in self.held(value):
            found = self.member(held, name)
            merge(values, found[0])
            merge(refs, found[1])
        return values, refs

    def held(self, value: Value) -> Result:
        """What an EXTERNAL that is no function or class holds."""
        raise NotImplementedError

    def of_function(self, value: Value, name: str) -> Found:
        """What the function's own file assigns to an attribute of it."""
        _, path, sym = value
        unit = self.unit(path)

        def answer() -> Found:
            values: Result = {}
            refs: Result = {}
            for at in unit.attribute_bindings[unit.name_index[name]]:
                base = self.expression(unit, unit.a[unit.bindings[at].target])[0]
                if value in base:
                    merge(values, weaken(self.assigned(unit, at), ATTRIBUTE))
                    refs[LOCAL, path, at] = MEMBER
            return values, refs

        return self.ask(("of function", path, sym, name), answer)

    def told_by_class(self, told: Result, receiver: Value) -> Result:
        """Values with what the receiver's class says in the place of type variables."""
        raise NotImplementedError

    def raised(self, value: Value) -> Result:
        """What `pytest.raises(...)` caught, by the exception it was given."""
        raise NotImplementedError

    def _container_ref(self, value: Value, name: str) -> Result:
        cls = self.container_class(value)
        has = cls and (value[0] == LITERAL or member(cls, name) is not None)
        return {(EXTERNAL_REF, f"{cls}.{name}"): MEMBER} if has else NOTHING

    def container_class(self, value: Value) -> str:
        """The class outside that a container is an instance of; empty if that is not known."""
        if value[0] == LITERAL:
            container = _CONTAINERS.get(Op(self.unit(value[1]).ops[value[2]]), "list")
            return f"builtins.{container}"
        if value[0] == MADE:
            return class_made_by(value[1])
        if value[0] == GENERATOR:
            is_async = self.unit(value[1]).symbols[value[2]].flags & SymbolFlag.ASYNC
            return "typing.AsyncGenerator" if is_async else "typing.Generator"
        return "typing.Coroutine" if value[0] == COROUTINE else ""

    def _of_instance(self, value: Value, name: str) -> Found:
        found = self._in_order(value, name)
        if found is not UNKNOWN:
            return found
        if name == "__class__":
            return {class_of_instance(value): MEMBER}, NOTHING
        found = self._elsewhere(value, name)
        return found if found is not UNKNOWN else self.answered(value, name)

    def lacks(self, value: Value, name: str) -> bool:
        """Whether neither the class of an instance nor one beside it has a member."""
        return self._in_order(value, name) is UNKNOWN and self._elsewhere(value, name) is UNKNOWN

    def answered(self, value: Value, name: str) -> Found:
        """What `__getattr__` of a class gives for a name that it has not itself."""
        raise NotImplementedError

    def _in_order(self, value: Value, name: str) -> Found:
        """An attribute of an instance that its class or a base in the workspace has."""
        path, sym = value[1:3]
        values: Result = {}
        for holder, known in self.mro(path, sym).items():
            if holder[0] != CLASS:
                continue
            own, own_refs = self.own(holder[1], holder[2], name)
            stored, stored_refs = self.stored(holder[1], holder[2], name)
            if not (own_refs or stored_refs or own or stored):
                continue
            if known < EXACT_FROM:
                own, own_refs = weaken(own, known), weaken(own_refs, known)
            if not (own_refs or own) and self._is_set_through(holder, name):
                continue
            for found, mark in own.items():
                merge(values, self._accessed(found, renamed_mark(mark), value))
            merge(values, self._bound_where_placed(stored, value))
            if not (own or own_refs or stored_refs):
                continue  # some code gives it to instances of a subclass: a base declares it
            if not stored:
                merge(values, self._replaced_below(value, name, own))
                if is_hollow(own):
                    merge(values, self.filled(holder, name))
            elif value[3] != CONSTRUCTED and any(_is_chosen(v) for v in stored):
                below = self._below(value, name)[0]
                merge(values, below if len({**values, **below}) <= MOST_TARGETS else NOTHING)
            refs = {ref: renamed_mark(mark) for ref, mark in {**own_refs, **stored_refs}.items()}
            return self.told_by_class(values, value), refs
        return (values, NOTHING) if values else UNKNOWN

    def _is_set_through(self, holder: Value, name: str) -> bool:
        """Whether assigning to an attribute of a class's instances runs a property of a base."""
        for above in self.mro(holder[1], holder[2]):
            if above[0] == CLASS and above[1:3] != holder[1:3]:
                for ref in self.own(above[1], above[2], name)[1]:
                    if ref[0] == SYMBOL:
                        symbol = self.unit(ref[1]).symbols[ref[2]]
                        return symbol.kind == SymbolKind.PROPERTY
        return False

    def _elsewhere(self, value: Value, name: str) -> Found:
        """A member that a class and its bases in the workspace do not have: one of the classes
        below, or of a base outside."""
        path, sym, how = value[1:4]
        outside = [v[1] for v in self.mro(path, sym) if v[0] == EXTERNAL and v[1] not in CLOSED]
        if how != CONSTRUCTED and not (outside and self.unit(path).placed.is_test):
            below = self._below(value, name)
            if below[0] or below[1]:
                return below
        base = base_with(outside, name)
        if base in TYPED_DICTS:
            return self.member((ATTRIBUTES, value), name)
        if name.startswith("__"):
            base = base or OBJECT
        if base is None or not (name.startswith("__") or not self.has_fallback(value)):
            return UNKNOWN
        return _outside(inherited(base, name, value))

    def has_fallback(self, value: Value) -> bool:
        """Whether a class answers for any attribute."""
        return any(self.member_of_class(value, n) for n in ("__getattr__", "__getattribute__"))

    def _of_class(self, value: Value, name: str) -> Found:
        path, sym, how = value[1:4]
        order = self.mro(path, sym)
        values: Result = {}
        for holder in order:
            if holder[0] != CLASS:
                continue
            own, own_refs = self.own(holder[1], holder[2], name)
            stored, stored_refs = self.stored(holder[1], holder[2], name)
            placed = stored
            if (own or own_refs) and not (own and is_hollow(own)):  # that is not of instances
                placed = {v: mark for v, mark in stored.items() if v[0] == PLACED}
                stored, stored_refs = NOTHING, NOTHING
            if not (own or own_refs or stored or stored_refs):
                continue
            for found, mark in {**placed, **own}.items():
                found = found[1] if found[0] == PLACED else found
                merge(values, self._taken_from_class(found, renamed_mark(mark), value, order))
            if not (own or own_refs or stored_refs):
                continue
            refs = {ref: renamed_mark(mark) for ref, mark in {**stored_refs, **own_refs}.items()}
            if not values and self.is_enum(order):
                values = {(INSTANCE, path, sym, CONSTRUCTED): MEMBER}
            if not stored:
                if how in _MAY_BE_BELOW:
                    merge(values, self._replaced_below(value, name, own))
                if is_hollow(own):
                    merge(values, self.filled(holder, name))
            return values, refs
        if values:
            return values, NOTHING
        meta = self.metaclass(path, sym)
        if meta is not None:
            of_metaclass = self._in_order((INSTANCE, meta[1], meta[2], how), name)
            if of_metaclass is not UNKNOWN:
                return of_metaclass
        if how in _MAY_BE_BELOW:
            return self._elsewhere(value, name)
        return UNKNOWN

    def _after(self, value: Value, name: str) -> Found:
        """An attribute through `super()`: from what follows the class in the receiver's MRO."""
        _, path, sym, receiver = value
        start = receiver if receiver[0] in (INSTANCE, CLASS) else (CLASS, path, sym, OWN)
        order = list(self.mro(start[1], start[2]))
        here = (CLASS, path, sym, DECLARED)
        after = order[order.index(here) + 1 :] if here in order else []
        values, refs = self._first_after(after, receiver, name)
        is_told = bool(values or refs)
        for cls in self.reaching(path, sym, BESIDE):
            others = list(self.mro(cls[1], cls[2]))
            if here in others:
                others = others[others.index(here) + 1 :]
                found = self._first_after(others, receiver, name)
                merge(values, {v: SUBCLASS for v in found[0] if v not in values})
                merge(refs, {r: SUBCLASS for r in found[1] if r not in refs})
        if is_told or ((values or refs) and not name.startswith("__")):
            return values, refs
        outside = [holder[1] for holder in after if holder[0] == EXTERNAL]
        last = _outside(inherited(base_with(outside, name) or OBJECT, name, receiver))
        return {**last[0], **values}, refs or last[1]

    def _first_after(self, after: list[Value], receiver: Value, name: str) -> Found:
        for holder in after:
            if holder[0] != CLASS:
                continue
            own, refs = self.own(holder[1], holder[2], name)
            if not (own or refs):
                continue
            values: Result = {}
            for found, mark in own.items():
                if found[0] == FUNCTION and receiver[0] == CLASS:
                    merge(values, self._bound_to_class(found, renamed_mark(mark), receiver))
                else:
                    merge(values, self._accessed(found, renamed_mark(mark), receiver))
            return values, {ref: renamed_mark(mark) for ref, mark in refs.items()}
        return {}, {}


def _outside(value: Value | None) -> Found:
    """Something outside, and the reference to it."""
    if value is None:
        return UNKNOWN
    return {value: MEMBER}, {(EXTERNAL_REF, value[1]): MEMBER}


def _is_chosen(stored: Value) -> bool:
    """Whether a class stores a class, or what it makes of one, where one below it may store
    another."""
    return stored[0] == CLASS or (stored[0] == INSTANCE and bool(stored[3] == CONSTRUCTED))
