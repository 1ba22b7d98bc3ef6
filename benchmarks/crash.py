"""Kills Ramify some hundred times, in every phase, and writes what the next start found.

`python -m benchmarks.crash [--kills N] [--seed N]`: half of the kills at the points named in
`tests/crash/points.py`, in turn, the others at random moments. After each, the graph is compared
with one made from scratch, search with rows and vectors made anew, and the journal with what it
had acknowledged. Writes `results/crash/kills.json` and `README.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from tests.crash.harness import Kill, Series
from tests.crash.points import POINTS

RESULTS: Final = Path(__file__).parent / "results" / "crash"
IN_SERIES: Final = 30
"""Kills on one workspace; then another one begins."""
LONGEST: Final = 3.0
"""Seconds to the latest of the kills at random."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=400)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    kills: list[Kill] = []
    for some in killed(chosen.kills, chosen.seed):
        kills += some
        write(kills, chosen.seed)
    sys.exit(any(kill.is_wrong for kill in kills))


def write(kills: Sequence[Kill], seed: int) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    figures = {
        "measured": time.strftime("%Y-%m-%d"),
        "seed": seed,
        "loadAverage": [round(load, 1) for load in os.getloadavg()],
        "kills": [asdict(kill) for kill in kills],
    }
    (RESULTS / "kills.json").write_text(json.dumps(figures, indent=1) + "\n")
    (RESULTS / "README.md").write_text(page(kills, figures))


def killed(count: int, seed: int) -> Iterator[list[Kill]]:
    """Series by series."""
    done = 0
    while done < count:
        with tempfile.TemporaryDirectory(prefix="ramify-crash-") as home:
            series = Series(Path(home), seed + done)
            some: list[Kill] = []
            for number in range(done, min(count, done + IN_SERIES)):
                at = number // 2 % len(POINTS)
                some.append(series.at_point(at) if number % 2 else series.at_random(LONGEST))
                say(some[-1], number)
            series.check()
        for kill in some:
            if kill.is_wrong:
                say(kill, -1)
        yield some
        done += len(some)


def say(kill: Kill, number: int) -> None:
    what = kill.trouble or (kill.found.wrong if kill.found else "")
    print(number, kill.phase, kill.point, kill.died, what, file=sys.stderr, flush=True)


def page(kills: Sequence[Kill], figures: dict[str, Any]) -> str:
    phases = list(dict.fromkeys(kill.phase for kill in kills))
    rows = [_row(phase, [kill for kill in kills if kill.phase == phase]) for phase in phases]
    rows.append(_row("**all**", kills))
    seconds = sorted(kill.found.seconds for kill in kills if kill.found)
    wrong = sum(kill.is_wrong for kill in kills)
    return "\n".join(
        [
            "# Kills",
            "",
            "Written by `python -m benchmarks.crash`; every kill stands in `kills.json`. A process",
            "edits, renames, deletes and switches branches in a small workspace, with compactions",
            "far more often than in real life, and gets SIGKILL: at the begin of a call, some",
            "microseconds to milliseconds into it, at its end, or at a random moment. The next",
            "start is right when its graph equals one made from scratch, its search rows and",
            "vectors equal those made anew, full text finds what it should, and every run that",
            "the journal acknowledged is there.",
            "",
            "| phase | processes | killed | inside the call | next start right | rebuilt |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
            *rows,
            "",
            f"Wrong: {wrong} of {len(kills)}. From opening to a complete graph and search: "
            f"p50 {statistics.median(seconds):.1f} s, worst {seconds[-1]:.1f} s, with the imports "
            f"(measured {figures['measured']}, load average {figures['loadAverage'][0]} on two "
            "cores).",
            "",
        ]
    )


def _row(phase: str, kills: Sequence[Kill]) -> str:
    died = [kill for kill in kills if kill.died != "not reached"]
    inside = sum(kill.died == "inside" for kill in kills)
    right = sum(not kill.is_wrong for kill in died)
    rebuilt = sum(kill.found is not None and kill.found.rebuilt for kill in kills)
    return f"| {phase} | {len(kills)} | {len(died)} | {inside} | {right} | {rebuilt} |"


if __name__ == "__main__":
    main()
