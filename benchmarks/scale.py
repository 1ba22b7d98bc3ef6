"""How long search takes among a hundred thousand pieces: a package several times, renamed.

`python -m benchmarks.scale` with the environment that has Ramify installed. Every copy calls itself
by another name (`django`, `django2`, ...), so that each is a workspace of its own beside the
others, with its own symbols, edges and texts. Prints one JSON object. Kept apart from
`benchmarks.run`: indexing takes some minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.client import Server
from benchmarks.corpus import CORPORA, unpacked
from benchmarks.latency import SEED, asked, plan
from benchmarks.processes import measured, tree_memory

NAME = "django"
ASKED = ("workspace/symbol", "ramify/related", "ramify/search", "ramify/search near")
_TEXTS = {".py", ".txt", ".md", ".rst", ".toml", ".cfg", ".html", ".js", ".css"}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--copies", type=int, default=3)
    arguments.add_argument(
        "--cache", type=Path, default=Path.home() / ".cache" / "ramify-benchmarks"
    )
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="ramify-scale-") as scratch:
        print(json.dumps(measure(chosen.copies, chosen.cache, Path(scratch)), indent=2))


def measure(copies: int, cache: Path, scratch: Path) -> dict[str, Any]:
    folder = scratch / "copies"
    source = unpacked(CORPORA[NAME], cache, scratch)
    for number in range(1, copies + 1):
        renamed(source, folder / f"copy{number}", NAME if number == 1 else f"{NAME}{number}")
    environment = {**os.environ, "RAMIFY_HOME": str(scratch / "home")}
    ramify = shutil.which("ramify", path=str(Path(sys.executable).parent)) or "ramify"
    index = measured([ramify, "index", "--root", str(folder), "--json"], environment)
    server = Server([ramify, "--stdio"], environment)
    server.initialize(folder)
    server.ask("ramify/await", {"search": True, "timeoutMs": 600_000})
    requests = plan(server, folder, SEED)
    figures = {
        "package": f"{copies} times {CORPORA[NAME].label}",
        "differentTexts": json.loads(index.output)["index"]["embedded"],
        "index": index.figures(),
        "requests": {name: asked(server, *requests[name]) for name in ASKED},
        "residentBytes": tree_memory(server.process.pid)[0],
        "loadAverage": [round(load, 1) for load in os.getloadavg()],
    }
    server.end()
    return figures


def renamed(source: Path, target: Path, name: str) -> None:
    """A copy in which the package has another name, wherever it is spelled."""
    old, new = re.compile(rf"(?<![A-Za-z0-9]){NAME}(?![a-z0-9])".encode()), name.encode()
    for path in sorted(source.rglob("*")):
        if path.is_file() and path.suffix in _TEXTS:
            parts = [name if part == NAME else part for part in path.relative_to(source).parts]
            copy = target.joinpath(*parts)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(old.sub(new, path.read_bytes()))


if __name__ == "__main__":
    main()
