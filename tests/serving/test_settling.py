"""Who serves: whoever gets the lock, and the others come to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ramify.release import VERSION
from ramify.serving.greeting import PROTOCOL, Wish
from ramify.serving.host import Host
from ramify.serving.settling import Nobodys, Ours, attached, settled
from ramify_store.errors import StoreLocked
from ramify_store.ownership import Owner, Ownership, announce, owner_record, reserve


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def nobody() -> Iterator[None]:
    yield
    announce(None)


def listening() -> None:
    announce(Owner(os.getpid(), VERSION, PROTOCOL, "here", "key"))


def test_a_free_store_is_ours_and_says_where_we_are(store: Path, nobody: None) -> None:
    outcome = settled([store], Wish("session"), listening, 1)
    assert isinstance(outcome, Ours)
    assert owner_record(store) == Owner(os.getpid(), VERSION, PROTOCOL, "here", "key")
    (reservation,) = outcome.reservations
    reservation.release()
    assert owner_record(store) is None


def test_no_folder_is_ours_at_once(nobody: None) -> None:
    assert settled([], Wish("session"), listening, 1) == Ours(())


def test_a_store_that_is_opened_takes_the_reserved_lock_over(store: Path) -> None:
    reservation = reserve(store)
    ownership = Ownership(store)
    reservation.release()
    with pytest.raises(StoreLocked):
        Ownership(store)
    ownership.release()
    Ownership(store).release()


def test_a_lock_of_another_version_is_not_waited_for(
    store: Path, nobody: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.mkdir()
    announce(Owner(os.getpid() + 1, "0.0.1", PROTOCOL, "there", "key"))
    ownership = Ownership(store)
    outcome = settled([store], Wish("session"), listening, 1000)
    assert isinstance(outcome, Nobodys)
    assert outcome.owner is not None
    assert outcome.owner.version == "0.0.1"
    ownership.release()


def test_what_cannot_be_locked_is_left_to_the_store(tmp_path: Path, nobody: None) -> None:
    (tmp_path / "file").touch()
    assert settled([tmp_path / "file" / "store"], Wish("session"), listening, 1) == Ours(())


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"pid": 1, "more": 2}', "123", '"x"'])
def test_a_record_that_is_none_names_nobody(store: Path, text: str) -> None:
    store.mkdir()
    (store / "owner").write_text(text)
    assert owner_record(store) is None
    assert attached([store], Wish("session")) == (None, None)


def test_a_record_of_one_who_is_gone_leads_nowhere(store: Path, tmp_path: Path) -> None:
    store.mkdir()
    announce(Owner(os.getpid() + 1, VERSION, PROTOCOL, str(tmp_path / "gone"), "key"))
    ownership = Ownership(store)
    announce(None)
    assert attached([store], Wish("session")) == (None, None)
    ownership.release()


def test_a_host_that_has_ended_begins_nothing_new(tmp_path: Path) -> None:
    host = Host()
    host.stop()
    host.listen()
    with pytest.raises(RuntimeError, match="about to end"):
        from ramify.session.settings import load_settings

        host.workspaces().visit(tmp_path, load_settings(tmp_path))
