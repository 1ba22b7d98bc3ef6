"""Which folder a command is about where none is named, and a patch that comes through a pipe."""

from __future__ import annotations

import io
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from ramify.cli.standing import patch_in_a_file, settle_root
from ramify.session.directories import user_directories
from ramify_store.ownership import store_name


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with shop/till in it; nothing is indexed."""
    monkeypatch.setenv("RAMIFY_HOME", str(tmp_path / "home"))
    folder = tmp_path.resolve() / "repository"
    (folder / ".git").mkdir(parents=True)
    (folder / "shop" / "till").mkdir(parents=True)
    return folder


def index(folder: Path) -> None:
    (user_directories().cache / store_name(str(folder))).mkdir(parents=True)


def settled(here: Path, **given: object) -> tuple[Path, str]:
    arguments, said = Namespace(verb="impact", **given), io.StringIO()
    settle_root(arguments, here, said)
    return arguments.root, said.getvalue()


def test_the_indexed_folder_around_is_meant(repository: Path) -> None:
    index(repository)
    assert settled(repository / "shop" / "till") == (repository, "")
    index(repository / "shop")
    assert settled(repository / "shop" / "till") == (repository / "shop", "")


def test_a_part_of_a_repository_says_that_it_is_one(repository: Path) -> None:
    here = repository / "shop"
    assert settled(here) == (
        here,
        f"ramify: only {here} is looked at, a part of the repository {repository}; with --root "
        f"{repository} all of it is.\n",
    )
    assert settled(repository) == (repository, "")


def test_an_index_beyond_the_repository_is_not_meant(repository: Path) -> None:
    index(repository.parent)
    assert settled(repository) == (repository, "")
    assert settled(repository / "shop")[0] == repository / "shop"


def test_a_folder_that_is_named_is_taken(repository: Path) -> None:
    index(repository)
    assert settled(repository / "shop", root=repository / "shop") == (repository / "shop", "")


def test_a_patch_in_a_pipe_is_a_file_while_the_command_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"+\xff\n")))
    arguments = Namespace(patch="-")
    with patch_in_a_file(arguments):
        patch = Path(arguments.patch)
        assert patch.read_bytes() == b"+\xff\n"
    assert not patch.exists()


def test_a_patch_in_a_file_is_left_where_it_is() -> None:
    arguments = Namespace(patch="a.diff")
    with patch_in_a_file(arguments):
        assert arguments.patch == "a.diff"
