"""The common ground of inference: units, memory, and the record of what was asked of whom.

A *question* is a tuple `(aspect, path, ...)` about the facts of one file. Questions asked on
behalf of another file are recorded as that file's keys: a change that alters none of the answers
a file was given cannot alter its links.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable
from typing import Any, ClassVar, Final, Protocol, TypeAlias, TypeVar
from zlib import crc32

from ramify.analysis.inference.solver import FREE, Solver
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import NOTHING, Result, Value
from ramify.analysis.program import Program
from ramify_store.facts import BindingKind

Found: TypeAlias = tuple[Result, Result]
"""Values, and what is referred to: ("symbol", path, sym), ("local", path, binding),
("module", path), ("external", dotted name)."""

Question: TypeAlias = tuple[Any, ...]

_Recalled = TypeVar("_Recalled")

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

    def __init__(self, program: Program, opened: dict[str, Unit | None] | None = None) -> None:
        """`opened` are those of the program that are open; others join them."""
        self.program = program
        self.opened: dict[str, Unit | None] = {} if opened is None else opened
        """Those asked for so far; who is in a hurry may look here first."""

    def __getitem__(self, path: str) -> Unit | None:
        try:
            return self.opened[path]
        except KeyError:
            placed = self.program.placed(path)
            facts = self.program.facts(path) if placed is not None else None
            unit = Unit(placed, facts) if placed is not None and facts is not None else None
            self.opened[path] = unit
            return unit


class Flows(Protocol):
    def reaching(self, target: tuple[str, str, str]) -> Collection[Value]:
        """What call sites hand to a parameter: (path, symbol path, parameter name)."""

    def handed_on(self, target: tuple[str, str, str]) -> Collection[Value]:
        """The parameters whose values are handed on to a parameter."""

    def is_crowd(self, target: tuple[str, str, str]) -> bool:
        """Whether that is more than `MOST_ALTERNATIVES`."""


class Remembering(Protocol):
    def get(self, question: Question) -> tuple[Found, Taint] | None:
        """An answer that still holds, with what it was made of that flows had a part in."""


class Unchanged(Protocol):
    def holds(self, taint: Taint) -> bool:
        """Whether nothing that an answer of the round before was made of differs in this one."""

    def answer(self, question: Question) -> tuple[Found, Taint] | None:
        """The answer of the round before, if it holds."""


class NoFlows:
    def reaching(self, target: tuple[str, str, str]) -> Collection[Value]:
        return ()

    def handed_on(self, target: tuple[str, str, str]) -> Collection[Value]:
        return ()

    def is_crowd(self, target: tuple[str, str, str]) -> bool:
        return False


Taint: TypeAlias = frozenset[int | Question]
"""What an answer was made of that flows had a part in: keys of the flows that were looked at, and
questions whose answers had such a part themselves."""

NO_FLOW: Final[Taint] = frozenset()
ANY_FLOW: Final[Taint] = frozenset({-1})
_MOST_FLOWS: Final = 256
_ASKING: Final = frozenset(
    {BindingKind.DEFINITION, BindingKind.IMPORT, BindingKind.PARAMETER, BindingKind.DELETE}
)
"""Bindings that no circle runs through before a question is asked."""
_NOBODY: Final = ""
"""The asker when it is only looked whether an answer still holds."""
FEW: Final = "?"
"""After the name of a parameter: what reaches it unless that is a crowd."""


def flow_key(path: str, symbol: str, parameter: str) -> int:
    """The key of what call sites hand to a parameter (or an attribute, after a dot)."""
    return crc32("\0".join(("flow", path, symbol, parameter)).encode())


class _Memory:
    """What one asker has worked out: answers about its expressions, and about members of values,
    which may differ from one asker to the other; and what it was told."""

    __slots__ = ("asked", "stable", "told", "volatile")

    def __init__(self) -> None:
        self.stable: dict[Hashable, Any] = {}
        self.volatile: dict[Hashable, tuple[Any, Taint]] = {}
        """Those that flows had a part in."""
        self.told: dict[Question, Found] = {}
        """Stable answers that it was given before, so that it is known to have asked."""
        self.asked: set[Question] = set()
        """About others."""

    def clear(self) -> None:
        """Forgets the answers; what was asked stays."""
        self.stable.clear()
        self.volatile.clear()
        self.told.clear()


class _Memories(dict[str, _Memory]):
    def __missing__(self, asker: str) -> _Memory:
        made = self[asker] = _Memory()
        return made


class Engine(ABC):
    """State and the recording of questions; the rules of the language are in its subclasses.

    Answers that no flow had a part in are *stable*: they hold in every round over the same
    program, and `carried` brings those of an earlier round along.
    """

    def __init__(
        self,
        units: Units,
        flows: Flows,
        carried: Engine | None = None,
        kept: Remembering | None = None,
        kept_volatile: Remembering | None = None,
    ) -> None:
        self._kept = kept
        """Stable answers of an earlier relinking, where they still hold."""
        self._kept_volatile = kept_volatile
        """The others, of the same round."""
        self._goes_on = not (carried is None and kept is None and kept_volatile is None)
        """Whether there may be answers of an earlier round or relinking."""
        self.since: Unchanged | None = None
        """What holds of the round before."""
        self.units = units
        self._opened = units.opened
        self.program = units.program
        self.flows = flows
        self.solver: Solver[Question, Found] = Solver(UNKNOWN)
        self.stable: dict[Question, Found] = {} if carried is None else carried.stable
        self.volatile: dict[Question, Found] = {}
        """The answers that flows had a part in, in the order in which they were settled."""
        self._taints: dict[Question, Taint] = {}
        """What those were made of."""
        self._leaning: set[Question] = set()
        """Found to lean on what was being answered, when they were looked into; each once only,
        since a circle goes round many times."""
        self._marks: dict[Question, Taint] = {} if carried is None else carried._marks
        """What those leave on who asks them."""
        self._memories = _Memories()
        """By asker."""
        self.same_members: dict[tuple[int, int], tuple[Found, Found]] = {}
        """By identity of a member and mark: the member, so that it lives, and what it is then."""
        self.taint = NO_FLOW
        """The flows that had a part in what was answered since this was last reset."""
        self.asker = ""
        """Path of the file whose expressions are being worked on; see `turn_to`."""
        self._memory = self._memories[""]
        """That of the asker."""

    def let_go(self) -> None:
        """Forgets the round before, once nobody asks any more: the two know each other, and would
        stay, with all their answers, until garbage is looked for."""
        self.since = None

    def turn_to(self, path: str) -> None:
        """Whatever is asked from now on is asked on behalf of a file."""
        self.asker = path
        self._memory = self._memories[path]

    def askers(self) -> list[str]:
        """Those who have asked about others since that was last taken from them."""
        return [path for path, memory in self._memories.items() if memory.asked]

    def take_asked(self, path: str) -> set[Question]:
        """What a file has asked about others since this was last taken."""
        memory = self._memories[path]
        asked, memory.asked = memory.asked, set()
        return asked

    def ask(self, question: Question, answer: Callable[[], Found]) -> Found:
        """Answers a question about the file `question[1]`, recording who asked."""
        memory = self._memory
        found = memory.told.get(question)
        if found is not None:
            return found
        asker = self.asker
        owner = question[1]
        if owner != asker:
            memory.asked.add(question)
        found = self.stable.get(question)
        if found is not None:
            memory.told[question] = found
            return found
        found = self.volatile.get(question)
        if found is not None:
            self.mark(self._marks[question])
            return found
        if self._goes_on:
            found = self._kept_answer(question)
            if found is not None:
                return found
        solver = self.solver
        outer = self.taint
        self.taint = NO_FLOW
        self.asker = owner
        self._memory = self._memories[owner]
        try:
            found = solver.ask(question, answer)
        finally:
            self.asker = asker
            self._memory = memory
        mine = self.taint
        self.taint = outer
        if not solver.settled:
            if mine:
                self.mark(mine)
            return found
        along = solver.settled_along
        self._settle(question, found, mine)
        for other, its in along:
            self._settle(other, its, mine)
        if mine:
            self.mark(self._marks[question])
        return found

    def _settle(self, question: Question, found: Found, taint: Taint) -> None:
        """Keeps an answer; what had a part in one of a circle had a part in all of it."""
        if taint:
            self.volatile[question] = found
            self._taints[question] = taint
            if question not in self._marks:
                self._marks[question] = frozenset((question,))
        else:
            self.stable[question] = found

    def _kept_answer(self, question: Question) -> Found | None:
        if self._kept is not None:
            kept = self._kept.get(question)
            if kept is not None:
                self.stable[question] = kept[0]
                return kept[0]
        if self._kept_volatile is not None:
            kept = self._kept_volatile.get(question)
            if kept is not None:
                self._keep(question, *kept)
                return kept[0]
        if self.since is not None:
            known = self.since.answer(question)
            found = self.stable.get(question)
            if found is not None:
                return found
            found = self.volatile.get(question)
            if found is not None:  # asked along the way
                self.mark(self._marks[question])
                return found
            if known is not None:
                self._keep(question, *known)
                return known[0]
        return None

    def _keep(self, question: Question, found: Found, taint: Taint) -> None:
        self._settle(question, found, taint)
        if taint:
            self.mark(self._marks[question])

    def taint_of(self, question: Question) -> Taint:
        """What an answer of this round was made of that flows had a part in."""
        return self._taints[question]

    def volatile_answer(self, question: Question) -> tuple[Found, Taint] | None:
        """An answer that flows had a part in, of this round or one it goes on from."""
        if question not in self.volatile:
            self._kept_answer(question)
        found = self.volatile.get(question)
        return None if found is None else (found, self._taints[question])

    def asked_aside(
        self, question: Question, ask: Callable[[Engine, Question], object]
    ) -> Found | None:
        """The answer to a question about which nobody wants to know more than that; None while it
        leans on one that is being answered."""
        if question not in self.stable and question not in self.volatile:
            if question in self._leaning and self.solver.is_at_work:
                return None
            asker, taint = self.asker, self.taint
            self.turn_to(_NOBODY)
            settled = self.solver.is_settled_by(lambda: ask(self, question))
            self.take_asked(_NOBODY)
            self.turn_to(asker)
            self.taint = taint
            if not settled:
                self._leaning.add(question)
                return None
        return self.stable.get(question) or self.volatile.get(question)

    def mark(self, taint: Taint) -> None:
        """Notes that flows have a part in what is being answered."""
        mine = self.taint
        if not mine:
            self.taint = taint
        elif not taint <= mine:
            both = mine | taint
            self.taint = both if len(both) <= _MOST_FLOWS else ANY_FLOW

    def record(self, question: Question) -> None:
        """Notes that what is being linked depends on the answer to a question."""
        self._memory.asked.add(question)

    def unit(self, path: str) -> Unit:
        """The unit of a path that a value names, so it exists."""
        unit = self._opened.get(path)
        if unit is None:
            unit = self.units[path]
            assert unit is not None, path
        return unit

    def find_module(self, name: str, root: str) -> str | None:
        self.record(("find", "", name, root))
        return self.program.find_module(name, root)

    def expression(self, unit: Unit, e: int) -> Found:
        """What expression `e` is and refers to. Only for expressions of the asker's own file."""
        path = unit.path
        memory = self._memory if path == self.asker else self._memories[path]
        found: Found | None = memory.stable.get(e)
        if found is not None:
            return found
        marked: tuple[Found, Taint] | None = memory.volatile.get(e)
        if marked is not None:
            self.mark(marked[1])
            return marked[0]
        solver = self.solver
        outer = solver.low
        taint = self.taint
        solver.low = FREE
        self.taint = NO_FLOW
        found = self.rules[unit.ops[e]](self, unit, e)
        if solver.low == FREE and not self.taint:
            solver.low = outer
            self.taint = taint
            memory.stable[e] = found
        else:
            self._remember(memory, e, found, outer, taint)
        return found

    def member(self, value: Value, name: str) -> Found:
        """What attribute `name` of a value is, to the asker."""
        memory = self._memory
        key = (value, name)
        found: Found | None = memory.stable.get(key)
        if found is not None:
            return found
        marked: tuple[Found, Taint] | None = memory.volatile.get(key)
        if marked is not None:
            self.mark(marked[1])
            return marked[0]
        solver = self.solver
        outer = solver.low
        taint = self.taint
        solver.low = FREE
        self.taint = NO_FLOW
        found = self.worked_out_member(value, name)
        self._remember(memory, key, found, outer, taint)
        return found

    def recalled(self, key: Hashable, answer: Callable[[], _Recalled]) -> _Recalled:
        """What the asker has worked out of answers, under a key that begins with what it is; no
        question, since it is nobody else's."""
        memory = self._memory
        found: _Recalled | None = memory.stable.get(key)
        if found is not None:
            return found
        marked = memory.volatile.get(key)
        if marked is not None:
            self.mark(marked[1])
            return marked[0]  # type: ignore[no-any-return]
        solver = self.solver
        outer = solver.low
        taint = self.taint
        solver.low = FREE
        self.taint = NO_FLOW
        made = answer()
        self._remember(memory, key, made, outer, taint)
        return made

    def _remember(
        self, memory: _Memory, key: Hashable, found: Any, outer: int, taint: Taint
    ) -> None:
        """Takes up what was set aside (the solver's `low`, the taint) once an answer was worked
        out, and keeps the answer unless it leans on an unfinished question."""
        mine = self.taint
        self.taint = taint
        solver = self.solver
        if solver.low == FREE:
            solver.low = outer
            if mine:
                memory.volatile[key] = (found, mine)
            else:
                memory.stable[key] = found
        elif outer < solver.low:
            solver.low = outer
        if mine:
            self.mark(mine)

    def forget(self, path: str) -> None:
        """Drops what is remembered of single expressions and bindings of a linked file: hardly
        anybody else asks about those."""
        self._memories[path].clear()
        self.same_members.clear()

    def known_binding(self, unit: Unit, index: int) -> Found | None:
        """What a binding of the asker's own file gives, where no flow had a part in it and it was
        asked for before."""
        found: Found | None = self._memory.stable.get(~index) if unit.path == self.asker else None
        return found

    def bound(self, unit: Unit, index: int, answer: Callable[[], Found]) -> Found:
        """What a binding gives: an answer of its own, since bindings run in circles, but like
        that about an expression none to keep when the file is done."""
        question = ("binding", unit.path, index)
        if unit.path != self.asker:
            return self.ask(question, answer)
        memory = self._memory
        key = ~index
        found: Found | None = memory.stable.get(key)
        if found is not None:
            return found
        marked: tuple[Found, Taint] | None = memory.volatile.get(key)
        if marked is not None:
            self.mark(marked[1])
            return marked[0]
        taint = self.taint
        self.taint = NO_FLOW
        if unit.bindings[index].kind in _ASKING:
            solver = self.solver
            outer = solver.low
            solver.low = FREE
            found = answer()
            self._remember(memory, key, found, outer, taint)
            return found
        found = self.ask(question, answer)
        mine = self.taint
        self.taint = taint
        if mine:
            self.mark(mine)
        elif self.stable.pop(question, None) is not None:
            memory.stable[key] = found
        return found

    def infer(self, unit: Unit, e: int) -> Result:
        """The values of an expression of any file."""
        if unit.path == self.asker:
            return self.expression(unit, e)[0]
        return self.ask(("expression", unit.path, e), lambda: self.expression(unit, e))[0]

    rules: ClassVar[list[Callable[[Any, Unit, int], Found]]]
    """What works out an expression, by operation."""

    @abstractmethod
    def worked_out_member(self, value: Value, name: str) -> Found:
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
