"""Where the lists' files are fetched from is what the clients of the machine say."""

import pytest

from benchmarks.model import registries
from benchmarks.model.packages import Package


def test_a_debian_file_lies_under_the_mirror_of_apt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registries, "debian_mirror", lambda: "http://mirror.example")
    package = Package("rust", "librust-a-dev", "1", "MIT", "pool/main/a_1.deb", "d")
    expected = "http://mirror.example/pool/main/a_1.deb"
    assert registries.address(package, "pool/main/a_1.deb") == expected


def test_an_npm_file_lies_beside_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registries, "npm_registry", lambda: "http://npm.example")
    package = Package("npm", "@scope/b", "2", "MIT", "b-2.tgz", "d")
    assert registries.address(package, "b-2.tgz") == "http://npm.example/@scope/b/-/b-2.tgz"


def test_the_index_is_the_one_that_pip_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://index.example/python/")
    registries.pip_index.cache_clear()
    assert registries.pip_index() == "http://index.example/python"
    registries.pip_index.cache_clear()
