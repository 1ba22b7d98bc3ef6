"""From facts to links: what each file's facts mean beside the others'.

Linking a file is a pure function of its own facts and of the answers it got about others. What it
asked is recorded as keys; a change touches the keys whose answers differ, and exactly the files
that hold one of them are linked again. The linked graph after any series of changes equals the
one made from scratch.

Values handed to parameters flow against that direction; they are made in rounds (see `flows`).
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Protocol

import msgspec

from ramify.analysis.inference.engine import NO_FLOW, Units
from ramify.analysis.inference.infer import Inference
from ramify.analysis.inference.unit import Unit
from ramify.analysis.linking.askers import Askers
from ramify.analysis.linking.edges.collector import LinkCollector
from ramify.analysis.linking.flows import FlowTable, Step
from ramify.analysis.linking.kept import Kept
from ramify.analysis.linking.keys import (
    Ask,
    answer_to,
    asked_about,
    file_key,
    keys_of,
    module_key,
    stands_as_before,
)
from ramify.analysis.linking.told import Answer, Answers, Told, answer_in
from ramify.analysis.program import Program
from ramify_store.facts import FileLinks, Flow

ROUNDS: Final = 2
"""Rounds of flows before the one that makes the edges: a callable is followed through so many
calls that hand it on."""

MOST_OPENED: Final = 1_500_000
"""Bytes of source of the files that stay open from one relinking to the next."""


class Cancel(Protocol):
    def check(self) -> None:
        """Raises to abandon the work."""


class Linked(Protocol):
    """What relinking must remember of a file that was linked before."""

    @property
    def path(self) -> str: ...

    @property
    def keys(self) -> tuple[int, ...]: ...

    @property
    def flows(self) -> tuple[tuple[Flow, ...], ...]: ...


@dataclass(frozen=True, slots=True)
class LinkDelta:
    """What a change does to the graph: contributions to replace, files to forget."""

    links: Mapping[str, FileLinks]
    removed: tuple[str, ...]


class Linker:
    """Remembers the keys and flows of the files linked so far, and nothing of their facts.

    `link` and `relink` return the new contributions and remember them. `fork` gives an
    independent linker in the same state, cheaply: an overlay relinks on a fork of the disk's.
    """

    def __init__(self, known: Iterable[Linked] = ()) -> None:
        self._keys: dict[str, array[int]] = {}
        self._flows: list[dict[str, tuple[Flow, ...]]] = [{} for _ in range(ROUNDS)]
        for linked in known:
            self._keys[linked.path] = array("q", linked.keys)
            for of_round, flows in zip(self._flows, linked.flows, strict=True):
                of_round[linked.path] = flows
        self._askers: Askers | None = None
        self._tables: list[FlowTable] | None = None
        self._steps: list[Step] | None = None
        self._told = Told()
        self._opened: dict[str, Unit | None] = {}
        self._kept = [Kept() for _ in range(ROUNDS + 2)]
        """Answers of earlier relinkings: stable ones, then the others by round. Like the files
        opened, they are shared with those that are forked: what an overlay works out about the
        program it lies on, the next one need not."""

    def fork(self) -> Linker:
        other = Linker()
        other._keys = dict(self._keys)
        other._flows = [dict(flows) for flows in self._flows]
        other._askers = self.askers().fork()
        other._tables = list(self.tables())
        other._steps = list(self.steps())
        other._opened = self._opened
        other._kept = self._kept
        other._told = self._told
        return other

    def link(self, program: Program, paths: Collection[str], token: Cancel) -> LinkDelta:
        """Links all the files of a program from scratch."""
        units = Units(program)
        keys: dict[str, set[int]] = {path: set() for path in paths}
        collectors: dict[str, LinkCollector] = {}
        flows: list[dict[str, tuple[Flow, ...]]] = [{} for _ in range(ROUNDS)]
        tables = [FlowTable.of(())]
        before: Inference | None = None
        rounds: list[Inference] = []
        for number in range(ROUNDS + 1):
            touched = tables[-1].differing(tables[-2]) if number else set()
            inference = Inference(units, tables[-1].values(units), before, differing=touched)
            rounds.append(inference)
            if 0 < number < ROUNDS:
                flows[number].update(flows[number - 1])
            for path in sorted(paths):
                token.check()
                collector = collectors.get(path)
                if number == 0:
                    collector = _collected(inference, path)
                    if collector is not None:
                        collectors[path] = collector
                else:
                    if collector is None or not collector.collect_again(inference):
                        continue
                    inference.forget(path)
                _take_keys(inference, path, keys)
                if collector is not None and number < ROUNDS:
                    flows[number][path] = collector.flows()
            for path in inference.askers():
                _take_keys(inference, path, keys)
            if number < ROUNDS:
                tables.append(FlowTable.of(flows[number].values()))
            before = inference
        links = {path: _contribution(collectors.pop(path)) for path in list(collectors)}
        for inference in rounds:
            inference.let_go()
        self._flows = flows
        self._tables = tables[1:]
        self._steps = None
        self._askers = None
        self._opened = {}
        self._told = Told()
        self._kept = [Kept() for _ in range(ROUNDS + 2)]
        self._keys = {path: array("q", sorted(found)) for path, found in keys.items()}
        return LinkDelta({path: self._remembered(links[path]) for path in sorted(links)}, ())

    def prepare(self, program: Program, path: str, token: Cancel) -> None:
        """Works out what linking an edit of a file will ask of the others, ahead of the edit: it
        is linked as it stands, and nothing but the answers is kept.

        `program` must be the one that this linker has linked last. What was done counts when the
        token raises, too.
        """
        self._opened = _some_of(self._opened)
        units = Units(program, self._opened)
        before: Inference | None = None
        collector: LinkCollector | None = None
        rounds: list[Inference] = []
        stable = self._kept[0]
        for number, table in enumerate([FlowTable.of(()), *self.tables()]):
            volatile = self._kept[number + 1]
            differing = self.steps()[number - 1].keys() if number else None
            values = table.values(units)
            inference = Inference(units, values, before, stable, volatile, differing)
            rounds.append(inference)
            token.check()
            if collector is None:
                collector = _collected(inference, path)
            else:
                collector.collect_again(inference)
                inference.forget(path)
            volatile.keep(inference.volatile, inference.taint_of)
            before = inference
        if before is not None:
            stable.keep(before.stable, lambda question: NO_FLOW)
        for inference in rounds:
            inference.let_go()

    def relink(
        self, before: Program, after: Program, changed: Collection[str], token: Cancel
    ) -> LinkDelta:
        """Links what a change of these files (new, edited or gone) touches, and nothing else.

        `before` must be the program that this linker has linked last.
        """
        run = _Relinking(self, before, after, frozenset(changed), token)
        for number in range(ROUNDS + 1):
            run.round(number)
        run.link_the_answering()
        removed = tuple(sorted(path for path in changed if run.units[path] is None))
        self._forget(removed)
        self._flows = run.flows
        self._tables = run.tables[1:]
        self._steps = run.steps
        self._opened = run.units.opened
        self._kept = run.kept()
        self._told = self._told.after(run.told, changed)
        askers = self.askers()
        for path, found in run.keys.items():
            askers.add(path, found.difference(self._keys.get(path, ())))
            self._keys[path] = array("q", sorted(found))
        links = run.links
        return LinkDelta({path: self._remembered(links[path]) for path in sorted(links)}, removed)

    def _forget(self, removed: Collection[str]) -> None:
        for path in removed:
            self._keys.pop(path, None)

    def _remembered(self, links: FileLinks) -> FileLinks:
        """A contribution with what the next relinking needs to know of it."""
        path = links.placed.path
        return msgspec.structs.replace(
            links,
            keys=tuple(self._keys[path]),
            flows=tuple(flows.get(path, ()) for flows in self._flows),
        )

    def askers(self) -> Askers:
        if self._askers is None:
            self._askers = Askers.of(self._keys)
        return self._askers

    def tables(self) -> list[FlowTable]:
        if self._tables is None:
            self._tables = [FlowTable.of(flows.values()) for flows in self._flows]
        return self._tables

    def steps(self) -> list[Step]:
        """By which flows each round's table differs from that of the round before."""
        if self._steps is None:
            tables = [FlowTable.of(()), *self.tables()]
            self._steps = [Step.between(before, table) for before, table in pairwise(tables)]
        return self._steps


