"""What wrote a store: a small file in it that every Ramify reads before it opens anything else.

So that an older Ramify leaves a newer one's databases alone, and a newer database engine does not
take files of an older one for damaged. Knows no database.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import msgspec

from ramify_store.errors import StoreTooNew

LAYOUT: Final = 1
"""Of the directory: which files there are and what each is for."""
NAME: Final = "layout.json"


class Layout(msgspec.Struct, frozen=True):
    """Fields that a later one adds are passed over."""

    layout: int
    schema: int
    """Of the graph: how many migrations it has been through."""
    storage: int
    """Of the files of the graph's engine."""
    facts: int
    """Of the extractor."""
    ramify: str
    """Who wrote it, for messages."""

    def refuse_newer(self, known: Layout) -> None:
        """Raises StoreTooNew when this was written by a newer Ramify than the known one."""
        for part in ("layout", "schema", "storage"):
            here, there = getattr(known, part), getattr(self, part)
            if there > here:
                back = f" --to {here}" if part == "schema" else ""
                advice = f"let it take the store back with `ramify migrate{back}`, " if back else ""
                raise StoreTooNew(
                    f"The store was written by Ramify {self.ramify} ({part} {there}, this Ramify "
                    f"{known.ramify} knows {here}): use that one, {advice}or remove the store "
                    "with `ramify clean`."
                )


@cache
def product() -> str:
    """Version of the installed Ramify."""
    try:
        return version("ramify")
    except PackageNotFoundError:
        return "unknown"


def read(directory: Path) -> Layout | None:
    """None where none was written, or what was is no layout."""
    try:
        return msgspec.json.decode((directory / NAME).read_bytes(), type=Layout)
    except (OSError, msgspec.DecodeError):
        return None


def write(directory: Path, layout: Layout) -> None:
    fresh = directory / f"{NAME}.new"
    fresh.write_bytes(msgspec.json.encode(layout))
    fresh.replace(directory / NAME)
