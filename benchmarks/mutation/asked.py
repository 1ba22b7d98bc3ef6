"""What Ramify says of a changed file: one warm server, asked as an editor asks it."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.client import Server
from benchmarks.mutation.runs import function_of

MOST_TESTS = 10_000
"""The most that one answer may hold."""
PATIENCE = 60.0
CHANGED = 2
"""FileChangeType of LSP."""
QUESTION = {"changes": {"kind": "worktree"}, "limit": MOST_TESTS}
"""As `ramify impact --changes worktree --tests` asks."""
_CHEAPLY = {**QUESTION, "limit": 1, "minCertainty": "exact", "depth": 1}


@dataclass(frozen=True, slots=True)
class Answer:
    tests: tuple[str, ...]
    """As pytest names them, without parameters, in the order to run them."""
    inferred: frozenset[str]
    """Those of them that links prove."""
    changed: tuple[str, ...]
    """Qualified names."""
    seconds: float
    """Of the request, once the graph has the change."""


class Asked:
    """A server over a repository without changes. `end` it."""

    def __init__(self, ramify: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.server = Server([ramify, "--stdio"], environment)
        self.server.initialize(folder)
        self._caught_up(changed=False)

    def about(self, path: str, text: str) -> Answer:
        """With one file changed on disk; it is put back afterwards."""
        file = self.folder / path
        before = file.read_bytes()
        try:
            self._write(file, text.encode())
            self._caught_up(changed=True)
            answer, seconds = self.server.ask("ramify/impact", QUESTION)
            surer, _ = self.server.ask("ramify/impact", {**QUESTION, "minCertainty": "inferred"})
        finally:
            self._write(file, before)
            self._caught_up(changed=False)
        changed = tuple(item["qualifiedName"] for item in answer["targets"])
        return Answer(_named(answer), frozenset(_named(surer)), changed, seconds)

    def end(self) -> None:
        self.server.end()

    def _write(self, file: Path, data: bytes) -> None:
        file.write_bytes(data)
        change = {"uri": file.as_uri(), "type": CHANGED}
        self.server.tell("workspace/didChangeWatchedFiles", {"changes": [change]})

    def _caught_up(self, *, changed: bool) -> None:
        """Waits until answers speak of the files as they are."""
        until = time.monotonic() + PATIENCE
        while True:
            answer, _ = self.server.ask("ramify/impact", _CHEAPLY)
            status, said = answer["status"], answer["changed"]
            is_changed = any(value for value in said.values())
            if status["complete"] and not status["pendingFiles"] and is_changed == changed:
                return
            if time.monotonic() > until:
                raise TimeoutError("the change never reached the graph")
            time.sleep(0.02)


def _named(answer: Mapping[str, Any]) -> tuple[str, ...]:
    tests = answer["tests"]
    if len(tests) < answer["testsTotal"]:
        raise RuntimeError(f"{answer['testsTotal']} tests do not fit into one answer")
    names = (function_of(each) for test in tests for each in test.get("nodeIds") or ())
    return tuple(dict.fromkeys(names))


def covered(names: Sequence[str], suite: Collection[str]) -> tuple[str, ...]:
    """The tests that the names stand for: a class or a file for all in it."""
    known = frozenset(suite)
    inside: dict[str, list[str]] = {}
    for test in sorted(known):
        parts = test.split("::")
        for count in range(1, len(parts)):
            inside.setdefault("::".join(parts[:count]), []).append(test)
    tests = (each for name in names for each in ([name] if name in known else inside.get(name, ())))
    return tuple(dict.fromkeys(tests))
