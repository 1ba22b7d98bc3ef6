"""`python -m benchmarks.accuracy FOLDER RECORDED`: recall of the calls that really ran.

RECORDED is what the plugin `benchmarks.accuracy.recording` wrote while the tests of the package in
FOLDER ran. What Ramify says is asked as `callHierarchy/outgoingCalls` asks it. Calls that the
package makes back into its tests are left out: who calls what it is handed is no fact of a package.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from benchmarks.callgraph.answered import answered_edges


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("recorded", type=Path)
    parser.add_argument("--misses", action="store_true", help="name the calls that are missing")
    arguments = parser.parse_args()
    found = answered_edges(Path(os.path.realpath(arguments.folder)))
    recorded = [
        ((tuple(caller), tuple(callee)), named)
        for caller, callee, named in json.loads(arguments.recorded.read_text())
        if callee[2] != "<lambda>" and (is_test(caller[0]) or not is_test(callee[0]))
    ]
    for title, chosen in (
        ("named calls", [edge for edge, named in recorded if named]),
        ("all", [edge for edge, _ in recorded]),
    ):
        hits = sum(edge in found for edge in chosen)
        print(f"{title}: {hits} of {len(chosen)}, recall {hits / (len(chosen) or 1):.3f}")
    if arguments.misses:
        for edge, named in recorded:
            if edge not in found:
                (path, line, name), callee = edge
                print("named " if named else "hidden", f"{path}:{line} {name} -> {callee}")


def is_test(path: str) -> bool:
    *folders, name = path.split("/")
    return name.startswith("test_") or not {"test", "tests", "testing"}.isdisjoint(folders)


if __name__ == "__main__":
    main()
