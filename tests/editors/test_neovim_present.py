"""What the Neovim plugin says of an answer that leaves something open. No server takes part."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PLUGIN = Path(__file__).parent.parent.parent / "editors" / "nvim"

pytestmark = pytest.mark.editors

Answer = dict[str, Any]
Page = Callable[..., Answer]

COMPLETE = {"revision": 7, "complete": True, "indexedFiles": 3, "totalFiles": 3, "pendingFiles": 0}
FILLING = {**COMPLETE, "complete": False, "indexedFiles": 1, "pendingFiles": 2}
OVERVIEWS = {"removable", "unreachable", "cycles", "hotspots"}
SPAN = {"start": {"line": 3, "character": 4}, "end": {"line": 3, "character": 9}}


def item(name: str, **more: Any) -> Answer:
    return {"name": name, "uri": "file:///app.py", "selectionRange": SPAN, "isTest": False, **more}


@pytest.fixture(scope="module")
def page(neovim: Callable[[str], Path]) -> Page:
    """From a function of present.lua or overviews.lua and its arguments to the page it makes."""
    nvim = neovim("trixie")

    def made(function: str, *arguments: Any) -> Answer:
        module = "overviews" if function in OVERVIEWS else "present"
        lua = (
            "local arguments = vim.json.decode(vim.env.ARGUMENTS) "
            f"local page = require('ramify.{module}').{function}(unpack(arguments)) "
            "io.stdout:write(vim.json.encode(page))"
        )
        commands = ["--cmd", f"set runtimepath^={PLUGIN}", "-c", f"lua {lua}", "-c", "qall!"]
        done = subprocess.run(
            [str(nvim), "--clean", "--headless", *commands],
            env={**os.environ, "ARGUMENTS": json.dumps(arguments)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.stdout.startswith("{"), done.stdout + done.stderr
        answer: Answer = json.loads(done.stdout)
        return answer

    return made


def calls(status: Answer, *items: Answer, possible: int = 0, unresolved: int = 0) -> Answer:
    return {
        "target": item("save"),
        "items": list(items),
        "possible": {"count": possible},
        "unresolved": {"count": unresolved},
        "status": status,
    }


def test_nothing_is_not_the_same_as_not_yet(page: Page) -> None:
    assert page("callers", calls(COMPLETE)) == {
        "title": "Ramify: callers of save",
        "entries": [],
        "empty": "no callers known",
    }
    assert page("callers", calls(FILLING)) == {
        "title": "Ramify: callers of save (incomplete: 1 of 3 files indexed)",
        "entries": [],
        "empty": "no callers known so far",
    }


def test_what_was_left_out_is_counted(page: Page) -> None:
    answer = page("callees", calls(COMPLETE, possible=41, unresolved=2))
    counted = "not counted: 41 call sites by name only, 2 unresolved"
    assert answer["title"] == f"Ramify: callees of save ({counted})"


def test_a_list_that_was_cut_says_so(page: Page) -> None:
    affected = [item("view", certainty="inferred", distance=1)]
    answer = {
        "targets": [item("save")],
        "affected": affected,
        "tests": [],
        "unresolved": {"count": 0},
        "total": 500,
        "status": COMPLETE,
    }
    assert page("impact", answer)["title"] == "Ramify: impact of save (1 of 500)"
    assert page("impact", answer)["entries"][0]["text"] == "[inferred]  view  1 step"


def impact(**more: Any) -> Answer:
    return {
        "targets": [item("save", id="a")],
        "affected": [],
        "tests": [],
        "possible": {"count": 0},
        "unresolved": {"count": 0},
        "status": COMPLETE,
        **more,
    }


def texts(page: Answer) -> list[str]:
    return [entry["text"] for entry in page["entries"]]


def test_an_impact_names_what_breaks_what_is_entered_and_what_no_test_reaches(page: Page) -> None:
    site = {"uri": "file:///app.py", "range": SPAN}
    breaks = {"sourceName": "app.view", "site": site, "misfit": "needs `key`"}
    signature = {
        "target": "app.save",
        "change": "signature",
        "message": "1 call",
        "sites": [breaks],
    }
    made = page(
        "impact",
        impact(
            breakage=[signature],
            entryPoints=[item("view", entry="route", how="decorated with `app.route`")],
            untested=[item("clean")],
            notes=["the branch is 3 commits behind"],
            possible={"count": 1},
            unresolved={"count": 2},
        ),
    )
    assert made["title"] == (
        "Ramify: impact of save (note: the branch is 3 commits behind; "
        "not counted: 2 places that may reach it, too, and 1 dependent by name only)"
    )
    assert texts(made) == [
        "What a change concerns",
        "  signature: 1 call",
        "[breaks]  app.view  needs `key`",
        "view  entry point  route  decorated with `app.route`",
        "clean  no test is known to reach it",
    ]
    assert made["entries"][2]["location"] == site


def test_of_what_is_not_counted_there_is_only_told_what_there_is(page: Page) -> None:
    made = page("impact", impact(possible={"count": 2}, unresolved={"count": 0}))
    assert made["title"] == "Ramify: impact of save (not counted: 2 dependents by name only)"
    made = page("impact", impact(unresolved={"count": 1}))
    assert made["title"] == "Ramify: impact of save (not counted: 1 place that may reach it, too)"


def test_the_impact_of_changes_says_what_it_cannot_start_from(page: Page) -> None:
    changed = {
        "symbols": [{"id": "a", "change": "renamed", "before": "app.store"}],
        "removed": ["app.drop"],
        "topLevel": ["app.py"],
        "unread": ["notes.txt"],
    }
    made = page("changes", impact(changed=changed), "main..")
    assert made["title"] == "Ramify: impact of main.."
    assert texts(made) == [
        "save  changed  renamed  was app.store",
        "Gone: app.drop. Who still names them will not find them.",
        "Changed outside of definitions: app.py.",
        "Not in the graph: notes.txt.",
    ]


def test_no_change_is_not_the_same_as_no_impact(page: Page) -> None:
    changed: Answer = {"symbols": [], "removed": [], "topLevel": [], "unread": []}
    made = page("changes", impact(targets=[], changed=changed), "uncommitted changes")
    assert made["title"] == "Ramify: impact of uncommitted changes"
    assert (made["entries"], made["empty"]) == ([], "no definition changed")


def test_tests_are_copied_once_each_and_what_is_left_out_is_told(page: Page) -> None:
    tests = [
        item("test_save", nodeIds=["tests/test_app.py::test_save"]),
        item("test_all", nodeIds=["tests/a b.py::test_all", "tests/test_app.py::test_save"]),
        item("test_old"),
    ]
    copied = page("tests", impact(tests=tests, testsTotal=40, status=FILLING))
    assert copied["text"] == "tests/test_app.py::test_save 'tests/a b.py::test_all'"
    assert copied["told"] == (
        "copied 2 tests; 3 of 40 tests; left out: 1 test that pytest does not collect; "
        "incomplete: 1 of 3 files indexed"
    )
    assert page("tests", impact()) == {"text": "", "told": "no test is known to reach it"}


def removable(status: Answer, verdict: str, summary: str, *uses: Answer) -> Answer:
    counts = {"possible": {"count": 2}, "unresolved": {"count": 0}}
    told = {"verdict": verdict, "summary": summary, "uses": list(uses)}
    return {"target": item("save"), **told, **counts, "status": status}


def test_a_verdict_stands_above_the_places_that_still_use_it(page: Page) -> None:
    site = {"uri": "file:///app.py", "range": SPAN}
    use = {"site": site, "source": "python . app/view", "certainty": "exact", "why": "import"}
    made = page("removable", removable(COMPLETE, "used", "No: 1 place uses `save`.", use))
    assert made["title"] == (
        "Ramify: can save be removed? (not counted: 2 places by name only, 0 unresolved)"
    )
    assert texts(made) == ["No: 1 place uses `save`.", "[exact]  import  in view"]


def test_while_the_index_fills_nothing_is_free_to_go(page: Page) -> None:
    made = page("removable", removable(FILLING, "unused", "Yes: nothing uses `save`."))
    assert made["empty"] == "Not certain yet. Yes: nothing uses `save`."


def test_unreachable_code_counts_what_is_not_listed(page: Page) -> None:
    items = [item("old", certainty="inferred", why="only tests reach it")]
    made = page("unreachable", {"items": items, "possible": {"count": 12}, "status": COMPLETE})
    assert made["title"] == "Ramify: unreachable code (not listed: 12 that somebody may run)"
    assert texts(made) == ["[inferred]  old  only tests reach it"]


@pytest.mark.parametrize(
    ("function", "answer", "none"),
    [
        (
            "unreachable",
            {"items": [], "possible": {"count": 0}},
            "everything is reached by something, as far as anybody can tell",
        ),
        (
            "cycles",
            {"cycles": [], "modules": 0},
            "no modules import each other while they are loaded",
        ),
        ("hotspots", {"hotspots": []}, "no function has a branch"),
    ],
)
def test_none_is_told_of_a_complete_index_alone(
    page: Page, function: str, answer: Answer, none: str
) -> None:
    assert page(function, {**answer, "status": COMPLETE})["empty"] == none
    assert page(function, {**answer, "status": FILLING})["empty"] == "nothing found so far"


def test_a_circle_of_imports_says_where_it_is_cheapest_to_cut(page: Page) -> None:
    one, two = {"qualifiedName": "app.one"}, {"qualifiedName": "app.two"}
    site = {"uri": "file:///app.py", "range": SPAN}
    cut = {"source": one, "target": two, "sites": [site], "uses": 1}
    back = {"source": two, "target": one, "sites": [site], "uses": 3}
    cycle = {"modules": [one, two], "example": [cut, back], "imports": 2, "cut": cut, "left": 0}
    made = page("cycles", {"cycles": [cycle], "modules": 2, "total": 1, "status": COMPLETE})
    assert made["title"] == "Ramify: import cycles (2 modules in 1 circle of imports)"
    assert texts(made) == [
        "2 modules  app.one, app.two",
        "cheapest cut  app.one imports app.two  1 use  opens the circle",
        "way round  app.one imports app.two  1 use",
        "way round  app.two imports app.one  3 uses",
    ]


def test_a_hotspot_says_why_it_is_one_and_what_is_not_known(page: Page) -> None:
    facts = {"score": 0.75, "complexity": 9, "callers": 12, "callees": 1, "commits": 0}
    answer = {"hotspots": [item("save", **facts)], "total": 88, "status": COMPLETE}
    made = page("hotspots", {**answer, "notes": ["how often files changed: no git here"]})
    assert made["title"] == (
        "Ramify: hotspots (not known: how often files changed: no git here; 1 of 88)"
    )
    assert texts(made) == ["save  0.75  complexity 9, 12 callers, 1 callee"]
    assert texts(page("hotspots", answer)) == [
        "save  0.75  complexity 9, 12 callers, 1 callee, 0 commits"
    ]


def test_what_is_not_known_of_related_code_is_told(page: Page) -> None:
    answer = {"target": item("save"), "groups": [], "ranked": [], "status": COMPLETE}
    made = page("related", {**answer, "notes": ["files changed together: no git here"]})
    assert made["title"] == (
        "Ramify: related to save (not known: files changed together: no git here)"
    )


def test_a_member_of_a_class_stands_with_its_class(page: Page) -> None:
    hits = [item("save", kind=6, container="app.models.Basket", score=1.0)]
    made = page("search", {"hits": hits, "status": COMPLETE}, "save")
    assert made["entries"][0]["text"] == "Basket.save  in app.models.Basket"


def test_a_search_that_found_nothing_so_far_says_so(page: Page) -> None:
    status = {**COMPLETE, "search": {"complete": False, "pendingChunks": 0}}
    made = page("search", {"hits": [], "status": status}, "password")
    assert made["title"] == "Ramify: search password (search incomplete)"
    assert made["empty"] == "nothing found so far"


def test_a_search_says_what_it_has_not_read(page: Page) -> None:
    status = {**COMPLETE, "search": {"complete": False, "pendingChunks": 340}}
    hits = [item("check_password", container="auth", reasons=["name", "meaning"], score=1.0)]
    made = page("search", {"hits": hits, "status": status}, "password")
    assert made["title"] == "Ramify: search password (search incomplete: 340 to read)"
    assert made["entries"][0]["text"] == "check_password  in auth  name, meaning"
