"""A small workspace on disk, and `ramify` run in it within this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FILES = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n',
    "shop/__init__.py": "",
    "shop/pricing.py": (
        "def discount(price):\n"
        '    """Take the seasonal rebate off a price."""\n'
        "    return price * 0.9\n"
        "\n"
        "\n"
        "def total(prices):\n"
        "    return sum(discount(price) for price in prices)\n"
    ),
    "shop/checkout.py": (
        "from shop.pricing import total\n"
        "\n"
        "\n"
        "class Till:\n"
        "    def pay(self, basket):\n"
        "        return total(basket)\n"
        "\n"
        "\n"
        "def pay(basket, anything):\n"
        "    anything.discount(1)\n"
        "    return Till().pay(basket)\n"
    ),
    "tests/test_checkout.py": (
        "from shop.checkout import Till, pay\n"
        "\n"
        "\n"
        "class TestTill:\n"
        "    def test_pay(self):\n"
        "        assert Till().pay([10]) == 9\n"
        "\n"
        "\n"
        "def test_pay(thing):\n"
        "    assert pay([10], thing) == 9\n"
    ),
}


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Ramify = Callable[..., Ran]


def write_shop(folder: Path) -> None:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
