"""Upstream reach: who depends on a symbol, by which path, how far and how sure.

What a change passes on, and what it does not:

- A caller, a user of the value (a callback, a variable's reader), a decorated symbol and a subclass
  depend on what they name, and their own dependents depend on them.
- Who annotates or mentions a class depends on it when the class itself is asked about; a class that
  is only reached on the way passes on to its subclasses and to who makes instances of it. A class
  whose body only mentions something passes nothing on.
- Who writes a variable, imports a name or overrides a method depends on it when it is asked about,
  and passes nothing on: the writer works on, an import is no use, an override runs its own code.
- A method does not pass on to its class, nor a body to its module: that would reach everybody.
- A class or module that is asked about stands for everything in it. One whose own code changed
  stands for that alone, and who merely imports, writes or overrides it does not notice.
- Of what is gone, whoever still names it and finds nothing depends on it.
- The setup methods of a test class pass on to its tests, and so does the class.
- Who is likely to run it, or may, without any link that proves it, is found by `likely`, and only
  where nothing proved was found.

Of several paths the best counts: highest weakest link first, then shortest. The walk is breadth
first over arrays, once for each level of certainty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ramify.features.answers.impact import EVERYTHING
from ramify.features.found import Found, Reached, Trail
from ramify.features.walk import Walk
from ramify.session.cancel import CancelToken
from ramify_store.facts import Certainty, SymbolKind
from ramify_store.view import GraphView

_LEVELS: Final = (Certainty.EXACT, Certainty.INFERRED)
_OWN: Final = (SymbolKind.FIELD, SymbolKind.LAMBDA)
_FAR: Final = 50


@dataclass(frozen=True, slots=True)
class Reach:
    seeds: Mapping[str, str]
    """What the targets stand for, each with the target it belongs to."""
    others: Found
    """Nearest first, then surest, then by id; without seeds and tests."""
    tests: Found
    """Those to run first stand first: a missing level of certainty counts like two steps, doubt
    like as many as it costs, and a word shared with what changed like two steps less."""
    seed_tests: tuple[Reached, ...]
    """Tests among the seeds, at distance 0."""
    likely: int
    """How many of the tests are only likely to."""
    unnamed: int
    """How many more are, too many to name any of them."""
    unsought: bool
    """Not every test that is likely to was looked for: too much hangs together."""
    deeper: bool
    """Some lie beyond the depth that was asked for."""
    partial: str | None
    """What was followed when the deadline came, in words; None: everything."""
    walk: Walk

    def trail(self, reached: Reached) -> Trail | None:
        """The path to a dependent; None for a seed."""
        return self.walk.trail_of(reached)

    def files(self, found: Found) -> int:
        """How many files they stand in."""
        return int(np.count_nonzero(self._in_files(found)))

    def by_file(self, view: GraphView) -> list[tuple[str, str, int, int]]:
        """Path and package of each file that others or tests stand in, and how many of both."""
        upstream = self.walk.upstream
        others, tests = self._in_files(self.others), self._in_files(self.tests)
        files = np.flatnonzero(others + tests)
        told: list[tuple[str, str, int, int]] = []
        for file, *counts in zip(
            files.tolist(), others[files].tolist(), tests[files].tolist(), strict=True
        ):
            known = upstream.file_of.get(file)
            if known is None:
                at = int(np.argmax(upstream.facts.file == file))
                known = upstream.file_of[file] = _file_of(view, upstream.ids[at])
            told.append((*known, *counts))
        return told

    def _in_files(self, found: Found) -> NDArray[np.intp]:
        """By file: how many of them stand there."""
        files = self.walk.upstream.facts.file
        return np.bincount(files[found.numbers], minlength=int(files.max(initial=0)) + 1)


def _file_of(view: GraphView, symbol_id: str) -> tuple[str, str]:
    symbol = view.symbol(symbol_id)
    path = symbol.file if symbol else ""
    placed = view.placed(path)
    module = placed.module if placed else path
    is_package = placed is not None and placed.is_package
    return path, module if is_package else module.rpartition(".")[0] or module


def dependents(
    view: GraphView,
    token: CancelToken,
    targets: Iterable[str],
    least: Certainty,
    depth: int,
    *,
    own_code: Iterable[str] = (),
    gone: Collection[str] = (),
    imported: Collection[str] = (),
    doubt: int = 0,
) -> Reach:
    """Everybody within `depth` links upstream whose best path is at least that certain, and beyond
    that the tests to which a path costs at most `doubt`.

    Of `own_code` only what they say themselves changed. `gone` are bare names that are no more,
    `imported` modules whose own statements changed.
    """
    whole = seeds_of(view, targets)
    seeds = {**own_seeds_of(view, own_code), **whole}
    walk = Walk(view, token, list(seeds), list(whole), depth, gone)
    for level in _LEVELS:
        if level >= least:
            walk.follow(level)
    if least == Certainty.POSSIBLE:
        walk.doubt(EVERYTHING, imported)
    elif doubt:
        walk.doubt(doubt, imported)
    tests, others = walk.found(least)
    return Reach(
        seeds=seeds,
        others=others,
        tests=tests,
        seed_tests=walk.seed_tests(),
        likely=int((tests.level == Certainty.POSSIBLE).sum()),
        unnamed=walk.unnamed,
        unsought=walk.unsought,
        deeper=walk.deeper,
        partial=walk.partial,
        walk=walk,
    )


def is_tested(view: GraphView, token: CancelToken, target: str, least: Certainty) -> bool:
    """Whether some test is known to reach the symbol itself."""
    walk = Walk(view, token, list(own_seeds_of(view, [target])), [target], _FAR, ())
    return any(walk.meets_test(level) for level in _LEVELS if level >= least)


def is_likely_tested(view: GraphView, token: CancelToken, target: str, doubt: int) -> bool:
    """Whether a path that costs at most `doubt` leads from some test to the symbol itself."""
    walk = Walk(view, token, list(own_seeds_of(view, [target])), [target], _FAR, ())
    walk.doubt(doubt, ())
    return len(walk.found(Certainty.INFERRED)[0]) > 0


def seeds_of(view: GraphView, targets: Iterable[str]) -> dict[str, str]:
    """The targets and all that is defined in them."""
    seeds: dict[str, str] = {}
    for target in targets:
        waiting = [target]
        while waiting:
            each = waiting.pop()
            if each not in seeds:
                seeds[each] = target
                waiting.extend(child.id for child in view.children(each))
    return seeds


def own_seeds_of(view: GraphView, targets: Iterable[str]) -> dict[str, str]:
    """The targets with what belongs to their own text: fields, lambdas."""
    seeds: dict[str, str] = {}
    for target in targets:
        seeds[target] = target
        for child in view.children(target):
            if child.kind in _OWN:
                seeds[child.id] = target
    return seeds