class _Relinking:
    """One relinking, round by round."""

    def __init__(
        self,
        linker: Linker,
        before: Program,
        after: Program,
        changed: frozenset[str],
        token: Cancel,
    ) -> None:
        self._linker = linker
        self._changed = changed
        self._token = token
        self._before = linker._kept
        self._old_units = Units(before, linker._opened)
        opened = _some_of(linker._opened)
        for path in changed:
            opened.pop(path, None)
        self.units = Units(after, opened)
        self._existence = _existence_keys(before, after, changed)
        self._old_tables = [FlowTable.of(()), *linker.tables()]
        self.tables = [self._old_tables[0]]
        self.steps: list[Step] = []
        self.flows = [dict(of_round) for of_round in linker._flows]
        self.keys: dict[str, set[int]] = {}
        self.links: dict[str, FileLinks] = {}
        self._collectors: dict[str, LinkCollector] = {}
        self._asked: dict[str, list[Ask]] = {}
        """By file: the questions about it that somebody asked."""
        self._told_before: dict[str, dict[int, dict[Ask, Answer]]] = {}
        """Answers that were worked out to compare with, by file and round."""
        self.told: dict[str, dict[int, Answers]] = {}
        self._after: list[Kept] = []
        self._old: Inference | None = None
        self._new: Inference | None = None
        self._rounds: list[Inference] = []

    def round(self, number: int) -> None:
        old_table, new_table = self._old_tables[number], self.tables[number]
        stable, volatile = self._before[0], self._before[number + 1]
        self._old = Inference(
            self._old_units, old_table.values(self._old_units), self._old, stable, volatile
        )
        touched = self._existence | new_table.differing(old_table)
        new, stale = self._settled(number, self._old, touched)
        for path in sorted(stale):
            self._token.check()
            self._link(new, number, path)
        self._collectors = {p: c for p, c in self._collectors.items() if p in stale}
        self._take_keys(new, stale)
        if number < ROUNDS:
            before = self._linker._flows[number]
            following = self._old_tables[number + 1]
            self.tables.append(following.replaced(before, self.flows[number], stale))
            step = self._linker.steps()[number]
            old = (old_table, following)
            self.steps.append(step.replaced(old, (new_table, self.tables[-1])))
        self._after[number + 1].keep(new.volatile, new.taint_of)
        self._new = new

    def _settled(
        self, number: int, old: Inference, touched: Collection[int]
    ) -> tuple[Inference, set[str]]:
        """The files to link again and an inference that relies on no answer about them.

        Whether a file is stale shows by asking, and asking relies on what is kept of the others:
        when one of them turns out stale, everything is asked once more.
        """
        askers = self._linker.askers()
        stale = set(self._changed)
        for key in touched:
            stale |= askers.of_key(key)
        while True:
            self._token.check()
            new = self._inference(number, stale)
            woken: set[str] = set()
            for path in sorted(stale):
                for key in self._differing(number, path, old, new):
                    woken |= askers.of_key(key)
            self._keep_old(number, old)
            if woken <= stale:
                return new, stale
            stale |= woken

    def _differing(self, number: int, path: str, old: Inference, new: Inference) -> set[int]:
        """Keys of questions about a file that somebody asked and whose answers differ. What holds
        in every round is asked in the first one alone."""
        asked = self._asked.get(path)
        if asked is None:
            asked = asked_about(path, old, new, self._linker.askers().among)
            self._asked[path] = asked
        unit = new.units[path]
        if unit is None or not stands_as_before(old.units[path], unit):
            return {ask[0] for ask in asked}
        rounds = self.told.setdefault(path, {})
        rounds[number] = {}
        answers: dict[Ask, Answer] = {}
        differing = set()
        for ask in asked:
            was = self._was_told(number, path, ask, old)
            now = answer_in(rounds, number, ask) if number and was.is_stable else None
            if now is None:
                now = answers[ask] = Answer(answer_to(new, unit, ask), not new.taint)
            if was.told != now.told:
                differing.add(ask[0])
        rounds[number] = answers
        return differing

    def _was_told(self, number: int, path: str, ask: Ask, old: Inference) -> Answer:
        answer = self._linker._told.get(path, number, ask)
        if answer is not None:
            return answer
        rounds = self._told_before.setdefault(path, {})
        answer = answer_in(rounds, number, ask)
        if answer is None:
            answer = Answer(answer_to(old, old.unit(path), ask), not old.taint)
            rounds.setdefault(number, {})[ask] = answer
        return answer

    def _keep_old(self, number: int, old: Inference) -> None:
        """What was worked out of the others for the answers before serves for those after, too."""
        self._before[0].keep(old.stable, lambda question: NO_FLOW)
        self._before[number + 1].keep(old.volatile, old.taint_of)

    def _inference(self, number: int, stale: set[str]) -> Inference:
        volatile = self._before[number + 1].after(self._changed, stale)
        if number == 0:
            self._after = [self._before[0].after(self._changed, stale), volatile]
        else:
            self._after[number + 1 :] = [volatile]
        table = self.tables[number]
        differing = self.steps[number - 1].keys() if number else None
        made = Inference(
            self.units, table.values(self.units), self._new, self._after[0], volatile, differing
        )
        self._rounds.append(made)
        return made

    def _link(self, new: Inference, number: int, path: str) -> None:
        collector = self._collectors.get(path)
        if collector is not None:
            collector.collect_again(new)
            new.forget(path)
        else:
            collector = _collected(new, path)
        if collector is None:
            if number < ROUNDS:
                self.flows[number].pop(path, None)
            return
        self._collectors[path] = collector
        if number < ROUNDS:
            self.flows[number][path] = collector.flows()
        else:
            self.links[path] = _contribution(collector)

    def _take_keys(self, new: Inference, stale: set[str]) -> None:
        old = self._old
        assert old is not None
        for path in [path for path in old.askers() if path not in self._changed]:
            self.keys.setdefault(path, set(self._linker._keys.get(path, ())))
            _take_keys(old, path, self.keys)
        for path in {*new.askers(), *(p for p in stale if self.units[p] is not None)}:
            if path not in self.keys:
                known = () if path in self._changed else self._linker._keys.get(path, ())
                self.keys[path] = set(known)
            _take_keys(new, path, self.keys)

    def link_the_answering(self) -> None:
        """Links those that, asked about something new, asked others more than they had before:
        their contributions hold their keys."""
        assert self._new is not None
        for path, found in self.keys.items():
            if path not in self.links and found > set(self._linker._keys.get(path, ())):
                collector = _collected(self._new, path)
                if collector is not None:
                    self.links[path] = _contribution(collector)

    def kept(self) -> list[Kept]:
        assert self._new is not None
        self._after[0].keep(self._new.stable, lambda question: NO_FLOW)
        for inference in self._rounds:
            inference.let_go()
        return self._after


