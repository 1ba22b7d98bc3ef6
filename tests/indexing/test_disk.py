"""Files as they come: unreadable, gone, huge, binary, linked in circles, switched while we look."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from ramify.features.places import qualified_name
from ramify.indexing import sources, sweep
from ramify.indexing.report import Report
from ramify.indexing.workspace import Workspace
from ramify.session.cancel import CancelledError, CancelToken
from ramify.session.directories import Directories
from ramify.session.settings import Settings, load_settings
from tests.indexing.graphs import committed, difference, from_scratch
from tests.session.folders import write
from tests.session.repositories import git

SETTINGS = Settings(watch=False, workers=1)


def indexed(
    folder: Path, files: Mapping[str, str | bytes], settings: Settings = SETTINGS
) -> tuple[list[str], Report]:
    """The paths in the graph, and what the run said."""
    write(folder, files)
    workspace = Workspace.open(folder, settings, memory=True)
    try:
        report = workspace.refresh()
        return list(workspace.client().live().view.paths()), report
    finally:
        workspace.close()


def test_an_unreadable_file_is_left_out_and_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = os.open

    def refusing(path: str, flags: int) -> int:
        if str(path).endswith("closed.py"):
            raise PermissionError(13, "Permission denied")
        return refused(path, flags)

    monkeypatch.setattr(sources.os, "open", refusing)
    paths, report = indexed(tmp_path, {"closed.py": "x = 1\n", "a.py": "y = 1\n"})
    assert (paths, report.notes) == (
        ["a.py"],
        ("closed.py: not readable (Permission denied).",),
    )


def test_a_file_deleted_before_it_is_read_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = sweep.read_content

    def deleting(folder: str, path: str, limit: int) -> object:
        Path(folder, "b.py").unlink(missing_ok=True)
        return read(folder, path, limit)

    monkeypatch.setattr(sweep, "read_content", deleting)
    paths, report = indexed(tmp_path, {"a.py": "", "b.py": ""})
    assert (paths, report.notes) == (["a.py"], ())


def test_a_directory_that_vanishes_while_it_is_checked_is_gone(tmp_path: Path) -> None:
    write(tmp_path, {"d/a.py": "", "b.py": ""})
    workspace = Workspace.open(tmp_path, SETTINGS, memory=True)
    try:
        workspace.refresh()
        (tmp_path / "d/a.py").unlink()
        (tmp_path / "d").rmdir()
        workspace.disk_changed(["d"], "watch")
        client = workspace.client()
        reading = client.reading(CancelToken(), complete_within=60)
        assert list(reading.view.paths()) == ["b.py"]
    finally:
        workspace.close()


def test_what_is_no_text_or_too_large_is_noted(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "binary.py": b"x\0y",
        "huge.py": b"# " + b"x" * 10_000_000,
        "a.py": "",
    }
    paths, report = indexed(tmp_path, files)
    assert paths == ["a.py"]
    assert report.notes == (
        "huge.py: 10000002 bytes, over sizeLimit, left out.",
        "binary.py: binary.",
    )


def test_every_way_to_write_a_text_is_read(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "bom.py": b"\xef\xbb\xbfdef f(): pass\n",
        "latin.py": "# -*- coding: latin-1 -*-\nname = 'é'\n".encode("latin-1"),
        "crlf.py": "def f():\r\n    pass\r\n",
        "empty.py": "",
        "broken.py": "def f(:\n",
        "wide.py": "x = 1\n".encode("utf-16"),
    }
    paths, report = indexed(tmp_path, files)
    assert (paths, report.notes) == (sorted(files), ())


def test_a_script_without_an_extension_is_known_by_its_first_line(tmp_path: Path) -> None:
    script = "#!/usr/bin/env python3\ndef main(): ...\n"
    files = {"bin/tool": script, "LICENSE": "Do as you like.\n", "a.py": ""}
    assert indexed(tmp_path, files)[0] == ["a.py", "bin/tool"]
    assert indexed(tmp_path, {"bin/tool": "no script\n", "LICENSE": script})[0] == [
        "LICENSE",
        "a.py",
    ]


def test_a_script_comes_and_goes_with_its_first_line(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "", "tool": "none yet\n"})
    workspace = Workspace.open(tmp_path, SETTINGS, memory=True)
    try:
        for text, expected in (
            ("none yet\n", ["a.py"]),
            ("#!/usr/bin/python3\n", ["a.py", "tool"]),
            ("# no more\n", ["a.py"]),
        ):
            write(tmp_path, {"tool": text})
            workspace.refresh()
            assert list(workspace.client().live().view.paths()) == expected
    finally:
        workspace.close()


def test_a_root_with_a_space_is_no_part_of_a_name(tmp_path: Path) -> None:
    write(tmp_path, {"my code/shop.py": "def pay(): ...\n"})
    workspace = Workspace.open(tmp_path, SETTINGS, memory=True)
    try:
        workspace.refresh()
        (pay,) = workspace.client().live().view.named("pay")
        assert (pay.id, qualified_name(pay.id)) == ("python my%20code shop/pay", "shop.pay")
    finally:
        workspace.close()


def test_links_in_circles_end(tmp_path: Path) -> None:
    write(tmp_path, {"d/a.py": ""})
    (tmp_path / "d/again").symlink_to(tmp_path)
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    assert indexed(tmp_path, {})[0] == ["d/a.py"]


def test_a_branch_switch_is_one_commit(tmp_path: Path) -> None:
    def branch(name: str) -> dict[str, str]:
        users = {f"m{n}.py": f"from base import {name}\n{name}()\n" for n in range(60)}
        return {"base.py": f"def {name}(): pass\n", **users}

    write(tmp_path, branch("one"))
    workspace = Workspace.open(tmp_path, SETTINGS, memory=True)
    try:
        first = workspace.refresh().status.revision
        write(tmp_path, branch("two"))
        workspace.disk_changed([f"m{n}.py" for n in range(60)], "watch")
        workspace.disk_changed(["base.py"], "watch")
        reading = workspace.client().reading(CancelToken(), complete_within=60)
        assert reading.view.revision == first + 1
        assert difference(from_scratch(tmp_path, {}), committed(workspace)) == []
        write(tmp_path, branch("one"))
        report = workspace.refresh()
        assert (report.changed, report.embedded) == (61, 0)
    finally:
        workspace.close()


def test_a_cancelled_run_commits_nothing_and_the_next_one_goes_on(tmp_path: Path) -> None:
    write(tmp_path, {f"m{n}.py": f"x{n} = 1\n" for n in range(40)})
    workspace = Workspace.open(tmp_path, SETTINGS, memory=True)
    try:
        token = CancelToken()
        with pytest.raises(CancelledError):
            workspace.refresh(lambda progress: token.cancel(), token)
        assert workspace.status().indexed_files == 0
        assert workspace.refresh().status.indexed_files == 40
    finally:
        workspace.close()


def test_a_command_that_is_cancelled_leaves_the_rest_to_those_who_stay(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": ""})
    workspace = Workspace.open(tmp_path, SETTINGS, memory=True)
    try:
        workspace.start()
        client = workspace.client()
        client.reading(CancelToken(), complete_within=60)
        write(tmp_path, {f"m{n}.py": f"x{n} = 1\n" for n in range(40)})
        token = CancelToken()
        with pytest.raises(CancelledError):
            workspace.refresh(lambda progress: token.cancel(), token)
        status = client.reading(CancelToken(), complete_within=60).snapshot.status
        assert (status.complete, status.indexed_files) == (True, 41)
    finally:
        workspace.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from ramify.indexing.workspace import Workspace
from ramify.session.directories import Directories
from ramify.session.settings import Settings, load_settings
folder, home, phase = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
def die(progress):
    if progress.phase == phase:
        os.kill(os.getpid(), signal.SIGKILL)
where = Directories(home / "cache", home / "data")
Workspace.open(folder, Settings(watch=False, workers=1), directories=where).refresh(die)
"""


