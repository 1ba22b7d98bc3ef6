"""JSON-RPC with the promises that clients build on, over pygls.

Every request gets exactly one answer: unknown methods, wrong or missing params, wrong states,
cancelled and failed ones included. Results are encoded as they are, nothing walks them. Handlers
are plain functions: what they read of the server's state they read when the message arrives, and
what takes time they return as an awaitable. Knows methods by name only.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec
from pygls.protocol import LanguageServerProtocol

from ramify.lsp.frames import INVALID_REQUEST, Broken
from ramify.lsp.params import CancelParams
from ramify.lsp.wire import frame
from ramify.session import cancel

if TYPE_CHECKING:
    MessageId = int | str
    Handler = Callable[[Any], Any]

INVALID_PARAMS: Final = -32602
METHOD_NOT_FOUND: Final = -32601
INTERNAL_ERROR: Final = -32603
NOT_INITIALIZED: Final = -32002
REQUEST_FAILED: Final = -32803
SERVER_CANCELLED: Final = -32802
CONTENT_MODIFIED: Final = -32801
REQUEST_CANCELLED: Final = -32800

_log = logging.getLogger(__name__)


class RefusedError(Exception):
    """A request's answer is an error; the message is for a person."""

    def __init__(self, code: int, message: str, data: object = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


class RamifyProtocol(LanguageServerProtocol):
    """Everything here runs on the event loop."""

    def __init__(self, server: Any, converter: Any) -> None:
        super().__init__(server, converter)
        self.params: dict[str, type[msgspec.Struct]] = {}
        """By method: what its params are decoded to."""
        self.serving = False
        """`initialize` was answered."""
        self.ended = False
        """`shutdown` was answered: only `exit` counts from now on."""
        self.asking_as = "ramify"
        """Begins the ids of our own requests: no two servers of one client share it."""
        self._asked = 0
        self._asked_at = 0.0
        self._running: dict[MessageId, asyncio.Future[Any]] = {}

    def receive(self, message: Any) -> None:
        """One message as it came off the wire, in order."""
        if isinstance(message, Broken):
            _log.warning("refused: %s", message.reason)
            self._refuse(message.id, RefusedError(message.code, message.reason))
        elif isinstance(message, list) and message:
            for each in message:  # a batch: not of LSP, yet each of its requests gets an answer
                self.receive(each if not isinstance(each, list) else None)
        elif not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            self._refuse(_id_of(message), RefusedError(INVALID_REQUEST, "no JSON-RPC 2.0 message"))
        elif "method" not in message:
            self._response(message)
        elif "id" not in message:
            self._notification(message["method"], message.get("params"))
        elif (msg_id := _id_of(message)) is None:
            self._refuse(None, RefusedError(INVALID_REQUEST, "an id is a number or a string"))
        else:
            self._request(msg_id, message["method"], message.get("params"))

    def asked_within(self, seconds: float) -> bool:
        """Whether a request is on its way, or came so short a time ago."""
        return bool(self._running) or time.monotonic() - self._asked_at < seconds

    def end_all(self) -> None:
        """Cancels what is running."""
        for task in list(self._running.values()):
            task.cancel()

    def tell(self, method: str, params: object) -> None:
        """Sends a notification."""
        self._send_data({"jsonrpc": "2.0", "method": method, "params": params})

    def ask_client(self, method: str, params: object) -> asyncio.Future[Any]:
        """Sends a request; its result is decoded JSON. Raises RefusedError if the client does."""
        self._asked += 1
        msg_id = f"{self.asking_as}/{self._asked}"
        future: Future[Any] = Future()
        self._request_futures[msg_id] = future
        self._send_data({"jsonrpc": "2.0", "id": msg_id, "method": method, "params": params})
        return asyncio.wrap_future(future)

    def _send_data(self, data: Any) -> None:
        if self.writer is not None:
            self.writer.write(frame(data))

    # Requests

    def _request(self, msg_id: MessageId, method: object, params: object) -> None:
        if msg_id in self._running:
            self._refuse(msg_id, RefusedError(INVALID_REQUEST, f"the id {msg_id} is in use"))
            return
        self._asked_at = time.monotonic()
        try:
            result = self._handler(method)(self._decoded(method, params))
        except Exception as error:
            self._fail(msg_id, error)
            return
        if not inspect.isawaitable(result):
            self._answer(msg_id, result)
            return
        self._running[msg_id] = asyncio.ensure_future(result)
        self._running[msg_id].add_done_callback(partial(self._finished, msg_id))

    def _handler(self, method: object) -> Handler:
        if self.ended:
            raise RefusedError(INVALID_REQUEST, "the server was shut down")
        if method == "initialize":
            if self.serving:
                raise RefusedError(INVALID_REQUEST, "the server is initialized already")
        elif not self.serving:
            raise RefusedError(NOT_INITIALIZED, "the server is not initialized yet")
        handler: Handler | None = self.fm.features.get(method)
        if handler is None:
            raise RefusedError(METHOD_NOT_FOUND, f"there is no method {method}")
        return handler

    def _decoded(self, method: object, params: object) -> object:
        """Omitted params are an empty object."""
        expected = self.params.get(str(method))
        if expected is None:
            return params
        try:
            return msgspec.convert({} if params is None else params, expected)
        except msgspec.ValidationError as error:
            raise RefusedError(INVALID_PARAMS, f"{method}: {error}") from error

    def _finished(self, msg_id: MessageId, task: asyncio.Future[Any]) -> None:
        del self._running[msg_id]
        if task.cancelled():
            self._fail(msg_id, cancel.CancelledError())
        elif (error := task.exception()) is not None:
            self._fail(msg_id, error)
        else:
            self._answer(msg_id, task.result())

    def _answer(self, msg_id: MessageId, result: object) -> None:
        try:
            self._send_data({"jsonrpc": "2.0", "id": msg_id, "result": result})
        except (TypeError, ValueError, NotImplementedError) as error:  # a result that is no JSON
            self._fail(msg_id, error)

    def _fail(self, msg_id: MessageId, error: BaseException) -> None:
        if isinstance(error, cancel.CancelledError | asyncio.CancelledError):
            error = RefusedError(REQUEST_CANCELLED, "cancelled")
        if not isinstance(error, RefusedError):
            _log.error("request %s failed", msg_id, exc_info=error)
            error = RefusedError(INTERNAL_ERROR, f"internal error: {type(error).__name__}")
        self._refuse(msg_id, error)

    def _refuse(self, msg_id: MessageId | None, error: RefusedError) -> None:
        told: dict[str, object] = {"code": error.code, "message": error.message}
        if error.data is not None:
            told["data"] = error.data
        self._send_data({"jsonrpc": "2.0", "id": msg_id, "error": told})

    # Notifications and responses

    def _notification(self, method: object, params: object) -> None:
        if method == "$/cancelRequest":
            self._cancel(params)
            return
        if not (self.serving or method == "exit") or (self.ended and method != "exit"):
            return
        handler = self.fm.features.get(method)
        if handler is None:
            return
        try:
            result = handler(self._decoded(method, params))
        except RefusedError as error:
            _log.warning("ignored: %s", error.message)
        except Exception:
            _log.exception("%s failed", method)
        else:
            if inspect.isawaitable(result):
                task = asyncio.ensure_future(result)
                task.add_done_callback(partial(_log_failure, str(method)))

    def _cancel(self, params: object) -> None:
        try:
            wanted = msgspec.convert(params, CancelParams).id
        except msgspec.ValidationError:
            return
        task = self._running.get(wanted)
        if task is not None:
            task.cancel()

    def _response(self, message: dict[str, Any]) -> None:
        future = self._request_futures.pop(_id_of(message) or "", None)
        if future is None or future.done():
            return
        if "error" in message:
            refusal = message["error"]
            text = refusal.get("message") if isinstance(refusal, dict) else None
            future.set_exception(RefusedError(REQUEST_FAILED, str(text)))
        else:
            future.set_result(message.get("result"))


def _id_of(message: object) -> MessageId | None:
    found = message.get("id") if isinstance(message, dict) else None
    return found if isinstance(found, int | str) and not isinstance(found, bool) else None


def _log_failure(method: str, task: asyncio.Future[Any]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("%s failed", method, exc_info=error)
