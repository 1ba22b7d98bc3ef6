"""What a stub beside a source file declares of it (PEP 561), where the source itself is silent.

A name of the workspace means its source; the stub is asked for what the source leaves open:
results, parameters, attributes. It must never hide a definition that can be gone to.
"""

from __future__ import annotations

from collections.abc import Iterator

from ramify.analysis.inference.annotations import Annotations
from ramify.analysis.inference.engine import Found
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    CLASS,
    DECLARED,
    FUNCTION,
    NOTHING,
    SCOPE,
    Result,
    merge,
)
from ramify_store.facts import NONE, SymbolKind

_STUB = ".pyi"
_SOURCE = ".py"
_MOST_OVERLOADS = 10


class Stubs(Annotations):
    """Declarations of the stub beside a source file."""

    def declared_result(self, unit: Unit, sym: int) -> Result:
        """What the stub says that a function gives, its overloads together."""
        found: Result = {}
        for stub, twin in self._twins(unit, sym):
            if stub.scopes[stub.symbols[twin].scope].return_annotation != NONE:
                merge(found, self.outcome(stub.path, twin))
        return found

    def declared_parameter(self, unit: Unit, sym: int, name: str) -> Result:
        """What the stub says that a parameter may be."""
        found: Result = {}
        for stub, twin in self._twins(unit, sym):
            for index, param in enumerate(stub.scopes[stub.symbols[twin].scope].params):
                if stub.names[param.name] == name and param.annotation != NONE:
                    merge(found, self.parameter(stub.path, twin, index))
        return found

    def declared_attribute(self, unit: Unit, sym: int, name: str) -> Result:
        """What the stub of a class says that an attribute of its instances is."""
        for stub, twin in self._twins(unit, sym):
            return self.own(stub.path, twin, name)[0]
        return NOTHING

    def sourced(self, path: str, sym: int) -> tuple[str, int]:
        """The class that one of a stub stands for: of the source beside it, if there is one."""
        if not path.endswith(_STUB):
            return path, sym
        source = self._beside(path[: -len(_STUB)] + _SOURCE)
        if source is None:
            return path, sym
        twin = self._standing_at(source, self.unit(path).symbols[sym].path, CLASS)
        return (path, sym) if twin is None else (source.path, twin)

    def _twins(self, unit: Unit, sym: int) -> Iterator[tuple[Unit, int]]:
        """The stub beside a source file, and the symbols in it that stand for one."""
        if not unit.path.endswith(_SOURCE):
            return
        stub = self._beside(unit.path[: -len(_SOURCE)] + _STUB)
        if stub is None:
            return
        symbol = unit.symbols[sym]
        kind = CLASS if symbol.kind == SymbolKind.CLASS else FUNCTION
        for rank in range(1, _MOST_OVERLOADS):
            twin = self._standing_at(
                stub, symbol.path if rank == 1 else f"{symbol.path}#{rank}", kind
            )
            if twin is None:
                return
            yield stub, twin

    def _beside(self, other: str) -> Unit | None:
        self.record(("file", "", other))
        return self.units[other]

    def _standing_at(self, unit: Unit, symbol: str, kind: str) -> int | None:
        """The definition of a file that has a path in it and is of a kind."""

        def answer() -> Found:
            return self.standing_at(unit, symbol), NOTHING

        found = self.ask(("standing at", unit.path, symbol), answer)[0]
        return next((value[2] for value in found if value[0] == kind), None)

    def standing_at(self, unit: Unit, symbol: str) -> Result:
        """The class or function that has a path in a file."""
        sym = unit.symbol_at(symbol)
        if sym is None or unit.symbols[sym].scope == NONE:
            return NOTHING
        if unit.symbols[sym].kind == SymbolKind.CLASS:
            return {(CLASS, unit.path, sym, DECLARED): SCOPE}
        return {(FUNCTION, unit.path, sym): SCOPE}
