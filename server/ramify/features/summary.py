"""An impact in one line: how many depend on what changed, where they stand, and which tests notice.

Words alone. Must never know how anything was found.
"""

from __future__ import annotations

from collections.abc import Sequence

from ramify.features.answers.impact import Uncertain
from ramify.features.reach import Reach
from ramify_store.facts import Certainty


def summary_of(
    names: Sequence[str],
    unresolved: Uncertain,
    reach: Reach,
    tests: tuple[int, int],
    packages: int,
    depth: int,
) -> str:
    """`salted_hmac: 28 dependents in 14 files (3 direct); 40 tests in 7 files reach it.`"""
    name = names[0] if len(names) == 1 else f"{len(names)} symbols"
    it = "it" if len(names) == 1 else "them"
    parts = [f"{name}: {_dependents(reach, packages)}", _tests(reach, *tests, it)]
    if unresolved.message:
        parts.append(unresolved.message)
    if reach.deeper:
        parts.append(f"more beyond {_counted(depth, 'step')}")
    if reach.partial:
        parts.append(reach.partial)
    return "; ".join(parts) + "."


def _dependents(reach: Reach, packages: int) -> str:
    others = reach.others
    if not others:
        return "no dependents known outside the tests"
    direct = int((others.distance == 1).sum())
    inferred = int((others.level < Certainty.EXACT).sum())
    split = [f"{direct:,} direct"] + ([f"{inferred:,} inferred"] if inferred else [])
    files = _counted(reach.files(others), "file")
    where = f"{files} of {packages:,} packages" if packages > 1 else files
    return f"{_counted(len(others), 'dependent')} in {where} ({', '.join(split)})"


def _tests(reach: Reach, total: int, likely: int, it: str) -> str:
    """Of `total` so many are likely to, no more."""
    if not total and not reach.unnamed:
        return f"no test is known to reach {it}"
    proved = total - likely
    verb = "reaches" if proved == 1 else "reach"
    files = f" in {_counted(reach.files(reach.tests), 'file')}" if len(reach.tests) == total else ""
    parts = [f"{_counted(proved, 'test')}{'' if likely else files} {verb} {it}"]
    if likely:
        more = f"{likely:,} more {'is' if likely == 1 else 'are'} likely to{files}"
        parts = [*(parts if proved else [f"no test is known to reach {it}"]), more]
    if reach.unnamed:
        parts.append(f"{reach.unnamed:,} more may, too many to say which")
    return ", ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
