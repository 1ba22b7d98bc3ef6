"""Routes: which function serves a path, who asks for it, and who names it.

Where a route is registered its view is handed on under the key of its pattern, and under its name;
a test that asks a client for a path, or any code that names a route, looks there. What serves a
path is told by text alone, so each such edge is inferred and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from ramify.analysis.inference.constants import text_of
from ramify.analysis.inference.engine import LOCAL, MODULE_REF, NO_FLOW, SYMBOL, Taint
from ramify.analysis.inference.routes import ANY, Route, fits, key_of, keys_of, path, pattern, regex
from ramify.analysis.inference.routes import route_of as read
from ramify.analysis.inference.values import (
    BOUND,
    CALLBACK,
    CLASS,
    CONSTRUCTED,
    FUNCTION,
    INSTANCE,
    LITERAL,
    MADE,
    MODULE,
    REQUESTED,
    ROUTE,
    SERVED,
    Value,
)
from ramify.analysis.linking.edges.collecting import Targets, best
from ramify.analysis.linking.edges.outside import OutsideCalls
from ramify.languages.python.routes import (
    APPLICATIONS,
    AS_VIEW,
    ASKS_NOTHING,
    DECORATES,
    DEPENDENCIES,
    HANDLERS,
    HOOKS,
    HOOKS_OF_ALL,
    INCLUDE,
    INCLUDES,
    LISTS_PATHS,
    METHODS,
    NAMES_ROUTE,
    NAMESPACE,
    OPENS,
    PREFIXES,
    REGISTERS,
    REPLACES_PREFIX,
    REVERSES,
    VERBS,
    Registering,
)
from ramify_store.facts import NONE, ArgumentHow, EdgeKind, Op, SymbolKind

_MOST_VIEWS: Final = 8
_DEEPEST: Final = 3
"""Decorators around a view where it is registered."""
_NAMED: Final = "name "
_ROUTES: Final = "routes"
_PREFIX: Final = "<prefix>"
_DEPENDS: Final = "<depends>"
_MOST_PREFIXES: Final = 4
_MOST_PATHS: Final = 8
"""That one place of a test asks for."""
_HOOK: Final = "hook"
_VIEWS: Final = frozenset({FUNCTION, BOUND, CLASS})
_ANYWHERE: Final = ""
"""The file of what is known by its text alone."""


class Near(NamedTuple):
    """Routes by the places that a test has near, nearest first; whether an application is there."""

    taint: Taint
    routes: list[list[tuple[Route, Value]]]
    has_application: bool


class RouteEdges(OutsideCalls):
    """Edges from who asks for a path, or names a route, to what serves it."""

    _near: Near | None = None

    def _routed(self, e: int, sym: int) -> None:
        """`@app.get("/posts/{id}")` serves the path by what it decorates."""
        unit = self.unit
        if unit.ops[e] != Op.CALL:
            if unit.ops[e] == Op.ATTR and unit.names[unit.b[e]] in HOOKS:
                self._hook(e, sym)
            return
        name = self._naming(e)
        if name in HOOKS and unit.ops[unit.a[e]] == Op.ATTR:
            self._hook(unit.a[e], sym)
        if name not in DECORATES or not unit.c[e]:
            return
        text = text_of(self.inference, unit, unit.arguments(e)[0][1])
        if text is None or not text.startswith("/"):
            return
        made = self._made_with(unit.a[unit.a[e]]) if unit.ops[unit.a[e]] == Op.ATTR else NONE
        for keyword, argument in self._keywords(e):
            if keyword == DEPENDENCIES:
                self._depend(argument, sym)
        for keyword, argument in self._keywords(made):
            if keyword == DEPENDENCIES:
                self._depend(argument, sym)
        for target in self._depended(self._symbol_of(unit.a[unit.a[e]]) if made != NONE else None):
            self._edge(sym, target, EdgeKind.CALLS, CALLBACK, e)
        self._serve(e, made, pattern(text), [(FUNCTION, unit.path, sym)], name)

    def _class_around(self, view: Value) -> str:
        """The name of the class whose method serves: a part of the application by itself."""
        owner = self.inference.unit(view[1])
        parent = owner.symbols[owner.symbols[view[2]].parent]
        return parent.name if parent.kind == SymbolKind.CLASS else ""

    def _hook(self, e: int, sym: int) -> None:
        """What runs around requests is handed on to those that the same file serves, that of a
        whole application to those of its parts as well."""
        unit = self.unit
        name = unit.names[unit.b[e]]
        value = (ROUTE, unit.path, sym, name)
        self._tell(unit.path, _HOOK, value)
        made = self._made_with(unit.a[e])
        if name in HOOKS_OF_ALL or (made != NONE and self._naming(made) in APPLICATIONS):
            self._tell(_ANYWHERE, _HOOK, value)

    def _depend(self, listed: int, sym: int) -> None:
        """`dependencies=[Depends(f)]` runs before the view."""
        unit = self.unit
        if unit.ops[listed] not in (Op.LIST, Op.TUPLE):
            return
        for element in unit.elements(listed):
            targets: Targets = {}
            for value, mark in self.inference.injected(unit, element).items():
                self._add_called(targets, value, mark, False)
            for target, _ in targets:
                self._edge(sym, target, EdgeKind.CALLS, CALLBACK, element)

    def _routes(self, e: int, name: str, site: int) -> None:
        """What a CALL of something called so registers, asks for or names."""
        unit = self.unit
        if name in REGISTERS and unit.c[e] > 1:
            self._register(e, REGISTERS[name], name)
        if name in INCLUDES:
            self._include(e, name)
        if name in OPENS and unit.placed.is_test and unit.a[e] not in self._roles:
            self._request(e, name, site)
        if name in REVERSES:
            self._reverse(e, site)

    def _register(self, e: int, how: Registering, name: str) -> None:
        """`path("posts/<int:id>/", view, name="post")` and its like."""
        unit = self.unit
        text = self._text_at(e, how.path)
        view = self._at(e, how.view)
        if text is None or view == NONE:
            return
        if unit.ops[view] == Op.CALL and self._naming(view) == INCLUDE:
            self._include_module(view, "/".join(regex(text) if how.is_regex else pattern(text)))
            return
        views = [v for v in self._views(view, 0) if v[0] in _VIEWS]
        if views and len(views) <= _MOST_VIEWS:
            segments = regex(text) if how.is_regex else pattern(text)
            if unit.symbols[self._owner(e)].name == LISTS_PATHS:
                segments = (ANY, *segments)
            made = self._made_with(unit.a[unit.a[e]]) if unit.ops[unit.a[e]] == Op.ATTR else NONE
            self._serve(e, made, segments, views, "")

    def _views(self, e: int, depth: int) -> Iterable[Value]:
        """What an expression that stands for a view runs: `View.as_view()`, `decorated(view)`."""
        unit = self.unit
        if unit.ops[e] == Op.CALL and depth < _DEEPEST:
            callee = unit.a[e]
            if unit.ops[callee] == Op.ATTR and unit.names[unit.b[callee]].startswith(AS_VIEW):
                return [v for v in self._operand(unit.a[callee]) if v[0] == CLASS]
            for how, argument in unit.arguments(e):
                if how == ArgumentHow.POSITIONAL and unit.ops[argument] != Op.CONST:
                    inner = [v for v in self._views(argument, depth + 1) if v[0] in _VIEWS]
                    if inner:
                        return inner
        return self._operand(e)

    def _serve(
        self, e: int, made: int, segments: tuple[str, ...], views: list[Value], how: str
    ) -> None:
        """Hands views on by the pattern and by the name under which they serve."""
        unit = self.unit
        space, of_app = self._part(made)
        verbs = [how] if how in VERBS else self._verbs(e)
        named = [text for k, x in self._keywords(e) if k in NAMES_ROUTE
                 and (text := text_of(self.inference, unit, x))]  # fmt: skip
        for view in views:
            space = space or self._class_around(view)
            called = named or [self.inference.unit(view[1]).symbols[view[2]].name]
            name = _full(space, called[0])
            for before, whole in self._below(made):
                below = (*before, *segments)
                for verb in verbs or [""]:
                    told = Route(verb, name, of_app or whole, of_app, below).text()
                    value = (ROUTE, view[1], view[2], told)
                    self._serve_by((key_of(below), _NAMED + _bare(called[0])), value)

    def _serve_by(self, keys: Iterable[str], value: Value) -> None:
        """Routes of tests are known to their own file, or, beside tests, to those around."""
        folder, _, name = self.unit.path.rpartition("/")
        self._tell(self.unit.path, _ROUTES, value)
        if not self.unit.placed.is_test:
            for key in keys:
                self._tell(_ANYWHERE, key, value)
        elif not (name.startswith("test") or name.endswith("_test.py")):
            self._tell(f"{folder}/", _ROUTES, value)

    def _tell(self, place: str, key: str, value: Value) -> None:
        self.flows_out.given.append(((place, "", key), value))

    def _part(self, made: int) -> tuple[str, bool]:
        """What the part of an application that serves a route puts before its name, and whether it
        is the application itself."""
        unit = self.unit
        if made == NONE:
            return self._namespace(), False
        if self._naming(made) in APPLICATIONS:
            return "", True
        first = unit.arguments(made)[0] if unit.c[made] else (NONE, NONE)
        space = unit.text_of_const(first[1]) if first[0] == ArgumentHow.POSITIONAL else None
        return space or "", False

    def _below(self, made: int) -> list[tuple[tuple[str, ...], bool]]:
        """What stands before the paths of a part of an application, or of this module, wherever
        that is put; and whether nothing more does."""
        unit = self.unit
        own: tuple[str, ...] = ()
        for keyword, e in self._keywords(made):
            if keyword in PREFIXES:
                own = pattern(text_of(self.inference, unit, e) or "")
        if made == NONE:
            told = self.inference.told(unit.path, _PREFIX)
        else:
            sym = self._bound_to(made)
            told = self.inference.few_reaching(unit.path, sym, _PREFIX) if sym != NONE else ()
        found = [read(value[3]) for value in told]
        if not 0 < len(found) <= _MOST_PREFIXES:
            return [(own, False)]
        return [
            (each.segments if each.name == REPLACES_PREFIX and each.segments
             else (*each.segments, *own), each.is_whole)
            for each in found
        ]  # fmt: skip

    def _bound_to(self, made: int) -> int:
        """The variable that holds what a CALL makes."""
        unit = self.unit
        for binding, sym in unit.symbol_of_binding.items():
            if unit.bindings[binding].value == made:
                return sym
        return NONE

    def _symbol_of(self, base: int) -> Value | None:
        """The variable that an expression names."""
        refs = self.inference.expression(self.unit, base)[1]
        return next((ref for ref in refs if ref[0] == SYMBOL), None)

    def _include(self, e: int, name: str) -> None:
        """`app.include_router(items.router, prefix="/items", dependencies=[...])`."""
        unit = self.unit
        included = self._symbol_of(unit.arguments(e)[0][1])
        if included is None or unit.ops[unit.a[e]] != Op.ATTR:
            return
        base = unit.a[unit.a[e]]
        made = self._made_with(base)
        is_whole = made != NONE and self._naming(made) in APPLICATIONS
        before: tuple[str, ...] = ()
        for keyword, argument in (*self._keywords(e), *self._keywords(made)):
            if keyword == DEPENDENCIES and unit.ops[argument] in (Op.LIST, Op.TUPLE):
                for element in unit.elements(argument):
                    found = self.inference.injected(unit, element)
                    self.flows_out.hold(included[1], included[2], _DEPENDS, found)
        for keyword, argument in self._keywords(e):
            if keyword in PREFIXES:
                before = pattern(text_of(self.inference, unit, argument) or "")
        symbol = self.inference.unit(included[1]).symbols[included[2]].path
        value = (ROUTE, unit.path, 0, Route("", name, is_whole, False, before).text())
        self.flows_out.given.append(((included[1], symbol, _PREFIX), value))

    def _include_module(self, include: int, text: str) -> None:
        """`path("blog/", include("blog.urls"))`."""
        unit = self.unit
        if not unit.c[include] or not text:
            return
        argument = unit.arguments(include)[0][1]
        if unit.ops[argument] == Op.TUPLE:
            argument = next(iter(unit.elements(argument)), argument)
        named = text_of(self.inference, unit, argument)
        refs = self.inference.dotted(named, unit) if named else ()
        refs = refs or self.inference.expression(unit, argument)[1]
        for ref in refs:
            if ref[0] == MODULE_REF:
                value = (ROUTE, unit.path, 0, Route("", "", False, False, pattern(text)).text())
                self._tell(ref[1], _PREFIX, value)

    def _depended(self, part: Value | None) -> Iterator[str]:
        """What runs before all views of a part of an application, by where that is put."""
        if part is None:
            return
        for value in self.inference.few_reaching(part[1], part[2], _DEPENDS):
            targets: Targets = {}
            self._add_called(targets, value, CALLBACK, False)
            yield from (target for target, _ in targets)

    def _namespace(self) -> str:
        """What a module calls all its routes."""
        unit = self.unit
        index = unit.name_index.get(NAMESPACE)
        for binding in unit.bound[0].get(index, ()) if index is not None else ():
            value = unit.bindings[binding].value
            if value != NONE:
                return unit.text_of_const(value) or ""
        return ""

    def _made_with(self, base: int) -> int:
        """The call of this file that made what an expression names; NONE for anything else."""
        unit = self.unit
        if unit.ops[base] != Op.NAME:
            return NONE
        for ref in self.inference.expression(unit, base)[1]:
            binding = NONE
            if ref[0] == LOCAL and ref[1] == unit.path:
                binding = ref[2]
            elif ref[0] == SYMBOL and ref[1] == unit.path:
                binding = next((b for b, s in unit.symbol_of_binding.items() if s == ref[2]), NONE)
            value = unit.bindings[binding].value if binding != NONE else NONE
            if value != NONE and unit.ops[value] == Op.CALL:
                return value
        return NONE

    def _verbs(self, e: int) -> list[str]:
        """The kinds of requests that `methods=["GET", "POST"]` names; none: all."""
        unit = self.unit
        for keyword, listed in self._keywords(e):
            if keyword == METHODS and unit.ops[listed] in (Op.LIST, Op.TUPLE, Op.SET):
                texts = [unit.text_of_const(each) for each in unit.elements(listed)]
                return [each.lower() for each in texts if each]
        return []

    def _keywords(self, call: int) -> Iterator[tuple[str, int]]:
        unit = self.unit
        for how, e in unit.arguments(call) if call != NONE else ():
            if how >= 0:
                yield unit.names[how], e

    def _at(self, call: int, places: tuple[int | str, ...]) -> int:
        """The argument of a CALL at one of some positions or keywords."""
        unit = self.unit
        position = 0
        for how, e in unit.arguments(call):
            if how == ArgumentHow.POSITIONAL:
                if position in places:
                    return e
                position += 1
            elif how >= 0 and unit.names[how] in places:
                return e
        return NONE

    def _text_at(self, call: int, places: tuple[int | str, ...]) -> str | None:
        e = self._at(call, places)
        if e == NONE:
            return None
        unit = self.unit
        empty = unit.ops[e] == Op.CONST and unit.b[e] == NONE and unit.names[unit.a[e]] == "str"
        return "" if empty else text_of(self.inference, unit, e)

    # -- requests

    def _request(self, e: int, name: str, site: int) -> None:
        """`client.get("/posts/1")` runs what serves that."""
        unit = self.unit
        callee = unit.a[e]
        if unit.ops[callee] != Op.ATTR:
            return
        if self._naming(unit.a[callee]).lower().endswith(ASKS_NOTHING) or any(
            v[0] == LITERAL or v[0] == MODULE for v in self._operand(unit.a[callee])
        ):
            return
        verb = name if name in VERBS else ""
        for how, argument in unit.arguments(e)[:3]:
            if how != ArgumentHow.POSITIONAL and (
                how < 0 or unit.names[how] not in ("url", "path")
            ):
                continue
            asked = self._paths_of(argument)
            if asked:
                serving = [view for each in asked for view in self._serving(each, verb)]
                self._reach(serving, verb, e, site)
                return
            if unit.ops[argument] not in (Op.CONST, Op.FORMAT):
                made = [v for v in self._operand(argument) if v[:2] == (MADE, ROUTE)]
                if made:
                    for value in made if len(made) <= _DEEPEST else ():
                        self._reach(self._named_by_call(value), verb, e, site)
                    return

    def _paths_of(self, e: int) -> list[tuple[str, ...]]:
        """The paths that an expression may be: its text, or those that a loop or a test's
        parameters give it."""
        unit = self.unit
        op = unit.ops[e]
        text: str | None = None
        if op == Op.FORMAT:
            text = unit.names[unit.a[e]] if unit.a[e] != NONE else None
        elif op == Op.BINARY:
            text = text_of(self.inference, unit, unit.a[e])
            if text is not None and unit.names[unit.c[e]] != "__mod__" and not text.endswith("?"):
                text += "{}"
        elif op == Op.CALL and unit.ops[unit.a[e]] == Op.ATTR:
            formats = unit.names[unit.b[unit.a[e]]] == "format"
            text = text_of(self.inference, unit, unit.a[unit.a[e]]) if formats else None
        elif op in (Op.CONST, Op.NAME, Op.ATTR):
            text = text_of(self.inference, unit, e)
        texts = [text] if text is not None or op != Op.NAME else self.inference.texts_of(unit, e)
        found = [path(each) for each in texts if each is not None]
        return [each for each in found if each is not None][:_MOST_PATHS]

    def _serving(self, asked: tuple[str, ...], verb: str) -> list[Value]:
        """What best serves a path; of several alike what is registered nearest. Nothing where they
        serve no more than the end of it and nobody knows which is meant."""
        found: dict[Value, tuple[int, int]] = {}
        near = self._routes_near()
        for at, told in enumerate((*near.routes, self._anywhere(near, keys_of(asked)))):
            for route, value in told:
                fit = fits(route, asked) if not verb or route.verb in ("", verb) else 0
                if fit:
                    found.setdefault(value, (fit, -at))
        best_fit = max(found.values(), default=(0, 0))
        serving = [value for value, fit in found.items() if fit == best_fit]
        partly = any(len(read(value[3]).segments) < len(asked) for value in serving)
        return [] if partly and len({value[1] for value in serving}) > 1 else serving

    def _routes_near(self) -> Near:
        """The routes that stand nearer to this file than elsewhere; once for each round."""
        near = self._near
        if near is None:
            taint = self.inference.taint
            self.inference.taint = NO_FLOW
            told = [self.inference.told(place, _ROUTES) for place in self._places()]
            routes = [[(read(v[3]), v) for v in values] for values in told if values]
            of_app = any(route.of_application for each in routes for route, _ in each)
            near = self._near = Near(self.inference.taint, routes, of_app)
            self.inference.taint = taint
        self.inference.mark(near.taint)
        return near

    def _anywhere(self, near: Near, keys: Iterable[str]) -> list[tuple[Route, Value]]:
        """Routes known by some keys, of no other application than one that stands nearer."""
        told = [(read(v[3]), v) for key in keys for v in self.inference.told(_ANYWHERE, key)]
        return [each for each in told if not (near.has_application and each[0].of_application)]

    def _places(self) -> list[str]:
        """Where a route stands nearer to a test than elsewhere: in its file, in what that imports,
        in the folders around it."""
        if not self.unit.placed.is_test:
            return []
        folder = self.unit.path.rpartition("/")[0]
        folders = [f"{folder}/", f"{folder.rpartition('/')[0]}/"]
        return list(dict.fromkeys((self.unit.path, *self._imports(), *folders)))

    def _imports(self) -> Iterator[str]:
        unit = self.unit
        at = unit.ops.find(bytes([Op.IMPORT]))
        while at >= 0:
            for ref in self.inference.expression(unit, at)[1]:
                if ref[0] in (SYMBOL, MODULE_REF):
                    yield ref[1]
            at = unit.ops.find(bytes([Op.IMPORT]), at + 1)

    def _reach(self, serving: list[Value], verb: str, e: int, site: int) -> None:
        """Edges to what serves a request, and to what runs around it."""
        views = {value[1:3] for value in serving}
        if not 0 < len(views) <= _MOST_VIEWS:
            return
        targets: Targets = {}
        for file, sym in sorted(views):
            best(targets, self._id(file, sym), False, REQUESTED)
            if self._is_class(file, sym):
                self._add_handlers(targets, (INSTANCE, file, sym, CONSTRUCTED), verb)
        places = dict.fromkeys([*(file for file, _ in sorted(views)), _ANYWHERE])
        of_parts = not all(read(value[3]).of_application for value in serving)
        for place in places:
            hooks = [
                value
                for value in self.inference.told(place, _HOOK)
                if place or of_parts or value[3] in HOOKS_OF_ALL
            ]
            for value in hooks if len(hooks) <= _MOST_VIEWS else ():
                best(targets, self._id(value[1], value[2]), False, REQUESTED)
        self._edges_to(targets, e, site)

    def _is_class(self, file: str, sym: int) -> bool:
        owner = self.inference.unit(file)
        return owner.symbols[sym].kind == SymbolKind.CLASS

    def _add_handlers(self, targets: Targets, view: Value, verb: str) -> None:
        """What a view that is a class runs of its own: by the verb, and in any case."""
        for name in (*HANDLERS[""], *HANDLERS.get(verb, ()), *(() if verb else HANDLERS["get"])):
            for function in self.inference.member_of_class(view, name):
                best(targets, self._id(function[1], function[2]), False, REQUESTED)

    # -- names

    def _reverse(self, e: int, site: int) -> None:
        """`reverse("post")` names a route."""
        for value in self._named_by_call((MADE, ROUTE, self.unit.path, e)):
            target = self._id(value[1], value[2])
            self._edge(self._owner(e), target, EdgeKind.USES, SERVED, site)

    def _named_by_call(self, made: Value) -> list[Value]:
        """The views of the route that a call names."""
        text = self.inference.text_argument(made)
        if not text:
            return []
        bare, space = _bare(text), _space(text)
        near = self._routes_near()
        for told in (*near.routes, self._anywhere(near, (_NAMED + bare,))):
            found = [(route.name, v) for route, v in told if _bare(route.name) == bare]
            views = _of_space(space, found) if found else ()
            if views:
                return list(views) if len(views) <= _MOST_VIEWS else []
        return []


def _of_space(space: str, found: list[tuple[str, Value]]) -> list[Value]:
    """Of views with their names, those of a part of the application, else those of no part."""
    same = [value for name, value in found if _space(name) == space]
    same = same or [value for name, value in found if not (space and _space(name))]
    return list({value[1:3]: value for value in same}.values())


def _full(space: str, name: str) -> str:
    """A route's name with that of the part of the application around it, without spaces."""
    name = name.replace(" ", "")
    return f"{space}:{name}" if space and not _space(name) else name


def _bare(name: str) -> str:
    return name.replace(".", ":").rpartition(":")[2]


def _space(name: str) -> str:
    return name.replace(".", ":").rpartition(":")[0]
