"""Impact: what depends on a symbol, by which path, how sure."""

from __future__ import annotations

from ramify.features.answers.common import Page
from ramify.features.answers.impact import Impact
from ramify.features.changed import ChangedSymbols
from ramify.features.impact import impact, impact_of_changes
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import Certainty, EdgeKind
from tests.features.reading import (
    TOKEN,
    calls,
    certainty_of,
    drawn,
    edge,
    ident,
    short,
    shown,
    unknown,
)


def impact_of(
    reading: Reading, *symbols: str, least: Certainty = Certainty.INFERRED, depth: int = 10
) -> Impact:
    return impact(reading, TOKEN, [ident(each) for each in symbols], least=least, depth=depth)


def affected(answer: Impact) -> list[str]:
    return [
        f"{short(each.item.id)} {each.distance} {certainty_of(each.item)}"
        for each in answer.affected
    ]


def noticed_by(answer: Impact) -> list[str]:
    return [f"{short(each.item.id)} {each.distance}" for each in answer.tests]


CHAIN = {"a.py": "def f(): ...\ndef g(): f()\ndef h(): g()\ndef aside(): ...\n"}
CHAINED = [calls("a:g", "a:f"), calls("a:h", "a:g")]


def test_callers_of_callers_are_affected_at_their_distance() -> None:
    assert affected(impact_of(drawn(CHAIN, CHAINED), "a:f")) == ["a:g 1 exact", "a:h 2 exact"]


def test_the_path_leads_from_the_target_to_the_dependent_site_by_site() -> None:
    reading = drawn(CHAIN, CHAINED)
    path = impact_of(reading, "a:f").affected[1].path
    assert [(step.name, shown(reading, step.site), step.edge) for step in path] == [
        ("a.g", "a.py:2:f", EdgeKind.CALLS),
        ("a.h", "a.py:3:g", EdgeKind.CALLS),
    ]


def test_a_longer_exact_path_is_better_than_a_short_inferred_one() -> None:
    reading = drawn(CHAIN, [*CHAINED, calls("a:h", "a:f", Certainty.INFERRED)])
    answer = impact_of(reading, "a:f")
    assert affected(answer) == ["a:g 1 exact", "a:h 2 exact"]
    assert len(answer.affected[1].path) == 2


def test_a_path_is_as_sure_as_its_weakest_link() -> None:
    reading = drawn(CHAIN, [calls("a:g", "a:f", Certainty.INFERRED), calls("a:h", "a:g")])
    assert affected(impact_of(reading, "a:f")) == ["a:g 1 inferred", "a:h 2 inferred"]
    assert affected(impact_of(reading, "a:f", least=Certainty.EXACT)) == []


def test_a_cycle_ends() -> None:
    reading = drawn(CHAIN, [*CHAINED, calls("a:f", "a:h")])
    assert affected(impact_of(reading, "a:f")) == ["a:g 1 exact", "a:h 2 exact"]


def test_what_lies_beyond_the_depth_is_said() -> None:
    answer = impact_of(drawn(CHAIN, CHAINED), "a:f", depth=1)
    assert affected(answer) == ["a:g 1 exact"]
    assert "more beyond 1 step" in answer.summary


def test_tests_stand_apart_and_helpers_among_the_affected() -> None:
    reading = drawn(
        {
            "a.py": "def f(): ...\n",
            "tests/test_a.py": "def helper(): f()\ndef test_f(): helper()\n",
        },
        [calls("tests.test_a:helper", "a:f"), calls("tests.test_a:test_f", "tests.test_a:helper")],
    )
    answer = impact_of(reading, "a:f")
    assert affected(answer) == ["tests.test_a:helper 1 exact"]
    assert noticed_by(answer) == ["tests.test_a:test_f 2"]


def test_setup_passes_on_to_the_tests_of_its_class_and_of_subclasses() -> None:
    text = (
        "class Base(TestCase):\n"
        "    def setUp(self): f()\n"
        "    def test_one(self): ...\n"
        "    def helper(self): ...\n"
        "class Below(Base):\n"
        "    def test_two(self): ...\n"
    )
    reading = drawn(
        {"a.py": "def f(): ...\n", "tests/test_a.py": text},
        [
            calls("tests.test_a:Base.setUp", "a:f"),
            edge("tests.test_a:Below", EdgeKind.INHERITS, "tests.test_a:Base"),
        ],
    )
    answer = impact_of(reading, "a:f")
    assert affected(answer) == ["tests.test_a:Base.setUp 1 exact"]
    assert noticed_by(answer) == ["tests.test_a:Base.test_one 2", "tests.test_a:Below.test_two 2"]


