"""Files that git has count, whatever its rules say."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

import pytest

from ramify.session import tracked
from ramify.session.ignore import Walked, walk
from ramify.session.settings import Settings
from ramify.session.tracked import with_tracked
from tests.session.folders import write
from tests.session.repositories import git

FILES = {
    ".gitignore": "gen/\n*_pb2.py\n",
    "a.py": "",
    "gen/deep/kept.py": "",
    "gen/new.py": "",
    "kept_pb2.py": "",
    "new_pb2.py": "",
}
HAD = ("gen/deep/kept.py", "kept_pb2.py")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    write(folder, FILES)
    git(folder, "init", "-q")
    git(folder, "add", "-f", ".gitignore", "a.py", *HAD)
    git(folder, "commit", "-qm", "first")
    return folder


def walked(folder: Path, settings: Settings | None = None) -> Walked:
    def look(had: Collection[str]) -> Walked:
        chosen = settings or Settings()
        return walk(str(folder), chosen, lambda name: name.endswith(".py"), tracked=had)

    return with_tracked(str(folder), look)


def paths(found: Walked) -> list[str]:
    return [each.path for each in found.files]


def test_what_git_has_counts_and_what_is_beside_it_does_not(repository: Path) -> None:
    assert paths(walked(repository)) == ["a.py", *HAD]


def test_a_folder_of_a_repository_and_a_worktree_of_it_are_no_exception(repository: Path) -> None:
    write(repository, {"sub/own_pb2.py": "", "sub/other_pb2.py": ""})
    git(repository, "add", "-f", "sub/own_pb2.py")
    git(repository, "commit", "-qm", "second")
    assert paths(walked(repository / "sub")) == ["own_pb2.py"]
    git(repository, "worktree", "add", "-q", "../worktree")
    beside = repository.parent / "worktree"
    assert paths(walked(beside)) == ["a.py", *HAD, "sub/own_pb2.py"]


def test_settings_and_what_is_generated_stay_out(repository: Path) -> None:
    write(repository, {"gen/node_modules/x.py": "", "venv/y.py": "", ".gitignore": "gen/\nvenv\n"})
    git(repository, "add", "-f", "gen/node_modules/x.py", "venv/y.py")
    found = walked(repository, Settings(exclude=("deep",)))
    assert paths(found) == ["a.py", "kept_pb2.py", "new_pb2.py"]


def test_what_git_is_told_later_has_other_marks(repository: Path) -> None:
    before = walked(repository).marks
    os.utime(repository / ".git" / "index", ns=(1, 1))
    git(repository, "add", "-f", "gen/new.py")
    now = walked(repository)
    index = str(repository / ".git" / "index")
    assert before is not None and now.marks is not None
    assert before[index] != now.marks[index]
    assert paths(now) == ["a.py", "gen/deep/kept.py", "gen/new.py", "kept_pb2.py"]


def test_git_is_not_asked_where_nothing_is_left_out(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(folder: str) -> frozenset[str]:
        raise AssertionError(f"git was asked about {folder}")

    monkeypatch.setattr(tracked, "tracked_though_ignored", asked)
    (repository / ".gitignore").write_text("venv/\nsub/\n*.log\n")
    assert paths(walked(repository)) == ["a.py", *sorted((*HAD, "gen/new.py", "new_pb2.py"))]


def test_a_repository_that_git_cannot_read_is_noted(repository: Path) -> None:
    (repository / ".git" / "index").write_bytes(b"broken")
    found = walked(repository)
    assert paths(found) == ["a.py"]
    (note,) = found.notes
    assert note.startswith("Files that git has though its rules ignore them are left out: ")


def test_without_git_its_rules_still_hold(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert paths(walked(repository)) == ["a.py"]


def test_a_repository_full_of_traps_runs_nothing(repository: Path) -> None:
    sprung = repository.parent / "sprung"
    for key in ("core.fsmonitor", "core.pager", "filter.trap.clean", "filter.trap.process"):
        trap = repository.parent / f"trap-{key}"
        trap.write_text(f"#!/bin/sh\ntouch {sprung}\ncat\n")
        trap.chmod(0o755)
        git(repository, "config", key, str(trap))
    hook = repository / ".git" / "hooks" / "post-index-change"
    hook.parent.mkdir(exist_ok=True)
    hook.symlink_to(trap)
    (repository / ".gitattributes").write_text("*.py filter=trap\n")
    (repository / "kept_pb2.py").write_text("changed\n")
    index = repository / ".git" / "index"
    before = (index.read_bytes(), index.stat().st_mtime_ns)
    sprung.unlink(missing_ok=True)
    assert paths(walked(repository)) == ["a.py", *HAD]
    assert not sprung.exists()
    assert (index.read_bytes(), index.stat().st_mtime_ns) == before
