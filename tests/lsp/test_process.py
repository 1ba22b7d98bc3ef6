"""How the server starts and ends as a process."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.lsp.raw import RawClient, raw_client


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def test_exit_after_shutdown_is_0(home):
    with raw_client(home) as client:
        client.initialize()
        assert client.result("shutdown") is None
        client.notify("exit")
        assert client.end() == 0


def test_exit_without_shutdown_is_1(home):
    with raw_client(home) as client:
        client.initialize()
        client.notify("exit")
        assert client.end() == 1


def test_exit_before_initialize_is_1(home):
    with raw_client(home) as client:
        client.notify("exit")
        assert client.end() == 1


def test_before_initialize_and_after_shutdown_requests_are_refused(home):
    with raw_client(home) as client:
        code, message = client.error("workspace/symbol", {"query": ""})
        assert (code, message) == (-32002, "the server is not initialized yet")
        client.notify("textDocument/didSave", {})
        client.initialize()
        client.result("shutdown")
        code, message = client.error("workspace/symbol", {"query": ""})
        assert (code, message) == (-32600, "the server was shut down")


def test_a_failed_initialize_can_be_tried_again(home):
    with raw_client(home) as client:
        code, message = client.error("initialize", {})
        assert code == -32602
        assert message == "initialize: Object missing required field `capabilities`"
        assert client.initialize()["serverInfo"]["name"] == "ramify"


def test_the_end_of_stdin_ends_the_server_though_questions_run(home, tmp_path):
    with raw_client(home) as client:
        waiting_forever(client, tmp_path)
        before = time.monotonic()
        client.process.stdin.close()
        assert client.end() == 1
        assert time.monotonic() - before < 10


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_end_the_server(home, tmp_path, number):
    with raw_client(home) as client:
        waiting_forever(client, tmp_path)
        client.process.send_signal(number)
        assert client.end() == 128 + number


def test_a_client_that_died_ends_the_server_though_the_pipe_is_open(home):
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with raw_client(home) as client:
        client.initialize(processId=sleeper.pid)
        sleeper.kill()
        assert client.end() == 1
    sleeper.wait()


def test_a_process_id_of_nobody_does_not_matter(home):
    with raw_client(home) as client:
        client.initialize(processId=2**22 + 1)
        assert client.result("workspace/symbol", {"query": ""}) == []


def test_a_client_that_does_not_read_does_not_stop_the_server(home):
    """The pipe fills up; what was written to it does not keep the rest from being read."""
    read_end, write_end = os.pipe()
    with raw_client(home, stdout=write_end) as client:
        os.close(write_end)
        client.request("initialize", {"capabilities": {}})
        for _ in range(5000):
            client.request("there/is/no/such/method")
        client.notify("exit")
        os.close(read_end)
        assert client.end() == 1


def test_the_folder_decides_nothing_of_what_is_imported(home, tmp_path):
    """The server starts in the workspace, as editors start it."""
    for name in ("json", "asyncio", "pygls", "msgspec", "ramify", "ramify_store", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(77)\n")
    with raw_client(home, cwd=tmp_path) as client:
        client.initialize({"it": tmp_path})
        uri = (tmp_path / "json.py").as_uri()
        params = {"textDocument": {"uri": uri}}
        assert client.result("textDocument/documentSymbol", params) == []


def names(client: RawClient, query: str) -> list[str]:
    return [each["name"] for each in client.result("workspace/symbol", {"query": query})]


@pytest.mark.parametrize("way", ["rootUri", "rootPath"])
def test_clients_without_workspace_folders_name_a_root(home, tmp_path, way):
    (tmp_path / "a.py").write_text("def only_here(): pass\n")
    root = tmp_path.as_uri() if way == "rootUri" else str(tmp_path)
    with raw_client(home) as client:
        client.initialize(**{"workspaceFolders": None, way: root})
        assert names(client, "only_here") == ["only_here"]


def test_the_root_of_the_command_line_wins(home, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text(f"def in_{name}(): pass\n")
    arguments = ["--root", str(tmp_path / "two"), "--store", "memory"]
    with raw_client(home, arguments) as client:
        client.initialize({"one": tmp_path / "one"})
        assert names(client, "in_") == ["in_two"]
    assert not home.exists()


def waiting_forever(client: RawClient, folder) -> None:
    """A server with a question that runs."""
    (folder / "a.py").write_text("x = 1\n")
    client.initialize({"it": folder})
    for _ in range(3):
        client.request("ramify/await", {"revision": 10**6, "timeoutMs": 600_000})
    client.result(
        "textDocument/documentSymbol", {"textDocument": {"uri": (folder / "a.py").as_uri()}}
    )
