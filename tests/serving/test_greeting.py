"""Who is let in: the key, the version, the wish; and nobody waits for somebody who says nothing."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from ramify.release import VERSION
from ramify.serving import greeting
from ramify.serving.channel import pair
from ramify.serving.greeting import PROTOCOL, RefusedAtDoor, Wish, greeted, met, said, say
from ramify.serving.sockets import SocketListener
from ramify_store.ownership import Owner

RIGHT = {"key": "k", "version": VERSION, "protocol": PROTOCOL, "kind": "session", "tag": "t"}
ME = Owner(1, VERSION, PROTOCOL, "somewhere", "k")


def answer(hello: Mapping[str, object], busy: greeting.Why | None = None) -> Mapping[str, object]:
    one, other = pair()
    say(one, hello)
    met(other, ME, busy)
    found = next(said(one))
    one.close()
    other.close()
    return found


def test_whoever_knows_the_key_and_speaks_the_same_is_welcome() -> None:
    assert answer(RIGHT) == {"welcome": 1}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"key": "another"}, "key"),
        ({"key": None}, "key"),
        ({"key": ["k"]}, "key"),
        ({"version": "0.0.1"}, "version"),
        ({"protocol": PROTOCOL + 1}, "version"),
        ({"kind": "something"}, "version"),
    ],
)
def test_everybody_else_is_told_why_not(change: Mapping[str, object], why: str) -> None:
    assert answer({**RIGHT, **change}) == {"refused": why}


def test_a_stranger_does_not_learn_our_version() -> None:
    assert answer({"version": VERSION}) == {"refused": "key"}


def test_nobody_is_served_by_one_who_ends() -> None:
    assert answer(RIGHT, "ending") == {"refused": "ending"}


def test_one_who_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(greeting, "_SECONDS", 0.05)
    one, other = pair()
    with pytest.raises(OSError, match="timed out"):
        met(other, ME, None)
    one.close()
    other.close()


def test_a_greeting_is_small() -> None:
    one, other = pair()
    sender = threading.Thread(target=say, args=(one, {**RIGHT, "more": "x" * 100_000}))
    sender.start()
    assert met(other, ME, None) is None
    assert next(said(one)) == {"refused": "key"}
    sender.join()
    one.close()
    other.close()


def test_a_refusal_comes_to_whoever_asked(tmp_path: Path) -> None:
    listener = SocketListener(tmp_path / "a")
    outcome: list[Wish | None] = []

    def serve() -> None:
        channel = listener.accept()
        outcome.append(met(channel, Owner(2, VERSION, PROTOCOL, "", "another"), None))
        channel.close()

    thread = threading.Thread(target=serve)
    thread.start()
    with pytest.raises(RefusedAtDoor, match="key"):
        greeted(Owner(2, VERSION, PROTOCOL, listener.address, "k"), Wish("session"))
    thread.join(30)
    assert outcome == [None]
    listener.close()
