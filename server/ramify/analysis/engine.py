"""The common ground of inference: units, memory, and the record of what was asked of whom.

A *question* is a tuple `(aspect, path, ...)` about the facts of one file. Questions asked on
behalf of another file are recorded as that file's keys: a change that alters none of the answers
a file was given cannot alter its links.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from typing import Any, Final, Protocol, TypeAlias

from ramify.analysis.program import Program
from ramify.analysis.solver import Solver
from ramify.analysis.unit import Unit
from ramify.analysis.values import NOTHING, Result, Value

Found: TypeAlias = tuple[Result, Result]
"""Values, and what is referred to: ("symbol", path, sym), ("local", path, binding),
("module", path), ("external", dotted name)."""

Question: TypeAlias = tuple[Any, ...]

UNKNOWN: Final[Found] = (NOTHING, NOTHING)

SYMBOL: Final = "symbol"
LOCAL: Final = "local"
MODULE_REF: Final = "module"
EXTERNAL_REF: Final = "external"


sys.setrecursionlimit(max(sys.getrecursionlimit(), 30_000))
"""Questions ask questions: the solver bounds how deep, but at some ten frames each it is deeper
than the default allows. Frames of Python code do not use the C stack."""


class Units:
    """Opened files of one program, shared by the rounds of a linking."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._units: dict[str, Unit | None] = {}

    def __getitem__(self, path: str) -> Unit | None:
        try:
            return self._units[path]
        except KeyError:
            placed = self.program.placed(path)
            facts = self.program.facts(path) if placed is not None else None
            unit = Unit(placed, facts) if placed is not None and facts is not None else None
            self._units[path] = unit
            return unit


class Flows(Protocol):
    def reaching(self, target: tuple[str, str, str]) -> Collection[Value]:
        """What call sites hand to a parameter: (path, symbol path, parameter name)."""


class NoFlows:
    def reaching(self, target: tuple[str, str, str]) -> Collection[Value]:
        return ()


class Engine(ABC):
    """State and the recording of questions; the rules of the language are in its subclasses."""

    def __init__(self, units: Units, flows: Flows) -> None:
        self.units = units
        self.program = units.program
        self.flows = flows
        self.solver: Solver[Question, Found] = Solver(UNKNOWN)
        self.expressions: dict[str, dict[int, Found]] = {}
        self.asker = ""
        """Path of the file whose expressions are being worked on."""
        self.keys: dict[str, set[Question]] = {}

    def ask(self, question: Question, answer: Callable[[], Found]) -> Found:
        """Answers a question about the file `question[1]`, recording who asked."""
        asker = self.asker
        owner = question[1]
        if owner != asker:
            self.record(question)
        found = self.solver.done.get(question)
        if found is not None:
            return found
        self.asker = owner
        try:
            return self.solver.ask(question, answer)
        finally:
            self.asker = asker

    def record(self, question: Question) -> None:
        """Notes that what is being linked depends on the answer to a question."""
        try:
            self.keys[self.asker].add(question)
        except KeyError:
            self.keys[self.asker] = {question}

    def unit(self, path: str) -> Unit:
        """The unit of a path that a value names, so it exists."""
        unit = self.units[path]
        assert unit is not None, path
        return unit

    def find_module(self, name: str, root: str) -> str | None:
        self.record(("find", "", name, root))
        return self.program.find_module(name, root)

    def expression(self, unit: Unit, e: int) -> Found:
        """What expression `e` is and refers to. Only for expressions of the asker's own file."""
        try:
            memory = self.expressions[unit.path]
        except KeyError:
            memory = self.expressions[unit.path] = {}
        found = memory.get(e)
        if found is not None:
            return found
        solver = self.solver
        outer = solver.low
        solver.low = solver.FREE
        found = self.rule(unit, e)
        if solver.low == solver.FREE:
            memory[e] = found
            solver.low = outer
        elif outer < solver.low:
            solver.low = outer
        return found

    def infer(self, unit: Unit, e: int) -> Result:
        """The values of an expression of any file."""
        if unit.path == self.asker:
            return self.expression(unit, e)[0]
        return self.ask(("expression", unit.path, e), lambda: self.expression(unit, e))[0]

    @abstractmethod
    def rule(self, unit: Unit, e: int) -> Found: ...

    @abstractmethod
    def member(self, value: Value, name: str) -> Found:
        """What attribute `name` of a value is."""

    @abstractmethod
    def called(self, value: Value, unit: Unit, call: int) -> Result:
        """What calling a value gives; `call` is a CALL of `unit`, or NONE without arguments."""

    @abstractmethod
    def elements(self, value: Value) -> Result:
        """What iterating over a value gives."""

    @abstractmethod
    def annotated(self, unit: Unit, e: int) -> Result:
        """What a name annotated with an expression may hold."""

    @abstractmethod
    def mro(self, path: str, sym: int) -> Result:
        """Classes in method resolution order, the class itself first; CLASS and EXTERNAL."""

    @abstractmethod
    def definition(self, path: str, sym: int) -> Result:
        """What the name of a function or class is bound to once its decorators have run."""

    @abstractmethod
    def parameter(self, path: str, sym: int, index: int) -> Result: ...

    @abstractmethod
    def global_name(self, path: str, name: str) -> Found: ...
