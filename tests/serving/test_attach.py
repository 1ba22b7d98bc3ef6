"""Several clients of one store: one process owns it, and the others go on when it ends."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from ramify.release import VERSION
from ramify_store.ownership import Owner, Ownership, announce
from tests.lsp.raw import RawClient
from tests.serving.processes import Place, callers, eventually

BEFORE = ["checkout", "total"]


def status(client: RawClient) -> dict[str, object]:
    found: dict[str, object] = client.result("ramify/status", {})
    return found


def write_more(client: RawClient, place: Place, name: str) -> None:
    """An unsaved caller of `Cart.total` in a file of its own."""
    text = f"from shop.cart import Cart\n\n\ndef {name}():\n    return Cart([]).total()\n"
    client.open(place.shop.uri(f"shop/{name}.py"), text)


def add_caller(client: RawClient, place: Place, name: str, version: int, line: int) -> None:
    """One more, after a line of that document."""
    at = {"line": line, "character": 0}
    more = f"\n\ndef {name}{version}():\n    return Cart([]).total()\n"
    client.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": place.shop.uri(f"shop/{name}.py"), "version": version},
            "contentChanges": [{"range": {"start": at, "end": at}, "text": more}],
        },
    )


def test_a_second_server_attaches_and_says_so(place: Place) -> None:
    first = place.server()
    second = place.server()
    told = status(second)
    assert told["status"].get("reason") is None
    assert told["store"]["servedBy"] == f"process {first.process.pid}, Ramify {VERSION}"
    assert told["queues"]["clients"] == 2
    assert callers(second, place) == callers(first, place) == BEFORE


def test_nobody_sees_what_another_client_has_not_saved(place: Place) -> None:
    first, second = place.server(), place.server()
    write_more(first, place, "mine")
    write_more(second, place, "yours")
    assert callers(first, place) == ["checkout", "mine", "total"]
    assert callers(second, place) == ["checkout", "total", "yours"]
    third = place.server()
    assert callers(third, place) == BEFORE


def test_what_a_client_had_not_saved_goes_with_it(place: Place) -> None:
    first, second = place.server(), place.server()
    write_more(second, place, "yours")
    assert callers(second, place) == ["checkout", "total", "yours"]
    second.process.kill()
    eventually(lambda: status(first)["queues"]["clients"], lambda count: count == 1)
    assert status(first)["queues"]["openDocuments"] == 0


def test_a_saved_file_is_seen_by_all(place: Place) -> None:
    first, second = place.server(), place.server()
    path = place.shop.folder / "shop/saved.py"
    path.write_text("from shop.cart import Cart\n\n\ndef saved():\n    Cart([]).total()\n")
    document = {"textDocument": {"uri": path.as_uri()}}
    second.notify("textDocument/didSave", document)
    assert eventually(lambda: callers(second, place), lambda names: "saved" in names)
    assert callers(first, place) == ["checkout", "saved", "total"]


def test_when_the_owner_is_killed_the_others_go_on_with_what_they_had(place: Place) -> None:
    first, second, third = place.server(), place.server(), place.server()
    write_more(second, place, "yours")
    add_caller(second, place, "yours", 2, 5)
    write_more(third, place, "theirs")
    asked = second.request("ramify/callers", place.shop.at("shop/cart.py", "def |wrapping"))
    first.process.kill()
    add_caller(second, place, "yours", 3, 9)
    answer = second.answer(asked)
    assert [each["name"] for each in answer["result"]["items"]] == ["total"]
    assert callers(second, place) == ["checkout", "total", "yours", "yours2", "yours3"]
    assert callers(third, place) == ["checkout", "theirs", "total"]
    assert place.owner().pid in (second.process.pid, third.process.pid)


def test_when_the_owner_ends_in_order_the_others_go_on(place: Place) -> None:
    first, second = place.server(), place.server()
    write_more(second, place, "yours")
    first.result("shutdown")
    first.notify("exit")
    assert first.end() == 0
    assert callers(second, place) == ["checkout", "total", "yours"]
    assert place.owner().pid == second.process.pid
    assert status(second)["status"].get("reason") is None


def test_owner_after_owner_can_be_killed(place: Place) -> None:
    last = place.unready()
    others = [place.server(), place.server(), place.server()]
    last.initialize({"shop": place.shop.folder})
    write_more(last, place, "mine")
    for _ in others:
        pid = place.owner().pid
        if pid == last.process.pid:
            break
        os.kill(pid, signal.SIGKILL)
        assert callers(last, place) == ["checkout", "mine", "total"]


def test_a_client_hears_of_a_takeover_nothing_but_the_answers(place: Place) -> None:
    can = {
        "window": {"workDoneProgress": True},
        "workspace": {
            "didChangeWatchedFiles": {"dynamicRegistration": True},
            "didChangeConfiguration": {"dynamicRegistration": True},
        },
    }
    first = place.server()
    second = place.server(capabilities=can)
    asked = [second.request("workspace/symbol", {"query": name}) for name in ("order", "Cart")]
    first.process.kill()
    answers = {(answer := second.answer())["id"]: answer["result"] for _ in asked}
    assert sorted(answers) == asked
    callers(second, place)
    second.result("shutdown")
    registered = [
        each for each in second.notifications if each["method"] == "client/registerCapability"
    ]
    assert len(registered) == 1
    progress = [each["params"] for each in second.notifications if each["method"] == "$/progress"]
    kinds = {token: [] for token in (each["token"] for each in progress)}
    for each in progress:
        kinds[each["token"]].append(each["value"]["kind"])
    assert [told[0] + told[-1] for told in kinds.values() if told[-1] != "end"] == []


def test_the_last_one_leaves_nothing_running(place: Place) -> None:
    first, second = place.server(), place.server()
    for client in (first, second):
        client.process.stdin.close()
        assert client.end() == 1
    assert not list((place.home / "run").glob("*")) or not (place.home / "run").exists()


def test_exit_and_signals_end_an_attached_server_as_they_end_another(place: Place) -> None:
    place.server()
    polite, rude, told = place.server(), place.server(), place.server()
    polite.result("shutdown")
    polite.notify("exit")
    rude.notify("exit")
    told.process.send_signal(signal.SIGTERM)
    assert [polite.end(), rude.end(), told.end()] == [0, 1, 128 + signal.SIGTERM]


def test_another_version_is_not_shared_with(place: Place) -> None:
    place.store.mkdir(parents=True)
    announce(Owner(os.getpid(), "99.0", 1, str(place.home / "nobody"), "key"))
    try:
        ownership = Ownership(place.store)
    finally:
        announce(None)
    client = place.server()
    assert status(client)["status"]["reason"] == (
        f"the store is owned by process {os.getpid()}, which is Ramify 99.0 while this is "
        f"{VERSION}: answers come from memory"
    )
    assert callers(client, place) == BEFORE
    ownership.release()


def test_an_owner_that_does_not_listen_is_not_waited_for_long(place: Place) -> None:
    place.store.mkdir(parents=True)
    ownership = Ownership(place.store)
    client = place.server()
    assert status(client)["status"]["reason"] == (
        f"the store is owned by process {os.getpid()}: answers come from memory"
    )
    ownership.release()


def test_folders_of_one_client_are_served_by_one_owner(place: Place, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.py").write_text("def elsewhere(): pass\n")
    first = place.server()
    second = place.unready()
    second.initialize({"other": other, "shop": place.shop.folder})
    place.wait_for_index(second)
    names = [each["name"] for each in second.result("workspace/symbol", {"query": "elsewhere"})]
    assert names == ["elsewhere"]
    first.process.kill()
    assert callers(second, place) == BEFORE
    names = [each["name"] for each in second.result("workspace/symbol", {"query": "elsewhere"})]
    assert names == ["elsewhere"]


def test_memory_is_shared_with_nobody(place: Place) -> None:
    first = place.server()
    alone = place.server("--store", "memory")
    assert status(alone)["store"]["mode"] == "memory"
    assert status(first)["queues"]["clients"] == 1


@pytest.mark.parametrize(
    "body", [b"GET / HTTP/1.1\r\n\r\n", b'Content-Length: 7\r\n\r\n{"key":', b""]
)
def test_strangers_at_the_socket_are_sent_away(place: Place, body: bytes) -> None:
    from ramify.serving.sockets import connected

    client = place.server()
    stranger = connected(place.owner().address)
    stranger.write(memoryview(body))
    stranger._socket.shutdown(1)
    said = stranger.reader.read(1000)
    assert b"welcome" not in said
    stranger.close()
    assert callers(client, place) == BEFORE
