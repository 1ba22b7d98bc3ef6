"""Backup, restore, migrate, and every verb with nothing on disk: as typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ramify.session.directories import user_directories
from ramify_store.ownership import Ownership, store_name
from tests.cli.shop import Ramify, write_shop

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same files on a machine that has no index."""
    write_shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_backup_saves_the_next_one_all_but_what_differs(
    ramify: Ramify, shop: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop)
    backup = elsewhere.parent / "backup"
    assert ramify("backup", str(backup)).code == 0
    monkeypatch.chdir(elsewhere)
    edited = elsewhere / "shop" / "pricing.py"
    edited.write_text(edited.read_text().replace("0.9", "0.8"))
    ran = ramify("restore", str(backup))
    assert ran.code == 0
    assert ran.lines[0].startswith(f"5 files, revision 1, restored from {backup} (")
    work = json.loads(ramify("index", "--json").out)["index"]
    assert (work["parsed"], work["changed"], work["relinked"], work["embedded"]) == (1, 1, 1, 1)
    assert ramify("verify").code == 0


def test_restoring_says_why_not(ramify: Ramify, elsewhere: Path) -> None:
    (elsewhere / "no").write_text("backup")
    ran = ramify("restore", "no")
    assert ran.code == 1
    assert f"{elsewhere / 'no'} is not restored, and nothing was changed: it is no" in ran.err
    ran = ramify("restore", "missing")
    assert (ran.code, "No such file" in ran.err) == (1, True)
    ramify("index")
    lock = Ownership(user_directories().cache / store_name(str(elsewhere)))
    try:
        ran = ramify("backup", "b")
        assert ran.code == 1
    finally:
        lock.release()


def test_a_backup_that_cannot_be_written_says_so(ramify: Ramify, elsewhere: Path) -> None:
    ran = ramify("backup", "no/such/folder/b")
    assert ran.code == 1
    assert "cannot be written: No such file or directory." in ran.err


def test_migrating_goes_back_and_forth_and_says_what_it_does(
    ramify: Ramify, elsewhere: Path
) -> None:
    assert "`ramify index`" in ramify("migrate").err
    ramify("index")
    assert ramify("migrate", "--dry-run").lines == [
        "The graph has schema 2 already.",
        "Nothing was changed (--dry-run).",
    ]
    assert ramify("migrate", "--to", "1").lines == [
        "2 -> 1  back over “sites as text”: for an older Ramify",
        "The graph has schema 1 now. Go on with the Ramify that knows it: this one brings it "
        "forwards again when it opens it.",
    ]
    assert json.loads(ramify("migrate", "--dry-run", "--json").out) == {
        "to": 2,
        "dryRun": True,
        "steps": [{"name": "sites as text", "before": 1, "after": 2, "carry": "anew"}],
    }
    done = ramify("migrate").lines
    assert done[0] == (
        "1 -> 2  over “sites as text”: the graph is emptied and made anew of the facts"
    )
    assert done[1].startswith("5 files linked, 0 parsed, 0 pieces embedded, ")
    assert ramify("verify").code == 0
    assert (
        "--to: there is no schema 9: this Ramify knows 0 to 2" in ramify("migrate", "--to", "9").err
    )


@pytest.mark.parametrize(
    "words",
    [
        ("index",),
        ("status",),
        ("search", "rebate"),
        ("callers", "total"),
        ("callees", "total"),
        ("impact", "discount"),
        ("related", "discount"),
        ("tour",),
        ("cycles",),
        ("hotspots",),
        ("verify",),
        ("verify", "--quick"),
        ("doctor",),
    ],
    ids=" ".join,
)
def test_every_verb_answers_with_nothing_on_disk(
    ramify: Ramify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("RAMIFY_HOME", str(home))
    ran = ramify(*words, "--store", "memory")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out
    assert not home.exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("backup", "b"), "There is nothing on disk to back up: the store is in memory."),
        (("restore", "b"), "In memory there is nothing to restore a backup into."),
        (("migrate",), "In memory there is no stored graph to migrate."),
        (("log",), "In memory there is no journal."),
    ],
    ids=lambda it: " ".join(it) if isinstance(it, tuple) else "",
)
def test_what_needs_a_disk_says_so(ramify: Ramify, words: tuple[str, ...], reason: str) -> None:
    ran = ramify(*words, "--store", "memory")
    assert (ran.code, ran.err.strip()) == (1, f"ramify: {reason}")
