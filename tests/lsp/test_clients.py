"""The same session under the recorded capabilities of VS Code, Neovim and Emacs."""

import asyncio
import json
import os
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcException
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

from tests.lsp.raw import SERVER
from tests.lsp.shop import Shop, make_shop, place

CONVERTER = get_converter()
RECORDED = Path(__file__).with_name("capabilities")
ENCODINGS = {
    "vscode": "utf-16",
    "neovim@0.10.0": "utf-16",
    "neovim@0.11.0": "utf-8",
    "emacs@29.1": "utf-32",
}
"""By client: what it likes best of what it offers."""


def make_client() -> LanguageClient:
    client = make_test_lsp_client()
    registered: list[types.Registration] = []

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        registered.extend(params.registrations)

    @client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
    def refresh(*params: object) -> None:
        """Lenses are asked for where a test wants them."""

    client.registered = registered
    return client


def capabilities_of(name: str) -> types.ClientCapabilities:
    if "@" in name:
        return client_capabilities(name)
    recorded = json.loads((RECORDED / f"{name}.json").read_text("utf-8"))
    return CONVERTER.structure(recorded["capabilities"], types.ClientCapabilities)


CONFIG = ClientServerConfig(server_command=SERVER, client_factory=make_client)


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory):
    CONFIG.server_env = os.environ | {"RAMIFY_HOME": str(tmp_path_factory.mktemp("home"))}


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Shop:
    return make_shop(tmp_path_factory.mktemp("shop"))


@pytest_lsp.fixture(config=CONFIG, params=list(ENCODINGS), scope="module")
async def client(request, lsp_client: LanguageClient, shop: Shop):
    lsp_client.name = request.param
    lsp_client.answer = await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities_of(request.param),
            workspace_folders=[types.WorkspaceFolder(shop.folder.as_uri(), "shop")],
        )
    )
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def ask(client: LanguageClient):
    async def asked(method: str, params: object) -> object:
        if method in types.METHOD_TO_TYPES:
            params = CONVERTER.structure(params, types.METHOD_TO_TYPES[method][2])
        return plain(await client.protocol.send_request_async(method, params))

    return asked


@pytest.fixture
def at(client: LanguageClient, shop: Shop):
    """Params that point at `|` in a piece of a file, in the client's own encoding."""

    def pointing(path: str, marked: str) -> dict[str, object]:
        line, character = place(shop.text(path), marked, ENCODINGS[client.name])
        return {
            "textDocument": {"uri": shop.uri(path)},
            "position": {"line": line, "character": character},
        }

    return pointing


