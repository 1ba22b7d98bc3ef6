"""Differences of two graphs, in words."""

from __future__ import annotations

import msgspec

from ramify_store.check import differences
from ramify_store.facts import Certainty, EdgeKind, FileLinks, LookUp
from tests.store.graphs import calls, function_of, links_of, module_of, placed_of

A = placed_of("a.py")
RUN = function_of(A, "run")
LINKS = links_of(A, (module_of(A), RUN), (calls(RUN, RUN, 3), calls(RUN, "python:len", 4)))


def compared(expected: FileLinks, actual: FileLinks) -> list[str]:
    return list(differences({"a.py": expected}, {"a.py": actual}))


def test_order_and_times_make_no_difference() -> None:
    later = msgspec.structs.replace(A, mtime_ns=1)
    other = msgspec.structs.replace(LINKS, placed=later, edges=LINKS.edges[::-1])
    assert compared(LINKS, other) == []


def test_files_that_one_side_lacks() -> None:
    assert list(differences({"a.py": LINKS}, {})) == ["a.py: missing"]
    assert list(differences({}, {"a.py": LINKS})) == ["a.py: should not be there"]


def test_edges_and_lookups_are_told_with_their_sites() -> None:
    waiting = LookUp(RUN.id, "get", EdgeKind.CALLS, Certainty.POSSIBLE, (9,))
    other = msgspec.structs.replace(LINKS, edges=LINKS.edges[:1], lookups=(waiting,))
    assert compared(LINKS, other) == [
        "a.py: missing python . a/run CALLS python:len (exact, import) at [4]",
        "a.py: should not be there: python . a/run looks up get (CALLS, possible) at [9]",
    ]


def test_hashes_and_flows_are_compared_and_keys_are_not() -> None:
    asking = msgspec.structs.replace(LINKS, keys=(1, 2))
    other = msgspec.structs.replace(
        LINKS, placed=msgspec.structs.replace(A, hash="other"), keys=(2, 3), flows=((),)
    )
    assert compared(asking, other) == [
        f"a.py: hash is 'other', expected {A.hash!r}",
        "a.py: flows differ",
    ]
