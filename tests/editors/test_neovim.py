"""The Neovim plugin in real Neovims, headless, against the real server."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
PLUGIN = HERE.parent.parent / "editors" / "nvim"

pytestmark = pytest.mark.editors

Seen = dict[str, Any]
Launchers = Callable[[str], Path]


def headless(nvim: Path, settings: Seen, script: list[str], environment: Seen) -> str:
    """Run Neovim with the plugin on its path and return what it wrote to its terminal."""
    setup = [
        "let g:loaded_python3_provider=0",
        f"let g:ramify = json_decode('{json.dumps(settings)}')",
        f"set runtimepath^={PLUGIN}",
    ]
    before = [argument for command in setup for argument in ("--cmd", command)]
    after = [argument for command in script for argument in ("-c", command)]
    done = subprocess.run(
        [str(nvim), "--headless", "--clean", "-n", *before, *after],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stdout + done.stderr


def session(nvim: Path, scratch: Path, job: Seen, settings: Seen) -> Seen:
    """Let session.lua do its job in one Neovim and return what it saw."""
    out = scratch / "seen.json"
    (scratch / "job.json").write_text(json.dumps({**job, "out": str(out)}), encoding="utf-8")
    environment = {
        "RAMIFY_TEST_JOB": str(scratch / "job.json"),
        "XDG_STATE_HOME": str(scratch / "state"),
        "XDG_CACHE_HOME": str(scratch / "cache"),
        "XDG_DATA_HOME": str(scratch / "data"),
    }
    log = scratch / "state" / "nvim" / "lsp.log"
    said = headless(nvim, settings, [f"luafile {HERE / 'session.lua'}"], environment)
    assert out.exists(), said
    seen: Seen = json.loads(out.read_text(encoding="utf-8"))
    if "problem" in seen:
        logged = log.read_text(encoding="utf-8") if log.exists() else ""
        pytest.fail("\n".join([seen["problem"], said, logged[-4000:]]))
    return seen


@pytest.fixture(scope="module", params=["trixie", "forky"])
def suite(request: pytest.FixtureRequest) -> str:
    """Neovim 0.10 in Debian trixie, the newest in forky."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def seen(
    suite: str,
    neovim: Launchers,
    server: Path,
    shop: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Seen:
    """What a person would have seen after each step, in one session."""
    pricing, checkout = str(shop / "shop" / "pricing.py"), str(shop / "shop" / "checkout.py")
    discount, total = {"file": pricing, "at": [1, 5]}, {"file": pricing, "at": [5, 5]}
    steps = [
        {"name": "references", **total, "command": "lua vim.lsp.buf.references()"},
        {"name": "related", **total, "command": "Ramify related"},
        {"name": "related lines", "file": checkout, "at": [1, 1], "command": "5Ramify related"},
        {"name": "impact", **discount, "command": "Ramify impact"},
        {"name": "search", **total, "command": "Ramify search discount price"},
        {"name": "search a selection", **discount, "command": "normal! ve:Ramify search\r"},
        {"name": "callers", **total, "command": "Ramify callers"},
        {"name": "callees", "file": checkout, "at": [4, 5], "command": "Ramify callees"},
        {
            "name": "unsaved",
            "file": checkout,
            "append": ["", "", "def refund(basket):", "    return total(basket)"],
            "at": [5, 20],
            "command": "Ramify callers",
        },
        {"name": "discard", "file": checkout, "command": "", "silent": True},
        {"name": "tests", **discount, "command": "Ramify tests"},
        {"name": "removable", **discount, "command": "Ramify removable"},
        {"name": "unreachable", **discount, "command": "Ramify unreachable"},
        {"name": "cycles", **discount, "command": "Ramify cycles"},
        {"name": "hotspots", **discount, "command": "Ramify hotspots"},
        {"name": "changes", **discount, "command": "Ramify changes"},
        {
            "name": "unsaved change",
            "file": pricing,
            "line": [2, "    return price * 0.8"],
            "at": [1, 5],
            "command": "Ramify changes",
        },
        {"name": "discard the change", "file": pricing, "command": "", "silent": True},
        {"name": "select", **discount, "command": "Ramify! impact"},
        {"name": "status", **total, "command": "Ramify status"},
        {
            "name": "health",
            **total,
            "command": "checkhealth ramify",
            "silent": True,
            "screen": True,
        },
        {"name": "restart", **total, "command": "Ramify restart", "silent": True},
        {"name": "after the restart", **total, "command": "Ramify callers"},
        {"name": "unknown", **total, "command": "Ramify dance"},
        {"name": "nothing", **total, "command": "Ramify"},
        {"name": "wrong", **total, "command": "Ramify impact maybe"},
    ]
    job = {"file": pricing, "attach": True, "steps": steps}
    scratch = tmp_path_factory.mktemp(f"session-{suite}")
    return session(neovim(suite), scratch, job, {"cmd": [str(server)]})


