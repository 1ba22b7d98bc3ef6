"""Whatever a client sends, every request gets one answer and the server lives."""

import json

import pytest

from tests.lsp.raw import RawClient, raw_client

DOCUMENT = "untitled:Untitled-1"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with raw_client(tmp_path_factory.mktemp("home")) as client:
        client.initialize()
        client.open(DOCUMENT, "def f(x):\n    return x\n")
        yield client


@pytest.fixture(autouse=True)
def still_alive(client):
    yield
    names = [each["name"] for each in symbols(client)]
    assert names == ["f"]
    assert client.received.empty()


def symbols(client: RawClient) -> list[dict[str, object]]:
    return client.result("textDocument/documentSymbol", {"textDocument": {"uri": DOCUMENT}})


def test_an_unknown_method(client):
    assert client.error("textDocument/brew", {}) == (-32601, "there is no method textDocument/brew")


def test_an_unknown_notification_is_passed_over(client):
    client.notify("textDocument/didBrew", {})
    client.notify("$/whatever", {})


@pytest.mark.parametrize(
    ("method", "params", "message"),
    [
        ("textDocument/hover", {}, "Object missing required field `textDocument`"),
        ("textDocument/hover", None, "Object missing required field `textDocument`"),
        ("textDocument/hover", [1], "Expected `object`, got `array`"),
        ("textDocument/hover", "x", "Expected `object`, got `str`"),
        (
            "textDocument/hover",
            {"textDocument": {"uri": DOCUMENT}, "position": {"line": "1", "character": 0}},
            "Expected `int`, got `str` - at `$.position.line`",
        ),
        (
            "textDocument/hover",
            {"textDocument": {"uri": DOCUMENT}, "position": {"line": -1, "character": 0}},
            "Expected `int` >= 0 - at `$.position.line`",
        ),
        ("ramify/search", {"limit": 3}, "Object missing required field `query`"),
        (
            "ramify/search",
            {"query": "x", "filters": {"tests": "some"}},
            "Invalid enum value 'some' - at `$.filters.tests`",
        ),
        ("workspace/symbol", {"query": None}, "Expected `str`, got `null` - at `$.query`"),
        ("callHierarchy/incomingCalls", {"item": 7}, "Expected `object`, got `int` - at `$.item`"),
    ],
)
def test_bad_params_are_named(client, method, params, message):
    assert client.error(method, params) == (-32602, f"{method}: {message}")


def test_omitted_params_are_empty_ones(client):
    client.send({"jsonrpc": "2.0", "id": "s", "method": "ramify/status"})
    assert client.answer("s")["result"]["status"]["totalFiles"] == 0


def test_a_nested_jsonrpc_key_is_a_key_like_others(client):
    nested = {"query": "x", "jsonrpc": "2.0", "filters": {"jsonrpc": "2.0", "id": 4}}
    assert client.result("ramify/search", nested)["hits"] == []


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("file:///no/such/folder/a.py", -32602),
        ("untitled:Untitled-9", -32602),
        ("http://example.org/a.py", -32602),
        ("file://%00", -32602),
        ("not a uri \ud83d", -32602),
        ("", -32602),
        ("file:///../../../etc/passwd", -32602),
    ],
)
def test_what_is_in_no_folder_and_not_open_is_refused(client, uri, code):
    params = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
    expected = (code, "the file is neither open nor in a workspace folder")
    assert client.error("textDocument/definition", params) == expected
    assert client.error("ramify/impact", params) == expected


def test_a_position_outside_of_the_text_is_clamped(client):
    params = {"textDocument": {"uri": DOCUMENT}, "position": {"line": 9999, "character": 9999}}
    assert client.result("textDocument/hover", params) is None


def test_a_lower_case_header(client):
    body = b'{"jsonrpc":"2.0","id":"low","method":"workspace/symbol","params":{"query":""}}'
    client.write(b"content-length: %d\r\n\r\n%b" % (len(body), body))
    assert client.answer("low")["result"] == []


def test_malformed_json(client):
    client.write(b"Content-Length: 7\r\n\r\n{'id':1")
    error = client.answer(None)["error"]
    assert error["code"] == -32700


def test_a_message_over_the_limit(client):
    head = b'{"jsonrpc":"2.0","id":"big","method":"workspace/symbol","params":{"query":"'
    pieces = [head, *[b"x" * 1024 * 1024] * 64, b'"}}']
    client.write(b"Content-Length: %d\r\n\r\n" % sum(map(len, pieces)))
    for piece in pieces:
        client.write(piece)
    assert client.answer("big")["error"]["code"] == -32600


@pytest.mark.parametrize(
    "message",
    [
        {"id": 5, "method": "workspace/symbol"},
        {"jsonrpc": "1.0", "id": 5, "method": "workspace/symbol"},
        7,
        "x",
        None,
        [],
        {"jsonrpc": "2.0", "id": {"a": 1}, "method": "workspace/symbol"},
        {"jsonrpc": "2.0", "id": None, "method": "workspace/symbol"},
        {"jsonrpc": "2.0", "id": True, "method": "workspace/symbol"},
    ],
    ids=json.dumps,
)
def test_what_is_no_request_is_refused(client, message):
    client.send(message)
    assert client.answer()["error"]["code"] == -32600


def test_each_request_of_a_batch_is_answered(client):
    ask = {"jsonrpc": "2.0", "method": "workspace/symbol", "params": {"query": ""}}
    client.send([ask | {"id": "one"}, {"jsonrpc": "2.0", "method": "x"}, ask | {"id": "two"}, 3])
    answers = [client.answer() for _ in range(3)]
    assert {each["id"] for each in answers} == {"one", "two", None}


def test_an_answer_to_nothing_is_passed_over(client):
    client.send({"jsonrpc": "2.0", "id": "never asked", "result": 1})
    client.send({"jsonrpc": "2.0", "id": ["x"], "error": "x"})


def test_a_second_initialize(client):
    code, message = client.error("initialize", {"capabilities": {}})
    assert (code, message) == (-32600, "the server is initialized already")


def test_cancelling_what_is_not_running(client):
    client.notify("$/cancelRequest", {"id": 99999})
    client.notify("$/cancelRequest", {"id": [1]})
    client.notify("$/cancelRequest")


def test_an_unknown_command(client):
    assert client.error("workspace/executeCommand", {"command": "ramify.brew"}) == (
        -32602,
        "there is no command ramify.brew",
    )


def test_a_command_with_wrong_arguments(client):
    params = {"command": "ramify.search", "arguments": [{"limit": "many"}]}
    code, message = client.error("workspace/executeCommand", params)
    assert (code, message[:15]) == (-32602, "ramify.search: ")


def test_changes_of_a_document_that_is_not_open(client):
    changed = {"uri": "untitled:other", "version": 3}
    client.notify(
        "textDocument/didChange", {"textDocument": changed, "contentChanges": [{"text": "x"}]}
    )
    client.notify("textDocument/didClose", {"textDocument": changed})
    client.notify("textDocument/didChange", {"contentChanges": 3})


def test_many_requests_at_once_all_get_their_answer(client):
    params = {"textDocument": {"uri": DOCUMENT}}
    asked = {client.request("textDocument/documentSymbol", params) for _ in range(300)}
    assert {client.answer()["id"] for _ in range(300)} == asked


def test_a_hundred_thousand_levels_of_json(client):
    body = b'{"jsonrpc":"2.0","id":"deep","method":"x","params":%b%b}' % (
        b"[" * 10**5,
        b"]" * 10**5,
    )
    client.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    assert client.answer()["error"]["code"] in (-32700, -32601)
