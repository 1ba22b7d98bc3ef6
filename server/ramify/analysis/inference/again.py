"""What is the same in a round of flows as in the round before.

Flows differ, most answers do not: what an answer was made of is asked again, and only if one of
these differs is the answer worked out anew (Acar et al., "Adaptive Functional Programming", 2002).
Knows how each question is asked, and nothing of what it means.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from functools import cached_property
from typing import Any, Final

from ramify.analysis.inference.engine import Engine, Found, Question, Taint
from ramify.analysis.inference.values import FUNCTION, LITERAL, MADE, TYPE_VARIABLE, TYPED

_DEEPEST: Final = 300
"""Answers looked into inside each other; one that rests on more is worked out anew."""


class Since:
    """The answers of the round before that still hold, for the engine of a round."""

    def __init__(self, engine: Engine, before: Engine, flows: Set[int]) -> None:
        self._engine = engine
        self._before = before
        self._flows = flows
        """Those that differ from the round before."""
        self._verdicts: dict[Question, bool] = {}
        self._looked_into: set[Question] = set()

    def holds(self, taint: Taint) -> bool:
        """Whether nothing that an answer was made of differs from the round before."""
        verdicts = self._verdicts
        flows = self._flows
        asked = []
        for each in taint:
            if isinstance(each, tuple):
                verdict = verdicts.get(each)
                if verdict is None:
                    asked.append(each)
                elif not verdict:
                    return False
            elif each in flows or each == -1:
                return False
        if len(asked) > 1:
            asked.sort(key=self._settled_at)
        return all(self._is_same(question) for question in asked)

    def _settled_at(self, question: Question) -> tuple[int, str]:
        """Where a question stands among those of the round before: they are asked again in the
        same order, whatever that of a set."""
        at = self._order.get(question)
        return (at, "") if at is not None else (len(self._order), repr(question))

    @cached_property
    def _order(self) -> dict[Question, int]:
        return {question: at for at, question in enumerate(self._before.volatile)}

    def answer(self, question: Question) -> tuple[Found, Taint] | None:
        """The answer of the round before, if it holds."""
        if question in self._looked_into:
            return None
        known = self._before.volatile_answer(question)
        if known is None:
            return None
        self._looked_into.add(question)
        holds = self.holds(known[1])
        self._looked_into.discard(question)
        return known if holds else None

    def _is_same(self, question: Question) -> bool:
        verdict = self._verdicts.get(question)
        if verdict is not None:
            return verdict
        if question in self._looked_into or len(self._looked_into) >= _DEEPEST:
            return False
        before = self._before.volatile_answer(question)
        now = asked_again(self._engine, question) if before is not None else None
        if before is None or now is None:
            return False
        same = before[0] is now or _are_equal(before[0], now)
        self._verdicts[question] = same
        return same


def _are_equal(one: Found, other: Found) -> bool:
    """Also in their order: some results are lists."""
    return all(
        mine == theirs and list(mine) == list(theirs)
        for mine, theirs in zip(one, other, strict=True)
    )


def asked_again(engine: Engine, question: Question) -> Found | None:
    """The answer to a question that somebody asked in another round; None while it leans on one
    that is being answered."""
    ask = _ASKED.get(question[0])
    return engine.asked_aside(question, ask) if ask is not None else None


_ASKED: Final[Mapping[str, Callable[[Any, Question], object]]] = {
    "global": lambda i, q: i.global_name(*q[1:]),
    "binding": lambda i, q: i.binding(i.unit(q[1]), q[2]),
    "expression": lambda i, q: i.infer(i.unit(q[1]), q[2]),
    "annotated": lambda i, q: i.annotated(i.unit(q[1]), q[2]),
    "mro": lambda i, q: i.mro(*q[1:]),
    "bases": lambda i, q: i.bases(*q[1:]),
    "own": lambda i, q: i.own(*q[1:]),
    "stored": lambda i, q: i.stored(*q[1:]),
    "of function": lambda i, q: i.of_function((FUNCTION, *q[1:3]), q[3]),
    "fields": lambda i, q: i.fields(*q[1:]),
    "field factories": lambda i, q: i.field_factories(*q[1:]),
    "special methods": lambda i, q: i.special_methods(*q[1:]),
    "found metaclass": lambda i, q: i.found_metaclass(*q[1:]),
    "metaclass": lambda i, q: i.stated_metaclass(*q[1:]),
    "definition": lambda i, q: i.definition(*q[1:]),
    "decorated": lambda i, q: i.is_decorated_with(*q[1:]),
    "made outside": lambda i, q: i.is_made_outside((FUNCTION, *q[1:])),
    "parameter": lambda i, q: i.parameter(*q[1:]),
    "handed": lambda i, q: i.handed_rest(*q[1:]),
    "returned": lambda i, q: i.returned(*q[1:]),
    "outcome": lambda i, q: i.outcome(*q[1:]),
    "yielded": lambda i, q: i.yielded(*q[1:]),
    "partial": lambda i, q: i.nested_partial((MADE, "", *q[1:])),
    "solved": lambda i, q: i.of_made((MADE, "", *q[1:3]), q[3]),
    "type variable": lambda i, q: i.bound_of((TYPE_VARIABLE, *q[1:])),
    "typed": lambda i, q: i.typed_argument((TYPED, *q[1:3]), q[3]),
    "type argument": lambda i, q: i.type_argument((TYPED, *q[1:3]), *q[3:]),
    "has variables": lambda i, q: i.has_variables((TYPED, *q[1:])),
    "typed item": lambda i, q: i.typed_item((TYPED, *q[1:3]), q[3]),
    "said of bases": lambda i, q: i.said_of_bases(*q[1:]),
    "type parameters": lambda i, q: i.type_parameters(*q[1:]),
    "related": lambda i, q: i.related(*q[1:]),
    "texts": lambda i, q: i.texts_of(i.unit(q[1]), q[2]),
    "texts given": lambda i, q: i.texts_given(*q[1:]),
    "given back": lambda i, q: i.given_back(*q[1:]),
    "keeps": lambda i, q: i.keeps(*q[1:]),
    "fixture": lambda i, q: i.fixture_in_module(*q[1:]),
    "automatic": lambda i, q: i.automatic(*q[1:]),
    "delegates": lambda i, q: i.delegates(*q[1:]),
    "hooks": lambda i, q: i.hooks(*q[1:]),
    "method names": lambda i, q: i.method_names(*q[1:]),
    "elements": lambda i, q: i.elements(q[2]),
    "items": lambda i, q: i.items(q[2]),
    "item": lambda i, q: i.item_under((LITERAL, *q[1:3]), q[3]),
    "item of": lambda i, q: i.under(q[2], q[3]),
    "under": lambda i, q: i.handed_under(q[2], q[3]),
    "latest": lambda i, q: i.latest(q[3], q[4], i.unit(q[1]), q[2]),
    "position": lambda i, q: i.one((LITERAL, *q[1:3]), q[3]),
}
"""How each question is asked whose answer flows may have a part in, by its aspect."""