def test_dispatch_carries_a_change_of_an_override_to_callers_of_the_base() -> None:
    reading = drawn(
        {
            "a.py": (
                "class Base:\n    def m(self): ...\n"
                "class Sub(Base):\n    def m(self): ...\n"
                "def f(x: Base): x.m()\n"
            )
        },
        [edge("a:Sub.m", EdgeKind.OVERRIDES, "a:Base.m"), calls("a:f", "a:Base.m", dispatch=True)],
    )
    assert affected(impact_of(reading, "a:Sub.m")) == ["a:f 1 inferred"]


def test_an_override_depends_on_what_it_overrides_and_passes_nothing_on() -> None:
    reading = drawn(
        {
            "a.py": (
                "class Base:\n    def m(self): ...\n"
                "class Sub(Base):\n    def m(self): ...\n"
                "def f(): Sub().m()\n"
            )
        },
        [edge("a:Sub.m", EdgeKind.OVERRIDES, "a:Base.m"), calls("a:f", "a:Sub.m")],
    )
    answer = impact_of(reading, "a:Base.m")
    assert affected(answer) == ["a:Sub.m 1 exact"]
    assert answer.affected[0].path[0].site is None


def test_importing_and_writing_end_the_way() -> None:
    reading = drawn(
        {
            "a.py": "LIMIT = 1\n",
            "b.py": "from a import LIMIT\ndef write():\n    LIMIT = 2\ndef caller(): write()\n",
        },
        [
            edge("b:", EdgeKind.IMPORTS, "a:LIMIT"),
            edge("b:write", EdgeKind.WRITES, "a:LIMIT"),
            calls("b:caller", "b:write"),
            calls("b:caller", "b:"),
        ],
    )
    assert affected(impact_of(reading, "a:LIMIT")) == ["b: 1 exact", "b:write 1 exact"]


def test_a_class_stands_for_its_members_and_reaches_its_subclasses() -> None:
    reading = drawn(
        {
            "a.py": "class C:\n    def m(self): ...\nclass D(C): ...\n",
            "b.py": "def f(c): c.m()\ndef g(): D()\ndef h(c: C): ...\n",
        },
        [
            edge("a:D", EdgeKind.INHERITS, "a:C"),
            calls("b:f", "a:C.m"),
            calls("b:g", "a:D"),
            edge("b:h", EdgeKind.USES, "a:C"),
        ],
    )
    answer = impact_of(reading, "a:C")
    assert affected(answer) == ["a:D 1 exact", "b:f 1 exact", "b:h 1 exact", "b:g 2 exact"]
    assert affected(impact_of(reading, "a:C.m")) == ["b:f 1 exact"]


def test_a_class_reached_on_the_way_does_not_pass_on_to_who_mentions_it() -> None:
    reading = drawn(
        {"a.py": "class C: ...\nclass D(C): ...\n", "b.py": "def f(x): isinstance(x, D)\n"},
        [edge("a:D", EdgeKind.INHERITS, "a:C"), edge("b:f", EdgeKind.USES, "a:D")],
    )
    assert affected(impact_of(reading, "a:C")) == ["a:D 1 exact"]


def test_a_decorator_reaches_what_it_decorates_and_its_callers() -> None:
    reading = drawn(
        {"a.py": "def cached(f): ...\n@cached\ndef slow(): ...\ndef f(): slow()\n"},
        [edge("a:slow", EdgeKind.DECORATES, "a:cached"), calls("a:f", "a:slow")],
    )
    assert affected(impact_of(reading, "a:cached")) == ["a:slow 1 exact", "a:f 2 exact"]


def test_a_callback_handed_on_is_a_use_that_passes_on() -> None:
    reading = drawn(
        {"a.py": "def f(): ...\ndef register(): add(f)\ndef main(): register()\n"},
        [edge("a:register", EdgeKind.USES, "a:f"), calls("a:main", "a:register")],
    )
    assert affected(impact_of(reading, "a:f")) == ["a:register 1 exact", "a:main 2 exact"]


