"""Hotspots: complexity, callers and churn together."""

from __future__ import annotations

from dataclasses import replace

from ramify.features.answers.overviews import Hotspots
from ramify.features.hotspots import hotspots
from ramify_store.history import Commit, History, NoHistory
from tests.features.histories import Told
from tests.features.reading import TOKEN, calls, drawn

BRANCH = "    if x: return 1\n    return 2\n"
READING = drawn(
    {
        "a.py": f"def quiet(x):\n{BRANCH}def plain(x): ...\n",
        "b.py": f"def busy(x):\n{BRANCH}    busy(x)\n",
        "tests/test_a.py": f"def test_it(x):\n{BRANCH}",
    },
    [calls("b:busy", "a:plain")],
)


def found(*commits: tuple[str, ...]) -> Hotspots:
    history = History(None)
    history.replace((Commit(str(n), 0, paths) for n, paths in enumerate(commits)), ())
    return hotspots(replace(READING, history=Told(history)), TOKEN)


def test_what_changes_often_comes_first_and_functions_without_a_branch_do_not_count() -> None:
    answer = found(("b.py",), ("b.py",), ("a.py",))
    told = [(each.item.name, each.complexity, each.callees, each.commits) for each in answer.items]
    assert told == [("busy", 2, 1, 2), ("quiet", 2, 0, 1)]
    assert (answer.items[0].score, answer.total, answer.notes) == (1.0, 2, ())


def test_what_has_callers_comes_first() -> None:
    reading = drawn(
        {"a.py": f"def left(x):\n{BRANCH}def used(x):\n{BRANCH}def f(): used(1)\n"},
        [calls("a:f", "a:used")],
    )
    answer = hotspots(replace(reading, history=Told(History(None))), TOKEN)
    assert [(each.item.name, each.callers) for each in answer.items] == [("used", 1), ("left", 0)]


def test_without_a_history_it_says_so() -> None:
    reading = replace(READING, history=NoHistory("git is not there"))
    assert hotspots(reading, TOKEN).notes == ("how often files changed: git is not there",)
