"""How long answers take over LSP: p50 and p95 of each request, and from an edit to its answer.

The questions are drawn from the measured package itself with a fixed seed, the same ones in the
same order on every run.
"""

from __future__ import annotations

import itertools
import math
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.client import Server
from benchmarks.corpus import source_files

SEED = 20
FILES = 60
SYMBOLS = 120
EDITS = 25
SECONDS_EACH = 20.0
"""A request kind is stopped after this long and reports the calls it made."""
HUBS = 10
TYPICAL = 30
ASKED_FOR_IMPACT = 400
CHANGED = 10
CHANGE_CALLS = 20
FIRST_BODY = re.compile(
    r"^ *def [^\n]*:\n(?P<body>(?P<indent> +)(?!\"\"\"|\'|\"|r\"|def|@)[^\n]+\n)", re.MULTILINE
)
FUNCTIONS = {6, 12}
"""SymbolKind of methods and functions."""
CALLED = re.compile(r"\b([A-Za-z_]\w*)\s*\(")


@dataclass(frozen=True)
class Question:
    uri: str
    line: int
    character: int
    name: str

    def at(self) -> dict[str, Any]:
        return {
            "textDocument": {"uri": self.uri},
            "position": {"line": self.line, "character": self.character},
        }


def requests(server: Server, folder: Path) -> dict[str, dict[str, float | int]]:
    """By request: calls, p50 and p95 in milliseconds, and calls with an error answer."""
    return {name: asked(server, *each) for name, each in plan(server, folder, SEED).items()}


def plan(server: Server, folder: Path, seed: int) -> dict[str, tuple[str, Sequence[object]]]:
    """By request: its method and the parameters of each call."""
    draw = random.Random(seed)
    files = [path for path in source_files(folder) if path.stat().st_size > 400]
    files = draw.sample(files, min(FILES, len(files)))
    definitions = list(_definitions(server, files))
    draw.shuffle(definitions)
    definitions = definitions[:SYMBOLS]
    uses = [use for path in files for use in _uses(path, draw)][:SYMBOLS]
    documents = [{"textDocument": {"uri": path.as_uri()}} for path in files]
    at_definitions = [question.at() for question in definitions]
    at_uses = [question.at() for question in uses]
    words = [_words(question.name) for question in definitions]
    with_declaration = [{**at, "context": {"includeDeclaration": True}} for at in at_definitions]
    hierarchy = list(_prepared(server, at_definitions))
    typical, hubs = _by_dependents(server, files, draw)
    near = [
        {"query": query, "limit": 20, "near": {**at, "distance": 2}}
        for query, at in zip(words, at_definitions, strict=True)
    ]
    return {
        "documentSymbol": ("textDocument/documentSymbol", documents),
        "definition": ("textDocument/definition", at_uses),
        "hover": ("textDocument/hover", at_uses),
        "references": ("textDocument/references", with_declaration),
        "implementation": ("textDocument/implementation", at_definitions),
        "incomingCalls": ("callHierarchy/incomingCalls", hierarchy),
        "outgoingCalls": ("callHierarchy/outgoingCalls", hierarchy),
        "workspace/symbol": ("workspace/symbol", [{"query": q.name} for q in definitions]),
        "ramify/callers": ("ramify/callers", at_definitions),
        "ramify/callees": ("ramify/callees", at_definitions),
        "ramify/related": ("ramify/related", [{**at, "limit": 20} for at in at_definitions]),
        "ramify/impact": ("ramify/impact", at_definitions),
        "ramify/impact, typical": ("ramify/impact", typical),
        "ramify/impact, hubs": ("ramify/impact", hubs),
        "ramify/search": ("ramify/search", [{"query": query, "limit": 20} for query in words]),
        "ramify/search near": ("ramify/search", near),
    }


