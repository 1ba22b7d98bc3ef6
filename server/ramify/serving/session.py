"""What one client and its server have said to each other, as far as another server must know it.

A server can be lost at any moment. Then the next one hears the session again (what was opened,
with its text; what is asked and not answered, in order between the edits), and the client hears
nothing of it: one answer to each request, no registration twice, no progress left open.

Pure: takes messages, gives messages. Knows no process and no channel.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from ramify.analysis.text import Encoding, Position, Text
from ramify.lsp.frames import framed
from ramify.lsp.opening import first_folders, paths_of
from ramify.lsp.params import (
    DidChangeParams,
    DidOpenParams,
    DocumentParams,
    FoldersParams,
    InitializeParams,
)
from ramify.lsp.wire import decoded
from ramify.session.documents import Change, apply, text_of
from ramify.session.uris import uri_of

MessageId = int | str

REMEMBERED: Final = 1000
"""Edits that are kept in order between unanswered requests; beyond it they are put together, and
a request that points into a text as it was then is refused if the server is lost."""

_CANCELLED: Final = -32800
_CONTENT_MODIFIED: Final = -32801
_INVALID_REQUEST: Final = -32600
_INITIALIZING: Final = "ramify/initialize"
"""Id of an `initialize` that the client did not send."""
_EDITS: Final = frozenset(
    {"textDocument/didOpen", "textDocument/didChange", "textDocument/didClose"}
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message leads to: frames for the server, frames for the client."""

    to_server: tuple[bytes, ...] = ()
    to_client: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    language_id: str
    version: int
    text: Text


@dataclass(slots=True)
class _Entry:
    """Something the client said that counts from its place in the order."""

    body: bytes
    edit: dict[str, Any] | None
    """The message, of an edit."""
    id: MessageId | None = None
    """Of a request."""
    points: bool = False
    """The request speaks of places in texts."""
    cancelled: bool = False
    answered: bool = False
    moved: bool = False
    """Texts went on since, and how is not known any more."""


class _Head(msgspec.Struct):
    """The outside of what a server sends; the inside stays as it is."""

    id: int | str | None = None
    method: str | None = None
    params: msgspec.Raw = msgspec.Raw(b"null")
    result: msgspec.Raw = msgspec.Raw(b"null")
    error: msgspec.Raw = msgspec.Raw(b"null")


