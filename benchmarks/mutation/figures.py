"""From what failed and what was predicted to recall and shares, and to the table people read."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """One selection of tests, held against what failed, over many mutants of one suite."""

    failing: int
    found: int
    """Of the failing tests of all mutants together, those that were selected."""
    killed: int
    whole: int
    """Of the mutants that some test failed for, those whose failing tests were all selected."""
    shares: tuple[float, ...]
    """Of the suite, selected for each mutant, killed or not."""

    def figures(self) -> Figures:
        return {
            "recall": _share(self.found, self.failing),
            "mutantsWhole": _share(self.whole, self.killed),
            "medianShare": round(rank(self.shares, 0.5), 4),
            "meanShare": round(sum(self.shares) / (len(self.shares) or 1), 4),
            "p90Share": round(rank(self.shares, 0.9), 4),
        }


def compared(
    pairs: Iterable[tuple[frozenset[str], frozenset[str]]], suite: frozenset[str]
) -> Compared:
    """From pairs of what failed and what was selected; what is not of the suite does not count."""
    failing = found = killed = whole = 0
    shares: list[float] = []
    for failed, selected in pairs:
        failing += len(failed)
        found += len(failed & selected)
        killed += bool(failed)
        whole += bool(failed) and failed <= selected
        shares.append(len(selected & suite) / (len(suite) or 1))
    return Compared(failing, found, killed, whole, tuple(shares))


SHARES = (0.1, 0.25, 0.5, 1.0)


def curve(
    pairs: Sequence[tuple[frozenset[str], Sequence[str]]], suite: frozenset[str]
) -> dict[str, float | None]:
    """Recall where no more than a share of the suite is run, the first of each selection."""
    recall = {}
    for share in SHARES:
        most = round(share * len(suite))
        begun = [(failed, _first(selected, suite, most)) for failed, selected in pairs]
        recall[str(share)] = compared(begun, suite).figures()["recall"]
    return recall


def _first(selected: Sequence[str], suite: frozenset[str], most: int) -> frozenset[str]:
    return frozenset([each for each in selected if each in suite][:most])


def by_chance(
    pairs: Iterable[tuple[frozenset[str], frozenset[str]]], suite: frozenset[str]
) -> float | None:
    """The recall to expect of as many tests, drawn at random for each mutant."""
    failing, found = 0, 0.0
    for failed, selected in pairs:
        failing += len(failed)
        found += len(failed) * len(selected & suite) / (len(suite) or 1)
    return round(found / failing, 4) if failing else None


def rank(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; 0 of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


HEADER = """\
# Which tests fail, and which were named

Written by `python -m benchmarks.mutation`; the same with every mutant stands beside this file as
JSON. One function of a package is changed in one place, drawn at random with a fixed seed; all
tests run; and Ramify is asked, of the changed file alone, which tests to run. Tests count by
function, parameters cut off; those that fail without a change do not count.

Recall is the share of failing tests that were named, over all mutants together; "all named" the
share of mutants, of those that some test failed for, whose failing tests were all named. Selected
is the share of the suite that was named. Four ways to select:

- Ramify: `ramify impact --changes worktree --tests`, without having run anything: tests that links
  prove to reach the change, and those that are likely to.
- Ramify, proved: the same with `--min-certainty inferred`.
- By imports, what other tools do: every test whose file imports the changed file, directly or not.
- Ran it: tests that run the changed function in a traced run of the whole suite: what can be known
  by running it all, but for what runs when modules are imported.

A second table says how much is found where the time is short: recall when the first tests of the
answer are run up to a tenth, a quarter, half of the suite, and all that were named. Beside it the
recall to expect of as many tests as were named, drawn at random.

Requests were timed on a machine that was busy with other things: their times compare to nothing.
"""


def table(results: Sequence[Figures]) -> str:
    return HEADER + "\n" + "\n".join(_lines(results)) + "\n"


_COLUMNS = (
    "package",
    "tests",
    "mutants",
    "some test failed",
    "selected by",
    "recall",
    "all named",
    "selected: median",
    "mean",
    "p90",
    "request p50 / p95, ms",
)
_WAYS = (
    ("Ramify", "ramify"),
    ("Ramify, proved", "inferred"),
    ("imports", "imports"),
    ("ran it", "ran"),
)


def _lines(results: Sequence[Figures]) -> Iterator[str]:
    for title, role in (("Reported", "report"), ("Chosen by", "choose")):
        rows = [each for each in results if each["role"] == role]
        if not rows:
            continue
        yield f"## {title}"
        yield ""
        yield _row(_COLUMNS)
        yield _row(["---", *("---:" for _ in _COLUMNS[1:])])
        for each in rows:
            for name, way in _WAYS:
                yield _row([*_heads(each, way), name, *_cells(each[way]), *_times(each, way)])
        yield ""
        yield _row(
            ("package", *(f"first {share:.0%}" for share in SHARES[:-1]), "all", "at random")
        )
        yield _row(["---", *("---:" for _ in (*SHARES, ""))])
        for each in rows:
            recall = [*each.get("curve", {}).values(), each.get("byChance")]
            yield _row([each["package"], *map(_number, recall)])
        yield ""
        for each in rows:
            yield (
                f"- {each['package']}: measured {each['measured']}, seed {each['seed']}, "
                f"{each['cutShort']} runs cut short by a test that hung; {_operators(each)}."
            )
        yield ""


def _heads(each: Figures, way: str) -> list[str]:
    if way != "ramify":
        return ["", "", "", ""]
    return [each["package"], f"{each['suite']:,}", str(each["mutants"]), str(each["killed"])]


def _cells(figures: Figures) -> Iterator[str]:
    names = ("recall", "mutantsWhole", "medianShare", "meanShare", "p90Share")
    return (_number(figures[name]) for name in names)


def _times(each: Figures, way: str) -> list[str]:
    times = each["requestMs"]
    return [f"{times['p50']:.0f} / {times['p95']:.0f}" if way == "ramify" else ""]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _operators(each: Figures) -> str:
    counts = Counter(mutant["operator"] for mutant in each["each"])
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
