"""`ramify migrate`: a stored graph's schema brought to a version, forwards or back.

For a store that nobody has open. Opening one brings it forwards by itself (`writer`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from ramify_store import layout
from ramify_store.generations import Generations
from ramify_store.migrations import MIGRATIONS, PlannedStep, migrate, plan, version_of
from ramify_store.ownership import Ownership
from ramify_store.store import GRAPH, known_layout

LATEST = len(MIGRATIONS)


def schema_of(directory: Path) -> int:
    """Raises StoreLocked while somebody owns the store, StoreTooNew for a newer Ramify's."""
    with _graph(directory) as generations:
        return version_of(generations.engine)


def planned(directory: Path, version: int) -> tuple[PlannedStep, ...]:
    """What `bring` would do. Raises ValueError for a version that nobody knows, and what
    `schema_of` raises."""
    return plan(MIGRATIONS, schema_of(directory), version)


def bring(directory: Path, version: int) -> tuple[PlannedStep, ...]:
    """Takes the steps, each in one transaction with its version; what was done."""
    with _graph(directory) as generations:
        steps = plan(MIGRATIONS, version_of(generations.engine), version)
        migrate(generations.engine, MIGRATIONS, version)
    layout.write(directory, replace(known_layout(), schema=version))
    return steps


@contextmanager
def _graph(directory: Path) -> Iterator[Generations]:
    ownership = Ownership(directory)
    try:
        found = layout.read(directory)
        if found is not None:
            found.refuse_newer(known_layout())
        generations = Generations(directory / GRAPH)
        try:
            yield generations
        finally:
            generations.close()
    finally:
        ownership.release()
