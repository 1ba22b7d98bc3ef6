"""Which files of a folder count."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from ramify.session.ignore import file_at, scope_of, walk, walk_below
from ramify.session.settings import Settings
from tests.session.folders import write


def is_python(name: str) -> bool:
    return name.endswith(".py")


def walked(
    folder: Path, files: Mapping[str, str | bytes], settings: Settings | None = None
) -> list[str]:
    write(folder, files)
    settings = settings or Settings()
    found = [each.path for each in walk(str(folder), settings, is_python).files]
    for path in files:  # asked for alone, every file must get the same answer
        alone = file_at(str(folder), settings, is_python, path)
        assert (alone is not None) == (path in found), path
    return found


def test_files_come_sorted_with_their_marks(tmp_path: Path) -> None:
    assert walked(tmp_path, {"b.py": "12345", "a/c.py": "", "a.txt": ""}) == ["a/c.py", "b.py"]
    stat = walk(str(tmp_path), Settings(), is_python).files[1]
    assert (stat.size, stat.mtime_ns) == (5, (tmp_path / "b.py").stat().st_mtime_ns)


def test_rules_hold_at_every_level(tmp_path: Path) -> None:
    files = {
        ".gitignore": "*_gen.py\n/out/\n",
        "sub/.gitignore": "!kept_gen.py\nlocal.py\n",
        "a_gen.py": "",
        "local.py": "",
        "out/x.py": "",
        "sub/kept_gen.py": "",
        "sub/local.py": "",
        "sub/out/y.py": "",
    }
    assert walked(tmp_path, files) == ["local.py", "sub/kept_gen.py", "sub/out/y.py"]


def test_nothing_comes_back_below_a_directory_that_is_left_out(tmp_path: Path) -> None:
    files = {".gitignore": "out/\n!keep.py\n", "out/keep.py": "", "keep.py": ""}
    assert walked(tmp_path, files) == ["keep.py"]


def test_the_exclude_file_of_the_repository_counts_least(tmp_path: Path) -> None:
    files = {
        ".git/info/exclude": "a.py\nb.py\n",
        ".gitignore": "!b.py\n",
        "a.py": "",
        "b.py": "",
    }
    assert walked(tmp_path, files) == ["b.py"]


def test_rules_of_the_repository_around_the_folder_count(tmp_path: Path) -> None:
    write(tmp_path, {".git/HEAD": "", ".gitignore": "gen.py\n/part/out/\n"})
    files = {"gen.py": "", "a.py": "", "out/b.py": ""}
    assert walked(tmp_path / "part", files) == ["a.py"]


def test_a_folder_that_its_repository_leaves_out_is_meant_when_it_is_opened(tmp_path: Path) -> None:
    write(tmp_path, {".git/HEAD": "", ".gitignore": "scratch/\n"})
    assert walked(tmp_path / "scratch", {"a.py": ""}) == ["a.py"]


def test_a_nested_repository_has_its_own_rules(tmp_path: Path) -> None:
    files = {
        ".git/HEAD": "",
        ".gitignore": "a.py\n",
        "nested/.git/info/exclude": "b.py\n",
        "nested/.gitignore": "c.py\n",
        "nested/a.py": "",
        "nested/b.py": "",
        "nested/c.py": "",
    }
    assert walked(tmp_path, files) == ["nested/a.py"]


def test_a_nested_repository_that_the_outer_one_leaves_out_is_out(tmp_path: Path) -> None:
    files = {".git/HEAD": "", ".gitignore": "nested/\n", "nested/.git/HEAD": "", "nested/a.py": ""}
    assert walked(tmp_path, files) == []


def test_a_submodule_finds_its_exclude_file_through_its_git_file(tmp_path: Path) -> None:
    files = {
        ".git/modules/sub/info/exclude": "b.py\n",
        "sub/.git": "gitdir: ../.git/modules/sub\n",
        "sub/a.py": "",
        "sub/b.py": "",
    }
    assert walked(tmp_path, files) == ["sub/a.py"]


def test_generated_and_fetched_directories_are_out(tmp_path: Path) -> None:
    files = {
        "node_modules/a.py": "",
        ".venv/lib/b.py": "",
        "myenv/pyvenv.cfg": "",
        "myenv/c.py": "",
        "build/lib/d.py": "",
        "thing.egg-info/e.py": "",
        "src/build/__init__.py": "",
    }
    assert walked(tmp_path, files) == ["src/build/__init__.py"]


def test_include_wins_over_every_rule(tmp_path: Path) -> None:
    files = {
        ".gitignore": "gen/\n",
        "gen/deep/a.py": "",
        "gen/deep/a_test.py": "",
        "gen/b.py": "",
        "node_modules/kept/c.py": "",
        "node_modules/d.py": "",
        "e.py": "",
    }
    settings = Settings(include=("gen/deep/a.py", "node_modules/kept/"), exclude=("e.py", "gen/"))
    assert walked(tmp_path, files, settings) == ["gen/deep/a.py", "node_modules/kept/c.py"]


def test_exclude_wins_over_what_a_gitignore_brings_back(tmp_path: Path) -> None:
    files = {".gitignore": "!a.py\n", "a.py": "", "b.py": ""}
    assert walked(tmp_path, files, Settings(exclude=("/a.py",))) == ["b.py"]


def test_large_files_are_left_out_with_a_notice(tmp_path: Path) -> None:
    write(tmp_path, {"big.py": "x" * 11, "small.py": "x" * 10})
    found = walk(str(tmp_path), Settings(size_limit=10), is_python)
    assert [each.path for each in found.files] == ["small.py"]
    assert found.notes == ("big.py: 11 bytes, over sizeLimit, left out.",)


def test_more_files_than_the_limit_are_left_out_with_a_notice(tmp_path: Path) -> None:
    write(tmp_path, {f"f{number}.py": "" for number in range(5)})
    found = walk(str(tmp_path), Settings(file_limit=3), is_python)
    assert len(found.files) == 3
    assert found.notes == ("More than 3 files (fileLimit): the rest is left out.",)


def test_links_lead_neither_out_nor_round(tmp_path: Path) -> None:
    write(tmp_path, {"outside/secret.py": "", "in/a.py": ""})
    inside = tmp_path / "in"
    (inside / "loop").symlink_to(inside)
    (inside / "away").symlink_to(tmp_path / "outside")
    (inside / "secret.py").symlink_to(tmp_path / "outside/secret.py")
    (inside / "alias.py").symlink_to(inside / "a.py")
    (inside / "broken.py").symlink_to(inside / "nowhere.py")
    found = walk(str(inside), Settings(), is_python).files
    assert [each.path for each in found] == ["a.py", "alias.py"]
    assert scope_of(str(inside), Settings(), "away") is None


def test_what_is_no_regular_file_is_left_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    assert walked(tmp_path, {"a.py": ""}) == ["a.py"]


def test_an_unreadable_directory_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"closed/a.py": "", "b.py": ""})
    scandir = os.scandir

    def refusing(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    found = walk(str(tmp_path), Settings(), is_python)
    assert [each.path for each in found.files] == ["b.py"]
    assert found.notes == ("closed: not readable (Permission denied), left out.",)


def test_a_directory_that_vanishes_is_as_if_empty(tmp_path: Path) -> None:
    write(tmp_path, {"gone/a.py": "", "b.py": ""})

    def vanish() -> None:
        if (tmp_path / "gone").exists():
            (tmp_path / "gone/a.py").unlink()
            (tmp_path / "gone").rmdir()

    found = walk(str(tmp_path), Settings(), is_python, vanish)
    assert ([each.path for each in found.files], found.notes) == (["b.py"], ())


def test_a_directory_is_walked_alone_under_the_rules_above_it(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "x.py\n", "a/x.py": "", "a/y.py": "", "b/z.py": ""})
    scope = scope_of(str(tmp_path), Settings(), "a")
    assert scope is not None
    assert [each.path for each in walk_below(scope, is_python).files] == ["a/y.py"]


def test_a_name_that_is_no_text_is_left_out_with_a_notice(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.py")).write_bytes(b"")
    except OSError:
        pytest.fail("this file system refuses such names: run the tests on another one")
    found = walk(str(tmp_path), Settings(), is_python)
    assert (found.files, found.notes) == ((), ("?.py: the name is no text, left out.",))
