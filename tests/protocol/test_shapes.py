"""What the wire looks like: names, what is left out, what is refused."""

import msgspec
import pytest

from ramify.protocol.methods import METHODS, command_of
from ramify.protocol.shapes.common import SearchStatus, Status
from ramify.protocol.shapes.relations import CallsParams


def test_names_are_camel_case_and_unknown_values_are_left_out():
    status = Status(
        revision=1,
        complete=True,
        indexed_files=2,
        total_files=2,
        pending_files=0,
        search=SearchStatus(complete=False, pending_chunks=4),
        documents=(),
    )
    assert msgspec.to_builtins(status) == {
        "revision": 1,
        "complete": True,
        "indexedFiles": 2,
        "totalFiles": 2,
        "pendingFiles": 0,
        "search": {"complete": False, "pendingChunks": 4},
        "documents": (),
    }


def test_unknown_params_are_passed_over():
    params = msgspec.convert({"symbol": "s", "later": 1}, CallsParams)
    assert (params.symbol, params.min_certainty, params.limit) == ("s", "inferred", 200)


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"limit": 0}, "Expected `int` >= 1 - at `$.limit`"),
        ({"minCertainty": "sure"}, "Invalid enum value 'sure' - at `$.minCertainty`"),
        ({"position": {"line": -1, "character": 0}}, "Expected `int` >= 0 - at `$.position.line`"),
    ],
)
def test_wrong_params_are_refused_with_the_place(params, complaint):
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(params, CallsParams)
    assert str(refused.value) == complaint


def test_commands_are_named_after_the_requests():
    assert [command_of(m.name) for m in METHODS if m.result] == [
        "ramify.search",
        "ramify.related",
        "ramify.impact",
        "ramify.callers",
        "ramify.callees",
        "ramify.removable",
        "ramify.cycles",
        "ramify.hotspots",
        "ramify.unreachable",
        "ramify.status",
        "ramify.await",
    ]