def plain(value: object) -> object:
    """What pytest-lsp made of a result, as JSON again."""
    if hasattr(value, "__attrs_attrs__"):
        return CONVERTER.unstructure(value)
    if hasattr(value, "_asdict"):
        return {name: plain(each) for name, each in value._asdict().items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def shown(places: list[dict]) -> list[str]:
    """`path:line` of locations or links, one-based."""
    return [
        f"{_name(each.get('targetUri') or each['uri'])}:"
        f"{(each.get('targetSelectionRange') or each['range'])['start']['line'] + 1}"
        for each in places
    ]


def _name(uri: str) -> str:
    return uri.rpartition("/")[2]


def test_the_clients_favourite_encoding_is_taken(client: LanguageClient):
    assert client.answer.capabilities.position_encoding == ENCODINGS[client.name]


async def test_document_symbols(ask, shop: Shop):
    params = {"textDocument": {"uri": shop.uri("shop/cart.py")}}
    symbols = await ask("textDocument/documentSymbol", params)
    assert [each["name"] for each in symbols] == ["Cart", "GiftCart", "wrapping", "checkout"]
    assert [each["name"] for each in symbols[0]["children"]] == ["__init__", "prices", "total"]
    assert (symbols[0]["kind"], symbols[3]["detail"]) == (5, "(cart: Cart)")


async def test_definition(ask, at):
    places = await ask("textDocument/definition", at("shop/orders.py", "return min(check|out("))
    assert shown(places) == ["cart.py:24"]


async def test_definition_in_columns_after_emoji(ask, at):
    params = at("shop/emoji.py", 'def serve(): return "😀😀", ca|fé()')
    assert shown(await ask("textDocument/definition", params)) == ["emoji.py:1"]


async def test_references_end_where_the_client_counts_them(ask, at, client):
    params = at("shop/emoji.py", "def ca|fé()") | {"context": {"includeDeclaration": False}}
    (place,) = await ask("textDocument/references", params)
    start = {"utf-8": 32, "utf-16": 28, "utf-32": 26}[ENCODINGS[client.name]]
    length = {"utf-8": 5, "utf-16": 4, "utf-32": 4}[ENCODINGS[client.name]]
    assert place["range"] == {
        "start": {"line": 3, "character": start},
        "end": {"line": 3, "character": start + length},
    }


async def test_references(ask, at):
    params = at("shop/cart.py", "def check|out(") | {"context": {"includeDeclaration": True}}
    places = await ask("textDocument/references", params)
    assert shown(places) == ["cart.py:24", "orders.py:1", "orders.py:8"]


async def test_highlights(ask, at):
    found = await ask(
        "textDocument/documentHighlight", at("shop/orders.py", "return min(checkout(ca|rt)")
    )
    assert [(each["range"]["start"]["line"], each["kind"]) for each in found] == [(6, 3), (7, 2)]


async def test_hover(ask, at):
    hover = await ask("textDocument/hover", at("shop/orders.py", "cart = Ca|rt(prices)"))
    assert hover["contents"]["kind"] == "markdown"
    assert "class Cart" in hover["contents"]["value"]
    assert "A list of prices." in hover["contents"]["value"]


async def test_implementations_and_types(ask, at):
    overrides = await ask(
        "textDocument/implementation", at("shop/cart.py", 'def to|tal(self):\n        """')
    )
    assert shown(overrides) == ["cart.py:16"]
    classes = await ask(
        "textDocument/typeDefinition", at("shop/orders.py", "return min(checkout(ca|rt)")
    )
    assert shown(classes) == ["cart.py:4"]


async def test_call_hierarchy(ask, at):
    (order,) = await ask("textDocument/prepareCallHierarchy", at("shop/orders.py", "def or|der("))
    assert (order["name"], order["kind"]) == ("order", 12)
    incoming = await ask("callHierarchy/incomingCalls", {"item": order})
    assert [(each["from"]["name"], each["from"]["kind"]) for each in incoming] == [
        ("shop.orders", 2),
        ("test_order", 12),
    ]
    assert incoming[0]["from"]["detail"].startswith("exact: ")
    assert [each["start"]["line"] for each in incoming[0]["fromRanges"]] == [10]
    outgoing = await ask("callHierarchy/outgoingCalls", {"item": order})
    assert {each["to"]["name"] for each in outgoing} >= {"checkout"}


async def test_type_hierarchy(ask, at):
    (cart,) = await ask("textDocument/prepareTypeHierarchy", at("shop/cart.py", "class Ca|rt:"))
    (gift,) = await ask("typeHierarchy/subtypes", {"item": cart})
    assert gift["name"] == "GiftCart"
    assert [each["name"] for each in await ask("typeHierarchy/supertypes", {"item": gift})] == [
        "Cart"
    ]


async def test_workspace_symbols(ask):
    symbols = await ask("workspace/symbol", {"query": "chkout"})
    assert [(each["name"], each["containerName"]) for each in symbols] == [
        ("checkout", "shop.cart")
    ]


async def test_callers(ask, at):
    answer = await ask("ramify/callers", at("shop/cart.py", "def check|out("))
    assert answer["target"]["id"] == "python . shop.cart/checkout"
    (caller,) = answer["items"]
    assert (caller["qualifiedName"], caller["certainty"]) == ("shop.orders.order", "exact")
    assert shown(caller["sites"]) == ["orders.py:8"]
    assert (answer["total"], answer["status"]["complete"]) == (1, True)


async def test_callees_of_a_symbol_by_id(ask):
    answer = await ask("ramify/callees", {"symbol": "python . shop.orders/order"})
    assert {each["name"] for each in answer["items"]} >= {"checkout"}
    assert [each["id"] for each in answer["external"]] == ["python:builtins.min"]


async def test_an_id_of_nothing_is_refused(ask):
    with pytest.raises(JsonRpcException) as refused:
        await ask("ramify/impact", {"symbol": "python . shop.orders/gone"})
    assert (refused.value.code, refused.value.message) == (
        -32803,
        "there is no symbol python . shop.orders/gone",
    )


async def test_impact(ask, at):
    answer = await ask("ramify/impact", at("shop/cart.py", "def check|out("))
    affected = {each["qualifiedName"]: each for each in answer["affected"]}
    (step,) = affected["shop.orders.order"]["path"]
    assert (step["edge"], shown([step["site"]])) == ("calls", ["orders.py:8"])
    assert [(each["name"], each["distance"]) for each in answer["tests"]] == [("test_order", 2)]


async def test_related(ask, at):
    answer = await ask("ramify/related", at("shop/cart.py", "def check|out("))
    assert answer["target"]["name"] == "checkout"
    groups = {
        group["relation"]: [each["name"] for each in group["items"]] for group in answer["groups"]
    }
    assert groups["callers"] == ["order"]


async def test_related_to_selected_lines(ask, at):
    start, end = at("shop/orders.py", "|return min("), at("shop/orders.py", "LIMIT)|")
    lines = {"start": start.pop("position"), "end": end["position"]}
    answer = await ask("ramify/related", {**start, "range": lines})
    assert answer["target"]["name"] == "order"
    (called, *_) = answer["groups"]
    assert (called["relation"], [each["name"] for each in called["items"]]) == (
        "callees",
        ["checkout"],
    )
    assert called["items"][0]["reasons"] == ["called in these lines"]


async def test_a_rename_in_the_form_that_the_client_can_apply(ask, at, client: LanguageClient):
    pointed = at("shop/cart.py", "def check|out(")
    found = await ask("textDocument/prepareRename", pointed)
    assert found["placeholder"] == "checkout"
    edit = await ask("textDocument/rename", {**pointed, "newName": "buy"})
    versioned = edit.get("documentChanges") or []
    by_uri = {each["textDocument"]["uri"]: each["edits"] for each in versioned}
    edits = edit.get("changes") or by_uri
    assert {_name(uri): len(each) for uri, each in edits.items()} == {
        "cart.py": 1,
        "orders.py": 2,
    }
    assert {each["newText"] for changed in edits.values() for each in changed} == {"buy"}
    assert all(each["textDocument"]["version"] is None for each in versioned)


async def test_code_lenses_say_what_hangs_on_a_definition(ask, shop: Shop):
    await ask("ramify/await", {})
    found = await ask("textDocument/codeLens", {"textDocument": {"uri": shop.uri("shop/cart.py")}})
    lines = [each["range"]["start"]["line"] for each in found]
    assert lines == [3, 6, 9, 14, 15, 19, 23]
    told = await ask("codeLens/resolve", found[-1])
    assert told["command"]["title"] == "1 caller · 2 affected · 1 test"


async def test_a_rename_that_would_break_is_refused(ask, at):
    pointed = at("shop/cart.py", "def check|out(")
    with pytest.raises(JsonRpcException) as refused:
        await ask("textDocument/rename", {**pointed, "newName": "Cart"})
    assert (refused.value.code, refused.value.message) == (
        -32803,
        "shop.cart has a `Cart` already",
    )


async def test_a_workspace_without_circles_of_imports(ask):
    answer = await ask("ramify/cycles", {})
    assert (answer["cycles"], answer["total"]) == ([], 0)


async def test_hotspots_have_a_total_and_say_what_is_not_known(ask):
    answer = await ask("ramify/hotspots", {"limit": 1})
    assert answer["total"] == len(answer["hotspots"])
    assert all(note.startswith("how often files changed: ") for note in answer["notes"])


async def test_what_nothing_reaches_and_what_can_go(ask, at):
    answer = await ask("ramify/unreachable", {"minCertainty": "possible"})
    assert {each["name"] for each in answer["items"]} == {"serve", "café", "GiftCart", "wrapping"}
    told = await ask("ramify/removable", at("shop/cart.py", "def check|out("))
    summary = "No: 1 place uses `checkout`, in 1 file, besides 1 import."
    assert (told["verdict"], told["summary"]) == ("used", summary)


async def test_search_as_a_command(ask):
    await ask("ramify/await", {"search": True})
    params = {"query": "sum of the prices", "limit": 1}
    command = {"command": "ramify.search", "arguments": [params]}
    answer = await ask("workspace/executeCommand", command)
    assert [each["qualifiedName"] for each in answer["hits"]] == ["shop.cart.Cart.total"]
    assert answer["cursor"]


async def test_status(ask):
    answer = await ask("ramify/status", {})
    assert (answer["status"]["totalFiles"], answer["status"]["complete"]) == (5, True)


async def test_indexing_is_shown_and_its_end(client: LanguageClient, ask):
    await ask("ramify/await", {"search": True})
    (reports,) = client.progress_reports.values()
    while reports[-1].kind != "end":
        await asyncio.sleep(0.01)
    assert [each.kind for each in reports].count("begin") == 1
    assert reports[0].kind == "begin"


async def test_clients_are_asked_for_what_they_can_do(client: LanguageClient, ask):
    await ask("ramify/await", {})
    watching = ["workspace/didChangeWatchedFiles"]
    expected = {
        "vscode": [*watching, "workspace/didChangeConfiguration"],
        "emacs@29.1": watching,
    }
    assert [each.method for each in client.registered] == expected.get(client.name, [])
