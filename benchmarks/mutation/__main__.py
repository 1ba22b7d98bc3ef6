"""`python -m benchmarks.mutation [NAME ...]`: which tests fail when one function changes, and which
Ramify names. Writes `results/mutation/NAME.json` and `results/mutation/README.md`.

Running the suites takes long, so what failed is kept in the cache, mutant by mutant, and a run goes
on where one ended; `--run` does that alone, and `--ask` asks Ramify about those that are there.
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
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.util import cache_from_source
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.corpus import unpacked
from benchmarks.mutation.asked import Answer, Asked, covered
from benchmarks.mutation.figures import by_chance, compared, curve, rank, table
from benchmarks.mutation.imported import importers, selected
from benchmarks.mutation.mutants import Mutant, mutants, without_tests
from benchmarks.mutation.packages import TARGETS, Target, environment_in
from benchmarks.mutation.runs import Suite, environment_for, read_traced

RESULTS = Path(__file__).parents[1] / "results" / "mutation"
SEED = 20
MUTANTS = 100


@dataclass(frozen=True, slots=True)
class Truth:
    """What a suite said of its mutants, in their order."""

    suite: frozenset[str]
    """Tests that pass without a change."""
    outcomes: tuple[tuple[Mutant, frozenset[str], bool], ...]
    """What failed, and whether the run came to its end."""
    ran: Mapping[str, Collection[str]]
    """By test: functions that it runs without a change, as `path:line`."""

    def tests_that_ran(self, mutant: Mutant) -> frozenset[str]:
        first, last = mutant.lines
        inside = {f"{mutant.path}:{line}" for line in range(first, last + 1)}
        return frozenset(test for test in self.suite if not inside.isdisjoint(self.ran[test]))


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=__doc__)
    arguments.add_argument("names", nargs="*", default=list(TARGETS), metavar="NAME")
    arguments.add_argument("--mutants", type=int, default=MUTANTS)
    arguments.add_argument("--seed", type=int, default=SEED)
    arguments.add_argument("--minutes", type=float, default=600, help="of running, each package")
    only = arguments.add_mutually_exclusive_group()
    only.add_argument("--ask", action="store_true", help="run no suites")
    only.add_argument("--run", action="store_true", help="run the suites and nothing else")
    arguments.add_argument("--misses", action="store_true", help="name the tests that were missed")
    arguments.add_argument("--python", type=Path, help="with what the suites need installed")
    arguments.add_argument(
        "--cache", type=Path, default=Path.home() / ".cache" / "ramify-benchmarks"
    )
    chosen = arguments.parse_args()
    RESULTS.mkdir(exist_ok=True)
    for name in chosen.names:
        with tempfile.TemporaryDirectory(prefix="ramify-mutation-") as scratch:
            target = TARGETS[name]
            folder = repository(target, chosen.cache, Path(scratch))
            kept = chosen.cache / "mutation" / f"{target.corpus.label} {chosen.seed}.jsonl"
            if not chosen.ask:
                python = chosen.python or environment_in(chosen.cache / "mutation" / "venv")
                until = time.monotonic() + 60 * chosen.minutes
                with_suite(target, folder, python, kept, chosen.mutants, chosen.seed, until)
            if chosen.run:
                continue
            truth = read_truth(target, folder, kept, chosen.mutants, chosen.seed)
            figures = measured(target, folder, truth, Path(scratch, "home"), chosen.seed)
        (RESULTS / f"{name}.json").write_text(json.dumps(figures, indent=1) + "\n")
        say(
            "\n".join(
                f"{name}: {of} {figures[of]}" for of in ("inferred", "ramify", "imports", "ran")
            )
        )
        if chosen.misses:
            print("\n".join(_misses(figures)))
    results = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))]
    if not results:
        return
    (RESULTS / "README.md").write_text(table(results))


def repository(target: Target, cache: Path, into: Path) -> Path:
    """A fresh copy of the package under git, everything committed."""
    folder = unpacked(target.corpus, cache, into)
    git = ["git", "-c", "user.name=Ramify", "-c", "user.email=ramify@example.org"]
    for command in (["init", "--quiet"], ["add", "--force", "."], ["commit", "--quiet", "-m", "."]):
        subprocess.run([*git, *command], cwd=folder, check=True)
    (folder / ".git/info").mkdir(exist_ok=True)
    (folder / ".git/info/exclude").write_text("__pycache__/\n.hypothesis/\n")
    return folder


def texts_in(folder: Path) -> dict[str, str]:
    """Every Python file that Python can read, by path in the repository."""
    texts = {}
    for path in sorted(folder.rglob("*.py")):
        try:
            text = path.read_text(encoding="utf-8")
            compile(text, str(path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            continue
        texts[path.relative_to(folder).as_posix()] = text
    return texts


def _drawn(target: Target, folder: Path, seed: int) -> Iterator[Mutant]:
    own = without_tests(texts_in(folder), target.sources)
    return mutants(own, f"{seed} {target.corpus.label}")


def with_suite(
    target: Target, folder: Path, python: Path, kept: Path, count: int, seed: int, until: float
) -> None:
    """Runs the suite for each mutant that is not in `kept` yet, and writes it there."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    done = max(0, len(kept.read_text().splitlines()) - 1) if kept.exists() else 0
    if done >= count and kept.with_suffix(".ran.json").exists():
        return
    with tempfile.TemporaryDirectory(prefix="ramify-suite-") as scratch:
        environment = environment_for(folder, Path(scratch))
        suite = Suite(python, folder, target.options, environment)
        told = Path(scratch, "told")
        if not kept.exists():
            first, seconds = suite.run(told)
            again, _ = suite.run(told)
            stable = sorted(first.passed & again.passed - first.failed - again.failed)
            head = {"suite": stable, "unstable": sorted(first.failed | again.failed)}
            kept.write_text(json.dumps({**head, "seconds": round(seconds, 2)}) + "\n")
            say(f"{target.corpus.label}: {len(stable)} tests in {seconds:.1f} s")
        else:
            suite.run(told)
        known = json.loads(kept.read_text().splitlines()[0])["suite"]
        traced = kept.with_suffix(".ran.json")
        if not traced.exists():
            into = Path(scratch, "told.traced")
            suite.run(into)
            ran = read_traced(into.read_text().splitlines())
            traced.write_text(json.dumps({test: sorted(ran.get(test, ())) for test in known}))
        for mutant in islice(_drawn(target, folder, seed), done, count):
            if time.monotonic() > until:
                say(f"{target.corpus.label}: the time is over")
                break
            ran, seconds = _run_with(mutant, folder, suite, told)
            line = {
                **_key(mutant),
                "failing": sorted(ran.failing(known)),
                "finished": ran.finished,
                "seconds": round(seconds, 2),
            }
            with kept.open("a") as file:
                file.write(json.dumps(line) + "\n")
        suite.end()