def lines(seen: Seen, step: str) -> list[str]:
    found: list[str] = seen["steps"][step]["quickfix"]["lines"]
    return found


def title(seen: Seen, step: str) -> str:
    found: str = seen["steps"][step]["quickfix"]["title"]
    return found


def test_the_root_is_the_project(seen: Seen, shop: Path) -> None:
    assert seen["root"] == str(shop)


def test_the_encoding_is_the_best_that_both_know(seen: Seen, suite: str) -> None:
    assert seen["encoding"] == {"trixie": "utf-16", "forky": "utf-8"}[suite]


def test_references_come_through_the_editor(seen: Seen) -> None:
    assert 'checkout.py:5:19 return "€", total(basket)' in [
        line.replace("     ", " ") for line in lines(seen, "references")
    ]


def test_impact_fills_the_quickfix_list_with_certainty(seen: Seen) -> None:
    assert title(seen, "impact") == "Ramify: impact of discount"
    assert lines(seen, "impact") == [
        ":0:0 What a change concerns",
        ":0:0   signature: 1 call",
        ":0:0   body: 3 dependents",
        ":0:0   removal: 1 reference",
        "pricing.py:5:5 [exact]  total  1 step  def total(prices):",
        "checkout.py:4:5 [exact]  pay  2 steps  via pricing.total  def pay(basket):",
        "test_checkout.py:4:5 [exact]  test_pay  test  3 steps  def test_pay():",
    ]
    assert seen["steps"]["impact"]["quickfix_open"]


def test_callers_lead_to_the_call_behind_a_wide_character(seen: Seen) -> None:
    assert title(seen, "callers") == "Ramify: callers of total"
    assert lines(seen, "callers") == ['checkout.py:5:19 [exact]  pay  return "€", total(basket)']


def test_callees_lead_to_the_definition(seen: Seen) -> None:
    assert title(seen, "callees") == "Ramify: callees of pay"
    assert lines(seen, "callees") == ["pricing.py:5:5 [exact]  total  def total(prices):"]


def test_unsaved_text_counts(seen: Seen) -> None:
    assert lines(seen, "unsaved") == [
        'checkout.py:5:19 [exact]  pay  return "€", total(basket)',
        "checkout.py:9:12 [exact]  refund  return total(basket)",
    ]


def test_related_says_how_a_symbol_is_related(seen: Seen) -> None:
    assert title(seen, "related").startswith("Ramify: related to total")
    assert "checkout.py:4:5 [exact]  pay  calls it  def pay(basket):" in lines(seen, "related")


def test_related_of_a_range_speaks_of_its_lines(seen: Seen) -> None:
    assert title(seen, "related lines") == "Ramify: related to line 5 in pay"
    assert lines(seen, "related lines") == [
        "pricing.py:5:5 [exact]  total  called in these lines  def total(prices):"
    ]


def test_a_selection_is_searched_for(seen: Seen) -> None:
    assert title(seen, "search a selection") == "Ramify: search discount"


def test_search_finds_by_the_words_of_a_name(seen: Seen) -> None:
    assert title(seen, "search") == "Ramify: search discount price"
    assert lines(seen, "search")[0].startswith("pricing.py:1:5 discount")


def test_the_tests_of_the_last_impact_are_copied(seen: Seen) -> None:
    step = seen["steps"]["tests"]
    assert step["messages"] == ["Ramify: copied 1 test"]
    assert step["register"] == "tests/test_checkout.py::test_pay"


