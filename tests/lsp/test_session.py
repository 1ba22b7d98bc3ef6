"""What a session sees: unsaved text, files that change, folders that come and go, cancelling."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.lsp.raw import RawClient, raw_client
from tests.lsp.shop import CART, ORDERS, Shop, make_shop, place


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with raw_client(tmp_path_factory.mktemp("home")) as client:
        yield client


@pytest.fixture(scope="module")
def shop(client: RawClient, tmp_path_factory) -> Shop:
    shop = make_shop(tmp_path_factory.mktemp("shop"))
    client.initialize({"shop": shop.folder})
    return shop


@pytest.fixture(autouse=True)
def settled(client: RawClient, shop: Shop):
    """Each test starts with an index that knows the disk and no open document."""
    wait(client)


def wait(client: RawClient, **params: object) -> dict:
    return client.result("ramify/await", {"timeoutMs": 20_000} | params)["status"]


@contextmanager
def opened(client: RawClient, uri: str, text: str, version: int = 1) -> Iterator[None]:
    client.open(uri, text, version)
    try:
        yield
    finally:
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


@contextmanager
def forty_waiting(client: RawClient) -> Iterator[None]:
    """More questions than there are threads; withdrawn at the end."""
    forever = {"revision": 10**9, "timeoutMs": 600_000}
    asked = [client.request("ramify/await", forever) for _ in range(40)]
    try:
        yield
    finally:
        for msg_id in asked:
            client.notify("$/cancelRequest", {"id": msg_id})
        assert {client.answer()["error"]["code"] for _ in asked} == {-32800}


def change(client: RawClient, uri: str, version: int, *changes: dict) -> None:
    document = {"uri": uri, "version": version}
    client.notify(
        "textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)}
    )


def replaced(text: str, marked: str, new: str) -> dict:
    """The change that puts `new` where `|` is."""
    line, character = place(text, marked)
    here = {"line": line, "character": character}
    return {"range": {"start": here, "end": here}, "text": new}


def callers(client: RawClient, shop: Shop) -> list[str]:
    answer = client.result("ramify/callers", {"symbol": "python . shop.cart/checkout"})
    return [each["name"] for each in answer["items"]]


def test_unsaved_text_counts_until_it_is_closed(client, shop):
    uri = shop.uri("shop/orders.py")
    with opened(client, uri, ORDERS):
        change(client, uri, 2, {"text": ORDERS + "\n\ndef other(cart):\n    checkout(cart)\n"})
        answer = client.result("ramify/callers", {"symbol": "python . shop.cart/checkout"})
        assert [each["name"] for each in answer["items"]] == ["order", "other"]
        assert answer["status"]["documents"] == [{"uri": uri, "version": 2}]
    answer = client.result("ramify/callers", {"symbol": "python . shop.cart/checkout"})
    assert [each["name"] for each in answer["items"]] == ["order"]
    assert answer["status"]["documents"] == []


def test_edits_are_applied_one_after_the_other(client, shop):
    uri = shop.uri("shop/emoji.py")
    text = shop.text("shop/emoji.py")
    with opened(client, uri, text):
        change(
            client,
            uri,
            2,
            replaced(text, 'return "😀😀"|, café()', ", 1"),
            replaced(text, "|def café()", "é = '😀'\n"),
            {"range": span(2, 0, 2, 0), "text": "\n"},
        )
        symbols = client.result("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        names = [(each["name"], each["location"]["range"]["start"]["line"]) for each in symbols]
        assert names == [("é", 0), ("café", 1), ("serve", 5)]
        column = len('def serve(): return "😀😀"') + 2 + len(", 1, ca")
        params = {"textDocument": {"uri": uri}, "position": {"line": 5, "character": column}}
        (target,) = client.result("textDocument/definition", params)
        assert target["range"] == span(1, 4, 1, 8)


def span(line: int, character: int, last: int, end: int) -> dict:
    return {
        "start": {"line": line, "character": character},
        "end": {"line": last, "character": end},
    }


def test_places_of_a_lagging_answer_are_those_of_the_live_text(client, shop):
    """Lines are put in above: the answer that comes at once has them counted."""
    uri = shop.uri("shop/orders.py")
    with opened(client, uri, ORDERS):
        change(client, uri, 2, {"range": span(0, 0, 0, 0), "text": "\n\n\n"})
        at = shop.at("shop/cart.py", "def check|out(")
        params = at | {"context": {"includeDeclaration": False}}
        places = client.result("textDocument/references", params)
        lines = [each["range"]["start"]["line"] for each in places if each["uri"] == uri]
        assert lines == [3, 10]


def test_a_saved_file_changes_the_graph_for_good(client, shop):
    path = shop.folder / "shop/late.py"
    path.write_text("from shop.cart import checkout\n\n\ndef late(cart):\n    checkout(cart)\n")
    client.notify("textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})
    assert eventually(lambda: callers(client, shop), ["late", "order"])
    path.unlink()
    events = [{"uri": path.as_uri(), "type": 3}] * 2
    client.notify("workspace/didChangeWatchedFiles", {"changes": events})
    assert eventually(lambda: callers(client, shop), ["order"])


def test_renamed_files(client, shop):
    old, new = shop.folder / "shop/orders.py", shop.folder / "shop/bills.py"
    files = {"files": [{"oldUri": old.as_uri(), "newUri": new.as_uri()}]}
    assert client.result("workspace/willRenameFiles", files) is None
    old.rename(new)
    client.notify("workspace/didRenameFiles", files)

    def ids() -> list[str]:
        answer = client.result("ramify/callers", {"symbol": "python . shop.cart/checkout"})
        return [each["id"] for each in answer["items"]]

    assert eventually(ids, ["python . shop.bills/order"])
    new.rename(old)
    back = {"files": [{"oldUri": new.as_uri(), "newUri": old.as_uri()}]}
    client.notify("workspace/didRenameFiles", back)
    assert eventually(ids, ["python . shop.orders/order"])


def eventually(question: Callable[[], object], expected: object, seconds: float = 20) -> bool:
    """Asks until the answer is as expected: changes of the disk come by themselves."""
    before = time.monotonic()
    while question() != expected:
        if time.monotonic() - before > seconds:
            assert question() == expected
        time.sleep(0.05)
    return True


def test_await_waits_for_a_version_of_a_document(client, shop):
    uri = shop.uri("shop/cart.py")
    with opened(client, uri, CART, version=41):
        status = wait(client, textDocument={"uri": uri, "version": 41})
        assert {"uri": uri, "version": 41} in status["documents"]
        asked = time.monotonic()
        status = wait(client, textDocument={"uri": uri, "version": 42}, timeoutMs=200)
        assert time.monotonic() - asked >= 0.2
        assert {"uri": uri, "version": 42} not in status["documents"]


def test_await_search(client, shop):
    assert wait(client, search=True)["search"] == {"complete": True, "pendingChunks": 0}


def test_a_cancelled_request_is_answered_at_once(client, shop):
    asked = client.request("ramify/await", {"revision": 10**9, "timeoutMs": 600_000})
    before = time.monotonic()
    client.notify("$/cancelRequest", {"id": asked})
    error = client.answer(asked, seconds=5)["error"]
    assert (error["code"], error["message"]) == (-32800, "cancelled")
    assert time.monotonic() - before < 1


def test_cancelling_frees_the_threads(client, shop):
    with forty_waiting(client):
        pass
    assert callers(client, shop) == ["order"]


def test_questions_about_one_file_do_not_wait_for_those_that_wait(client, shop):
    params = {"textDocument": {"uri": shop.uri("shop/cart.py")}}
    with forty_waiting(client):
        assert len(client.result("textDocument/documentSymbol", params)) == 8


def test_the_cursor_of_a_cut_list_goes_on(client, shop):
    wait(client, search=True)
    first = client.result("ramify/search", {"query": "cart", "limit": 1})
    assert (len(first["hits"]), first["total"] > 1) == (1, True)
    more = {"query": "cart", "limit": 1, "cursor": first["cursor"]}
    second = client.result("ramify/search", more)
    assert second["hits"][0]["id"] != first["hits"][0]["id"]
    code, _ = client.error("ramify/search", more | {"cursor": "999999:1"})
    assert code == -32801
    code, _ = client.error("ramify/search", more | {"cursor": "x"})
    assert code == -32602


def test_a_document_beside_the_folders_is_served_from_its_own_text(client, shop, tmp_path):
    uri = (tmp_path / "lone.py").as_uri()
    at_call = {"textDocument": {"uri": uri}, "position": {"line": 4, "character": 11}}
    with opened(client, uri, "import shop\n\n\ndef f(x):\n    return f(x)\n"):
        (target,) = client.result("textDocument/definition", at_call)
        assert target["range"]["start"]["line"] == 3
        answer = client.result("ramify/callers", at_call)
        assert answer["status"]["complete"] is False
        assert "in no workspace folder" in answer["status"]["reason"]
    code, _ = client.error("textDocument/definition", at_call)
    assert code == -32602


def test_an_ignored_file_is_served_from_its_own_text(client, shop):
    uri = shop.uri(".venv/lib/dependency.py")
    at_call = {"textDocument": {"uri": uri}, "position": {"line": 4, "character": 11}}
    with opened(client, uri, "import shop\n\n\ndef f(x):\n    return f(x)\n"):
        (target,) = client.result("textDocument/definition", at_call)
        assert target["range"]["start"]["line"] == 3
        assert client.result("workspace/symbol", {"query": "dependency"}) == []


def test_what_is_no_text_is_refused(client, shop):
    (shop.folder / "picture.png").write_bytes(b"\x89PNG\0\0")
    for path in ("picture.png", "missing.py", "shop"):
        params = {"textDocument": {"uri": shop.uri(path)}, "position": {"line": 0, "character": 0}}
        assert client.error("textDocument/hover", params) == (
            -32803,
            f"{path} is not a text file of the workspace",
        )
        assert client.result("textDocument/documentSymbol", params) == []
    (shop.folder / "picture.png").unlink()


def test_a_file_without_a_position_means_its_module(client, shop):
    document = {"textDocument": {"uri": shop.uri("shop/orders.py")}}
    answer = client.result("ramify/impact", document)
    assert [each["qualifiedName"] for each in answer["targets"]] == ["shop.orders"]


def test_links_that_lead_out_of_the_folder_are_outside(client, shop, tmp_path):
    (tmp_path / "secret.py").write_text("password = 1\n")
    file, directory = shop.folder / "link.py", shop.folder / "links"
    file.symlink_to(tmp_path / "secret.py")
    directory.symlink_to(tmp_path)
    for uri in (file.as_uri(), (directory / "secret.py").as_uri()):
        answer = client.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        assert answer.get("result", []) == []
    file.unlink()
    directory.unlink()


@contextmanager
def added(client: RawClient, folder: Path) -> Iterator[None]:
    named = {"uri": folder.as_uri(), "name": folder.name}
    method = "workspace/didChangeWorkspaceFolders"
    client.notify(method, {"event": {"added": [named], "removed": []}})
    try:
        yield
    finally:
        client.notify(method, {"event": {"added": [], "removed": [named]}})


def test_folders_come_and_go(client, shop, tmp_path):
    (tmp_path / "second.py").write_text("def only_here():\n    pass\n")
    assert client.result("workspace/symbol", {"query": "only_here"}) == []
    with added(client, tmp_path):
        symbols = client.result("workspace/symbol", {"query": "only_here"})
        uris = [each["location"]["uri"] for each in symbols]
        assert uris == [(tmp_path / "second.py").as_uri()]
        assert client.result("ramify/status")["status"]["totalFiles"] == 6
    assert client.result("workspace/symbol", {"query": "only_here"}) == []
    assert callers(client, shop) == ["order"]


def test_a_folder_in_a_folder_belongs_to_it(client, shop):
    with added(client, shop.folder / "shop"):
        assert client.result("ramify/status")["status"]["totalFiles"] == 5
        assert callers(client, shop) == ["order"]


def test_an_open_document_goes_with_its_folder(client, shop, tmp_path):
    file = tmp_path / "second.py"
    file.write_text("def on_disk():\n    pass\n")
    names = {"textDocument": {"uri": file.as_uri()}}
    with opened(client, file.as_uri(), "def unsaved():\n    pass\n"):
        with added(client, tmp_path):
            symbols = client.result("workspace/symbol", {"query": "unsaved"})
            assert [each["name"] for each in symbols] == ["unsaved"]
        (symbol,) = client.result("textDocument/documentSymbol", names)
        assert symbol["name"] == "unsaved"


def test_a_folder_that_is_not_there_is_told(client, shop, tmp_path: Path):
    with added(client, tmp_path / "missing"):
        assert callers(client, shop) == ["order"]
    told = [
        each["params"] for each in client.notifications if each["method"] == "window/showMessage"
    ]
    assert str(tmp_path / "missing") in told[-1]["message"]


def test_the_status_was_told(client, shop):
    told = [each for each in client.notifications if each["method"] == "ramify/statusChanged"]
    assert told[-1]["params"]["status"]["complete"] is True
