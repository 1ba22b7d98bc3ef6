"""Measures Ramify on pinned packages and writes `results/NAME.json` and `results/README.md`.

`python -m benchmarks.run [flask django]` with the environment that has Ramify installed. CPU
seconds are what counts: wall times and percentiles also measure what else the machine was doing,
so the load is written down beside them. Every run measures the parse-only time of the same files.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.client import Server
from benchmarks.corpus import CORPORA, Corpus, unpacked
from benchmarks.latency import change, edits, requests
from benchmarks.processes import Cost, measured, tree_cpu, tree_memory
from benchmarks.table import table

HERE = Path(__file__).parent
RESULTS = HERE / "results"
STORES = ("graph", "chunks", "facts", "journal")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("names", nargs="*", default=list(CORPORA), metavar="NAME")
    arguments.add_argument(
        "--cache", type=Path, default=Path.home() / ".cache" / "ramify-benchmarks"
    )
    chosen = arguments.parse_args()
    RESULTS.mkdir(exist_ok=True)
    for name in chosen.names:
        with tempfile.TemporaryDirectory(prefix="ramify-benchmark-") as scratch:
            figures = measure(CORPORA[name], chosen.cache, Path(scratch))
        (RESULTS / f"{name}.json").write_text(json.dumps(figures, indent=2) + "\n")
    results = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))]
    (RESULTS / "README.md").write_text(table(results))


def measure(corpus: Corpus, cache: Path, scratch: Path) -> dict[str, Any]:
    """All figures of one package, on a fresh copy of it and with an empty store."""
    folder = unpacked(corpus, cache, scratch)
    home = scratch / "home"
    environment = {**os.environ, "RAMIFY_HOME": str(home)}
    ramify = shutil.which("ramify", path=str(Path(sys.executable).parent)) or "ramify"
    parse = measured([sys.executable, "-m", "benchmarks.parse_only", str(folder)], environment)
    say(f"{corpus.label}: indexing")
    index = [ramify, "index", "--root", str(folder), "--json"]
    cold = measured(index, environment)
    again = measured(index, environment)
    for chunks in home.glob("cache/*/chunks"):
        shutil.rmtree(chunks)
    search = measured(index, environment)
    status = json.loads(
        measured([ramify, "status", "--root", str(folder), "--json"], environment).output
    )
    by_store = _bytes_by_store(home)
    figures: dict[str, Any] = {
        "package": corpus.label,
        "ramify": version("ramify"),
        "measured": time.strftime("%Y-%m-%d"),
        "machine": _machine(),
        "source": json.loads(parse.output),
        "cold": cold.figures(),
        "again": again.figures(),
        "search": search_alone(search, again),
        "counts": status["counts"],
        "store": {"bytes": sum(by_store.values()), "byStore": by_store},
    }
    say(f"{corpus.label}: asking over LSP")
    figures["unknownWorkspace"] = first_answers(ramify, folder, scratch / "other-home")
    figures["restart"], server = restarted(ramify, folder, environment)
    figures["requests"] = requests(server, folder)
    figures["edits"] = edits(server, folder)
    figures["resident"] = dict(
        zip(("bytes", "rssBytes"), tree_memory(server.process.pid), strict=True)
    )
    server.end()
    figures["change"] = of_a_change(ramify, folder, environment)
    return figures


def search_alone(search: Cost, again: Cost) -> dict[str, float]:
    """What search costs beside the graph: reading, tokenising, embedding, writing. Of an index
    that has the graph already, less what an index costs that has everything."""
    return {
        "cpuSeconds": round(search.cpu_seconds - again.cpu_seconds, 2),
        "wallSeconds": round(search.wall_seconds - again.wall_seconds, 2),
    }


def of_a_change(
    ramify: str, folder: Path, environment: Mapping[str, str]
) -> dict[str, float | int]:
    """Last: makes a repository of the folder and changes files in it."""
    git = ["git", "-C", str(folder), "-c", "user.name=benchmark", "-c", "user.email=benchmark@host"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "As it was published"]):
        subprocess.run([*git, *words], check=True)
    _, server = restarted(ramify, folder, environment)
    figures = change(server, folder)
    server.end()
    return figures


def first_answers(ramify: str, folder: Path, home: Path) -> dict[str, float]:
    """Milliseconds from the start of the server, with an empty store, to its first answers."""
    started = time.perf_counter()
    server = Server([ramify, "--stdio"], {**os.environ, "RAMIFY_HOME": str(home)})
    server.initialize(folder)
    initialized = time.perf_counter()
    path = max(
        folder.rglob("*.py"), key=lambda path: (path.stat().st_size < 60_000, path.stat().st_size)
    )
    uri = path.as_uri()
    document = {"uri": uri, "languageId": "python", "version": 1, "text": path.read_text()}
    server.tell("textDocument/didOpen", {"textDocument": document})
    server.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    answered = time.perf_counter()
    server.process.kill()
    server.process.wait()
    return {
        "initializeMs": round((initialized - started) * 1000, 1),
        "firstDocumentSymbolMs": round((answered - started) * 1000, 1),
    }


def restarted(
    ramify: str, folder: Path, environment: Mapping[str, str]
) -> tuple[dict[str, float], Server]:
    """Seconds from the start of the server, with a full store, until the graph is complete."""
    started = time.perf_counter()
    server = Server([ramify, "--stdio"], environment)
    server.initialize(folder)
    server.ask("ramify/await", {"timeoutMs": 120_000})
    wall = time.perf_counter() - started
    cpu = tree_cpu(server.process.pid)
    server.ask("ramify/await", {"search": True, "timeoutMs": 120_000})
    return {"cpuSeconds": round(cpu, 2), "wallSeconds": round(wall, 2)}, server


def _bytes_by_store(home: Path) -> dict[str, int]:
    """By store: what stands in a workspace's own directories, by the first word of its name.

    Counts the blocks that the file system gave, as `du` does: pages that Kùzu leaves empty are
    holes in its file.
    """
    sizes: dict[str, int] = {}
    for path in home.rglob("*"):
        if path.is_file():
            inside = path.relative_to(home).parts[2:]
            store = next((part for part in inside if part.split(".")[0] in STORES), "other")
            name = store.split(".")[0]
            sizes[name] = sizes.get(name, 0) + path.lstat().st_blocks * 512
    return dict(sorted(sizes.items()))


def _machine() -> dict[str, Any]:
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "loadAverage": [round(load, 1) for load in os.getloadavg()],
        "niceness": os.nice(0),
    }


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
