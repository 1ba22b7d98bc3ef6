"""Commands beside a running server: run there, shown here, and no different for it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from ramify.cli.outcome import INTERRUPTED
from ramify.serving.requests import packed, unpacked
from tests.serving.processes import RAMIFY, Place, eventually

QUESTIONS = [
    ("callers", "Cart.total", "--json"),
    ("impact", "wrapping", "--min-certainty", "possible"),
    ("search", "the", "sum", "of", "prices", "--limit", "3"),
    ("callers", "total"),
    ("impact",),
]


def told(ran: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    return ran.returncode, without_revision(ran.stdout), ran.stderr


def without_revision(out: str) -> str:
    lines = out.splitlines()
    return "\n".join(line for line in lines if '"revision"' not in line)


def test_an_answer_is_the_same_byte_for_byte(place: Place) -> None:
    alone = [told(place.run(*words)) for words in QUESTIONS]
    place.server()
    assert [told(place.run(*words)) for words in QUESTIONS] == alone
    assert [code for code, _, _ in alone] == [0, 0, 0, 1, 2]


def test_the_owner_answers_and_nothing_heavy_is_imported_here(place: Place) -> None:
    server = place.server()
    script = (
        "import sys; from ramify.main import main; code = main(['status', '--json']);"
        "heavy = {'kuzu', 'lancedb', 'pygls', 'msgspec', 'numpy', 'rich', 'asyncio'};"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", script],
        env=place.environment,
        cwd=place.shop.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr == "[]\n"
    served_by = json.loads(ran.stdout)["store"]["servedBy"]
    assert served_by.startswith(f"process {server.process.pid},")


def test_a_question_knows_what_was_saved_just_before(place: Place) -> None:
    place.server()
    for number in range(3):
        path = place.shop.folder / f"shop/late{number}.py"
        path.write_text(
            f"from shop.cart import wrapping\n\n\ndef late{number}():\n    wrapping()\n"
        )
        found = json.loads(place.run("callers", "wrapping", "--json").stdout)
        assert f"late{number}" in [each["name"] for each in found["items"]]


def test_places_are_shown_as_seen_from_where_the_question_is_asked(place: Place) -> None:
    place.server()
    ran = subprocess.run(
        [RAMIFY, "callers", "cart.py:10", "--root", ".."],
        env=place.environment,
        cwd=place.shop.folder / "shop",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "cart.py:25:17" in ran.stdout


def test_verbs_that_want_the_store_for_themselves_say_who_has_it(place: Place) -> None:
    server = place.server()
    ran = place.run("clean")
    assert ran.returncode == 1
    assert f"owned by process {server.process.pid}" in ran.stderr


def test_a_command_that_owns_the_store_serves_a_server_that_starts_meanwhile(place: Place) -> None:
    """The server takes over when the command ends; nothing is indexed twice at once."""
    for number in range(300):
        text = "\n".join(f"def f{number}_{each}(x): return x.g{each}()" for each in range(40))
        (place.shop.folder / f"shop/many{number}.py").write_text(text)
    index = place.start("index")
    owner = place.owner()
    assert owner.pid == index.pid
    client = place.server()
    assert index.wait(120) == 0
    assert index.stderr is not None
    index.stderr.close()
    assert place.wait_for_index(client).get("reason") is None
    assert eventually(place.owner, lambda now: now.pid == client.process.pid)


def test_an_owner_that_is_killed_meanwhile_costs_a_command_nothing(place: Place) -> None:
    server = place.server()
    os.kill(server.process.pid, signal.SIGSTOP)
    asking = subprocess.Popen(
        [RAMIFY, "callers", "wrapping"],
        env=place.environment,
        cwd=place.shop.folder,
        stdout=subprocess.PIPE,
        text=True,
    )
    server.process.kill()
    out, _ = asking.communicate(timeout=60)
    assert asking.returncode == 0
    assert [line.split()[1] for line in out.splitlines() if line.startswith("  exact")] == [
        "GiftCart.total"
    ]


def test_an_interrupted_command_ends_here_and_there(place: Place) -> None:
    server = place.server()
    for number in range(200):
        text = "\n".join(f"def f{number}_{each}(x): return x.g{each}()" for each in range(40))
        (place.shop.folder / f"shop/many{number}.py").write_text(text)
    asking = subprocess.Popen(
        [RAMIFY, "index"],
        env=place.environment,
        cwd=place.shop.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    eventually(
        lambda: (
            server.result("ramify/status", {})["queues"]["waitingErrands"]
            or server.result("ramify/status", {})["status"]["pendingFiles"]
        ),
        lambda many: many > 0 or asking.poll() is not None,
    )
    asking.send_signal(signal.SIGINT)
    asking.communicate(timeout=60)
    assert asking.returncode in (INTERRUPTED, 0, -signal.SIGINT)  # the last: before it could tell
    place.wait_for_index(server)


def test_serve_ends_when_nobody_comes(place: Place) -> None:
    serving = place.start("serve", "--idle", "1")
    assert place.owner().pid == serving.pid
    assert place.run("callers", "wrapping").returncode == 0
    assert serving.wait(60) == 0
    assert serving.stderr is not None
    assert f"serving {place.shop.folder}" in serving.stderr.read()
    serving.stderr.close()


def test_serve_says_who_serves_already(place: Place) -> None:
    server = place.server()
    ran = place.run("serve")
    assert (ran.returncode, ran.stderr) == (
        1,
        f"ramify: process {server.process.pid} serves {place.shop.folder} already.\n",
    )


def test_serve_serves_while_it_has_clients(place: Place) -> None:
    serving = place.start("serve", "--idle", "1")
    place.owner()
    client = place.server()
    with pytest.raises(subprocess.TimeoutExpired):
        serving.wait(2)
    client.process.kill()
    assert serving.wait(60) == 0
    assert serving.stderr is not None
    serving.stderr.close()


def test_arguments_arrive_as_they_were(tmp_path: Path) -> None:
    given = Namespace(
        verb="search", query=["a", "path:b"], limit=3, json=True, near=None, file=Path("x/y.bin")
    )
    arrived = unpacked(json.loads(json.dumps(packed(given, tmp_path)))["arguments"])
    assert vars(arrived) == {**vars(given), "root": tmp_path, "file": tmp_path / "x/y.bin"}


def test_a_name_that_is_no_text_arrives_as_it_is(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    given = Namespace(verb="callers", symbol=name)
    assert unpacked(json.loads(json.dumps(packed(given, tmp_path)))["arguments"]).symbol == name
