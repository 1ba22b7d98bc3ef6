"""How a store grows: many updates of single files, then housekeeping, against a fresh store.

    python -m benchmarks.growth FOLDER [--updates 2000] [--seed 1] [--out results/growth.json]

Works on a copy of the folder. Each update edits one Python file (a function more, one less, a line
inserted, a name changed) and is committed by itself, as a save is. At the end the store is put in
order as a server does when it is quiet, and compared with one made from scratch of the same files.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from ramify.indexing.workspace import Workspace
from ramify.session.cancel import CancelToken
from ramify.session.directories import Directories
from ramify.session.settings import Settings
from ramify_store import upkeep
from ramify_store.check import differences
from ramify_store.facts import FileLinks
from ramify_store.store import Store

SETTINGS = Settings(watch=False)
LATER = upkeep.Limits(log_bytes=0, fragments=1, grace_seconds=0)
"""As after a day; what is spared for branches that may come back stays."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--updates", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        found = measured(given.folder, Path(home), given.updates, given.seed)
    text = json.dumps(found, indent=2)
    print(text)
    if given.out is not None:
        given.out.write_text(text + "\n")


def measured(folder: Path, home: Path, updates: int, seed: int) -> Mapping[str, object]:
    copy = home / folder.name
    shutil.copytree(folder, copy)
    workspace = opened(copy, home / "updated")
    try:
        workspace.refresh()
        first = sizes(workspace)
        seconds, most = updated(workspace, copy, updates, random.Random(seed))
        grown = sizes(workspace)
        kept = in_order(workspace)
        small = sizes(workspace)
        links = links_of(workspace)
    finally:
        workspace.close()
    scratch = opened(copy, home / "fresh")
    try:
        scratch.refresh()
        in_order(scratch)
        fresh = sizes(scratch)
        lines = list(differences(links_of(scratch), links))
    finally:
        scratch.close()
    return {
        "folder": folder.name,
        "updates": updates,
        "seed": seed,
        "secondsOfUpdates": round(seconds, 1),
        "housekeepingSeconds": round(kept.seconds, 2),
        "bytes": {
            "first": first,
            "largestWhileUpdating": most,
            "afterUpdates": grown,
            "afterHousekeeping": small,
            "fresh": fresh,
        },
        "ratioAfterUpdates": ratio(grown, fresh),
        "ratioAfterHousekeeping": ratio(small, fresh),
        "differencesFromScratch": len(lines),
    }


def opened(folder: Path, home: Path) -> Workspace:
    return Workspace.open(folder, SETTINGS, directories=Directories(home / "c", home / "d"))


def updated(
    workspace: Workspace, folder: Path, updates: int, chance: random.Random
) -> tuple[float, int]:
    """Seconds of all updates, and the largest size of the store that was seen."""
    client = workspace.client()
    files = sorted(path for path in folder.rglob("*.py") if path.stat().st_size < 100_000)
    started, largest = time.monotonic(), 0
    for number in range(updates):
        path = chance.choice(files)
        path.write_bytes(edited(path.read_bytes(), number, chance))
        workspace.disk_changed([path.relative_to(folder).as_posix()], "save")
        client.await_(CancelToken(), timeout=600)
        if number % 50 == 0:
            largest = max(largest, sum(sizes(workspace).values()))
    client.await_(CancelToken(), timeout=600, search=True)
    return time.monotonic() - started, largest


def edited(text: bytes, number: int, chance: random.Random) -> bytes:
    kind = chance.choice(("more", "less", "line", "name"))
    at = text.rfind(b"\n\n\ndef added_by_growth_")
    if kind == "less" and at >= 0:
        return text[: at + 1]
    if kind == "line":
        return b"# %d\n" % number + text
    if kind == "name" and at >= 0:
        return text[:at] + text[at:].replace(b"added_by_growth_", b"added_by_growth_x_", 1)
    words = b"\n\n\ndef added_by_growth_%d(value):\n    return len(str(value)) + %d\n"
    return text.rstrip(b"\n") + words % (number, number)


def in_order(workspace: Workspace) -> upkeep.Kept:
    """Puts the store in order now, twice: orphans go when they were seen before."""

    def keep(store: Store) -> upkeep.Kept:
        view = store.view()
        placed = [view.placed(path) for path in view.paths()]
        live = {(each.hash, each.language) for each in placed if each is not None}
        upkeep.keep(store, live, lambda: None, limits=LATER)
        return upkeep.keep(store, live, lambda: None, limits=LATER)

    return workspace.done(lambda stores: keep(stores.store))


def links_of(workspace: Workspace) -> Mapping[str, FileLinks]:
    def read(store: Store) -> Mapping[str, FileLinks]:
        store.reload()
        found = {path: store.links(path) for path in store.view().paths()}
        return {path: links for path, links in found.items() if links is not None}

    return workspace.done(lambda stores: read(stores.store))


def sizes(workspace: Workspace) -> Mapping[str, int]:
    return {
        name: int(size)
        for name, size in workspace.details().store.items()
        if name in ("graph", "chunks", "facts")
    }


def ratio(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    return round(sum(one.values()) / sum(other.values()), 3)


if __name__ == "__main__":
    main()