def test_what_is_used_cannot_go(seen: Seen) -> None:
    assert title(seen, "removable") == "Ramify: can discount be removed?"
    assert lines(seen, "removable") == [
        ":0:0 No: 1 place uses `discount`, in 1 file.",
        "pricing.py:6:16 [exact]  scope  in total  return sum(discount(price) for price in prices)",
    ]


def test_an_overview_without_a_place_is_told(seen: Seen) -> None:
    assert seen["steps"]["unreachable"]["messages"] == [
        "Ramify: unreachable code (not listed: 3 that somebody may run): "
        "everything is reached by something, as far as anybody can tell"
    ]
    assert seen["steps"]["cycles"]["messages"] == [
        "Ramify: import cycles: no modules import each other while they are loaded"
    ]


def test_hotspots_lead_to_the_function(seen: Seen) -> None:
    assert "not known: how often files changed" in title(seen, "hotspots")
    assert lines(seen, "hotspots") == [
        "pricing.py:5:5 total  1.00  complexity 2, 1 caller, 2 callees  def total(prices):"
    ]


def test_without_a_change_no_impact_is_made_up(seen: Seen) -> None:
    [message] = seen["steps"]["changes"]["messages"]
    assert message.startswith("Ramify: impact of uncommitted changes (note: there is no git")
    assert message.endswith("): no definition changed")


def test_an_unsaved_change_has_an_impact(seen: Seen) -> None:
    assert title(seen, "unsaved change").startswith("Ramify: impact of uncommitted changes")
    assert lines(seen, "unsaved change")[0] == (
        "pricing.py:1:5 discount  changed  body  def discount(price):"
    )


def test_a_bang_offers_the_answer_and_goes_where_was_chosen(seen: Seen, shop: Path) -> None:
    [offer] = seen["steps"]["select"]["offers"]
    assert offer["prompt"] == "Ramify: impact of discount"
    where = shop / "shop" / "pricing.py"
    assert offer["choices"][0] == f"[exact]  total  1 step  def total(prices):  {where}:5"
    assert seen["steps"]["select"]["at"] == "pricing.py:5"


def test_status_says_how_far_the_index_is(seen: Seen) -> None:
    [message] = seen["steps"]["status"]["messages"]
    assert message.startswith("Ramify: 5 of 5 files indexed, 0 pending, revision ")


def test_health_names_the_server_and_the_folder(seen: Seen, server: Path, shop: Path) -> None:
    screen = "\n".join(seen["steps"]["health"]["screen"])
    assert f"OK the server is {server}" in screen
    assert f"OK running for {shop} (client 1, {seen['encoding']})" in screen


def test_a_restarted_server_answers_the_same(seen: Seen) -> None:
    assert lines(seen, "after the restart") == lines(seen, "callers")


def test_a_wrong_word_is_named(seen: Seen) -> None:
    assert seen["steps"]["unknown"]["messages"] == [
        'Ramify: there is no ":Ramify dance"; see :help :Ramify'
    ]
    (said,) = seen["steps"]["nothing"]["messages"]
    assert said.startswith("Ramify: what should be asked? :Ramify callees, callers, changes, ")
    assert seen["steps"]["wrong"]["messages"] == [
        'Ramify: "maybe" is not one of exact, inferred, possible'
    ]


def test_completion_knows_the_questions_and_the_certainties(seen: Seen) -> None:
    assert seen["completion"] == [
        "callees",
        "callers",
        "changes",
        "cycles",
        "hotspots",
        "impact",
        "log",
        "related",
        "removable",
        "restart",
        "search",
        "status",
        "tests",
        "unreachable",
    ]
    assert seen["certainties"] == ["exact", "inferred", "possible"]


RING = {
    "pyproject.toml": '[project]\nname = "ring"\nversion = "1"\n',
    "ring/__init__.py": "",
    "ring/one.py": """\
import ring.two


class Basket:
    def total(self):
        return ring.two.tax()
""",
    "ring/two.py": """\
import ring.one


def tax():
    return 1


def pay(basket: ring.one.Basket, other):
    return basket.total() + other.total()
""",
}