def _by_dependents(
    server: Server, files: Sequence[Path], draw: random.Random
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Definitions as they come, and those of all that were looked at with the most dependents
    (thousands of them in a large package); three times each, so that percentiles mean something."""
    definitions = list(_definitions(server, files))
    draw.shuffle(definitions)
    counted = [(_dependents(server, each), each.at()) for each in definitions[:ASKED_FOR_IMPACT]]
    most = sorted(counted, key=lambda each: -each[0])
    hubs = [at for _, at in most[:HUBS]]
    typical = [at for _, at in counted if at not in hubs]
    return 3 * typical[:TYPICAL], 3 * hubs


def _dependents(server: Server, question: Question) -> int:
    answer, _ = server.ask("ramify/impact", {**question.at(), "limit": 1})
    return int(answer["total"] + answer["testsTotal"])


def change(server: Server, folder: Path) -> dict[str, float | int]:
    """The impact of a worktree in which ten files differ from the last commit: asked again and
    again, from the first time on."""
    draw = random.Random(SEED)
    modules = [path for path in source_files(folder) if _importable(path, folder)]
    draw.shuffle(modules)
    changed = list(itertools.islice(filter(_changed, modules), CHANGED))
    server.tell(
        "workspace/didChangeWatchedFiles",
        {"changes": [{"uri": path.as_uri(), "type": 2} for path in changed]},
    )
    server.ask("ramify/await", {"search": True, "timeoutMs": 120_000})
    params = {"changes": {"kind": "worktree"}}
    return {"files": len(changed), **asked(server, "ramify/impact", CHANGE_CALLS * [params])}


def _changed(path: Path) -> bool:
    """Puts a statement into the first function of the file that has a body on a line of its own."""
    text = path.read_text()
    found = FIRST_BODY.search(text)
    if found is None:
        return False
    at = found.start("body")
    path.write_text(f"{text[:at]}{found['indent']}ramify_probe = 1\n{text[at:]}")
    return True


def asked(server: Server, method: str, params: Sequence[object]) -> dict[str, float | int]:
    seconds: list[float] = []
    errors = 0
    until = time.monotonic() + SECONDS_EACH
    for each in params:
        try:
            seconds.append(server.ask(method, each)[1])
        except RuntimeError:
            errors += 1
        if time.monotonic() > until:
            break
    return {**percentiles(seconds), "errors": errors}


def percentiles(seconds: Sequence[float]) -> dict[str, float | int]:
    ordered = sorted(seconds)
    if not ordered:
        return {"calls": 0}
    return {
        "calls": len(ordered),
        "p50Ms": _rank(ordered, 0.50),
        "p95Ms": _rank(ordered, 0.95),
    }


def _rank(ordered: Sequence[float], share: float) -> float:
    return round(ordered[math.ceil(share * len(ordered)) - 1] * 1000, 2)


def edits(server: Server, folder: Path) -> dict[str, dict[str, float | int]]:
    """From sending an unsaved edit to holding the answer that shows it.

    Own file: a new caller of a function in the file that defines it. Elsewhere: a new caller in
    another file, which imports the function. Both ask `ramify/callers` until the new one is there.
    """
    draw = random.Random(SEED)
    modules = [path for path in source_files(folder) if _importable(path, folder)]
    functions = list(_definitions(server, draw.sample(modules, min(2 * FILES, len(modules)))))
    top_level = [question for question in functions if _is_top_level(question)]
    draw.shuffle(top_level)
    own: list[float] = []
    elsewhere: list[float] = []
    for number, question in enumerate(top_level[:EDITS]):
        path = _path(question.uri)
        probe = f"def ramify_probe_{number}():\n    return {question.name}()\n"
        own.append(_edited(server, path, path.read_text() + "\n\n" + probe, question, number))
        other = _path(next(q for q in itertools.cycle(top_level) if q.uri != question.uri).uri)
        module = _module(path, folder)
        text = f"{other.read_text()}\n\nfrom {module} import {question.name}\n\n\n{probe}"
        elsewhere.append(_edited(server, other, text, question, number))
    return {"own file": percentiles(own), "elsewhere": percentiles(elsewhere)}


def _edited(server: Server, path: Path, text: str, question: Question, number: int) -> float:
    uri = path.as_uri()
    opened = {"uri": uri, "languageId": "python", "version": 1, "text": path.read_text()}
    server.tell("textDocument/didOpen", {"textDocument": opened})
    server.ask("ramify/callers", question.at())
    started = time.perf_counter()
    server.tell(
        "textDocument/didChange",
        {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": text}]},
    )
    while time.perf_counter() - started < SECONDS_EACH:
        answer, _ = server.ask("ramify/callers", question.at())
        if any(item["name"] == f"ramify_probe_{number}" for item in answer["items"]):
            break
    else:
        raise TimeoutError(f"the edit of {path} never reached the callers of {question.name}")
    seconds = time.perf_counter() - started
    server.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
    return seconds


def _definitions(server: Server, files: Sequence[Path]) -> Iterator[Question]:
    for path in files:
        params = {"textDocument": {"uri": path.as_uri()}}
        symbols, _ = server.ask("textDocument/documentSymbol", params)
        stack = list(symbols or [])
        while stack:
            symbol = stack.pop()
            stack.extend(symbol.get("children") or [])
            if symbol["kind"] in FUNCTIONS:
                start = symbol["selectionRange"]["start"]
                yield Question(
                    path.as_uri(), start["line"], start["character"], symbol["name"].split("(")[0]
                )


def _uses(path: Path, draw: random.Random) -> list[Question]:
    calls = [
        Question(path.as_uri(), number, match.start(1), match[1])
        for number, line in enumerate(path.read_text(errors="replace").split("\n"))
        for match in CALLED.finditer(line)
    ]
    return draw.sample(calls, min(4, len(calls)))


def _prepared(server: Server, positions: Sequence[object]) -> Iterator[object]:
    for position in positions:
        items, _ = server.ask("textDocument/prepareCallHierarchy", position)
        if items:
            yield {"item": items[0]}


def _words(name: str) -> str:
    return " ".join(name.strip("_").split("_")) or name


def _path(uri: str) -> Path:
    return Path(uri.removeprefix("file://"))


def _is_top_level(question: Question) -> bool:
    """Started by `def` in the first column, and bound once: a probe must not hit a redefinition."""
    text = _path(question.uri).read_text()
    return (
        question.character == len("def ")
        and not question.name.startswith("_")
        and len(re.findall(rf"\b(?:def|class|import) {question.name}\b", text)) == 1
    )


def _importable(path: Path, folder: Path) -> bool:
    """A module of a package that stands right in the folder or below `src`."""
    return (path.parent / "__init__.py").exists() and _module(path, folder).count(".") > 0


def _module(path: Path, folder: Path) -> str:
    top = path.parent
    while (top.parent / "__init__.py").exists():
        top = top.parent
    parts = path.relative_to(top.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
