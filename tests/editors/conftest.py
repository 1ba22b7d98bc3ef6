"""What the client tests share: the server under test, a small shop to ask about, and the editors.

Nothing here skips: where npm, Neovim or the server cannot be had, the test fails and says why.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent

SHOP = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n',
    "shop/__init__.py": "",
    "shop/pricing.py": """\
def discount(price):
    return price * 0.9


def total(prices):
    return sum(discount(price) for price in prices)
""",
    "shop/checkout.py": """\
from shop.pricing import total


def pay(basket):
    return "€", total(basket)
""",
    "tests/test_checkout.py": """\
from shop.checkout import pay


def test_pay():
    assert pay([10]) == ("€", 9)
""",
}


@pytest.fixture(scope="session")
def cache() -> Path:
    """Where what is fetched stays between runs."""
    chosen = os.environ.get("RAMIFY_TEST_CACHE")
    return Path(chosen) if chosen else Path.home() / ".cache" / "ramify-tests"


@pytest.fixture(scope="session")
def server() -> Path:
    """The `ramify` program of the environment that runs the tests, unless one is named."""
    beside = Path(sys.executable).with_name("ramify")
    chosen = os.environ.get("RAMIFY_TEST_SERVER") or shutil.which("ramify", path=str(beside.parent))
    if chosen is None:
        pytest.fail(f"{beside} does not exist: install Ramify into this environment first")
    return Path(chosen)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of three files: test_pay calls pay calls total calls discount."""
    root = tmp_path_factory.mktemp("shop")
    for name, text in SHOP.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def neovim() -> Callable[[str], Path]:
    """From a Debian suite to the launcher of its Neovim."""
    return launcher


def launcher(suite: str) -> Path:
    command = [sys.executable, "-P", str(HERE / "fetch_neovim.py"), suite]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        pytest.fail(f"Neovim of Debian {suite} cannot be had: {done.stderr}")
    return Path(done.stdout.strip())
