"""What is told to a second server when the first one is lost, and what the client hears of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from ramify.lsp.frames import framed
from ramify.lsp.wire import messages
from ramify.serving import session as sessions
from ramify.serving.session import Session

URI = "file:///shop/a.py"


class Told:
    """A session, spoken to in plain values."""

    def __init__(self) -> None:
        self.session = Session()
        self.session.begin("ramify/0")

    def client(self, **message: Any) -> tuple[list[Any], list[Any]]:
        """(to the server, to the client)"""
        heard = self.session.from_client(json.dumps({"jsonrpc": "2.0", **message}).encode())
        return plain(heard.to_server), plain(heard.to_client)

    def server(self, **message: Any) -> tuple[list[Any], list[Any]]:
        heard = self.session.from_server(json.dumps({"jsonrpc": "2.0", **message}).encode())
        return plain(heard.to_server), plain(heard.to_client)

    def lost(self) -> list[Any]:
        return plain(self.session.lost())

    def replay(self) -> list[Any]:
        self.session.begin("ramify/1")
        return plain(self.session.replay())


def plain(frames: Iterable[bytes]) -> list[Any]:
    class Stream:
        def __init__(self, data: bytes) -> None:
            self.data = data

        def readline(self, limit: int, /) -> bytes:
            line, end, self.data = self.data.partition(b"\n")
            return line + end

        def read(self, size: int, /) -> bytes:
            found, self.data = self.data[:size], self.data[size:]
            return found

    return list(messages(Stream(b"".join(frames))))


@pytest.fixture
def told() -> Told:
    """A session that has begun: two folders, UTF-8."""
    told = Told()
    told.client(id=1, method="initialize", params=INITIALIZE)
    told.server(id=1, result={"capabilities": {"positionEncoding": "utf-8"}})
    told.client(method="initialized", params={})
    return told


INITIALIZE = {
    "processId": 7,
    "capabilities": {"workspace": {"configuration": True}},
    "workspaceFolders": [
        {"uri": "file:///shop", "name": "shop"},
        {"uri": "file:///b", "name": "b"},
    ],
}


def opened(text: str, version: int = 1) -> dict[str, Any]:
    return {"textDocument": {"uri": URI, "languageId": "python", "version": version, "text": text}}


def edit(text: str, version: int) -> dict[str, Any]:
    """Puts a text at the start."""
    start = {"line": 0, "character": 0}
    change = {"range": {"start": start, "end": start}, "text": text}
    return {"textDocument": {"uri": URI, "version": version}, "contentChanges": [change]}


def at_start() -> dict[str, Any]:
    return {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}}


def methods(said: list[Any]) -> list[str]:
    return [each["method"] for each in said]


def test_initialize_names_the_folders_and_no_process() -> None:
    to_server, _ = Told().client(id=1, method="initialize", params={**INITIALIZE, "x": 1})
    assert to_server[0]["params"] == {
        "processId": None,
        "capabilities": {"workspace": {"configuration": True}},
        "workspaceFolders": [
            {"uri": "file:///shop", "name": "shop"},
            {"uri": "file:///b", "name": "b"},
        ],
        "x": 1,
    }


def test_the_next_server_is_initialized_and_the_client_hears_nothing_of_it(told: Told) -> None:
    said = told.replay()
    assert methods(said) == ["initialize", "initialized"]
    assert told.server(id=said[0]["id"], result={"capabilities": {}}) == ([], [])


def test_an_unanswered_initialize_is_repeated_as_it_was() -> None:
    told = Told()
    told.client(id="first", method="initialize", params=INITIALIZE)
    said = told.replay()
    assert [(each["id"], each["method"]) for each in said] == [("first", "initialize")]
    _, to_client = told.server(id="first", result={"capabilities": {}})
    assert [each["id"] for each in to_client] == ["first"]


def test_documents_are_told_with_their_latest_text_and_version(told: Told) -> None:
    told.client(method="textDocument/didOpen", params=opened("é = 1\n"))
    told.client(method="textDocument/didChange", params=edit("z = 0\n", 5))
    assert told.replay()[2:] == [
        {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": opened("z = 0\né = 1\n", 5)}
    ]


def test_a_closed_document_is_not_told(told: Told) -> None:
    told.client(method="textDocument/didOpen", params=opened("x = 1\n"))
    told.client(method="textDocument/didClose", params={"textDocument": {"uri": URI}})
    assert methods(told.replay()) == ["initialize", "initialized"]


def test_what_is_not_answered_is_asked_again_and_nothing_else(told: Told) -> None:
    told.client(id=2, method="ramify/status", params={})
    told.client(id=3, method="workspace/symbol", params={"query": "x"})
    _, to_client = told.server(id=2, result={})
    assert [each["id"] for each in to_client] == [2]
    assert [each.get("id") for each in told.replay()[2:]] == [3]


def test_an_answer_that_comes_twice_is_given_once(told: Told) -> None:
    told.client(id=2, method="ramify/status", params={})
    told.server(id=2, result={})
    assert told.server(id=2, result={}) == ([], [])


def test_a_question_keeps_its_place_between_the_edits(told: Told) -> None:
    told.client(method="textDocument/didOpen", params=opened("x = 1\n"))
    told.client(method="textDocument/didChange", params=edit("a\n", 2))
    told.client(id=2, method="textDocument/definition", params=at_start())
    told.client(method="textDocument/didChange", params=edit("b\n", 3))
    said = told.replay()[2:]
    assert methods(said) == [
        "textDocument/didOpen",
        "textDocument/definition",
        "textDocument/didChange",
    ]
    assert said[0]["params"] == opened("a\nx = 1\n", 2)


def test_after_too_many_edits_a_place_is_refused_and_other_questions_are_repeated(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "REMEMBERED", 3)
    told.client(method="textDocument/didOpen", params=opened(""))
    told.client(id=2, method="textDocument/definition", params=at_start())
    told.client(id=3, method="workspace/symbol", params={"query": "x"})
    for version in range(2, 7):
        told.client(method="textDocument/didChange", params=edit(f"{version}\n", version))
    assert [(each["id"], each["error"]["code"]) for each in told.lost()] == [(2, -32801)]
    said = told.replay()[2:]
    assert said[0]["params"] == opened("5\n4\n3\n2\n", 5)
    assert methods(said)[1:] == ["workspace/symbol", "textDocument/didChange"]


def test_a_cancelled_question_is_answered_as_cancelled(told: Told) -> None:
    told.client(id=2, method="workspace/symbol", params={"query": "x"})
    told.client(method="$/cancelRequest", params={"id": 2})
    assert [(each["id"], each["error"]["code"]) for each in told.lost()] == [(2, -32800)]
    assert methods(told.replay()) == ["initialize", "initialized"]


def test_an_id_in_use_is_refused_at_once(told: Told) -> None:
    told.client(id=2, method="ramify/status", params={})
    to_server, to_client = told.client(id=2, method="ramify/status", params={})
    assert to_server == []
    assert to_client[0]["error"] == {"code": -32600, "message": "the id 2 is in use"}


def test_capabilities_are_registered_once(told: Told) -> None:
    params = {"registrations": [{"id": "ramify/watch", "method": "m"}]}
    asked = {"method": "client/registerCapability", "params": params}
    assert told.server(id="ramify/0/1", **asked) == (
        [],
        [{"jsonrpc": "2.0", "id": "ramify/0/1", **asked}],
    )
    told.replay()
    answer = {"jsonrpc": "2.0", "id": "ramify/1/1", "result": None}
    assert told.server(id="ramify/1/1", **asked) == ([answer], [])


def test_what_a_lost_server_asked_is_answered_to_nobody(told: Told) -> None:
    told.server(id="ramify/0/1", method="workspace/configuration", params={"items": [{}]})
    told.replay()
    assert told.client(id="ramify/0/1", result=[None]) == ([], [])
    to_server, _ = told.client(id="ramify/1/1", result=[None])
    assert to_server == [{"jsonrpc": "2.0", "id": "ramify/1/1", "result": [None]}]


def test_open_progress_is_ended(told: Told) -> None:
    for token, kinds in (("one", ["begin", "end"]), ("two", ["begin", "report"])):
        for kind in kinds:
            told.server(method="$/progress", params={"token": token, "value": {"kind": kind}})
    ended = {"token": "two", "value": {"kind": "end"}}
    assert told.lost() == [{"jsonrpc": "2.0", "method": "$/progress", "params": ended}]
    assert told.lost() == []


def test_folders_that_came_and_went_are_told_as_they_are_now(told: Told) -> None:
    event = {"added": [{"uri": "file:///c", "name": "c"}], "removed": [{"uri": "file:///b"}]}
    told.client(method="workspace/didChangeWorkspaceFolders", params={"event": event})
    folders = told.replay()[0]["params"]["workspaceFolders"]
    assert [each["uri"] for each in folders] == ["file:///shop", "file:///c"]
    assert told.session.folders == ["/shop", "/c"]


def test_settings_that_were_sent_are_sent_again(told: Told) -> None:
    for seconds in (1, 2):
        params = {"settings": {"ramify": {"waitSeconds": seconds}}}
        told.client(method="workspace/didChangeConfiguration", params=params)
    said = told.replay()
    assert [each["params"] for each in said[2:]] == [{"settings": {"ramify": {"waitSeconds": 2}}}]


def test_a_shutdown_that_is_on_its_way_is_answered(told: Told) -> None:
    told.client(id=2, method="workspace/symbol", params={"query": "x"})
    told.client(id=3, method="shutdown")
    answers = {each["id"]: each for each in told.lost()}
    assert answers[2]["error"]["code"] == -32800
    assert answers[3]["result"] is None
    assert told.session.shut_down


def test_each_message_of_a_batch_counts(told: Told) -> None:
    batch = [
        {"jsonrpc": "2.0", "id": 2, "method": "ramify/status"},
        {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": opened("x")},
    ]
    heard = told.session.from_client(json.dumps(batch).encode())
    assert plain(heard.to_server) == batch
    assert [each.get("id") for each in told.replay()[2:]] == [2, None]


def test_what_is_no_message_is_passed_on_as_it_is(told: Told) -> None:
    for body in (b"{", b"7", b'{"jsonrpc":"2.0","id":1.5,"method":"x"}'):
        assert told.session.from_client(body).to_server == (framed(body),)