def _some_of(opened: Mapping[str, Unit | None]) -> dict[str, Unit | None]:
    """The files opened last, as many as may stay open."""
    some = dict(opened)
    size = sum(unit.outline.size for unit in some.values() if unit is not None)
    for path, unit in list(some.items()) if size > MOST_OPENED else ():
        if size <= MOST_OPENED:
            break
        size -= unit.outline.size if unit is not None else 0
        del some[path]
    return some


def _collected(inference: Inference, path: str) -> LinkCollector | None:
    """Links one file in one round. None when the file has no facts."""
    unit = inference.units[path]
    if unit is None:
        return None
    collector = LinkCollector(inference, unit)
    collector.collect()
    inference.forget(path)
    return collector


def _take_keys(inference: Inference, path: str, into: dict[str, set[int]]) -> None:
    """Moves what a file has asked so far; answers it got are remembered and not asked again."""
    asked = inference.take_asked(path)
    into.setdefault(path, set()).update(key for q in asked for key in keys_of(inference.units, q))


def _contribution(collector: LinkCollector) -> FileLinks:
    return FileLinks(
        placed=collector.unit.placed,
        symbols=collector.symbols(),
        edges=collector.edges(),
        lookups=collector.lookups(),
        keys=(),
        flows=(),
    )


def _existence_keys(before: Program, after: Program, changed: Collection[str]) -> set[int]:
    """Keys that the coming, going and moving of files touches."""
    keys: set[int] = set()
    for path in changed:
        old, new = before.placed(path), after.placed(path)
        spots = {(each.root, each.module) for each in (old, new) if each is not None}
        if old is not None and new is not None and len(spots) == 1:
            continue
        keys.add(file_key(path))
        for dotted, root in _dotted_names(path):
            keys.add(module_key(dotted))
            around = dotted.rpartition(".")[0]
            while around:  # a package around it counts only if that itself came or went
                if _standing(before, around, root) != _standing(after, around, root):
                    keys.add(module_key(around))
                around = around.rpartition(".")[0]
    return keys


def _standing(program: Program, dotted: str, root: str) -> tuple[str | None, bool]:
    return program.find_module(dotted, root), program.is_namespace(dotted, root)


def _dotted_names(path: str) -> Iterator[tuple[str, str]]:
    """Every name the file may be imported by, with the root that it goes by that name under:
    which one counts depends on the importer's root."""
    parts = path.rpartition(".")[0].split("/")
    if parts[-1] == "__init__":
        parts.pop()
    for start in range(len(parts)):
        yield ".".join(parts[start:]), "/".join(parts[:start]) or "."
