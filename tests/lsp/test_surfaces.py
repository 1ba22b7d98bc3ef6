"""Standard surfaces are switched on and off by the client: other servers run beside this one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.raw import RawClient, raw_client
from tests.session.folders import write

FILES = {"left.py": "import right\n\ndef f():\n    right.x\n", "right.py": "import left\n"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    write(folder, FILES)
    return folder


@pytest.fixture
def client(tmp_path: Path) -> Iterator[RawClient]:
    with raw_client(tmp_path / "home") as client:
        yield client


def started(client: RawClient, folder: Path, options: Mapping[str, object]) -> dict[str, Any]:
    """What the server offers, once it knows the folder."""
    result = client.initialize({"folder": folder}, initializationOptions=dict(options))
    client.result("ramify/await", {"timeoutMs": 20_000})
    offered: dict[str, Any] = result["capabilities"]
    return offered


def of(folder: Path, name: str) -> dict[str, Any]:
    return {"textDocument": {"uri": (folder / name).as_uri()}}


def test_what_is_off_is_not_offered(client: RawClient, folder: Path) -> None:
    switches = ("codeLens", "hover", "hierarchy", "rename")
    offered = started(client, folder, dict.fromkeys(switches, False))
    assert not {"codeLensProvider", "renameProvider", "diagnosticProvider"} & offered.keys()
    assert (offered["hoverProvider"], offered["callHierarchyProvider"]) == (False, False)
    at = {**of(folder, "left.py"), "position": {"line": 2, "character": 4}}
    assert client.result("textDocument/codeLens", of(folder, "left.py")) == []
    assert client.result("textDocument/hover", at) is None
    assert client.result("textDocument/prepareCallHierarchy", at) is None
    assert client.error("textDocument/rename", {**at, "newName": "g"}) == (
        -32803,
        "the setting ramify.rename is off",
    )


def test_diagnostics_are_off_unless_they_are_asked_for(client: RawClient, folder: Path) -> None:
    offered = started(client, folder, {})
    assert "diagnosticProvider" not in offered
    told = client.result("textDocument/diagnostic", of(folder, "left.py"))
    assert told == {"kind": "full", "items": []}


def test_a_circular_import_is_a_diagnostic(client: RawClient, folder: Path) -> None:
    offered = started(client, folder, {"diagnostics": True})
    assert offered["diagnosticProvider"]["interFileDependencies"] is True
    (found,) = client.result("textDocument/diagnostic", of(folder, "left.py"))["items"]
    assert (found["message"], found["severity"]) == ("Circular import: left → right → left", 3)
    assert found["range"]["start"] == {"line": 0, "character": 7}


def test_the_place_of_a_symbol_is_told_when_it_is_picked(client: RawClient, folder: Path) -> None:
    write(folder, {"more.py": "\n\nclass Till:\n    def pay(self): ...\n"})
    properties = {"symbol": {"resolveSupport": {"properties": ["location.range"]}}}
    result = client.initialize({"folder": folder}, capabilities={"workspace": properties})
    client.result("ramify/await", {"timeoutMs": 20_000})
    assert result["capabilities"]["workspaceSymbolProvider"] == {"resolveProvider": True}
    (found,) = client.result("workspace/symbol", {"query": "pay"})
    uri = (folder / "more.py").as_uri()
    assert found == {
        "name": "pay",
        "kind": 6,
        "containerName": "more.Till",
        "location": {"uri": uri},
        "data": {"symbol": "python . more/Till.pay"},
    }
    picked = client.result("workspaceSymbol/resolve", found)
    start, end = ({"line": 3, "character": at} for at in (8, 11))
    assert picked == {**found, "location": {"uri": uri, "range": {"start": start, "end": end}}}
    gone = {**found, "data": {"symbol": "python . more/Till.gone"}}
    top = {"line": 0, "character": 0}
    picked = client.result("workspaceSymbol/resolve", gone)
    assert picked["location"] == {"uri": uri, "range": {"start": top, "end": top}}


OVERLOADED = """\
from typing import overload
@overload
def price(of: int) -> int: ...
@overload
def price(of: str) -> str: ...
def price(of): return of
price(1)
"""


@pytest.mark.parametrize(
    ("line", "others"), [(4, [2, 5, 6]), (6, [6])], ids=["at an overload", "at a use"]
)
def test_overloads_refer_to_each_other(
    client: RawClient, folder: Path, line: int, others: list[int]
) -> None:
    write(folder, {"left.py": OVERLOADED})
    started(client, folder, {})
    at = {**of(folder, "left.py"), "position": {"line": line, "character": 4}}
    without = {"context": {"includeDeclaration": False}}
    found = client.result("textDocument/references", at | without)
    assert [each["range"]["start"]["line"] for each in found] == others


EXPLAINED = {
    "textDocument": {
        "publishDiagnostics": {"relatedInformation": True, "tagSupport": {"valueSet": [1, 2]}}
    }
}
IDLE = {
    "shop.py": "def pay():\n    return 1\n\n\ndef _old():\n    return _older()\n\n\n"
    "def _older():\n    return 2\n\n\nclass Shop:\n    def visit(self): ...\n\n\npay()\n",
}


def test_the_rest_of_a_circle_is_told_beside_it(client: RawClient, folder: Path) -> None:
    client.initialize(
        {"folder": folder},
        initializationOptions={"diagnostics": True},
        capabilities=EXPLAINED,
    )
    (found,) = client.result("textDocument/diagnostic", of(folder, "left.py"))["items"]
    (link,) = found["relatedInformation"]
    assert link["message"] == "right imports left"
    assert link["location"]["uri"] == (folder / "right.py").as_uri()
    assert link["location"]["range"]["start"] == {"line": 0, "character": 7}
    assert "tags" not in found


def test_what_nothing_reaches_is_a_hint_that_says_how_sure_it_is(
    client: RawClient, folder: Path
) -> None:
    write(folder, IDLE)
    client.initialize(
        {"folder": folder}, initializationOptions={"unreachable": True}, capabilities=EXPLAINED
    )
    older, old = client.result("textDocument/diagnostic", of(folder, "shop.py"))["items"][::-1]
    assert (old["severity"], old["tags"], old["code"]) == (4, [1], "unreachable")
    assert old["message"] == (
        "Nothing is known to reach `_old` (inferred): no entry point, no code of a module, no "
        "test. No unresolved place names it; code outside of the workspace is not seen."
    )
    assert old["range"]["start"] == {"line": 4, "character": 4}
    assert [each["message"] for each in older["relatedInformation"]] == ["named in shop._old"]
    assert client.result("textDocument/diagnostic", of(folder, "left.py"))["items"] == []


def test_an_edit_that_uses_it_takes_the_hint_away(client: RawClient, folder: Path) -> None:
    write(folder, IDLE)
    started(client, folder, {"unreachable": True})
    shop = of(folder, "shop.py")
    names = [each["range"]["start"]["line"] for each in told_of(client, shop)]
    assert names == [4, 8]
    client.open((folder / "other.py").as_uri(), "from shop import _old\n_old()\n")
    assert told_of(client, shop) == []


def test_nothing_is_called_unreachable_that_somebody_unknown_may_use(
    client: RawClient, folder: Path
) -> None:
    handed = {"other.py": "def call(it):\n    it._old()\n    it._older()\n\n\ncall(1)\n"}
    write(folder, IDLE | handed)
    started(client, folder, {"unreachable": True})
    assert told_of(client, of(folder, "shop.py")) == []


def told_of(client: RawClient, document: dict[str, Any]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.result("textDocument/diagnostic", document)["items"]
    return items


def test_a_new_graph_has_lenses_and_diagnostics_asked_for_anew(
    client: RawClient, folder: Path
) -> None:
    refreshed = {"refreshSupport": True}
    capabilities = {"workspace": {"codeLens": refreshed, "diagnostics": refreshed}}
    client.initialize(
        {"folder": folder},
        initializationOptions={"diagnostics": True},
        capabilities=capabilities,
    )
    wanted = {"workspace/codeLens/refresh", "workspace/diagnostic/refresh"}
    while not wanted <= {each["method"] for each in client.notifications}:
        client.result("ramify/await", {"timeoutMs": 20_000})


def test_diagnostics_of_an_unfinished_index_are_to_be_asked_for_again(
    client: RawClient, folder: Path
) -> None:
    client.initialize(
        {"folder": folder}, initializationOptions={"diagnostics": True, "waitSeconds": 0}
    )
    refused = client.ask("textDocument/diagnostic", of(folder, "left.py"))["error"]
    assert (refused["code"], refused["data"]) == (-32802, {"retriggerRequest": True})
