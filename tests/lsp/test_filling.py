"""While the index fills: what can be told is told, and nothing looks like "none"."""

import pytest

from tests.lsp.raw import RawClient, raw_client
from tests.lsp.shop import Shop, make_shop


@pytest.fixture
def shop(tmp_path) -> Shop:
    return make_shop(tmp_path / "shop")


@pytest.fixture
def client(tmp_path):
    with raw_client(tmp_path / "home") as client:
        yield client


CHECKOUT = "def check|out("


def ask_at_once(client: RawClient, shop: Shop, **options: object) -> list[dict]:
    """Five questions that are there before the index can be."""
    client.initialize({"shop": shop.folder}, initializationOptions=options)
    at = shop.at("shop/cart.py", CHECKOUT)
    document = {"textDocument": {"uri": shop.uri("shop/cart.py")}}
    asked = [
        client.request("textDocument/documentSymbol", document),
        client.request("textDocument/definition", shop.at("shop/orders.py", "(check|out(cart)")),
        client.request("textDocument/references", at),
        client.request("workspace/symbol", {"query": "checkout"}),
        client.request("ramify/callers", at),
    ]
    answers = {answer["id"]: answer for answer in (client.answer() for _ in asked)}
    return [answers[msg_id] for msg_id in asked]


def test_without_waiting(client, shop):
    symbols, definition, references, workspace, callers = ask_at_once(client, shop, waitSeconds=0)
    assert len(symbols["result"]) == 8
    assert [each["range"]["start"]["line"] for each in definition["result"]] == [23]
    for refused in (references, workspace):
        assert refused["error"]["code"] == -32803
        assert refused["error"]["message"].startswith("the index is not complete yet: ")
    assert callers["result"]["status"]["complete"] is False
    assert callers["result"]["status"]["reason"]


def test_with_waiting_the_answers_are_whole(client, shop):
    *_, references, workspace, callers = ask_at_once(client, shop)
    assert len(references["result"]) == 3
    assert [each["name"] for each in workspace["result"]] == ["checkout"]
    assert [each["name"] for each in callers["result"]["items"]] == ["order"]
    assert callers["result"]["status"]["complete"] is True
