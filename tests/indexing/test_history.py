"""The repository's history as a workspace reads it: new commits, other branches, no repository."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ramify.indexing import history as following
from ramify.indexing.history import FollowedHistory
from ramify.session.cancel import CancelToken
from ramify_store.history import History
from tests.session.repositories import git


@pytest.fixture
def stored() -> Iterator[History]:
    history = History(None)
    yield history
    history.close()


def commit(folder: Path, *paths: str) -> None:
    for path in paths:
        with (folder / path).open("a") as file:
            file.write("more\n")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "more")


def followed(folder: Path, stored: History) -> FollowedHistory:
    view = FollowedHistory(str(folder), lambda: stored)
    view.catch_up(CancelToken())
    return view


def companions(view: FollowedHistory, path: str) -> list[str]:
    return [each.path for each in view.companions(path)]


def test_companions_and_their_change_with_new_commits_and_branches(
    tmp_path: Path, stored: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_BATCH", 2)
    git(tmp_path, "init", "-q")
    for _ in range(3):
        commit(tmp_path, "a.py", "b.py")
    view = followed(tmp_path, stored)
    assert (view.unread, companions(view, "a.py")) == (None, ["b.py"])

    git(tmp_path, "checkout", "-qb", "other", "HEAD~2")
    commit(tmp_path, "a.py", "c.py")
    commit(tmp_path, "a.py", "c.py")
    assert companions(followed(tmp_path, stored), "a.py") == ["c.py"]

    git(tmp_path, "checkout", "-q", "main")
    assert companions(followed(tmp_path, stored), "a.py") == ["b.py"]


def test_until_it_was_read_the_history_says_so(tmp_path: Path) -> None:
    assert FollowedHistory(str(tmp_path), lambda: None).unread == "the history of git is being read"


def test_where_git_knows_nothing_it_says_so(tmp_path: Path, stored: History) -> None:
    view = followed(tmp_path, stored)
    assert view.unread is not None
    assert view.unread.startswith("git tells no history: ")
