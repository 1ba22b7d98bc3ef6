"""A thousand requests in flight from several clients of one store, while files change.

`python -m benchmarks.load [NAME] [--clients 8] [--in-flight 1000] [--rounds 5]` with the
environment that has Ramify installed. Every client is a `ramify --stdio` of its own: one owns the
store, the others are attached to it. Bounded in count and time; nothing leaves the machine. Writes
`benchmarks/results/load/NAME.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpus import CORPORA, unpacked
from benchmarks.load.client import Client, Outcome
from benchmarks.processes import tree_memory

RESULTS = Path(__file__).parents[1] / "results"
ROUND_SECONDS = 120.0
SAMPLE_SECONDS = 0.25


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("name", nargs="?", default="flask")
    arguments.add_argument("--clients", type=int, default=8)
    arguments.add_argument("--in-flight", type=int, default=1000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument(
        "--cache", type=Path, default=Path.home() / ".cache" / "ramify-benchmarks"
    )
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="ramify-load-") as scratch:
        folder = unpacked(CORPORA[chosen.name], chosen.cache, Path(scratch))
        figures = measure(
            folder, Path(scratch) / "home", chosen.clients, chosen.in_flight, chosen.rounds
        )
    figures = {"package": CORPORA[chosen.name].label, **figures}
    (RESULTS / "load").mkdir(exist_ok=True)
    (RESULTS / "load" / f"{chosen.name}.json").write_text(json.dumps(figures, indent=2) + "\n")
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


def measure(folder: Path, home: Path, clients: int, in_flight: int, rounds: int) -> dict[str, Any]:
    """Latencies in milliseconds by method, failures by message, memory of all processes."""
    ramify = shutil.which("ramify", path=str(Path(sys.executable).parent)) or "ramify"
    environment = {**os.environ, "RAMIFY_HOME": str(home)}
    files = sorted(path for path in folder.rglob("*.py") if path.stat().st_size > 500)[:200]
    attached = [Client([ramify, "--stdio"], environment, folder, files) for _ in range(clients)]
    for client in attached:
        client.wait_for_index()
    over = threading.Event()
    memory = [_memory(attached)]
    beside = [
        threading.Thread(target=_change_files, args=(folder, over)),
        threading.Thread(target=_sample, args=(attached, memory, over)),
    ]
    for thread in beside:
        thread.start()
    outcomes: list[Outcome] = []
    started = time.monotonic()
    try:
        for _ in range(rounds):
            outcomes += _round(attached, in_flight // clients)
    finally:
        over.set()
        for thread in beside:
            thread.join()
    seconds = time.monotonic() - started
    found = {
        "clients": clients,
        "inFlight": in_flight // clients * clients,
        "rounds": rounds,
        "requests": len(outcomes),
        "seconds": round(seconds, 2),
        "loadAverage": [round(load, 1) for load in os.getloadavg()],
        "failures": _failures(outcomes),
        "unanswered": sum(client.unanswered() for client in attached),
        "milliseconds": _latencies(outcomes),
        "slowestClientP95": round(_slowest(outcomes, attached), 1),
        "memory": {"before": memory[0], "peak": max(memory)},
    }
    for client in attached:
        client.end()
    return found


def _round(attached: Sequence[Client], each: int) -> list[Outcome]:
    """All clients send all they have at once; over when all is answered."""
    threads = [threading.Thread(target=client.flood, args=(each,)) for client in attached]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until = time.monotonic() + ROUND_SECONDS
    return [outcome for client in attached for outcome in client.outcomes(until)]


def _change_files(folder: Path, over: threading.Event) -> None:
    """Ten times a second somebody writes a file."""
    number = 0
    while not over.wait(0.1):
        number += 1
        path = folder / f"written_{number % 20}.py"
        path.write_text(f"def written_{number}():\n    return {number}\n")


def _sample(attached: Sequence[Client], memory: list[int], over: threading.Event) -> None:
    while not over.wait(SAMPLE_SECONDS):
        memory.append(_memory(attached))


def _memory(attached: Sequence[Client]) -> int:
    return sum(tree_memory(client.process.pid)[0] for client in attached)


def _failures(outcomes: Sequence[Outcome]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for outcome in outcomes:
        if outcome.failure:
            counts[f"{outcome.method}: {outcome.failure}"] += 1
    return dict(counts)


def _latencies(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float]]:
    by_method: dict[str, list[float]] = defaultdict(list)
    for outcome in outcomes:
        by_method[outcome.method].append(outcome.seconds)
        by_method["all"].append(outcome.seconds)
    return {
        method: {
            **{f"p{share}": round(_percentile(found, share), 1) for share in (50, 95, 99)},
            "max": round(1000 * max(found), 1),
            "count": len(found),
        }
        for method, found in sorted(by_method.items())
    }


def _percentile(seconds: Sequence[float], share: int) -> float:
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, len(ordered) * share // 100)]


def _slowest(outcomes: Sequence[Outcome], attached: Sequence[Client]) -> float:
    """Nobody starves: how the client fared that fared worst."""
    return max(
        _percentile([each.seconds for each in outcomes if each.client == client.process.pid], 95)
        for client in attached
    )


if __name__ == "__main__":
    main()
