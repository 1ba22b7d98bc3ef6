"""`python -m benchmarks.impact DJANGO`: the impact of six changes of Django 5.2.1 against what its
source says to a reader, found and not found.

`django.tsv` holds what a reader finds: who refers to the symbol itself, some of those who do so
through others, some of the tests that run it. It is no complete list of the indirect ones, so it
tells recall and nothing about precision. DJANGO is an unpacked sdist.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CASES = {
    "salted_hmac": ("salted_hmac",),
    "HttpRequest.GET": ("HttpRequest.GET",),
    "QuerySet.filter": ("QuerySet.filter",),
    "Model.save": ("Model.save",),
    "a form field": ("--patch", str(HERE / "patches" / "form_field.patch")),
    "a signal handler": ("--patch", str(HERE / "patches" / "signal_handler.patch")),
}
RELATIONS = ("direct", "indirect", "test")
CERTAINTIES = ("named", "inferred", "possible")
"""`named`: what is answered unasked."""
SPELLING = re.compile(r"\.<locals>|#\d+")


@dataclass(frozen=True)
class Answer:
    names: frozenset[str]
    affected: int
    tests: int


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.impact", description=__doc__)
    parser.add_argument("django", type=Path)
    parser.add_argument("--missing", action="store_true", help="name what is not found")
    arguments = parser.parse_args()
    truth = _truth()
    print("| case | certainty | direct | indirect | tests | affected | tests to run |")
    print("|---|---|---|---|---|---|---|")
    for case, words in CASES.items():
        for certainty in CERTAINTIES:
            answer = _asked(arguments.django, words, certainty)
            cells = [
                f"{len(truth[case, relation] & answer.names)} of {len(truth[case, relation])}"
                for relation in RELATIONS
            ]
            counts = f"{answer.affected:,} | {answer.tests:,}"
            print(f"| {case} | {certainty} | {' | '.join(cells)} | {counts} |", flush=True)
            if arguments.missing:
                for relation in RELATIONS:
                    for name in sorted(truth[case, relation] - answer.names):
                        print(f"  not found, {relation}: {name}", file=sys.stderr)


def _truth() -> dict[tuple[str, str], set[str]]:
    truth: dict[tuple[str, str], set[str]] = {
        (case, relation): set() for case in CASES for relation in RELATIONS
    }
    for line in (HERE / "django.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            case, relation, name = line.split("\t")
            truth[case, relation].add(name)
    return truth


def _asked(folder: Path, words: Sequence[str], certainty: str) -> Answer:
    """The tests are all there with `--tests`; of the rest, as many as a page can hold."""
    ramify = shutil.which("ramify", path=str(Path(sys.executable).parent)) or "ramify"
    options = ["--json", "--tests", "--limit", "10000"]
    if certainty != "named":
        options += ["--min-certainty", certainty]
    command = [ramify, "impact", *words, *options, "--root", str(folder)]
    ran = subprocess.run(command, capture_output=True, check=True)
    answer = json.loads(ran.stdout)
    found = {each["qualifiedName"] for each in (*answer["affected"], *answer["tests"])}
    names = frozenset(SPELLING.sub("", name) for name in found)
    return Answer(names, answer["total"], answer["testsTotal"])


if __name__ == "__main__":
    main()