@dataclass(slots=True)
class Session:
    """One client's. `roots` of the command line win over the folders that it names."""

    roots: tuple[Path, ...] = ()
    folders: list[str] = field(default_factory=list)
    """Absolute paths, once it said `initialize`."""
    shut_down: bool = False
    """The client said `shutdown`: there is nothing left to keep."""
    _tag: str = ""
    _initialize: dict[str, Any] | None = None
    _serving: bool = False
    """`initialize` was answered."""
    _initialized: bool = False
    _encoding: Encoding = "utf-16"
    _configuration: bytes | None = None
    _documents: dict[str, Opened] = field(default_factory=dict)
    """Before the first entry of the log."""
    _log: deque[_Entry] = field(default_factory=deque)
    _edits: int = 0
    _pending: dict[MessageId, _Entry] = field(default_factory=dict)
    _registered: set[str] = field(default_factory=set)
    _progress: dict[str, msgspec.Raw] = field(default_factory=dict)
    """Open progress: its token, as it was sent."""

    @property
    def waiting(self) -> int:
        """How many requests are not answered."""
        return len(self._pending)

    def begin(self, tag: str) -> None:
        """A server that tags its own requests so is the one that is spoken with from now on."""
        self._tag = tag

    # From the client

    def from_client(self, body: bytes) -> Heard:
        message = decoded(body)
        if isinstance(message, list) and message:
            each = [self._message(one, json.dumps(one).encode()) for one in message]
            return Heard(
                tuple(frame for one in each for frame in one.to_server),
                tuple(frame for one in each for frame in one.to_client),
            )
        return self._message(message, body)

    def _message(self, message: Any, body: bytes) -> Heard:
        forward = Heard((framed(body),))
        if not isinstance(message, dict):
            return forward
        method, msg_id = message.get("method"), message.get("id")
        if not isinstance(method, str):
            return forward if self._is_ours(msg_id) else Heard()
        if "id" not in message:
            return self._notification(method, message, body)
        if not isinstance(msg_id, int | str) or isinstance(msg_id, bool):
            return forward
        return self._request(msg_id, method, message, body)

    def _is_ours(self, msg_id: object) -> bool:
        """Whether the living server has asked this; what another one asked is of no interest."""
        return isinstance(msg_id, str) and msg_id.startswith(f"{self._tag}/")

    def _request(
        self, msg_id: MessageId, method: str, message: dict[str, Any], body: bytes
    ) -> Heard:
        if msg_id in self._pending:
            return Heard((), (_refusal(msg_id, _INVALID_REQUEST, f"the id {msg_id} is in use"),))
        if method == "initialize" and not self._serving:
            message = self._opening(message)
            body = json.dumps(message).encode()
        if method == "shutdown" and self._serving:
            self.shut_down = True
        params = message.get("params")
        points = isinstance(params, dict) and not params.keys().isdisjoint(_POINTING)
        entry = _Entry(body, None, msg_id, points)
        self._pending[msg_id] = entry
        self._log.append(entry)
        return Heard((framed(body),))

    def _opening(self, message: dict[str, Any]) -> dict[str, Any]:
        """`initialize` as another process may hear it: it watches no process of ours, and the
        folders are named in full."""
        try:
            params = msgspec.convert(message.get("params"), InitializeParams)
        except msgspec.ValidationError:
            return message
        self.folders = first_folders(params, self.roots)
        self._initialize = {**message["params"], "processId": None}
        return {**message, "params": self._params()}

    def _params(self) -> dict[str, Any]:
        named = [{"uri": uri_of(path), "name": Path(path).name} for path in self.folders]
        return {**(self._initialize or {}), "workspaceFolders": named}

    def _notification(self, method: str, message: dict[str, Any], body: bytes) -> Heard:
        if method in _EDITS:
            self._log.append(_Entry(body, message))
            self._edits += 1
            self._compact()
        elif method == "initialized":
            self._initialized = True
        elif method == "workspace/didChangeConfiguration":
            self._configuration = body
        elif method == "workspace/didChangeWorkspaceFolders":
            self._change_folders(message)
        elif method == "$/cancelRequest":
            self._cancel(message.get("params"))
        return Heard((framed(body),))

    def _change_folders(self, message: dict[str, Any]) -> None:
        try:
            event = msgspec.convert(message.get("params"), FoldersParams).event
        except msgspec.ValidationError:
            return
        gone = set(paths_of(event.removed))
        self.folders = [path for path in self.folders if path not in gone]
        self.folders += [path for path in paths_of(event.added) if path not in self.folders]

    def _cancel(self, params: object) -> None:
        wanted = params.get("id") if isinstance(params, dict) else None
        if isinstance(wanted, int | str) and wanted in self._pending:
            self._pending[wanted].cancelled = True

    # From the server

    def from_server(self, body: bytes) -> Heard:
        head = _head.decode(body)
        if head.method is None:
            return self._response(head, body)
        if head.id is not None:
            return self._asked(head, body)
        if head.method == "$/progress":
            self._follow_progress(head.params)
        return Heard((), (framed(body),))

    def _response(self, head: _Head, body: bytes) -> Heard:
        if head.id is None:
            return Heard((), (framed(body),))
        if head.id == _INITIALIZING:
            return Heard()
        entry = self._pending.pop(head.id, None)
        if entry is None:
            return Heard()
        entry.answered = True
        self._learn(entry, head)
        self._compact()
        return Heard((), (framed(body),))

    def _learn(self, entry: _Entry, head: _Head) -> None:
        if bytes(head.error) != b"null":
            return
        if not self._serving and self._initialize is not None:
            method = decoded(entry.body).get("method")
            if method == "initialize":
                self._serving = True
                result = msgspec.json.decode(head.result)
                self._encoding = result["capabilities"].get("positionEncoding", "utf-16")

    def _asked(self, head: _Head, body: bytes) -> Heard:
        if head.method == "client/registerCapability":
            wanted = {
                each["id"] for each in msgspec.json.decode(head.params).get("registrations", ())
            }
            if wanted <= self._registered:
                return Heard((framed(_answer(head.id)),))
            self._registered |= wanted
        return Heard((), (framed(body),))

    def _follow_progress(self, params: msgspec.Raw) -> None:
        said = _progress.decode(params)
        key = bytes(said.token).decode()
        if said.value.kind == "begin":
            self._progress[key] = said.token
        elif said.value.kind == "end":
            self._progress.pop(key, None)

    # When the server is lost

    def lost(self) -> tuple[bytes, ...]:
        """What the client hears of it: the ends of what the server had begun, and answers to
        requests that are not to be asked again."""
        frames = [
            framed(
                b'{"jsonrpc":"2.0","method":"$/progress","params":{"token":%b,"value":'
                b'{"kind":"end"}}}' % bytes(token)
            )
            for token in self._progress.values()
        ]
        self._progress.clear()
        for entry in list(self._pending.values()):
            assert entry.id is not None
            if self.shut_down and decoded(entry.body)["method"] == "shutdown":
                entry.answered = True
                del self._pending[entry.id]
                frames.append(framed(_answer(entry.id)))
            elif entry.cancelled or self.shut_down:
                frames.append(self._refused(entry, _CANCELLED, "cancelled"))
            elif entry.moved and entry.points:
                text = "the text changed since the question was asked"
                frames.append(self._refused(entry, _CONTENT_MODIFIED, text))
        self._compact()
        return tuple(frames)

    def replay(self) -> Iterator[bytes]:
        """The session for a server that knows nothing of it, in order."""
        if self._serving:
            yield framed(
                json.dumps(
                    {
                        "jsonrpc": "2.0",
                        "id": _INITIALIZING,
                        "method": "initialize",
                        "params": self._params(),
                    }
                ).encode()
            )
        if self._serving and self._initialized:
            yield framed(b'{"jsonrpc":"2.0","method":"initialized","params":{}}')
        if self._serving and self._configuration is not None:
            yield framed(self._configuration)
        for uri, each in self._documents.items():
            yield _did_open(uri, each)
        for entry in self._log:
            if not entry.answered:
                yield framed(entry.body)

    def _refused(self, entry: _Entry, code: int, message: str) -> bytes:
        assert entry.id is not None
        entry.answered = True
        del self._pending[entry.id]
        return _refusal(entry.id, code, message)

    # The log

    def _compact(self) -> None:
        """Edits count as said once nothing before them waits for an answer."""
        while self._log and (self._log[0].answered or self._log[0].edit is not None):
            self._apply(self._log.popleft())
        if self._edits > REMEMBERED:
            kept: deque[_Entry] = deque()
            for entry in self._log:
                if entry.edit is not None:
                    self._apply(entry)
                elif not entry.answered:
                    entry.moved = True
                    kept.append(entry)
            self._log = kept

    def _apply(self, entry: _Entry) -> None:
        if entry.edit is None:
            return
        self._edits -= 1
        with suppress(msgspec.ValidationError):  # the server passes over it, too
            self._documents = _edited(self._documents, entry.edit, self._encoding)