def _run_with(mutant: Mutant, folder: Path, suite: Suite, told: Path) -> Any:
    """Compiled code is removed: it is looked up by size and second, which a mutant may share."""
    file = folder / mutant.path
    compiled = Path(cache_from_source(str(file)))
    before = file.read_bytes()
    try:
        compiled.unlink(missing_ok=True)
        file.write_text(mutant.text, encoding="utf-8")
        return suite.run(told)
    finally:
        file.write_bytes(before)
        compiled.unlink(missing_ok=True)


def _key(mutant: Mutant) -> dict[str, Any]:
    names = ("path", "function", "line", "operator", "before", "after")
    return {name: getattr(mutant, name) for name in names}


def read_truth(target: Target, folder: Path, kept: Path, count: int, seed: int) -> Truth:
    """Raises ValueError where the file speaks of other mutants."""
    head, *rows = [json.loads(line) for line in kept.read_text().splitlines()]
    drawn = islice(_drawn(target, folder, seed), min(count, len(rows)))
    outcomes = []
    for mutant, row in zip(drawn, rows, strict=False):
        if any(row[name] != value for name, value in _key(mutant).items()):
            raise ValueError(f"{kept} is about other mutants: remove it")
        outcomes.append((mutant, frozenset(row["failing"]), row["finished"]))
    ran = json.loads(kept.with_suffix(".ran.json").read_text())
    return Truth(frozenset(head["suite"]), tuple(outcomes), ran)


