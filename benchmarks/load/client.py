"""A client that sends many requests without waiting, and times each answer."""

from __future__ import annotations

import itertools
import random
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.frames import framed, messages

INDEX_SECONDS = 300


@dataclass(frozen=True)
class Outcome:
    client: int
    method: str
    seconds: float
    failure: str
    """What the answer said; empty for an answer."""


class Client:
    """A running `ramify --stdio` on a folder, with one document open that it goes on editing."""

    def __init__(
        self,
        command: list[str],
        environment: Mapping[str, str],
        folder: Path,
        files: Sequence[Path],
    ) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(environment)
        )
        self._files = files
        self._random = random.Random(self.process.pid)
        self._ids = itertools.count(1)
        self._changed = threading.Condition()
        self._sent: dict[int, tuple[str, float]] = {}
        self._done: list[Outcome] = []
        self._results: dict[int, Any] = {}
        self._document = files[0].with_name(f"typed_{self.process.pid}.py").as_uri()
        self._version = 1
        threading.Thread(target=self._read, daemon=True).start()
        named = [{"uri": folder.as_uri(), "name": folder.name}]
        self.ask("initialize", {"capabilities": {}, "workspaceFolders": named})
        self.tell("initialized", {})
        document = {"uri": self._document, "languageId": "python", "version": 1, "text": ""}
        self.tell("textDocument/didOpen", {"textDocument": document})

    def wait_for_index(self) -> None:
        wait = {"timeoutMs": INDEX_SECONDS * 1000, "search": True}
        status = self.ask("ramify/await", wait)["status"]
        assert status["complete"], status

    def ask(self, method: str, params: object) -> Any:
        """The result, waited for; not counted."""
        number = self._send(method, params)
        with self._changed:
            self._changed.wait_for(lambda: number in self._results, INDEX_SECONDS)
            self._done.clear()
            return self._results.pop(number)

    def flood(self, requests: int) -> None:
        for _ in range(requests):
            self._send(*self._question())
            if self._random.random() < 0.1:
                self._type()

    def outcomes(self, until: float) -> list[Outcome]:
        """Of all that was sent; waits for the answers until then."""
        with self._changed:
            self._changed.wait_for(lambda: not self._sent, max(0.0, until - time.monotonic()))
            done, self._done = self._done, []
            self._results.clear()
        return done

    def unanswered(self) -> int:
        with self._changed:
            return len(self._sent)

    def tell(self, method: str, params: object) -> None:
        self._write({"jsonrpc": "2.0", "method": method, "params": params})

    def end(self) -> None:
        self.ask("shutdown", None)
        self.tell("exit", None)
        self.process.wait(30)

    def _question(self) -> tuple[str, dict[str, Any]]:
        document = {"textDocument": {"uri": self._random.choice(self._files).as_uri()}}
        at = {**document, "position": {"line": self._random.randrange(60), "character": 6}}
        return self._random.choice(
            (
                ("textDocument/documentSymbol", document),
                ("textDocument/definition", at),
                ("textDocument/hover", at),
                ("workspace/symbol", {"query": self._random.choice(("app", "get", "run"))}),
                ("ramify/callers", at),
                ("ramify/impact", {**at, "limit": 20}),
                ("ramify/search", {"query": "where a request is handled", "limit": 5}),
            )
        )

    def _type(self) -> None:
        self._version += 1
        start = {"line": 0, "character": 0}
        change = {"range": {"start": start, "end": start}, "text": f"x{self._version} = 1\n"}
        self.tell(
            "textDocument/didChange",
            {
                "textDocument": {"uri": self._document, "version": self._version},
                "contentChanges": [change],
            },
        )

    def _send(self, method: str, params: object) -> int:
        number = next(self._ids)
        with self._changed:
            self._sent[number] = (method, time.perf_counter())
        self._write({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return number

    def _write(self, message: Mapping[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(framed(message))
        self.process.stdin.flush()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for message in messages(self.process.stdout):
            if "method" not in message:
                self._take(message)

    def _take(self, message: Mapping[str, Any]) -> None:
        now = time.perf_counter()
        with self._changed:
            method, since = self._sent.pop(message["id"])
            failure = message["error"]["message"] if "error" in message else ""
            self._done.append(Outcome(self.process.pid, method, now - since, failure))
            self._results[message["id"]] = message.get("result")
            self._changed.notify_all()
