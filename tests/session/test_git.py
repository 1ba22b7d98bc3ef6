"""What git says changed, read raw: a repository full of traps runs nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from pytest import TempPathFactory

from ramify.session.git import (
    ChangedFile,
    GitError,
    NoRepositoryError,
    are_unrelated,
    changed_files,
    last_commits,
    touched_files,
)
from tests.session.repositories import git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """a.py and b.py are committed."""
    git(tmp_path, "init", "-q")
    (tmp_path / "a.py").write_text("one\n")
    (tmp_path / "b.py").write_text("two\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def test_nothing_changed(repository: Path) -> None:
    assert changed_files(str(repository), "worktree") == ()


def test_worktree_is_the_disk_against_the_last_commit(repository: Path) -> None:
    (repository / "a.py").write_text("changed\n")
    git(repository, "add", "a.py")
    (repository / "b.py").unlink()
    (repository / "ü new.py").write_text("untracked\n")
    assert changed_files(str(repository), "worktree") == (
        ChangedFile("a.py", b"one\n", None),
        ChangedFile("b.py", b"two\n", None),
        ChangedFile("ü new.py", None, None),
    )


def test_ignored_files_are_no_change(repository: Path) -> None:
    (repository / ".git" / "info" / "exclude").write_text("*.log\n")
    (repository / "x.log").write_text("noise\n")
    assert changed_files(str(repository), "worktree") == ()


def test_staged_is_the_index_against_the_last_commit(repository: Path) -> None:
    (repository / "a.py").write_text("staged\n")
    git(repository, "add", "a.py")
    (repository / "a.py").write_text("later\n")
    (repository / "b.py").write_text("not staged\n")
    assert changed_files(str(repository), "staged") == (ChangedFile("a.py", b"one\n", b"staged\n"),)


def test_a_range_starts_at_the_merge_base(repository: Path) -> None:
    git(repository, "switch", "-qc", "topic")
    (repository / "a.py").write_text("topic\n")
    git(repository, "commit", "-qam", "topic")
    git(repository, "switch", "-q", "main")
    (repository / "b.py").write_text("main\n")
    git(repository, "commit", "-qam", "main")
    git(repository, "switch", "-q", "topic")
    expected = (ChangedFile("a.py", b"one\n", b"topic\n"),)
    assert changed_files(str(repository), "range", "main..") == expected
    assert changed_files(str(repository), "range", "main..topic") == expected


def test_a_file_that_a_recorded_change_removes_is_gone_whatever_is_on_disk(
    repository: Path,
) -> None:
    git(repository, "switch", "-qc", "topic")
    git(repository, "rm", "-q", "a.py")
    git(repository, "commit", "-qam", "topic")
    git(repository, "switch", "-q", "main")
    expected = (ChangedFile("a.py", b"one\n", None, is_gone=True),)
    assert changed_files(str(repository), "range", "main..topic") == expected


def test_a_file_in_conflict_is_what_is_on_disk(repository: Path) -> None:
    for branch, text in (("topic", "topic\n"), ("main", "main\n")):
        git(repository, "switch", "-qC", branch, "main")
        (repository / "a.py").write_text(text)
        git(repository, "commit", "-qam", branch)
    with pytest.raises(subprocess.CalledProcessError):
        git(repository, "merge", "topic")
    for kind in ("staged", "worktree"):
        assert changed_files(str(repository), kind) == (ChangedFile("a.py", b"main\n", None),)


def test_files_of_submodules_count(repository: Path, tmp_path_factory: TempPathFactory) -> None:
    outer = tmp_path_factory.mktemp("outer")
    git(outer, "init", "-q")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", str(repository), "lib")
    git(outer, "commit", "-qm", "first")
    (outer / "lib" / "a.py").write_text("changed\n")
    assert changed_files(str(outer), "worktree") == (ChangedFile("lib/a.py", b"one\n", None),)
    git(outer / "lib", "commit", "-qam", "second")
    assert changed_files(str(outer), "worktree") == (ChangedFile("lib/a.py", b"one\n", None),)
    git(outer, "commit", "-qam", "second")
    assert changed_files(str(outer), "worktree") == ()
    expected = (ChangedFile("lib/a.py", b"one\n", b"changed\n"),)
    assert changed_files(str(outer), "commit", "HEAD") == expected
    (outer / "lib").rename(outer / "elsewhere")
    (outer / "lib").symlink_to(outer / "elsewhere")
    assert changed_files(str(outer), "commit", "HEAD") == ()


def test_paths_are_relative_to_the_folder_and_only_those_below_it_count(repository: Path) -> None:
    (repository / "sub").mkdir()
    (repository / "sub" / "c.py").write_text("three\n")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "second")
    (repository / "sub" / "c.py").write_text("changed\n")
    (repository / "sub" / "d.py").write_text("new\n")
    (repository / "a.py").write_text("changed\n")
    assert changed_files(str(repository / "sub"), "worktree") == (
        ChangedFile("c.py", b"three\n", None),
        ChangedFile("d.py", None, None),
    )


def test_before_the_first_commit_everything_is_new(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a.py").write_text("one\n")
    git(tmp_path, "add", "a.py")
    assert changed_files(str(tmp_path), "staged") == (ChangedFile("a.py", None, b"one\n"),)


@pytest.mark.parametrize("revisions", ["nowhere..", "main", "..", "--output=x.."])
def test_a_range_that_is_none_is_an_error(repository: Path, revisions: str) -> None:
    with pytest.raises(GitError):
        changed_files(str(repository), "range", revisions)


def test_a_folder_without_git_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="not a git repository"):
        changed_files(str(tmp_path), "worktree")


def test_the_environment_of_a_hook_means_another_repository(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "a.py").write_text("changed\n")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "/nowhere/diff")
    expected = (ChangedFile("a.py", b"one\n", None),)
    assert changed_files(str(repository), "worktree") == expected


def test_traps_in_a_repository_run_nothing_and_write_nothing(repository: Path) -> None:
    sprung = repository.parent / "sprung"
    sprung.mkdir()
    (repository / ".gitattributes").write_text("*.py filter=trap diff=trap\nb.py filter=a=b\n")
    for key in (
        "core.fsmonitor",
        "diff.external",
        "diff.trap.textconv",
        "diff.trap.command",
        "filter.trap.clean",
        "filter.trap.smudge",
        "filter.trap.process",
        "filter.a=b.clean",
        "core.pager",
        "gpg.program",
    ):
        trap = repository.parent / f"trap-{key}"
        trap.write_text(f"#!/bin/sh\ntouch {sprung}/{key}\ncat\n")
        trap.chmod(0o755)
        git(repository, "config", key, str(trap))
    hook = repository / ".git" / "hooks" / "post-index-change"
    hook.parent.mkdir(exist_ok=True)
    hook.symlink_to(trap)
    (repository / "a.py").write_text("changed\n")
    (repository / "b.py").touch()
    index = repository / ".git" / "index"
    before = (index.read_bytes(), index.stat().st_mtime_ns)
    changed = {file.path for file in changed_files(str(repository), "worktree")}
    assert changed - {"b.py"} == {".gitattributes", "a.py"}
    assert changed_files(str(repository), "staged") == ()
    assert len(touched_files(str(repository), last_commits(str(repository), 10))) == 1
    assert list(sprung.iterdir()) == []
    assert (index.read_bytes(), index.stat().st_mtime_ns) == before


def test_no_git_is_run_that_the_repository_brings_along(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sprung = repository / "sprung"
    for folder in (repository, repository / "bin"):
        folder.mkdir(exist_ok=True)
        (folder / "git").write_text(f"#!/bin/sh\ntouch {sprung}\n")
        (folder / "git").chmod(0o755)
    monkeypatch.chdir(repository)
    monkeypatch.setenv("PATH", os.pathsep.join((".", "", "bin", os.environ["PATH"])))
    assert len(last_commits(str(repository), 10)) == 1
    monkeypatch.setenv("PATH", os.pathsep.join((".", "", "bin")))
    with pytest.raises(NoRepositoryError, match="there is no git on PATH"):
        last_commits(str(repository), 10)
    assert not sprung.exists()


def test_the_last_commits_newest_first_and_what_they_touched(repository: Path) -> None:
    (repository / "sub").mkdir()
    (repository / "sub" / "ü c.py").write_text("three\n")
    (repository / "a.py").write_text("changed\n")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "second")
    newest, oldest = last_commits(str(repository), 10)
    assert touched_files(str(repository), [newest, oldest]) == {
        newest: ("a.py", "sub/ü c.py"),
        oldest: ("a.py", "b.py"),
    }
    assert list(last_commits(str(repository), 1)) == [newest]
    assert touched_files(str(repository / "sub"), [newest, oldest]) == {newest: ("ü c.py",)}


def test_before_the_first_commit_there_is_no_history(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    with pytest.raises(GitError):
        last_commits(str(tmp_path), 10)


def test_a_commit_is_compared_with_its_first_parent(repository: Path) -> None:
    (repository / "a.py").write_text("second\n")
    git(repository, "commit", "-qam", "second")
    (repository / "b.py").write_text("third\n")
    git(repository, "commit", "-qam", "third")
    assert changed_files(str(repository), "commit", "HEAD~1") == (
        ChangedFile("a.py", b"one\n", b"second\n"),
    )
    first = changed_files(str(repository), "commit", "HEAD~2")
    assert first == (ChangedFile("a.py", None, b"one\n"), ChangedFile("b.py", None, b"two\n"))


def test_a_worktree_from_a_branch_on_starts_at_the_merge_base(repository: Path) -> None:
    git(repository, "switch", "-qc", "topic")
    (repository / "a.py").write_text("topic\n")
    git(repository, "commit", "-qam", "topic")
    (repository / "b.py").write_text("not committed\n")
    assert changed_files(str(repository), "worktree", "main") == (
        ChangedFile("a.py", b"one\n", None),
        ChangedFile("b.py", b"two\n", None),
    )


def test_another_worktree_of_a_repository(repository: Path, tmp_path: Path) -> None:
    other = tmp_path.parent / f"{tmp_path.name}-other"
    git(repository, "worktree", "add", "-q", str(other))
    (other / "a.py").write_text("there\n")
    assert changed_files(str(other), "worktree") == (ChangedFile("a.py", b"one\n", None),)
    assert changed_files(str(repository), "worktree") == ()


def shallow(repository: Path, depth: int) -> Path:
    (repository / "a.py").write_text("second\n")
    git(repository, "commit", "-qam", "second")
    clone = repository.parent / f"{repository.name}-clone"
    address = repository.as_uri()
    command = ["clone", "-q", "--depth", str(depth), "--no-single-branch", address, str(clone)]
    git(repository, *command)
    return clone


def test_a_shallow_clone_knows_its_worktree(repository: Path) -> None:
    clone = shallow(repository, 1)
    (clone / "a.py").write_text("changed\n")
    assert changed_files(str(clone), "worktree") == (ChangedFile("a.py", b"second\n", None),)


def test_the_parent_that_a_shallow_clone_lacks_is_asked_for(repository: Path) -> None:
    clone = shallow(repository, 1)
    with pytest.raises(GitError, match="not in this shallow clone"):
        changed_files(str(clone), "commit", "HEAD")


def test_ends_without_a_merge_base_are_compared_themselves(repository: Path) -> None:
    git(repository, "switch", "-qc", "topic")
    (repository / "b.py").write_text("topic\n")
    git(repository, "commit", "-qam", "topic")
    git(repository, "switch", "-q", "main")
    clone = shallow(repository, 1)
    assert are_unrelated(str(clone), "main..origin/topic")
    assert not are_unrelated(str(repository), "main..topic")
    assert changed_files(str(clone), "range", "main..origin/topic") == (
        ChangedFile("a.py", b"second\n", b"one\n"),
        ChangedFile("b.py", b"two\n", b"topic\n"),
    )


def test_no_repository_is_told_from_other_trouble(repository: Path, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    with pytest.raises(NoRepositoryError):
        changed_files(str(outside), "worktree")
    with pytest.raises(GitError) as raised:
        changed_files(str(repository), "range", "nowhere..")
    assert not isinstance(raised.value, NoRepositoryError)


def test_a_revision_that_is_not_there_is_named(repository: Path) -> None:
    with pytest.raises(GitError, match="there is no commit nowhere"):
        changed_files(str(repository), "range", "nowhere..HEAD")
