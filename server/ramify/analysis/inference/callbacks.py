"""What code outside the workspace may run of a workspace class that derives from it.

A base outside is not read. What it is known to run comes from data, for classes of the standard
library, and else from the workspace: a name that some method asks `super()` for and no base in the
workspace has is one of the base outside; a method by that name stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from ramify.analysis.inference.classes import CLOSED
from ramify.analysis.inference.engine import UNKNOWN, Found
from ramify.analysis.inference.library import ASKED, BOUND_NAME
from ramify.analysis.inference.values import CLASS, EXTERNAL, NOTHING, SCOPE, Result, Value
from ramify.analysis.inference.views import Views
from ramify.languages.python.outside import (
    KEEPING_METHODS,
    KEEPS,
    OF_OBJECT,
    RUNS,
    RUNS_NOTHING,
)
from ramify_store.facts import Op

_MOST_HOOKS: Final = 4


class Callbacks(Views):
    """Members by which a class stands for its bases outside the workspace."""

    def outside_bases(self, path: str, sym: int) -> list[str]:
        """Names of the bases outside, in method resolution order."""
        return self.recalled(
            ("outside", path, sym),
            lambda: [v[1] for v in self.mro(path, sym) if v[0] == EXTERNAL and v[1] not in CLOSED],
        )

    def run_by(self, path: str, sym: int, method: str) -> list[str]:
        """Names of the members of a class that a method of its bases outside may run."""
        found: dict[str, None] = {}
        shapes = list(self._shapes(path, sym))
        told = method in OF_OBJECT or any(known and method in known for known in shapes)
        for known in shapes:
            if known is not None:
                found.update(dict.fromkeys(self._run_in_turn(path, sym, known, method)))
            elif not told:
                found.update(dict.fromkeys(self.hooks(path, sym)))
        found.pop(method, None)
        return list(found)

    def run_once_handed(self, path: str, sym: int) -> list[str]:
        """Names of the members that code outside may run of an object that it is handed."""
        found: dict[str, None] = {}
        for known in self._shapes(path, sym):
            names = self.hooks(path, sym) if known is None else known.get("", ())
            found.update(dict.fromkeys(self.spelled(path, sym, names)))
        return list(found)

    def may_run_handed(self, path: str, sym: int, method: str) -> bool:
        """Whether a method of the bases outside may run what their constructor was given."""
        shapes = self._shapes(path, sym)
        return method != "__init__" and any(names is None or method in names for names in shapes)

    def _shapes(self, path: str, sym: int) -> Iterator[Mapping[str, tuple[str, ...]] | None]:
        """Of each base outside, what its methods run; None where that is not known."""
        for base in self.outside_bases(path, sym):
            nothing = f"{base.rpartition('.')[0]}." in RUNS_NOTHING
            yield RUNS.get(base, {} if nothing else None)

    def _run_in_turn(
        self, path: str, sym: int, known: Mapping[str, tuple[str, ...]], method: str
    ) -> Iterator[str]:
        defined = self._names_bound(path, sym)
        pending = list(known.get(method, ()))
        seen = {method}
        while pending:
            name = pending.pop(0)
            if name not in seen:
                seen.add(name)
                yield from self.spelled(path, sym, (name,))
                if name not in defined:
                    pending += known.get(name, ())

    def _names_bound(self, path: str, sym: int) -> set[str]:
        """Names that the bodies of a class and its bases in the workspace bind."""
        found: set[str] = set()
        for holder in self.mro(path, sym):
            if holder[0] == CLASS:
                body = self.body(holder[1], holder[2])
                found.update(name for kind, name in body if kind == BOUND_NAME)
        return found

    def spelled(self, path: str, sym: int, patterns: Iterable[str]) -> list[str]:
        """The names that patterns mean in a class; one without a star means itself."""
        found: list[str] = []
        for pattern in patterns:
            if pattern.endswith("*"):
                begin = pattern[:-1]
                found += [n for n in self.method_names(path, sym) if n.startswith(begin)]
            else:
                found.append(pattern)
        return found

    def hooks(self, path: str, sym: int) -> list[str]:
        """Names of the members of a class and its bases in the workspace that are known to stand
        for one of a base outside, in order; of many nobody knows which runs which."""

        def answer() -> Found:
            bodies = [self.body(v[1], v[2]) for v in self.mro(path, sym) if v[0] == CLASS]
            shapes = [shape for shape in self._shapes(path, sym) if shape]
            known = {name for shape in shapes for ran in shape.values() for name in ran}
            known.update(name for shape in shapes for name in shape)
            found: Result = {}
            asked = set()
            for at, body in enumerate(bodies):
                for kind, name in body:
                    if kind != ASKED or name in OF_OBJECT:
                        continue
                    above = any((BOUND_NAME, name) in other for other in bodies[at + 1 :])
                    if not above and any((BOUND_NAME, name) in other for other in bodies):
                        asked.add(name)
                        if name not in known:
                            found["hook", name] = SCOPE
            return (found if len(asked) <= _MOST_HOOKS else NOTHING), NOTHING

        return [value[1] for value in self.ask(("hooks", path, sym), answer)[0]]

    def is_made_outside(self, function: Value) -> bool:
        """Whether a decorator outside makes something else of a function, by which that is run."""

        def answer() -> Found:
            unit = self.unit(function[1])
            for e in unit.scopes[unit.symbols[function[2]].scope].decorators:
                plain = unit.a[e] if unit.ops[e] == Op.CALL else e
                for value in self.expression(unit, plain)[0]:
                    if value[0] == EXTERNAL and not keeps(value[1]):
                        return {("yes",): SCOPE}, NOTHING
            return UNKNOWN

        return bool(self.ask(("made outside", *function[1:3]), answer)[0])


@lru_cache(4096)
def keeps(dotted: str) -> bool:
    """Whether a callable outside runs nothing of what it is given, as far as is known here."""
    module, _, last = dotted.rpartition(".")
    return (
        dotted in KEEPS
        or f"{dotted.partition('.')[0]}." in KEEPS
        or f"{module}." in KEEPS
        or last.startswith(KEEPING_METHODS)
    )
