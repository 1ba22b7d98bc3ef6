"""`ramify log`: an audit that a person can read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shop import Ramify, write_shop


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ramify: Ramify) -> Path:
    """Indexed, then edited and indexed again."""
    folder = tmp_path / "shop"
    folder.mkdir()
    write_shop(folder)
    monkeypatch.setenv("RAMIFY_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(folder)
    ramify("index")
    pricing = folder / "shop/pricing.py"
    pricing.write_text(pricing.read_text().replace("0.9", "0.8") + "\n\ndef tax(price):\n    ...\n")
    (folder / "shop/checkout.py").rename(folder / "shop/till.py")
    ramify("index")
    return folder


def test_the_log_tells_each_run_and_what_it_changed(ramify: Ramify, shop: Path) -> None:
    lines = ramify("log").lines
    assert (
        lines[0].split("  ", 1)[1].startswith("sweep  revision 2  2 files new or changed, 1 gone, ")
    )
    assert lines[1:3] == [
        "  edited shop/pricing.py  +tax  ~discount",
        "  moved  shop/till.py  from shop/checkout.py, now shop.till",
    ]
    assert "  sweep  revision 1  5 files new or changed, 0 gone, " in lines[3]
    assert len(lines) == 4
    assert len(ramify("log", "--limit", "1").lines) == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--symbol", "shop.pricing.discount"], ["shop/pricing.py"]),
        (["--symbol", "tax"], ["shop/pricing.py"]),
        (["--symbol", "ax"], []),
        (["--file", "shop/till.py"], ["shop/till.py"]),
        (["--file", "./shop/checkout.py"], ["shop/till.py"]),
        (["--file", "shop/till.py", "--symbol", "tax"], []),
    ],
)
def test_it_tells_of_one_file_or_symbol(
    ramify: Ramify, shop: Path, words: list[str], told: list[str]
) -> None:
    runs = json.loads(ramify("log", "--json", *words).out)["runs"]
    assert [change["path"] for run in runs for change in run["changes"]] == told
    assert ramify("log", *words).lines[:1] != []


def test_in_json_it_has_every_field(ramify: Ramify, shop: Path) -> None:
    newest = json.loads(ramify("log", "--json", "--limit", "1").out)["runs"][0]
    assert (newest["cause"], newest["revision"], newest["metrics"]["changed"]) == ("sweep", 2, 2)
    assert newest["changes"][0] == {
        "path": "shop/pricing.py",
        "what": "edited",
        "cause": "sweep",
        "module": "shop.pricing",
        "appeared": ["tax"],
        "changed": ["discount"],
        "went": [],
    }


def test_without_a_journal_it_says_what_to_do(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAMIFY_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    ran = ramify("log")
    assert (ran.code, ran.out) == (1, "")
    assert "Nothing was indexed in" in ran.err and "`ramify index`" in ran.err
    assert ramify("log", "--store", "memory").code == 1