@pytest.fixture(scope="module")
def surfaces(
    suite: str, neovim: Launchers, server: Path, tmp_path_factory: pytest.TempPathFactory
) -> Seen:
    """What the editor's own functions show, with lenses and problems asked for."""
    root = tmp_path_factory.mktemp("ring")
    for name, text in RING.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    one, two = str(root / "ring" / "one.py"), str(root / "ring" / "two.py")
    steps = [
        {
            "name": "problems",
            "file": two,
            "at": [5, 5],
            "command": "",
            "silent": True,
            "problems": True,
        },
        {
            "name": "lens",
            "file": two,
            "at": [4, 5],
            "lenses": 2,
            "command": "lua vim.lsp.codelens.run()",
        },
        {
            "name": "rename",
            "file": one,
            "at": [5, 9],
            "command": "lua vim.lsp.buf.rename('price')",
            "changes": True,
        },
        {"name": "renamed", "file": two, "keep": True, "command": "", "silent": True},
    ]
    job = {"file": two, "attach": True, "steps": steps}
    settings = {"cmd": [str(server)], "codelens": True, "settings": {"diagnostics": True}}
    scratch = tmp_path_factory.mktemp(f"surfaces-{suite}")
    return session(neovim(suite), scratch, job, settings)


def test_a_code_lens_counts_and_leads_to_the_impact(surfaces: Seen) -> None:
    step = surfaces["steps"]["lens"]
    assert step["lenses"] == [
        [4, "1 caller · 2 affected · no test known"],
        [8, "no callers known · no test known"],
    ]
    assert step["quickfix"]["title"] == "Ramify: impact of tax"


def test_lenses_are_shown_where_they_are_asked_for_only(seen: Seen) -> None:
    assert {name: step["lenses"] for name, step in seen["steps"].items() if step["lenses"]} == {}


def test_a_circle_of_imports_is_a_problem_where_that_is_chosen(surfaces: Seen) -> None:
    [problem] = surfaces["steps"]["problems"]["problems"]
    assert problem.startswith("two.py:1 Circular import: ring.")


def test_no_problems_yet_is_not_an_error_to_show(suite: str, neovim: Launchers) -> None:
    """Of two refusals the one that says "not indexed yet" is kept from the editor."""
    told = (
        "vim.lsp.handlers['textDocument/diagnostic'] = function(e) io.stdout:write(e.message) end"
    )
    asked = "lua for _, code in ipairs({-32803, -32603}) do require('ramify.lenses').on_problems("
    refused = (
        asked + "{code = code, message = 'code ' .. code}, nil, {client_id = 7, bufnr = 1}) end"
    )
    assert headless(neovim(suite), {}, [f"lua {told}", refused, "qall!"], {}) == "code -32603"


def test_a_rename_leaves_what_is_doubtful_alone_and_says_so(surfaces: Seen) -> None:
    assert surfaces["steps"]["rename"]["text"][4] == "    def price(self):"
    assert surfaces["steps"]["renamed"]["text"][8] == "    return basket.price() + other.total()"
    left = "Ramify left 1 place that may mean `total` as it is: only the name is known there."
    assert left in surfaces["steps"]["rename"]["messages"]


def test_a_missing_server_is_told_once_with_what_to_do(
    suite: str, neovim: Launchers, shop: Path, tmp_path: Path
) -> None:
    file = str(shop / "shop" / "pricing.py")
    steps = [
        {"name": "open", "file": file, "command": "Ramify impact"},
        {"name": "open again", "file": file, "command": "edit", "silent": True},
    ]
    seen = session(neovim(suite), tmp_path, {"file": file, "steps": steps}, {"cmd": ["no-ramify"]})
    told = (
        'Ramify: the server "no-ramify" is not executable. Install it, or set vim.g.ramify.cmd. '
        "See :help ramify-install"
    )
    assert seen["steps"]["open"]["messages"] == [told]


def test_an_old_neovim_is_told_once(neovim: Launchers, shop: Path) -> None:
    file = shop / "shop" / "pricing.py"
    said = headless(neovim("bookworm"), {}, [f"edit {file}", "qall!"], {})
    assert said.strip() == "Ramify needs Neovim 0.10 or newer; it stays off here."


def test_every_command_is_in_the_readme_and_in_the_help(seen: Seen) -> None:
    for text in (PLUGIN / "README.md", PLUGIN / "doc" / "ramify.txt"):
        told = text.read_text(encoding="utf-8")
        assert [each for each in seen["completion"] if f"Ramify {each}" not in told] == []
