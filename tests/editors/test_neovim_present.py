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
SPAN = {"start": {"line": 3, "character": 4}, "end": {"line": 3, "character": 9}}


def item(name: str, **more: Any) -> Answer:
    return {"name": name, "uri": "file:///app.py", "selectionRange": SPAN, "isTest": False, **more}


@pytest.fixture(scope="module")
def page(neovim: Callable[[str], Path]) -> Page:
    """From a function of present.lua and its arguments to the page it makes."""
    nvim = neovim("trixie")

    def made(function: str, *arguments: Any) -> Answer:
        lua = (
            "local arguments = vim.json.decode(vim.env.ARGUMENTS) "
            f"local page = require('ramify.present').{function}(unpack(arguments)) "
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
        "empty": "nothing found",
    }
    assert page("callers", calls(FILLING)) == {
        "title": "Ramify: callers of save (incomplete: 1 of 3 files indexed)",
        "entries": [],
        "empty": "nothing found so far",
    }


def test_what_was_left_out_is_counted(page: Page) -> None:
    answer = page("callees", calls(COMPLETE, possible=41, unresolved=2))
    assert answer["title"] == "Ramify: callees of save (41 possible by name alone; 2 unresolved)"


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