def test_several_targets_are_answered_together_and_are_not_their_own_dependents() -> None:
    answer = impact_of(drawn(CHAIN, CHAINED), "a:f", "a:g")
    assert affected(answer) == ["a:h 1 exact"]
    assert [item.name for item in answer.targets] == ["f", "g"]


def test_what_cannot_be_resolved_is_counted_shown_and_said() -> None:
    reading = drawn(
        {
            "a.py": "class C:\n    def save(self): ...\n",
            "b.py": "def f(x): x.save()\n",
            "tests/test_b.py": "def test_f(x): x.save(); x.save()\n",
        },
        lookups=[unknown("tests.test_b:test_f", "save"), unknown("b:f", "save")],
    )
    answer = impact_of(reading, "a:C.save")
    assert (answer.unresolved.count, answer.possible) == (3, 2)
    message = "3 calls of a method named `save` on unknown objects may also reach this"
    assert answer.unresolved.message == message
    assert message in answer.summary
    assert [shown(reading, each.place) for each in answer.unresolved.examples] == [
        "b.py:1:save",
        "tests/test_b.py:1:save",
    ]


def test_of_a_removed_symbol_who_still_names_it_and_finds_nothing_is_affected() -> None:
    reading = drawn(
        CHAIN, [calls("a:h", "a:g")], lookups=[unknown("a:g", "f", Certainty.UNRESOLVED)]
    )
    gone = ChangedSymbols((), (), ("a.f",), (), (), lost=("f",))
    answer = impact_of_changes(reading, TOKEN, gone)
    assert answer.targets == ()
    assert affected(answer) == ["a:g 1 inferred", "a:h 2 inferred"]
    assert answer.affected[0].path[0].why == "names what is gone"
    assert answer.summary == (
        "a.f: 2 dependents in 1 file (1 direct, 2 inferred); no test is known to reach it; "
        "1 place names `f` and finds nothing."
    )


def test_possible_links_are_followed_from_the_target_when_asked_for() -> None:
    reading = drawn(
        {"a.py": "class C:\n    def save(self): ...\ndef f(x): x.save()\ndef g(): f(1)\n"},
        [calls("a:g", "a:f")],
        [unknown("a:f", "save")],
    )
    answer = impact_of(reading, "a:C.save", least=Certainty.POSSIBLE)
    assert affected(answer) == ["a:C 1 possible", "a:f 1 possible", "a:g 2 possible"]


def test_the_summary_says_it_in_one_line() -> None:
    reading = drawn(
        {
            "a.py": "def f(): ...\ndef g(): f()\ndef h(): g()\n",
            "tests/test_a.py": "def test_h(): h()\n",
        },
        [*CHAINED, calls("tests.test_a:test_h", "a:h")],
    )
    assert impact_of(reading, "a:f").summary == (
        "a.f: 2 dependents in 1 file (1 direct); 1 test in 1 file reaches it."
    )
    assert impact_of(reading, "tests.test_a:test_h").summary == (
        "tests.test_a.test_h: no dependents known outside the tests; 1 test reaches it."
    )


def test_pages_hold_parts_of_one_order() -> None:
    texts = {"a.py": "def f(): ...\n" + "".join(f"def g{n}(): f()\n" for n in range(5))}
    reading = drawn(texts, [calls(f"a:g{n}", "a:f") for n in range(5)])
    answer = impact(reading, TOKEN, [ident("a:f")], page=Page(offset=3, limit=9))
    assert affected(answer) == ["a:g3 1 exact", "a:g4 1 exact"]
    assert answer.affected_total == 5


def test_past_its_deadline_it_gives_what_it_has_and_says_so() -> None:
    late = CancelToken(deadline=1.0, clock=lambda: 2.0)
    answer = impact(drawn(CHAIN, CHAINED), late, [ident("a:f")])
    assert answer.affected == ()
    assert answer.partial == (
        "the time was over after 0 steps of exact links: "
        "what is further away or less sure is missing"
    )
    assert answer.partial in answer.summary


def test_an_unknown_id_is_no_target() -> None:
    answer = impact_of(drawn(CHAIN), "a:gone")
    assert (answer.targets, answer.summary) == ((), "No such symbol.")
