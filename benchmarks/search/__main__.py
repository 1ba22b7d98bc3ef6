"""`python -m benchmarks.search reporting` (or `choosing`): how well search answers.

Prints Markdown tables. Nothing may be chosen by the reporting part; `choose` moves the weights of
the ranking one after another and prints what each does to the choosing part; `check` holds the
questions against the packages they speak of and measures nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import astuple
from pathlib import Path

from benchmarks.search.corpus import HERE, PARTS, checked_questions, packages_of
from benchmarks.search.measure import Outcome, Score, outcomes, summed, tests_of

HEAD = (
    "questions | NDCG@10 | MRR@10 | recall@10 | by file: NDCG@10 | BM25 alone | by file | p95 ms |"
)
RULE = "---:|" * 8


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("step", choices=[*PARTS, "choose", "check"])
    parser.add_argument("--cache", type=Path, default=HERE.parent / "model" / "cache")
    arguments = parser.parse_args()
    if arguments.step == "choose":
        from benchmarks.search.choose import choose

        choose(packages_of("choosing"), arguments.cache)
    elif arguments.step == "check":
        for part in PARTS:
            checked = [checked_questions(each, arguments.cache) for each in packages_of(part)]
            print(f"{part}: every place of {sum(map(len, checked))} questions is there")
    else:
        print(report(packages_of(arguments.step), arguments.cache))


def report(packages: Sequence[str], cache: Path) -> str:
    found: dict[tuple[str, str], list[Outcome]] = {}
    for package in packages:
        with tests_of(package, cache) as tests:
            found |= {(test.kind, test.package): outcomes(test) for test in tests}
    rows = [f"| package | asked | {HEAD}", f"|---|---|{RULE}"]
    for kind in sorted({kind for kind, _ in found}, reverse=True):
        scores = {
            package: summed(each) for (asked, package), each in found.items() if asked == kind
        }
        rows += [f"| {package} | {kind} {_cells(each)}" for package, each in scores.items()]
        rows.append(f"| **mean** | {kind} {_cells(_mean([*scores.values()]))}")
    natural = [each for (kind, _), some in found.items() if kind == "natural" for each in some]
    by_kind = _grouped("kind of question", natural, lambda each: each.question.kind)
    by_language = _grouped("language", natural, lambda each: each.question.language)
    return "\n".join([*rows, "", *by_kind, "", *by_language])


def _grouped(title: str, found: Sequence[Outcome], group: Callable[[Outcome], str]) -> list[str]:
    rows = [f"| {title} | {HEAD}", f"|---|{RULE}"]
    for name in sorted({group(each) for each in found}):
        rows.append(f"| {name} {_cells(summed([each for each in found if group(each) == name]))}")
    return rows


def _cells(each: Score) -> str:
    return (
        f"| {each.questions} | {each.ndcg:.3f} | {each.mrr:.3f} | {each.recall:.3f} "
        f"| {each.file_ndcg:.3f} | {each.words_ndcg:.3f} | {each.words_file_ndcg:.3f} "
        f"| {each.p95_ms:.1f} |"
    )


def _mean(scores: Sequence[Score]) -> Score:
    """Over packages, each counting the same; of times the worst."""
    rows = [astuple(each) for each in scores]
    count, *means = (sum(column) for column in zip(*rows, strict=True))
    return Score(count, *(each / len(rows) for each in means[:-1]), max(row[-1] for row in rows))


if __name__ == "__main__":
    main()
