"""The impact of what changed, by git and by patch."""

import subprocess

import pytest

from tests.lsp.raw import raw_client
from tests.lsp.shop import CART, make_shop

TARGETS = [{"id": "python . shop.cart/wrapping", "change": "body"}]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    shop = make_shop(tmp_path_factory.mktemp("shop"))
    git(shop, "init", "-q")
    git(shop, "add", ".")
    git(shop, "commit", "-q", "-m", "All")
    (shop.folder / "shop/cart.py").write_text(CART.replace("return 3", "return 4"))
    return shop


def git(shop, *words: str) -> str:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    command = ["git", *who, *words]
    return subprocess.run(
        command, cwd=shop.folder, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture(scope="module")
def client(shop, tmp_path_factory):
    with raw_client(tmp_path_factory.mktemp("home")) as client:
        client.initialize({"shop": shop.folder})
        yield client


def test_the_worktree(client, shop):
    answer = client.result("ramify/impact", {"changes": {"kind": "worktree"}})
    assert answer["changed"]["symbols"] == TARGETS
    affected = [(each["qualifiedName"], each["certainty"]) for each in answer["affected"]]
    assert affected[0] == ("shop.cart.GiftCart.total", "exact")
    assert ("shop.orders.order", "inferred") in affected


def test_a_patch(client, shop):
    patch = git(shop, "diff")
    answer = client.result("ramify/impact", {"changes": {"kind": "patch", "patch": patch}})
    assert answer["changed"]["symbols"] == TARGETS


def test_nothing_is_staged(client, shop):
    answer = client.result("ramify/impact", {"changes": {"kind": "staged"}})
    assert (answer["changed"]["symbols"], answer["affected"]) == ([], [])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "range", "base": "no-such..revision"}, -32803),
        ({"kind": "patch", "patch": "this is no patch"}, -32803),
        ({"kind": "patch"}, -32602),
        ({"kind": "guess"}, -32602),
    ],
)
def test_changes_that_cannot_be_read(client, shop, changes, code):
    assert client.error("ramify/impact", {"changes": changes})[0] == code