def measured(target: Target, folder: Path, truth: Truth, home: Path, seed: int) -> dict[str, Any]:
    ramify = shutil.which("ramify", path=str(Path(sys.executable).parent)) or "ramify"
    importing = importers(texts_in(folder))
    asked = Asked(ramify, folder, {**os.environ, "RAMIFY_HOME": str(home)})
    each: list[dict[str, Any]] = []
    named: list[tuple[frozenset[str], frozenset[str]]] = []
    ordered: list[tuple[frozenset[str], tuple[str, ...]]] = []
    inferred: list[tuple[frozenset[str], frozenset[str]]] = []
    by_imports: list[tuple[frozenset[str], frozenset[str]]] = []
    by_traces: list[tuple[frozenset[str], frozenset[str]]] = []
    seconds: list[float] = []
    for mutant, failing, finished in truth.outcomes:
        answer = _of_suite(asked.about(mutant.path, mutant.text), truth.suite)
        others = selected(importing.get(mutant.path, ()), truth.suite)
        named.append((failing, frozenset(answer.tests)))
        ordered.append((failing, answer.tests))
        inferred.append((failing, answer.inferred))
        by_imports.append((failing, others))
        ran = truth.tests_that_ran(mutant)
        by_traces.append((failing, ran))
        seconds.append(answer.seconds)
        each.append(_told(mutant, failing, finished, answer, others, ran, truth.suite))
    asked.end()
    ramify_figures = compared(named, truth.suite)
    return {
        "package": target.corpus.label,
        "role": target.role,
        "measured": time.strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "seed": seed,
        "suite": len(truth.suite),
        "mutants": len(each),
        "killed": ramify_figures.killed,
        "cutShort": sum(not row["finished"] for row in each),
        "failing": ramify_figures.failing,
        "ramify": ramify_figures.figures(),
        "curve": curve(ordered, truth.suite),
        "byChance": by_chance(named, truth.suite),
        "inferred": compared(inferred, truth.suite).figures(),
        "imports": compared(by_imports, truth.suite).figures(),
        "ran": compared(by_traces, truth.suite).figures(),
        "requestMs": {
            "p50": round(1000 * rank(seconds, 0.5), 1),
            "p95": round(1000 * rank(seconds, 0.95), 1),
        },
        "each": each,
    }


def _of_suite(answer: Answer, suite: frozenset[str]) -> Answer:
    inferred = frozenset(covered(sorted(answer.inferred), suite))
    return replace(answer, tests=covered(answer.tests, suite), inferred=inferred)


def _told(
    mutant: Mutant,
    failing: frozenset[str],
    finished: bool,
    answer: Answer,
    others: frozenset[str],
    ran: frozenset[str],
    suite: frozenset[str],
) -> dict[str, Any]:
    return {
        **_key(mutant),
        "finished": finished,
        "failing": len(failing),
        "named": len(suite.intersection(answer.tests)),
        "inferred": len(answer.inferred & suite),
        "byImports": len(others),
        "ran": len(ran),
        "missed": sorted(failing.difference(answer.tests)),
        "missedByInferred": len(failing - answer.inferred),
        "changed": list(answer.changed),
    }


def _misses(figures: Mapping[str, Any]) -> Iterator[str]:
    for row in figures["each"]:
        if row["missed"]:
            yield (
                f"{row['path']}:{row['line']} {row['function']} ({row['operator']}): "
                f"{len(row['missed'])} of {row['failing']} missed, {row['named']} named "
                f"(inferred: {row['missedByInferred']} missed, {row['inferred']} named)"
            )
            yield from (f"    {each}" for each in row["missed"][:5])


def say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
