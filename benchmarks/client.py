"""A small LSP client over stdio: one request at a time, each with its wall time.

It stands for an editor at rest: says yes to what the server asks, ignores what it tells.
"""

from __future__ import annotations

import queue
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.frames import framed, messages

TIMEOUT = 180.0


class Server:
    """A running `ramify --stdio`. `ask` blocks; `tell` does not."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(environment)
        )
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._last_id = 0
        self._lock = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()

    def initialize(self, folder: Path) -> float:
        """Seconds until the server answered."""
        capabilities = {
            "general": {"positionEncodings": ["utf-16"]},
            "textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}},
            "window": {"workDoneProgress": True},
            "workspace": {
                "workspaceFolders": True,
                "symbol": {"resolveSupport": {"properties": ["location.range"]}},
            },
        }
        uri = folder.as_uri()
        params = {
            "processId": None,
            "rootUri": uri,
            "workspaceFolders": [{"uri": uri, "name": folder.name}],
            "capabilities": capabilities,
        }
        _, seconds = self.ask("initialize", params)
        self.tell("initialized", {})
        return seconds

    def ask(self, method: str, params: object) -> tuple[Any, float]:
        """The result and the wall seconds from sending to having it decoded.

        Raises RuntimeError on an error answer and TimeoutError on none.
        """
        self._last_id += 1
        number = self._last_id
        started = time.perf_counter()
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        while True:
            try:
                answer = self._answers.get(timeout=TIMEOUT)
            except queue.Empty:
                raise TimeoutError(f"{method} was not answered within {TIMEOUT} s") from None
            if answer["id"] == number:
                break
        seconds = time.perf_counter() - started
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer.get("result"), seconds

    def tell(self, method: str, params: object) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def end(self) -> None:
        self.ask("shutdown", None)
        self.tell("exit", None)
        self.process.wait(timeout=30)

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        with self._lock:
            self.process.stdin.write(framed(message))
            self.process.stdin.flush()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for message in messages(self.process.stdout):
            if "method" not in message:
                self._answers.put(message)
            elif "id" in message:
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": _yes(message)})


def _yes(message: Mapping[str, Any]) -> object:
    if message["method"] == "workspace/configuration":
        return [None for _ in message["params"]["items"]]
    return None
