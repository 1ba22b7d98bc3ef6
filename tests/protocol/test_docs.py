"""The document of the protocol is what the types say."""

from pathlib import Path

import msgspec
import pytest

from ramify.protocol.docs import document
from ramify.protocol.examples import EXAMPLES
from ramify.protocol.methods import METHODS, Method
from ramify.protocol.shapes.common import Shape

CHECKOUT = Path(__file__).parents[2]


def test_the_document_is_not_stale():
    written = (CHECKOUT / "docs" / "protocol.md").read_text("utf-8")
    assert written == document(), "run `python -P -m ramify.protocol.docs`"


def test_every_method_has_an_example_of_its_own_shapes():
    assert {name: tuple(map(_type, pair)) for name, pair in EXAMPLES.items()} == {
        method.name: (method.params, method.result) for method in METHODS
    }


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_examples_are_read_back_as_they_were_written(method: Method):
    for example in EXAMPLES[method.name]:
        if example is not None:
            assert msgspec.json.decode(msgspec.json.encode(example), type=type(example)) == example


def test_every_field_of_a_result_is_described_once():
    text = document()
    assert text.count("### Item\n") == 1
    assert "| `selectionRange` | [Range](#range) | The name. |" in text
    assert (
        '| `certainty?` | `"exact"` \\| `"inferred"` \\| `"possible"` \\| `"unresolved"` |' in text
    )


def _type(shape: Shape | None) -> type[Shape] | None:
    return None if shape is None else type(shape)
