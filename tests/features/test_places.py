"""Names of symbols as people read them."""

from __future__ import annotations

import pytest

from ramify.features.places import qualified_name


@pytest.mark.parametrize(
    ("symbol_id", "name"),
    [
        ("python . shop.cart/Cart.total", "shop.cart.Cart.total"),
        ("python src/lib shop.cart/", "shop.cart"),
        ("markdown . docs/topics/design.md/", "docs/topics/design.md"),
        ("python:builtins.sum", "builtins.sum"),
    ],
)
def test_a_qualified_name(symbol_id: str, name: str) -> None:
    assert qualified_name(symbol_id) == name