@pytest.mark.parametrize("phase", ["link", "store", "embed"])
def test_killed_while_indexing_it_goes_on_at_the_next_start(tmp_path: Path, phase: str) -> None:
    folder = tmp_path / "folder"
    write(
        folder, {f"m{n}.py": f"import m{n + 1}\nm{n + 1}.f()\ndef f(): pass\n" for n in range(40)}
    )
    arguments = [sys.executable, "-c", KILLED, str(folder), str(tmp_path), phase]
    assert subprocess.run(arguments, timeout=120).returncode == -signal.SIGKILL
    where = Directories(tmp_path / "cache", tmp_path / "data")
    workspace = Workspace.open(folder, SETTINGS, directories=where)
    try:
        report = workspace.refresh()
        assert report.status.complete and report.status.search.complete
        hits = workspace.details().cache_hits
        assert hits["factMisses"] == 0, "what was extracted before the kill is not extracted again"
        assert difference(from_scratch(folder, {}), committed(workspace)) == []
        chunks = workspace.client().live().search.chunks_of("python . m7/f")
        assert [hit.path for hit in chunks] == ["m7.py"]
    finally:
        workspace.close()


def test_settings_that_are_edited_while_it_serves_count_from_then_on(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    write(folder, {"a.py": "a = 1\n", "gen/b.py": "b = 1\n"})
    loaded = load_settings(folder, {"watch": False, "workers": 1})
    workspace = Workspace.open(
        folder,
        loaded.settings,
        directories=Directories(tmp_path / "cache", tmp_path / "data"),
        again=loaded.again,
    )
    try:
        client = workspace.client()

        def files_after(name: str, text: str) -> tuple[str, ...]:
            write(folder, {name: text})
            workspace.disk_changed([name], "watch")
            paths = client.reading(CancelToken(), complete_within=60).view.paths()
            return tuple(path for path in paths if path.endswith(".py"))

        workspace.refresh()
        assert files_after("pyproject.toml", '[tool.ramify]\nexclude = ["gen/"]\n') == ("a.py",)
        assert files_after("pyproject.toml", "[tool.ramify\n") == ("a.py",)
        assert "pyproject.toml: not read: " in workspace.details().health["settings"]
        wrong = '[tool.ramify]\nexlude = ["gen/"]\n'
        assert files_after("pyproject.toml", wrong) == ("a.py", "gen/b.py")
        assert workspace.details().health["settings"] == (
            "pyproject.toml: `exlude` is not a setting. Did you mean `exclude`?"
        )
        assert files_after("ramify.toml", 'include = ["gen/"]\nexclude = ["a.py"]\n') == (
            "gen/b.py",
        )
        assert workspace.details().health["settings"] == "ok"
    finally:
        workspace.close()


def test_ignored_files_that_git_has_are_followed_like_all_others(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    kept = {".gitignore": "*_gen.py\n", "a.py": "import b_gen\n", "b_gen.py": "def f(): ...\n"}
    write(folder, kept)
    git(folder, "init", "-q")
    git(folder, "add", "-f", ".")
    git(folder, "commit", "-qm", "first")
    workspace = Workspace.open(folder, SETTINGS, memory=True)
    try:
        workspace.refresh()
        write(folder, {"b_gen.py": "def f(): ...\ndef g(): f()\n", "c_gen.py": "", "d_gen.py": ""})
        git(folder, "add", "-f", "c_gen.py")
        workspace.disk_changed(["b_gen.py", "c_gen.py", "d_gen.py"], "a test")
        workspace.refresh()
        assert list(committed(workspace)) == ["a.py", "b_gen.py", "c_gen.py"]
        assert difference(from_scratch(folder, {}), committed(workspace)) == []
    finally:
        workspace.close()
