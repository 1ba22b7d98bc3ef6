"""The first two messages on a channel: who comes with which wish, and whether it is served.

Different versions never share a session: what they say to each other is not the same. Whoever
comes must know the key that stands beside the lock, on every platform.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from ramify.lsp.frames import MESSAGE_LIMIT, bodies, framed
from ramify.release import VERSION
from ramify.serving.channel import Channel, connect, write_all
from ramify_store.ownership import Owner

PROTOCOL: Final = 1
"""Raise it when what is said over a channel means something else than before."""

_LIMIT: Final = 65536
"""Bytes of a greeting."""
_SECONDS: Final = 5.0

Why = Literal["key", "version", "busy", "ending"]


class RefusedAtDoor(Exception):  # noqa: N818 - reads as an outcome
    def __init__(self, why: str) -> None:
        super().__init__(f"the owner of the store refused: {why}")
        self.why = why


@dataclass(frozen=True, slots=True)
class Wish:
    kind: Literal["session", "command"]
    tag: str = ""
    """Begins the ids of the owner's requests in a session."""


def introduced(address: str = "", key: str = "") -> Owner:
    """This process, as it writes itself into a lock."""
    return Owner(os.getpid(), VERSION, PROTOCOL, address, key)


def speaks_as_we_do(owner: Owner) -> bool:
    return (owner.version, owner.protocol) == (VERSION, PROTOCOL)


def greeted(owner: Owner, wish: Wish) -> Channel:
    """A channel to the owner on which it has agreed to the wish.

    Raises OSError when it cannot be reached, RefusedAtDoor when it does not agree.
    """
    channel = connect(owner.address, owner.key)
    try:
        channel.limit(_SECONDS)
        hello = {
            "key": owner.key,
            "version": VERSION,
            "protocol": PROTOCOL,
            "kind": wish.kind,
            "tag": wish.tag,
        }
        say(channel, hello)
        answer = next(said(channel, _LIMIT), {})
        if "refused" in answer:
            raise RefusedAtDoor(str(answer["refused"]))
        if "welcome" not in answer:
            raise ConnectionResetError("the owner went away")
        channel.limit(None)
    except BaseException:
        channel.close()
        raise
    return channel


def say(channel: Channel, message: Mapping[str, object]) -> None:
    # Plain JSON: names of files may hold what is no text, and must arrive as they are.
    write_all(channel, framed(json.dumps(message).encode()))


def said(channel: Channel, limit: int = MESSAGE_LIMIT) -> Iterator[Mapping[str, Any]]:
    """What the other side says, until it ends; an empty one for what is no message."""
    for body in bodies(channel.reader, limit):
        try:
            message = json.loads(body) if isinstance(body, bytes) else None
        except (ValueError, RecursionError):
            message = None
        yield message if isinstance(message, dict) else {}


def met(channel: Channel, mine: Owner, busy: Why | None) -> Wish | None:
    """Who has come: its wish, granted; None when it was sent away. Raises OSError when it says
    nothing for some seconds. `busy`: why nobody is served now."""
    channel.limit(_SECONDS)
    hello = next(said(channel, _LIMIT), {})
    why = _objection(hello, mine) or busy
    if why is not None:
        say(channel, {"refused": why})
        return None
    say(channel, {"welcome": mine.pid})
    channel.limit(None)
    kind: Literal["session", "command"] = "command" if hello["kind"] == "command" else "session"
    return Wish(kind, str(hello.get("tag", "")))


def _objection(hello: Mapping[str, Any], mine: Owner) -> Why | None:
    import hmac

    key = hello.get("key")
    if not isinstance(key, str) or not hmac.compare_digest(key.encode(), mine.key.encode()):
        return "key"
    if (hello.get("version"), hello.get("protocol")) != (mine.version, mine.protocol):
        return "version"
    return None if hello.get("kind") in ("session", "command") else "version"
