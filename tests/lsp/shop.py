"""A workspace of a few files that the end-to-end tests ask about."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

CART = '''\
"""Carts and what they cost."""


class Cart:
    """A list of prices."""

    def __init__(self, prices):
        self.prices = prices

    def total(self):
        """The sum of the prices."""
        return sum(self.prices)


class GiftCart(Cart):
    def total(self):
        return super().total() + wrapping()


def wrapping():
    return 3


def checkout(cart: Cart):
    return cart.total()
'''

ORDERS = """\
from shop.cart import Cart, checkout

LIMIT = 9


def order(prices):
    cart = Cart(prices)
    return min(checkout(cart), LIMIT)


order([1])
"""

TESTS = """\
from shop.orders import order


def test_order():
    assert order([2]) == 2
"""

EMOJI = """\
def café(): return "😀"


def serve(): return "😀😀", café()
"""

FILES = {
    "shop/__init__.py": "",
    "shop/cart.py": CART,
    "shop/orders.py": ORDERS,
    "shop/emoji.py": EMOJI,
    "tests/test_orders.py": TESTS,
}


class Shop(NamedTuple):
    """The folder on disk, and places in its texts by what stands there."""

    folder: Path

    def uri(self, path: str) -> str:
        return (self.folder / path).as_uri()

    def text(self, path: str) -> str:
        return FILES[path]

    def at(self, path: str, marked: str) -> dict[str, object]:
        """Params that point at `|` in a piece of the file's text, in UTF-16: `def |order`."""
        line, character = place(FILES[path], marked)
        return {
            "textDocument": {"uri": self.uri(path)},
            "position": {"line": line, "character": character},
        }


def place(text: str, marked: str, encoding: str = "utf-16") -> tuple[int, int]:
    before, _, after = marked.partition("|")
    assert text.count(before + after) == 1, f"{marked!r} stands {text.count(before + after)} times"
    head = text[: text.index(before + after) + len(before)]
    line = head.rpartition("\n")[2]
    units = {
        "utf-8": len(line.encode()),
        "utf-16": len(line.encode("utf-16-le")) // 2,
        "utf-32": len(line),
    }
    return head.count("\n"), units[encoding]


def make_shop(folder: Path) -> Shop:
    for path, text in FILES.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return Shop(folder)
