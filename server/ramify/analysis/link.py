"""From facts to links: what each file's facts mean beside the others'.

Linking a file is a pure function of its own facts and of the answers it got about others. What it
asked is recorded as keys; a change touches the keys whose answers differ, and exactly the files
that hold one of them are linked again. The linked graph after any series of changes equals the
one made from scratch.

Values handed to parameters flow against that direction; they are made in rounds (see `flows`).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

import msgspec

from ramify.analysis.askers import Askers
from ramify.analysis.edges import LinkCollector
from ramify.analysis.engine import Units
from ramify.analysis.flows import FlowTable
from ramify.analysis.infer import Inference
from ramify.analysis.keys import FlowChanges, changed_keys, file_key, keys_of, module_key
from ramify.analysis.program import Program
from ramify_store.facts import FileLinks, Flow

ROUNDS: Final = 2
"""Rounds of flows before the one that makes the edges: a callable is followed through so many
calls that hand it on."""


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

    def fork(self) -> Linker:
        other = Linker()
        other._keys = dict(self._keys)
        other._flows = [dict(flows) for flows in self._flows]
        other._askers = self._asked().fork()
        other._tables = list(self._handed())
        return other

    def link(self, program: Program, paths: Collection[str], token: Cancel) -> LinkDelta:
        """Links all the files of a program from scratch."""
        units = Units(program)
        keys: dict[str, set[int]] = {path: set() for path in paths}
        collectors: dict[str, LinkCollector] = {}
        flows: list[dict[str, tuple[Flow, ...]]] = [{} for _ in range(ROUNDS)]
        tables = [FlowTable.of(())]
        before: Inference | None = None
        stale: Collection[str] = paths
        for number in range(ROUNDS + 1):
            inference = Inference(units, tables[-1].values(units), before)
            if before is not None:
                touched = tables[-1].differing(tables[-2])
                askers = Askers.of(keys)
                changes = FlowChanges(before, inference, askers.has)
                stale = _spread((), touched, askers, changes.changed, token)
                if number < ROUNDS:
                    flows[number].update(flows[number - 1])
            for path in sorted(stale):
                token.check()
                collector = collectors.get(path)
                if collector is None:
                    collector = _collected(inference, path)
                    if collector is None:
                        continue
                    collectors[path] = collector
                else:
                    collector.collect_again(inference)
                    inference.forget(path)
                _take_keys(inference, path, keys)
                if number < ROUNDS:
                    flows[number][path] = collector.flows()
            for path in list(inference.keys):
                _take_keys(inference, path, keys)
            if number < ROUNDS:
                tables.append(FlowTable.of(flows[number].values()))
            before = inference
        links = {path: _contribution(collectors.pop(path)) for path in list(collectors)}
        self._flows = flows
        self._tables = tables[1:]
        self._askers = None
        self._keys = {path: array("q", sorted(found)) for path, found in keys.items()}
        return LinkDelta({path: self._remembered(links[path]) for path in sorted(links)}, ())

    def relink(
        self, before: Program, after: Program, changed: Collection[str], token: Cancel
    ) -> LinkDelta:
        """Links what a change of these files (new, edited or gone) touches, and nothing else."""
        old_units, new_units = Units(before), Units(after)
        askers = self._asked()
        existence = _existence_keys(before, after, changed)
        old_tables = [FlowTable.of(()), *self._handed()]
        new_tables = [old_tables[0]]
        flows = [dict(of_round) for of_round in self._flows]
        keys: dict[str, set[int]] = {}
        links: dict[str, FileLinks] = {}
        old: Inference | None = None
        new: Inference | None = None
        for number in range(ROUNDS + 1):
            old = Inference(old_units, old_tables[number].values(old_units), old)
            new = Inference(new_units, new_tables[number].values(new_units), new)
            touched = existence | new_tables[number].differing(old_tables[number])
            changes = partial(changed_keys, before=old, after=new, is_asked=askers.has)
            stale = _spread(changed, touched, askers, changes, token)
            for path in sorted(stale):
                token.check()
                collector = _collected(new, path)
                if collector is None:
                    if number < ROUNDS:
                        flows[number].pop(path, None)
                    continue
                if number < ROUNDS:
                    flows[number][path] = collector.flows()
                else:
                    links[path] = _contribution(collector)
            for path in {*new.keys, *(p for p in stale if new_units[p] is not None)}:
                if path not in keys:
                    keys[path] = set() if path in changed else set(self._keys.get(path, ()))
                _take_keys(new, path, keys)
            if number < ROUNDS:
                new_tables.append(
                    old_tables[number + 1].replaced(self._flows[number], flows[number], stale)
                )
        assert new is not None
        for path, found in keys.items():  # answered others more than it had before
            if path not in links and found > set(self._keys.get(path, ())):
                collector = _collected(new, path)
                if collector is not None:
                    links[path] = _contribution(collector)
        removed = tuple(sorted(path for path in changed if new_units[path] is None))
        self._forget(removed)
        self._flows = flows
        self._tables = new_tables[1:]
        for path, found in keys.items():
            self._keys[path] = array("q", sorted(found))
        askers.add(keys)
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

    def _asked(self) -> Askers:
        if self._askers is None:
            self._askers = Askers.of(self._keys)
        return self._askers

    def _handed(self) -> list[FlowTable]:
        if self._tables is None:
            self._tables = [FlowTable.of(flows.values()) for flows in self._flows]
        return self._tables


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
    asked = inference.keys.pop(path, ())
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
        for dotted in _dotted_names(path):
            while dotted:
                keys.add(module_key(dotted))
                dotted = dotted.rpartition(".")[0]
    return keys


def _dotted_names(path: str) -> Iterator[str]:
    """Every name the file may be imported by: which one it is depends on the importer's root."""
    parts = path.rpartition(".")[0].split("/")
    if parts[-1] == "__init__":
        parts.pop()
    for start in range(len(parts)):
        yield ".".join(parts[start:])


def _spread(
    changed: Collection[str],
    touched: Collection[int],
    askers: Askers,
    changes: Callable[[str], Iterable[int]],
    token: Cancel,
) -> set[str]:
    """The files to link again: those changed, those that asked for a touched key, and in turn
    those that asked one of these for something whose answer is now another."""
    stale = set(changed)
    for key in touched:
        stale |= askers.of_key(key)
    pending = sorted(stale)
    while pending:
        token.check()
        path = pending.pop()
        for key in changes(path):
            woken = askers.of_key(key) - stale
            stale |= woken
            pending.extend(sorted(woken))
    return stale
