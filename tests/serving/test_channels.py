"""Sockets and pipes: who may come, and that bytes arrive as they were sent."""

from __future__ import annotations

import os
import socket
import stat
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ramify.serving import pipes, sockets
from ramify.serving.channel import Channel, Listener, write_all
from ramify.serving.pipes import PipeListener
from ramify.serving.sockets import SocketListener, is_private, peer_user, user_of_xucred


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Short: an address has little room."""
    return tmp_path_factory.mktemp("s")


def accepted(listener: Listener) -> Callable[[], Channel | OSError]:
    """Accepts one on another thread; what is returned waits for the outcome."""
    outcome: list[Channel | OSError] = []

    def accept() -> None:
        try:
            outcome.append(listener.accept())
        except OSError as error:
            outcome.append(error)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()

    def wait() -> Channel | OSError:
        thread.join(30)
        return outcome[0]

    return wait


def both_ways(one: Channel, other: Channel) -> None:
    big = bytes(range(256)) * 2000
    sender = threading.Thread(target=write_all, args=(one, b"hello\n" + big))
    sender.start()
    assert other.reader.readline(100) == b"hello\n"
    assert other.reader.read(len(big)) == big
    sender.join(30)
    write_all(other, b"back\n")
    assert one.reader.readline(100) == b"back\n"
    other.close()
    assert one.reader.readline(100) == b""
    one.close()


def test_a_socket_carries_bytes_both_ways(place: Path) -> None:
    listener = SocketListener(place / "a")
    waiting = accepted(listener)
    one = sockets.connected(listener.address)
    other = waiting()
    assert not isinstance(other, OSError)
    both_ways(one, other)
    listener.close()


def test_a_pipe_carries_bytes_both_ways(place: Path) -> None:
    listener = PipeListener(str(place / "a"), "key", "AF_UNIX")
    waiting = accepted(listener)
    one = pipes.connected(listener.address, "key", "AF_UNIX")
    other = waiting()
    assert not isinstance(other, OSError)
    both_ways(one, other)
    listener.close()


@pytest.mark.parametrize("pair", [sockets.pair, pipes.pair])
def test_a_process_can_speak_with_itself(pair: Callable[[], tuple[Channel, Channel]]) -> None:
    both_ways(*pair())


def test_a_pipe_is_closed_to_whoever_does_not_know_the_key(place: Path) -> None:
    listener = PipeListener(str(place / "a"), "key", "AF_UNIX")
    waiting = accepted(listener)
    with pytest.raises(ConnectionRefusedError):
        pipes.connected(listener.address, "another", "AF_UNIX")
    assert isinstance(waiting(), PermissionError)
    listener.close()


def test_closing_ends_who_reads_and_who_accepts(place: Path) -> None:
    listener = SocketListener(place / "a")
    waiting = accepted(listener)
    listener.close()
    assert isinstance(waiting(), OSError)
    assert not (place / "a").exists()
    one, other = sockets.pair()
    ended = threading.Thread(target=lambda: one.reader.read(1), daemon=True)
    ended.start()
    one.close()
    ended.join(30)
    assert not ended.is_alive()
    other.close()


def test_the_socket_is_for_its_user_alone(place: Path) -> None:
    listener = SocketListener(place / "a")
    assert stat.S_IMODE((place / "a").stat().st_mode) == 0o600
    listener.close()


def test_the_other_side_of_a_socket_is_asked_for_its_user() -> None:
    one, other = socket.socketpair()
    with one, other:
        assert peer_user(one) == os.getuid()


def test_another_user_is_refused_on_both_sides(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = SocketListener(place / "a")
    waiting = accepted(listener)
    monkeypatch.setattr(sockets, "peer_user", lambda connected: os.getuid() + 1)
    with pytest.raises(PermissionError):
        sockets.connected(listener.address)
    assert isinstance(waiting(), PermissionError)
    monkeypatch.undo()
    listener.close()


def test_what_the_bsds_say_of_a_peer_is_read() -> None:
    assert user_of_xucred(struct.pack("=IIh16I", 0, 501, 1, *range(16))) == 501
    assert user_of_xucred(struct.pack("=II", 1, 501)) is None
    assert user_of_xucred(b"") is None


@pytest.mark.parametrize("mode", [0o755, 0o710, 0o777])
def test_a_directory_that_others_can_enter_is_not_taken(
    place: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    (place / "home" / "run").mkdir(parents=True)
    (place / "home" / "run").chmod(mode)
    (place / "runtime").mkdir(mode=0o700)
    monkeypatch.setenv("RAMIFY_HOME", str(place / "home"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place / "runtime"))
    assert sockets.socket_path().parent == place / "runtime" / "ramify"


def test_a_link_to_a_private_directory_is_none(place: Path) -> None:
    (place / "real").mkdir(mode=0o700)
    (place / "link").symlink_to(place / "real")
    assert is_private(place / "real")
    assert not is_private(place / "link")


def test_a_long_path_is_passed_over(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAMIFY_HOME", str(place / ("long" * 30)))
    (place / "runtime").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place / "runtime"))
    path = sockets.socket_path()
    assert path.parent == place / "runtime" / "ramify"
    assert len(os.fsencode(path)) <= 100


def test_sockets_of_the_dead_are_removed(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAMIFY_HOME", str(place))
    (place / "run").mkdir(mode=0o700)
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                          capture_output=True, text=True, check=True).stdout.strip()  # fmt: skip
    for name in (f"{dead}-ab12", f"{os.getpid()}-ab12", "something"):
        (place / "run" / name).touch()
    sockets.socket_path()
    left = sorted(path.name for path in (place / "run").iterdir())
    assert left == sorted([f"{os.getpid()}-ab12", "something"])
