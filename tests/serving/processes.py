"""Real servers and commands on a small workspace, and who of them owns its store."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from ramify.session.directories import real_path
from ramify_store.ownership import Owner, owner_record, store_name
from tests.lsp.raw import SECONDS, RawClient
from tests.lsp.shop import Shop, make_shop

RAMIFY = Path(sys.executable).with_name("ramify")

_T = TypeVar("_T")


class Place:
    """A shop and the stores of its own; ends all processes that it started."""

    def __init__(self, folder: Path) -> None:
        self.shop: Shop = make_shop(folder / "shop")
        self.home = folder / "home"
        self.clients: list[RawClient] = []

    @property
    def store(self) -> Path:
        return self.home / "cache" / store_name(real_path(self.shop.folder))

    def server(self, *arguments: str, **initialize: Any) -> RawClient:
        """Initialized, its index complete."""
        client = self.unready(*arguments)
        client.initialize({"shop": self.shop.folder}, **initialize)
        self.wait_for_index(client)
        return client

    def unready(self, *arguments: str) -> RawClient:
        client = RawClient(self.home, arguments)
        self.clients.append(client)
        return client

    def wait_for_index(self, client: RawClient) -> Any:
        wait = {"timeoutMs": 5000}
        return eventually(
            lambda: client.result("ramify/await", wait)["status"], lambda now: now["complete"]
        )

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [RAMIFY, *words],
            env=self.environment,
            cwd=self.shop.folder,
            capture_output=True,
            text=True,
            timeout=2 * SECONDS,
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [RAMIFY, *words],
            env=self.environment,
            cwd=self.shop.folder,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"RAMIFY_HOME": str(self.home)}

    def owner(self) -> Owner:
        """Waits until somebody serves."""
        found = eventually(
            lambda: owner_record(self.store),
            lambda owner: owner is not None and owner.address != "",
        )
        assert found is not None
        return found

    def end(self) -> None:
        for client in self.clients:
            client.process.kill()
            client.process.wait()
            for stream in (client.process.stdin, client.process.stdout):
                if stream is not None:
                    stream.close()


def eventually(value: Callable[[], _T], good: Callable[[_T], bool]) -> _T:
    """The value once it is good; fails when it is not for long."""
    until = time.monotonic() + 2 * SECONDS
    while not good(found := value()):
        assert time.monotonic() < until, f"still {found!r}"
        time.sleep(0.02)
    return found


def callers(client: RawClient, place: Place) -> list[str]:
    """Who calls `Cart.total`, as this client sees it."""
    params = place.shop.at("shop/cart.py", 'def |total(self):\n        """The')
    found = client.result("ramify/callers", params)
    assert found["status"]["complete"], found["status"]
    return sorted(item["name"] for item in found["items"])


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.end()
