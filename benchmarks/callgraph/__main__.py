"""`python -m benchmarks.callgraph [CATEGORY ...]`: the call graph of small programs against what
really ran in them.

A case is complete when no edge is given that did not run, sound when none that ran is missing.
With `--misses` it names the edges, with `--write FOLDER` it leaves each program there with its true
call graph beside it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.callgraph.answered import answered_edges
from benchmarks.callgraph.cases import Case, cases
from benchmarks.callgraph.traced import Node

Edges = frozenset[tuple[Node, Node]]


@dataclass(frozen=True, slots=True)
class Outcome:
    case: Case
    true: Edges
    found: Edges


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.callgraph", description=__doc__)
    parser.add_argument("categories", nargs="*", metavar="CATEGORY")
    parser.add_argument("--misses", action="store_true", help="name the edges that differ")
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    chosen = [c for c in cases() if not arguments.categories or c.category in arguments.categories]
    if arguments.write is not None:
        for number, case in enumerate(chosen):
            write(case, arguments.write / case.category / f"{number:03}")
        return
    outcomes = [outcome(case) for case in chosen]
    print(report(outcomes))
    if arguments.misses:
        for each in outcomes:
            print("\n".join(differences(each)), end="")


def outcome(case: Case) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="ramify-callgraph-") as scratch:
        folder = Path(scratch, "case")
        placed(case, folder)
        return Outcome(case, true_edges(folder), frozenset(answered_edges(folder)))


def placed(case: Case, folder: Path) -> None:
    for path, text in case.texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def true_edges(folder: Path) -> Edges:
    """What ran. Raises RuntimeError when the program did not come to its end."""
    command = [sys.executable, str(Path(__file__).with_name("traced.py")), str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"{folder}: the program failed\n{run.stderr}")
    return frozenset((_node(a), _node(b)) for a, b in json.loads(run.stdout))


def _node(written: Sequence[object]) -> Node:
    path, line, name = written
    return str(path), int(str(line)), str(name)


def report(outcomes: Sequence[Outcome]) -> str:
    """A Markdown table by category."""
    rows = [
        "| category | cases | complete | sound | edges | recall | precision |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for category in dict.fromkeys(each.case.category for each in outcomes):
        rows.append(_row(category, [each for each in outcomes if each.case.category == category]))
    rows.append(_row("**all**", outcomes))
    return "\n".join(rows)


def _row(name: str, outcomes: Sequence[Outcome]) -> str:
    true = sum(len(each.true) for each in outcomes)
    found = sum(len(each.found) for each in outcomes)
    both = sum(len(each.true & each.found) for each in outcomes)
    complete = sum(each.found <= each.true for each in outcomes)
    sound = sum(each.true <= each.found for each in outcomes)
    recall, precision = both / (true or 1), both / (found or 1)
    return (
        f"| {name} | {len(outcomes)} | {complete} | {sound} | {true} "
        f"| {recall:.3f} | {precision:.3f} |"
    )


def differences(each: Outcome) -> Iterator[str]:
    if each.true == each.found:
        return
    yield f"\n{each.case.category}: {each.case.title}"
    yield from _lines("missing", each.true - each.found)
    yield from _lines("untrue", each.found - each.true)


def _lines(word: str, edges: Iterable[tuple[Node, Node]]) -> Iterator[str]:
    for caller, callee in sorted(edges):
        yield f"  {word}: {_shown(caller)} -> {_shown(callee)}"


def _shown(node: Node) -> str:
    path, line, name = node
    return f"{path}:{line} {name}" if line else path


def write(case: Case, folder: Path) -> None:
    """The program and `edges.json`: pairs of [path, line, name]."""
    placed(case, folder)
    (folder / "edges.json").write_text(json.dumps(sorted(true_edges(folder)), indent=1) + "\n")


if __name__ == "__main__":
    main()
