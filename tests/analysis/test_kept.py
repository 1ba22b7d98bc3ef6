"""What is worked out once for a program serves all the programs that are made of it by edits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ramify.analysis.inference.infer import Inference
from ramify.analysis.inference.unit import Unit
from ramify.analysis.linking import link
from ramify.analysis.linking.keys import Ask, answer_to
from ramify.analysis.linking.link import Linker
from ramify.analysis.program import Program
from ramify_store.facts import FileFacts
from tests.analysis.linked import Texts, Token, program
from tests.analysis.test_relink import CHANGES, STATES, Change, Remembered, after, plain, scratch


class Read(Texts):
    """Remembers whose facts were asked for."""

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__(texts)
        self.read: set[str] = set()

    def facts(self, path: str) -> FileFacts | None:
        self.read.add(path)
        return super().facts(path)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(CHANGES, max_size=5),
    st.lists(
        st.tuples(
            st.lists(CHANGES, min_size=1, max_size=2),
            st.booleans(),
            st.sampled_from(sorted(STATES)),
        ),
        max_size=5,
    ),
)
def test_overlays_over_one_program_learn_from_each_other(
    start: list[Change], overlays: list[tuple[list[Change], bool, str]]
) -> None:
    texts = after({p: s[0] for p, s in STATES.items() if s[0] is not None}, start)
    base = Texts(texts)
    linker = Linker()
    committed = dict(linker.link(base, sorted(texts), Token()).links)
    overlay, over, links = linker.fork(), base, dict(committed)
    for batch, goes_on, prepared in overlays:
        if not goes_on:
            overlay, over, links = linker.fork(), base, dict(committed)
        if prepared in texts:
            linker.prepare(base, prepared, Token())
        now = Texts(after(over.texts, batch))
        changed = {path for path, _ in batch if over.texts.get(path) != now.texts.get(path)}
        overlay = overlay.fork()
        delta = overlay.relink(over, now, changed, Token())
        links = {path: found for path, found in links.items() if path not in delta.removed}
        links.update(delta.links)
        assert plain(links) == scratch(now.texts)
        over = now


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(CHANGES, max_size=5),
    st.sampled_from(sorted(STATES)).flatmap(
        lambda path: st.lists(
            st.one_of(
                st.tuples(st.just(path), st.integers(0, len(STATES[path]) - 1)),
                st.tuples(st.just(path), st.integers(0, len(STATES[path]) - 1)),
                CHANGES,
            ),
            max_size=7,
        )
    ),
)
def test_editing_one_file_again_and_again_equals_linking_from_scratch(
    start: list[Change], edits: list[Change]
) -> None:
    before = Texts(after({p: s[0] for p, s in STATES.items() if s[0] is not None}, start))
    linker = Linker()
    links = dict(linker.link(before, sorted(before.texts), Token()).links)
    for edit in edits:
        now = Texts(after(before.texts, [edit]))
        changed = {edit[0]} if before.texts.get(edit[0]) != now.texts.get(edit[0]) else set()
        delta = linker.relink(before, now, changed, Token())
        links = {path: found for path, found in links.items() if path not in delta.removed}
        links.update(delta.links)
        assert plain(links) == scratch(now.texts)
        before = now


BODIES = (
    "return x",
    "return Base()",
    "self.held = [x]; return self.held",
    "return self.one(x)",
    "def inner(y): return y.two(x)\n        return inner",
    "self.held.append(Base); yield x",
    "global table; table = {'a': x, 'b': self.three}; table['b'](table)",
    "self.four(Base)[0](self), [each() for each in self.two(x)]",
    "return setattr(self, 'held', (x, Other))",
    "pass",
)
NAMES = ("one", "two", "three", "four", "five")


def bodied(chosen: list[int]) -> dict[str, str]:
    methods = "".join(
        f"    def {name}(self, x=None):\n        {BODIES[number]}\n"
        for name, number in zip(NAMES, chosen, strict=True)
    )
    return {
        "base.py": f"table = {{}}\nclass Other:\n    def one(self, x): return x(self)\n"
        f"class Base(Other):\n    held = []\n{methods}def last(x): return table['b'](x)\n",
        "user.py": "from base import *\ndef use(x):\n    Base().two(use).one(last(Base()))\n"
        "    for each in Base().held: each(x).three()\n    Base().four(Other)[0].one(len)\n",
    }


FUNCTIONS, TEXTS = len(NAMES), len(BODIES)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.integers(0, TEXTS - 1), min_size=FUNCTIONS, max_size=FUNCTIONS),
    st.lists(st.tuples(st.integers(0, FUNCTIONS - 1), st.integers(0, TEXTS - 1)), max_size=8),
    st.booleans(),
)
def test_edits_within_functions_equal_linking_from_scratch(
    chosen: list[int], edits: list[tuple[int, int]], is_prepared: bool
) -> None:
    before = Texts(bodied(chosen))
    linker = Linker()
    links = dict(linker.link(before, sorted(before.texts), Token()).links)
    for function, text in edits:
        if is_prepared:
            linker.prepare(before, "base.py", Token())
        chosen[function] = text
        now = Texts(bodied(chosen))
        links.update(linker.relink(before, now, {"base.py"}, Token()).links)
        assert plain(links) == scratch(now.texts)
        before = now


def test_what_was_told_after_an_edit_is_not_asked_again_before_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Program] = []

    def counted(inference: Inference, unit: Unit, ask: Ask) -> Any:
        asked.append(inference.program)
        return answer_to(inference, unit, ask)

    monkeypatch.setattr(link, "answer_to", counted)
    before = program("# file: a.py\ndef f(x): return x\n# file: b.py\nfrom a import f\nf(f)()\n")
    linker = Linker()
    linker.link(before, sorted(before.texts), Token())
    told = []
    for number in range(3):
        asked.clear()
        now = Texts({**before.texts, "a.py": f"{before.texts['a.py']}x = {number}\n"})
        linker.relink(before, now, {"a.py"}, Token())
        told.append([sum(each is one for each in asked) > 0 for one in (before, now)])
        before = now
    assert told == [[True, True], [False, True], [False, True]]


def test_a_prepared_edit_reads_no_other_file() -> None:
    texts = program(
        "# file: a.py\ndef f(x): return [x]\n# file: b.py\nfrom a import f\ndef g(): f(g)[0]()\n"
    ).texts
    links = Linker().link(Texts(texts), sorted(texts), Token()).links
    read = []
    for is_prepared in (False, True):
        linker = Linker(Remembered(of_file) for of_file in links.values())
        if is_prepared:
            linker.prepare(Texts(texts), "b.py", Token())
        overlay = linker.fork()
        now = Read({**texts, "b.py": texts["b.py"] + "\ndef h(): g()\n"})
        overlay.relink(Texts(texts), now, {"b.py"}, Token())
        read.append(sorted(now.read))
    assert read == [["a.py", "b.py"], ["b.py"]]


def test_what_an_overlay_asked_of_the_program_below_the_next_one_need_not() -> None:
    texts = program(
        "# file: a.py\ndef f(x): return [x]\n# file: b.py\nfrom a import f\ndef g(): return f(g)\n"
        "# file: c.py\nfrom b import g\ng()[0]()\n"
    ).texts
    links = Linker().link(Texts(texts), sorted(texts), Token()).links
    linker = Linker(Remembered(of_file) for of_file in links.values())
    read = []
    for number in range(2):
        before = Read(texts)
        now = Texts({**texts, "b.py": texts["b.py"] + f"x = {number}\n"})
        linker.fork().relink(before, now, {"b.py"}, Token())
        read.append(sorted(before.read))
    assert read == [["a.py", "b.py"], []]
