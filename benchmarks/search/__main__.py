"""`python -m benchmarks.search reporting` (or `choosing`): how well search answers.

Prints a Markdown table. Nothing may be chosen by the reporting part; `choose` moves the weights of
the ranking one after another and prints what each does to the choosing part.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.search.corpus import HERE, PARTS
from benchmarks.search.measure import Score, Test, score, tests_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("step", choices=[*PARTS, "choose"])
    parser.add_argument("--cache", type=Path, default=HERE.parent / "model" / "cache")
    arguments = parser.parse_args()
    if arguments.step == "choose":
        from benchmarks.search.choose import choose

        choose(PARTS["choosing"], arguments.cache)
    else:
        print(report(PARTS[arguments.step], arguments.cache))


def report(packages: Sequence[str], cache: Path) -> str:
    scored: list[tuple[Test, Score]] = []
    for package in packages:
        with tests_of(package, cache) as tests:
            scored += [(test, score(test)) for test in tests]
    rows = [
        "| package | asked | questions | MRR@10 | recall@10 | p95 ms |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for kind in dict.fromkeys(test.kind for test, _ in scored):
        of_kind = [(test.package, each) for test, each in scored if test.kind == kind]
        rows += [_row(package, kind, each) for package, each in of_kind]
        rows.append(_row("**mean**", kind, _mean([each for _, each in of_kind])))
    return "\n".join(rows)


def _row(package: str, kind: str, each: Score) -> str:
    return (
        f"| {package} | {kind} | {each.questions} | {each.mrr:.3f} | {each.recall:.3f} "
        f"| {each.p95_ms:.1f} |"
    )


def _mean(scores: Sequence[Score]) -> Score:
    """Over packages, each counting the same; of times the worst."""
    return Score(
        sum(each.questions for each in scores),
        sum(each.mrr for each in scores) / len(scores),
        sum(each.recall for each in scores) / len(scores),
        max(each.p95_ms for each in scores),
    )


if __name__ == "__main__":
    main()
