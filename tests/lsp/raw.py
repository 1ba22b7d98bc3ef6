"""A client that says exactly what it is told to, over raw pipes."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SERVER = [str(Path(sys.executable).with_name("ramify")), "--stdio"]
SECONDS = 30
"""Longer than anything should take on a busy machine; a test that waits for it fails."""


class RawClient:
    def __init__(self, home: Path, arguments: Sequence[str] = (), **popen: Any) -> None:
        env = os.environ | {"RAMIFY_HOME": str(home)}
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen([*SERVER, *arguments], env=env, **(pipes | popen))
        self.received: queue.Queue[Any] = queue.Queue()
        self.notifications: list[Any] = []
        self._last_id = 0
        threading.Thread(target=self._read, daemon=True).start()

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: object) -> None:
        body = json.dumps(message).encode()
        self.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def request(self, method: str, params: object = None) -> int:
        self._last_id += 1
        message = {"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params}
        self.send(message)
        return self._last_id

    def notify(self, method: str, params: object = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def answer(self, msg_id: object = "any", seconds: float = SECONDS) -> Any:
        """The next response, which must be to this request; notifications are kept aside."""
        while True:
            message = self.received.get(timeout=seconds)
            assert message is not None, "the server is gone"
            if "method" not in message:
                assert msg_id in ("any", message["id"])
                return message
            self.notifications.append(message)
            if "id" in message:
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": None})

    def ask(self, method: str, params: object = None) -> Any:
        return self.answer(self.request(method, params))

    def result(self, method: str, params: object = None) -> Any:
        answer = self.ask(method, params)
        assert "error" not in answer, answer
        return answer["result"]

    def error(self, method: str, params: object = None) -> tuple[int, str]:
        error = self.ask(method, params)["error"]
        return error["code"], error["message"]

    def initialize(self, folders: Mapping[str, Path] | None = None, **params: Any) -> Any:
        named = [{"name": name, "uri": path.as_uri()} for name, path in (folders or {}).items()]
        result = self.result(
            "initialize",
            {"processId": None, "rootUri": None, "capabilities": {}, "workspaceFolders": named}
            | params,
        )
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str, version: int = 1) -> None:
        document = {"uri": uri, "languageId": "python", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def end(self) -> int:
        """The exit code, once the process has ended by itself."""
        return self.process.wait(SECONDS)

    def _read(self) -> None:
        stream = self.process.stdout
        if stream is None:
            return
        while True:
            length = 0
            while (line := stream.readline()).strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not line:
                self.received.put(None)
                return
            self.received.put(json.loads(stream.read(length)))


@contextmanager
def raw_client(home: Path, arguments: Sequence[str] = (), **popen: Any) -> Iterator[RawClient]:
    client = RawClient(home, arguments, **popen)
    try:
        yield client
    finally:
        client.process.kill()
        client.process.wait()
        for stream in (client.process.stdin, client.process.stdout):
            if stream is not None:
                stream.close()
