"""The verbs that look after the index."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.shop import Ramify, write_shop

pytestmark = pytest.mark.usefixtures("shop")


def test_index_says_what_there_is_and_what_was_done(ramify: Ramify, shop: Path) -> None:
    ramify("index")
    lines = ramify("index").lines
    assert lines[0] == str(shop)
    assert lines[1].startswith("5 files, ")
    assert lines[2].startswith("0 files new or changed, 0 gone, 0 linked, 0 pieces embedded, ")


def test_index_in_json_tells_the_work(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    answer = json.loads(ramify("index", "--json").out)
    assert answer["status"]["complete"] is True
    assert (answer["index"]["files"], answer["index"]["changed"]) == (5, 5)


@pytest.mark.parametrize("verb", ["index", "tour", "doctor"])
def test_a_folder_without_source_is_no_answer(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    monkeypatch.chdir(tmp_path)
    ran = ramify(verb)
    assert ran.code == 1
    assert f"There are no source files in {tmp_path}." in ran.out + ran.err


def test_doctor_finds_everything_in_order(ramify: Ramify) -> None:
    ran = ramify("doctor")
    verdicts = {line.split()[1]: line.split()[0] for line in ran.lines if line[:1] != " "}
    assert ran.code == 0
    assert {"python", "versions", "grammar", "model", "cache", "data", "index", "store"} <= (
        verdicts.keys()
    )
    assert "bad" not in verdicts.values()


def test_doctor_says_what_to_do_about_a_cache_that_cannot_be_written(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("RAMIFY_HOME", str(blocked))
    monkeypatch.setattr(os, "access", lambda *_: False)
    ran = ramify("doctor", "--store", "memory")
    assert ran.code == 1
    assert "make it yours, or set RAMIFY_HOME" in ran.out


def test_the_tour_shows_the_three_answers_about_a_much_used_symbol(ramify: Ramify) -> None:
    ran = ramify("tour")
    assert ran.code == 0
    assert "$ ramify impact shop.pricing.discount" in ran.lines
    assert "$ ramify related shop.pricing.discount" in ran.lines
    assert '$ ramify search "Take the seasonal rebate off a price"' in ran.lines
    assert " 1  " in ran.out
    assert "shop.pricing.discount  shop/pricing.py:1:1" in ran.out


def test_the_tour_takes_a_symbol(ramify: Ramify) -> None:
    assert "$ ramify impact shop.checkout.Till.pay" in ramify("tour", "Till.pay").lines