_POINTING: Final = ("position", "range", "item", "arguments", "near")
"""Params that speak of places in texts, or may."""


class _Kind(msgspec.Struct):
    kind: str = ""


class _ProgressParams(msgspec.Struct):
    token: msgspec.Raw
    value: _Kind


_head: Final = msgspec.json.Decoder(_Head)
_progress: Final = msgspec.json.Decoder(_ProgressParams)


def _edited(
    documents: dict[str, Opened], message: dict[str, Any], encoding: Encoding
) -> dict[str, Opened]:
    """As the server's own handlers do it. Raises ValidationError for what they refuse."""
    method, params = message["method"], message.get("params")
    if method == "textDocument/didOpen":
        opened = msgspec.convert(params, DidOpenParams).text_document
        document = Opened(opened.language_id, opened.version, text_of(opened.text))
        return {**documents, opened.uri: document}
    if method == "textDocument/didClose":
        uri = msgspec.convert(params, DocumentParams).text_document.uri
        return {name: each for name, each in documents.items() if name != uri}
    changed = msgspec.convert(params, DidChangeParams)
    uri = changed.text_document.uri
    known = documents.get(uri)
    if known is None:
        return documents
    changes = [
        Change(each.text)
        if each.range is None
        else Change(
            each.text,
            Position(each.range.start.line, each.range.start.character),
            Position(each.range.end.line, each.range.end.character),
        )
        for each in changed.content_changes
    ]
    version = changed.text_document.version
    text = apply(known.text, changes, encoding)
    return {
        **documents,
        uri: Opened(known.language_id, known.version + 1 if version is None else version, text),
    }


def _did_open(uri: str, document: Opened) -> bytes:
    opened = {
        "uri": uri,
        "languageId": document.language_id,
        "version": document.version,
        "text": document.text.data.decode("utf-8", "replace"),
    }
    return _frame_of("textDocument/didOpen", {"textDocument": opened})


def _frame_of(method: str, params: object) -> bytes:
    return framed(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}).encode())


def _refusal(msg_id: MessageId, code: int, message: str) -> bytes:
    error = {"code": code, "message": message}
    return framed(json.dumps({"jsonrpc": "2.0", "id": msg_id, "error": error}).encode())


def _answer(msg_id: MessageId | None) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": msg_id, "result": None}).encode()
