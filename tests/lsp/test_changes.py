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
        ({"kind": "range"}, -32602),
        ({"kind": "commit"}, -32602),
        ({"kind": "commit", "base": "no-such-revision"}, -32803),
        ({"kind": "guess"}, -32602),
    ],
)
def test_changes_that_cannot_be_read(client, shop, changes, code):
    assert client.error("ramify/impact", {"changes": changes})[0] == code


def test_a_commit(client, shop):
    answer = client.result("ramify/impact", {"changes": {"kind": "commit", "base": "HEAD"}})
    added = {each["id"] for each in answer["changed"]["symbols"] if each["change"] == "added"}
    assert "python . shop.cart/wrapping" in added


def test_what_a_change_of_a_body_concerns(client, shop):
    answer = client.result("ramify/impact", {"changes": {"kind": "worktree"}})
    (breakage,) = answer["breakage"]
    assert (breakage["target"], breakage["change"]) == ("shop.cart.wrapping", "body")
    assert (breakage["concerns"], breakage["exact"]) == ("tests and behaviour", 1)
    assert answer["affected"][0]["concerned"] == ["signature", "body", "removal"]
    assert [test["nodeIds"] for test in answer["tests"]] == [["tests/test_orders.py::test_order"]]


def test_unsaved_text_counts_until_it_is_closed(client, shop):
    path = shop.folder / "shop/orders.py"
    text = path.read_text().replace("LIMIT = 9", "LIMIT = 8")
    client.open(path.as_uri(), text)
    answer = client.result("ramify/impact", {"changes": {"kind": "worktree"}})
    limit = {"id": "python . shop.orders/LIMIT", "change": "body"}
    assert answer["changed"]["symbols"] == [*TARGETS, limit]
    client.notify("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})
    answer = client.result("ramify/impact", {"changes": {"kind": "worktree"}})
    assert answer["changed"]["symbols"] == TARGETS


def test_a_long_answer_is_cut_and_goes_on(client, shop):
    asked = {"symbol": "python . shop.cart/wrapping", "limit": 1}
    whole = client.result("ramify/impact", {**asked, "limit": 100})
    found, answer = [], client.result("ramify/impact", asked)
    while True:
        found += [each["id"] for each in answer["affected"]]
        assert answer["total"] == whole["total"]
        if "cursor" not in answer:
            break
        answer = client.result("ramify/impact", {**asked, "cursor": answer["cursor"]})
    assert found == [each["id"] for each in whole["affected"]]
    assert len(found) == whole["total"] > 1
