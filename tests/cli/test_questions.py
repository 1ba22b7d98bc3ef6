"""The verbs that ask, on a small workspace: from the files to what a person reads."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import msgspec
import pytest

from ramify.protocol.shapes.impact import ImpactResult
from ramify.protocol.shapes.relations import CallsResult, RelatedResult
from ramify.protocol.shapes.search import SearchResult
from ramify.protocol.shapes.service import StatusResult
from tests.cli.shop import Ramify, write_shop

pytestmark = pytest.mark.usefixtures("shop")

RAMIFY = Path(sys.executable).with_name("ramify")


def test_callers(ramify: Ramify) -> None:
    ran = ramify("callers", "total")
    assert ran.code == 0
    assert ran.lines == [
        "shop.pricing.total  function  shop/pricing.py:6:5",
        "",
        "Callers  1",
        "  exact      Till.pay  shop/checkout.py:6:16  via import",
        "",
        "Nothing uncertain: no call site by name only, none unresolved.",
    ]


def test_callees_inside_and_outside_of_the_workspace(ramify: Ramify) -> None:
    lines = ramify("callees", "shop/pricing.py:6").lines
    assert "  exact      discount  shop/pricing.py:7:16  via scope" in lines
    assert any(line.split()[:2] == ["exact", "builtins.sum"] for line in lines)


def test_a_module_is_not_called(ramify: Ramify) -> None:
    lines = ramify("callers", "shop.pricing").lines
    assert lines[1] == "A module is imported, not called: `ramify impact` tells by whom."


def test_an_interrupted_question_ends_without_a_word(tmp_path: Path) -> None:
    for number in range(100):
        text = "\n".join(f"def f{number}_{each}(x): return x.g{each}()" for each in range(40))
        (tmp_path / f"many{number}.py").write_text(text)
    environment = {**os.environ, "RAMIFY_HOME": str(tmp_path / "home")}
    words = [RAMIFY, "callers", "f1_1", "--root", str(tmp_path)]
    asking = subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while not (tmp_path / "home").exists() and asking.poll() is None:
        time.sleep(0.01)
    asking.send_signal(signal.SIGINT)
    assert (*asking.communicate(timeout=60), asking.returncode) == ("", "", 130)


def test_sites_by_name_only_are_counted(ramify: Ramify) -> None:
    assert ramify("callers", "discount").lines[-1] == (
        "Not counted: 1 call site by name only, 0 unresolved."
    )


def test_sites_by_name_only_are_listed_when_asked_for(ramify: Ramify) -> None:
    lines = ramify("callers", "discount", "--min-certainty", "possible").lines
    assert any(
        line.startswith("  possible   pay") and "shop/checkout.py:10:14" in line for line in lines
    )


def test_impact(ramify: Ramify) -> None:
    lines = ramify("impact", "discount").lines
    assert lines[0] == "shop.pricing.discount  function  shop/pricing.py:1:5"
    assert "Affected  3" in lines
    assert "   1  exact      total     shop/pricing.py:7:16  calls it" in lines
    assert "   3  inferred   pay       shop/checkout.py:11:19  calls pay → total" in lines
    assert "Tests to run  2" in lines


def test_the_tests_of_an_impact_are_node_ids(ramify: Ramify) -> None:
    ran = ramify("impact", "discount", "--tests")
    assert ran.lines == [
        "tests/test_checkout.py::TestTill::test_pay",
        "tests/test_checkout.py::test_pay",
    ]
    assert ran.err.startswith("There may be more tests. Not counted: 1 place that may reach it")


def test_the_tests_of_an_impact_in_json_are_all_there(ramify: Ramify) -> None:
    answer = json.loads(ramify("impact", "discount", "--tests", "--limit", "1", "--json").out)
    assert (len(answer["affected"]), answer["total"]) == (1, 3)
    assert (len(answer["tests"]), answer["testsTotal"]) == (2, 2)


def test_that_there_are_no_tests_is_said_beside_the_list(ramify: Ramify) -> None:
    ran = ramify("impact", "discount", "--tests", "--runner", "unittest")
    assert ran.out == ""
    assert ran.err.startswith("shop.pricing.discount: 3 dependents")


def test_pytest_takes_the_node_ids(ramify: Ramify) -> None:
    ids = ramify("impact", "discount", "--tests").lines
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider", *ids],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.splitlines()[:2] == ids


def test_related(ramify: Ramify) -> None:
    ran = ramify("related", "Till.pay", "--limit", "3")
    assert ran.lines[0] == "shop.checkout.Till.pay  method  shop/checkout.py:5:9"
    assert "Nearest first  3 of" in ran.out
    assert "shop/pricing.py:6:5" in ran.out


def test_search_finds_by_meaning_of_the_words(ramify: Ramify) -> None:
    lines = ramify("search", "seasonal", "rebate").lines
    assert lines[0].endswith("shop.pricing.discount  shop/pricing.py:1:1")


def test_search_near_a_symbol_and_without_tests(ramify: Ramify) -> None:
    near = ("--near", "total", "--distance", "1", "--direction", "in", "--tests", "exclude")
    lines = ramify("search", "pay", *near).lines
    found = [line.split()[2] for line in lines if line[:2].strip().isdigit()]
    assert "shop.checkout.Till.pay" in found
    assert "shop.checkout.pay" not in found


def test_search_near_by_some_steps_alone(ramify: Ramify) -> None:
    near = ("--near", "total", "--distance", "1", "--edge", "inherits")
    assert "shop.checkout.Till.pay" not in ramify("search", "pay", *near).out
    assert "shop.checkout.Till.pay" in ramify("search", "pay", *near, "--edge", "calls").out


@pytest.mark.parametrize(
    ("words", "shape"),
    [
        (("callers", "total"), CallsResult),
        (("callees", "total"), CallsResult),
        (("impact", "total"), ImpactResult),
        (("related", "total"), RelatedResult),
        (("search", "rebate"), SearchResult),
        (("status",), StatusResult),
    ],
)
def test_json_has_the_shapes_of_the_protocol(
    ramify: Ramify, words: tuple[str, ...], shape: type[msgspec.Struct]
) -> None:
    ran = ramify(*words, "--json")
    assert ran.code == 0
    answer = msgspec.json.decode(ran.out, type=shape)
    assert json.loads(msgspec.json.encode(answer)) == json.loads(ran.out)


def test_json_ranges_are_zero_based(ramify: Ramify, shop: Path) -> None:
    answer = json.loads(ramify("callers", "total", "--json").out)
    assert answer["items"][0]["sites"] == [
        {
            "uri": (shop / "shop" / "checkout.py").as_uri(),
            "range": {
                "start": {"line": 5, "character": 15},
                "end": {"line": 5, "character": 20},
            },
        }
    ]
    assert answer["status"]["complete"] is True


def test_an_ambiguous_name_is_no_answer(ramify: Ramify) -> None:
    ran = ramify("callers", "pay")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "ramify: pay may mean 2 symbols. Give more of the name, or a place:",
        "  shop.checkout.Till.pay  method     shop/checkout.py:5:9",
        "  shop.checkout.pay       function   shop/checkout.py:9:5",
    ]


def test_an_ambiguous_name_is_no_answer_in_json_either(ramify: Ramify) -> None:
    ran = ramify("callers", "pay", "--json")
    assert ran.code == 1
    error = json.loads(ran.out)["error"]
    assert [each["name"] for each in error["candidates"]] == [
        "shop.checkout.Till.pay",
        "shop.checkout.pay",
    ]


def test_places_are_seen_from_where_one_stands(
    ramify: Ramify, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop / "shop")
    lines = ramify("callers", "pricing.py:6", "--root", "..").lines
    assert lines[3] == "  exact      Till.pay  checkout.py:6:16  via import"


def test_a_question_indexes_what_changed_first(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert "Callers  1" in ramify("callers", "total").lines
    (tmp_path / "shop" / "more.py").write_text(
        "from shop import pricing\n\ndef sale():\n    pricing.total([])\n"
    )
    assert "Callers  2" in ramify("callers", "total").lines


def test_the_memory_store_answers_the_same_and_keeps_nothing(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = ramify("callers", "total")
    monkeypatch.setenv("RAMIFY_HOME", str(tmp_path / "home"))
    assert ramify("callers", "total", "--store", "memory") == kept
    assert not (tmp_path / "home").exists()


def test_impact_of_uncommitted_work(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    commit = "git init -q && git add . && git -c user.name=a -c user.email=a@b commit -qm first"
    subprocess.run(commit, shell=True, check=True)
    assert ramify("impact", "--changes", "worktree").lines[0] == "No definition changed."
    pricing = tmp_path / "shop" / "pricing.py"
    pricing.write_text(pricing.read_text().replace("return sum(", "return 1 + sum("))
    assert ramify("impact", "--changes", "worktree").lines[:2] == [
        "Changed symbols  1 (1 body)",
        "shop.pricing.total  function  shop/pricing.py:6:5",
    ]
    assert ramify("impact", "--changes", "worktree", "--tests").lines == [
        "tests/test_checkout.py::TestTill::test_pay",
        "tests/test_checkout.py::test_pay",
    ]


def test_node_ids_are_written_as_xargs_takes_them(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text("def f(): ...\n")
    for name in ("test_plain.py", "test_a'b c.py"):
        (tmp_path / name).write_text("from app import f\ndef test_f(): f()\n")
    out = ramify("impact", "app.f", "--tests", "--store", "memory").out
    given = subprocess.run(
        ["xargs", "printf", "%s\n"], input=out, capture_output=True, text=True, check=True
    )
    assert given.stdout.splitlines() == ["test_a'b c.py::test_f", "test_plain.py::test_f"]
    assert out.splitlines()[1] == "test_plain.py::test_f"


def test_a_range_without_git_is_no_answer(ramify: Ramify) -> None:
    ran = ramify("impact", "--changes", "main..")
    assert ran.code == 1
    assert ran.err.startswith("ramify: Git cannot tell what changed: ")


def test_without_git_the_worktree_is_compared_with_what_was_indexed(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    ramify("index")
    pricing = tmp_path / "shop" / "pricing.py"
    pricing.write_text(pricing.read_text().replace("0.9", "0.8"))
    lines = ramify("impact", "--changes", "worktree").lines
    assert lines[0] == "Changed symbols  1 (1 body)"
    assert lines[1].startswith("shop.pricing.discount  function")
    assert any(line.startswith("Note: there is no git repository here") for line in lines)
    assert (
        "tests/test_checkout.py::test_pay"
        in ramify("impact", "--changes", "worktree", "--tests").lines
    )


def committed(folder: Path) -> None:
    commit = "git init -q && git add . && git -c user.name=a -c user.email=a@b commit -qm first"
    subprocess.run(commit, shell=True, check=True, cwd=folder)


def test_a_patch_is_read_from_a_file(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_shop(tmp_path)
    committed(tmp_path)
    monkeypatch.chdir(tmp_path)
    pricing = tmp_path / "shop" / "pricing.py"
    pricing.write_text(pricing.read_text().replace("0.9", "0.8"))
    diff = subprocess.run(["git", "diff"], capture_output=True, check=True).stdout
    (tmp_path / "x.patch").write_bytes(diff)
    assert ramify("impact", "--patch", "x.patch").lines[0] == "Changed symbols  1 (1 body)"
    assert ramify("impact", "--patch", "no.patch").code == 1
    assert ramify("impact", "--changes", "patch", "--patch", "x.patch").code == 0


def test_a_changed_signature_names_the_calls_that_do_not_fit(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_shop(tmp_path)
    committed(tmp_path)
    monkeypatch.chdir(tmp_path)
    pricing = tmp_path / "shop" / "pricing.py"
    pricing.write_text(pricing.read_text().replace("discount(price):", "discount(price, rate):"))
    lines = ramify("impact", "--changes", "worktree").lines
    assert "  signature  1 call, 1 more by name only; 1 certainly does not fit any more" in lines
    assert any("shop/pricing.py:7:16  needs `rate`" in line for line in lines)


@pytest.mark.parametrize(
    ("runner", "expected"),
    [
        ("pytest", ["tests/test_unit.py::UnitTest::test_total"]),
        ("unittest", ["tests.test_unit.UnitTest.test_total"]),
        ("django", ["test_unit.UnitTest.test_total"]),
    ],
)
def test_tests_are_named_for_their_runner(
    ramify: Ramify,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    runner: str,
    expected: list[str],
) -> None:
    write_shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tests" / "test_checkout.py").unlink()
    (tmp_path / "tests" / "test_unit.py").write_text(
        "import unittest\nfrom shop.pricing import total\n\n"
        "class UnitTest(unittest.TestCase):\n    def test_total(self): total([1])\n"
    )
    assert ramify("impact", "total", "--tests", "--runner", runner).lines == expected


def test_how_sure_the_tests_must_be_is_chosen(ramify: Ramify, shop: Path) -> None:
    (shop / "shop" / "price.py").write_text("class Price:\n    def __repr__(self): return ''\n")
    (shop / "tests" / "test_price.py").write_text(
        "from shop.price import Price\ndef test_price(show): show(Price())\n"
    )
    (shop / "tests" / "test_other.py").write_text(
        "from shop.some import some\ndef test_some(show): show(some())\n"
    )
    (shop / "shop" / "some.py").write_text(
        "from shop.price import Price\ndef some(): return Price()\n"
    )
    tests = {
        which: ramify("impact", "Price.__repr__", "--tests", "--which", which).lines
        for which in ("sure", "likely", "all")
    }
    assert tests == {
        "sure": [],
        "likely": ["tests/test_price.py::test_price"],
        "all": ["tests/test_price.py::test_price", "tests/test_other.py::test_some"],
    }
    assert ramify("impact", "Price.__repr__", "--tests").lines == tests["likely"]


def test_tests_outside_of_testpaths_are_left_out_and_said_to_be(ramify: Ramify, shop: Path) -> None:
    (shop / "examples").mkdir()
    (shop / "examples" / "test_more.py").write_text(
        "from shop.pricing import discount\ndef test_more(): discount(1)\n"
    )
    assert "examples/test_more.py::test_more" in ramify("impact", "discount", "--tests").lines
    with (shop / "pyproject.toml").open("a") as file:
        file.write('[tool.pytest.ini_options]\ntestpaths = ["tests"]\n')
    ran = ramify("impact", "discount", "--tests")
    assert ran.lines == [
        "tests/test_checkout.py::TestTill::test_pay",
        "tests/test_checkout.py::test_pay",
    ]
    assert "Left out: 1 test outside of pytest's `testpaths`." in ran.err


def test_node_ids_work_from_a_directory_below(
    ramify: Ramify, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop / "tests")
    ids = ramify("impact", "discount", "--tests", "--root", "..").lines
    assert ids == ["test_checkout.py::TestTill::test_pay", "test_checkout.py::test_pay"]
    monkeypatch.chdir(shop / "shop")
    ids = ramify("impact", "discount", "--tests", "--root", "..").lines
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider"]
    env = {**os.environ, "PYTHONPATH": str(shop)}
    ran = subprocess.run([*command, *ids], capture_output=True, text=True, check=False, env=env)
    assert ran.stdout.count("::test_pay") == 2


@pytest.mark.parametrize("words", [(), ("total", "--changes", "worktree")])
def test_impact_takes_a_symbol_or_changes(ramify: Ramify, words: tuple[str, ...]) -> None:
    assert ramify("impact", *words).code == 2


@pytest.mark.parametrize(
    ("words", "first"),
    [("search price --json", "{\n"), ("tour", f"Ramify {version('ramify')}")],
)
def test_a_reader_that_has_seen_enough_is_no_error(shop: Path, words: str, first: str) -> None:
    ran = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{RAMIFY} {words} | head -1"],
        capture_output=True,
        text=True,
        check=False,
        cwd=shop,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(first)


def test_without_a_terminal_there_is_neither_colour_nor_progress(shop: Path) -> None:
    ran = subprocess.run(
        [RAMIFY, "callers", "total"], capture_output=True, text=True, check=True, cwd=shop
    )
    assert "\x1b" not in ran.stdout
    assert ran.stderr == ""


def test_a_terminal_that_cannot_show_a_sign_shows_another(shop: Path) -> None:
    ran = subprocess.run(
        [RAMIFY, "search", "seasonal", "rebate"],
        capture_output=True,
        check=True,
        cwd=shop,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert b"        ? def discount(price):" in ran.stdout.splitlines()
