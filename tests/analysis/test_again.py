"""What holds from one round of flows to the next: questions are asked again as they were asked."""

from __future__ import annotations

import pytest

from ramify.analysis.inference.again import asked_again
from ramify.analysis.inference.engine import NoFlows, Units
from ramify.analysis.inference.infer import Inference
from ramify.analysis.linking.edges.collector import LinkCollector
from tests.analysis.linked import Texts, calls
from tests.analysis.test_relink import STATES

MORE = """
from typing import Generic, TypeVar
from base import Base
T = TypeVar("T", bound=Base)
class Box(Generic[T]):
    def __init__(self, held: T = None): self.held = held
    def get(self, at, *rest, **named):
        self.seen = {"a": at, "b": rest[0]}
        self.seen["c"] = named["x"]
        table = {}
        table["k"] = at
        for each in (at, self.held): each()
        pair = (at, rest)
        return self.seen["c"], table["k"](), pair[0]
def counted(f):
    counted.calls = f
    def inner(*args): return counted.calls(*args)
    return inner
@counted
def used(): return Box(Base).get(Base, used, x=Box)
used()
"""


def texts(state: int) -> Texts:
    found = {"more.py": MORE}
    for path, states in STATES.items():
        text = states[state % len(states)]
        if text is not None:
            found[path] = text
    return Texts(found)


@pytest.mark.parametrize("state", [0, 1, 2])
def test_a_question_asked_again_by_its_aspect_has_the_same_answer(state: int) -> None:
    program = texts(state)
    units = Units(program)
    inference = Inference(units, NoFlows())
    for path in sorted(program.texts):
        unit = units[path]
        assert unit is not None
        LinkCollector(inference, unit).collect()
        inference.forget(path)
    volatile = dict(inference.volatile)
    assert len(volatile) > 10
    fresh = Inference(units, NoFlows())
    assert {question: asked_again(fresh, question) for question in volatile} == volatile


def test_a_flow_of_the_second_round_reaches_what_an_answer_was_made_of() -> None:
    told = calls(
        """
        def last(f): f()
        def middle(f): return give(f)
        def give(f): return f
        def first(f): last(middle(f))
        def target(): pass
        first(target)
        """
    )
    assert "main.last -> main.target" in told
