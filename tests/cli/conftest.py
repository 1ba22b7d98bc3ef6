"""What the command-line tests share: a shop, indexed once for a module, and `ramify` in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ramify.cli.main import main
from tests.cli.shop import Ramify, Ran, write_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The current directory while the module's tests run; its index stands beside it."""
    folder = tmp_path_factory.mktemp("shop")
    write_shop(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAMIFY_HOME", str(tmp_path_factory.mktemp("home")))
        patch.chdir(folder)
        yield folder


@pytest.fixture
def ramify(capsys: pytest.CaptureFixture[str]) -> Ramify:
    """Runs a command and tells its exit code and output."""

    def run(*words: str) -> Ran:
        capsys.readouterr()
        try:
            code = main(words)
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run
