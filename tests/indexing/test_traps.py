"""A workspace of a stranger: nothing in it is run, nothing is written into it, no text is logged,
and whatever its files are called or however deep they nest, the others are indexed."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ramify.indexing.workspace import Workspace
from ramify.session.cancel import CancelToken
from ramify.session.directories import Directories
from ramify.session.settings import Settings
from tests.indexing.graphs import committed, difference, from_scratch
from tests.session.folders import write

SETTINGS = Settings(watch=False, workers=1)
GOOD = {"good.py": "def f():\n    pass\n", "other.py": "from good import f\nf()\n"}
NAMES = (
    "-rf.py",
    "it's.py",
    'quo"te.py',
    "semi;colon.py",
    "x') OR ('1'='1.py",
    "new\nline.py",
    "\x1b[31mred.py",
    "..py",
    "%s%n.py",
    "back\\slash.py",
    "ünï.py",
    "\u202egnp.py",
    "n" * 250 + ".py",
)
DEEP = 20_000
NESTED = {
    "brackets": "x = " + "(" * DEEP + ")" * DEEP + "\n",
    "lists": "x = " + "[" * DEEP + "]" * DEEP + "\n",
    "open": "f(" * DEEP,
    "attributes": "x" + ".a" * DEEP + "\n",
    "operators": "x = " + "-" * DEEP + "1\n",
    "sum": "x = " + "1 + " * DEEP + "1\n",
    "blocks": "".join(f"{' ' * depth}if x:\n" for depth in range(300)) + " " * 300 + "y\n",
    "classes": "".join(f"{' ' * depth}class C:\n" for depth in range(500)) + " " * 500 + "y = 1\n",
    "strings": "f'" + "{f'" * 500 + "'}" * 500 + "'\n",
}


def indexed(folder: Path) -> Workspace:
    workspace = Workspace.open(folder, SETTINGS, memory=True)
    workspace.refresh()
    return workspace


def test_nothing_of_the_workspace_is_run_or_written(tmp_path: Path) -> None:
    folder, sprung = tmp_path / "folder", tmp_path / "sprung"
    trap = f"open({str(sprung)!r}, 'w').close(); raise SystemExit(77)\n"
    names = ("ramify", "ramify_store", "server", "sitecustomize", "usercustomize", "conftest")
    for name in (*names, "json", "kuzu", "setup", "blake3"):
        write(folder, {f"{name}.py": trap})
    packages = ("server/ramify", "graphstore/ramify_store", "lancedb", "rich")
    write(folder, {f"{name}/__init__.py": trap for name in packages})
    write(folder, GOOD)
    for words in (["init", "-q"], ["config", "core.fsmonitor", f"touch {sprung}"]):
        subprocess.run(["git", *words], cwd=folder, check=True, timeout=60)
    hook = folder / ".git" / "hooks" / "post-index-change"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {sprung}\n")
    hook.chmod(0o755)
    before = {path: path.lstat().st_mtime_ns for path in folder.rglob("*")}
    ramify = shutil.which("ramify", path=str(Path(sys.executable).parent))
    assert ramify is not None
    for words in (["index"], ["callers", "good.f"], ["impact", "--changes", "worktree"]):
        done = subprocess.run(
            [ramify, *words, "--json"],
            cwd=folder,
            env={**os.environ, "RAMIFY_HOME": str(tmp_path / "home")},
            capture_output=True,
            timeout=120,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert json.loads(done.stdout)["status"]["complete"]
    assert not sprung.exists()
    assert {path: path.lstat().st_mtime_ns for path in folder.rglob("*")} == before


def test_hostile_names_are_names(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    write(folder, GOOD | {name: f"def f{n}():\n    pass\n" for n, name in enumerate(NAMES)})
    directories = Directories(tmp_path / "cache", tmp_path / "data")
    workspace = Workspace.open(folder, SETTINGS, directories=directories)
    try:
        report = workspace.refresh()
        assert report.status.search.complete
        reading = workspace.client().live()
        assert list(reading.view.paths()) == sorted([*GOOD, *NAMES])
        for name in NAMES:
            write(folder, {name: "def other():\n    pass\n"})
        workspace.refresh()
        assert difference(from_scratch(folder, {}), committed(workspace)) == []
        for name in NAMES:
            (folder / name).unlink()
        workspace.refresh()
        assert list(workspace.client().live().view.paths()) == sorted(GOOD)
        assert workspace.details().last_errors == ()
    finally:
        workspace.close()


def test_a_name_that_is_no_text_does_not_keep_the_others_out(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    with open(os.fsencode(tmp_path) + b"/\xff\xfe.py", "wb") as file:  # noqa: PTH123
        file.write(b"x = 1\n")
    workspace = indexed(tmp_path)
    try:
        assert set(GOOD) <= set(workspace.client().live().view.paths())
        assert workspace.status().complete
    finally:
        workspace.close()


@pytest.mark.parametrize("name", NESTED)
def test_however_deep_a_file_nests_the_others_are_indexed(tmp_path: Path, name: str) -> None:
    write(tmp_path, GOOD | {"deep.py": NESTED[name]})
    workspace = indexed(tmp_path)
    try:
        reading = workspace.client().reading(CancelToken(), complete_within=60)
        assert reading.snapshot.status.complete
        assert set(GOOD) <= set(reading.view.paths())
    finally:
        workspace.close()


def test_a_text_that_nobody_can_parse_does_not_end_the_process_that_answers(
    tmp_path: Path,
) -> None:
    """In a process of its own: what ends it would end the tests."""
    write(tmp_path, GOOD | {f"{name}.py": text for name, text in NESTED.items()})
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from ramify.indexing.workspace import Workspace\n"
        "from ramify.session.settings import Settings\n"
        "settings = Settings(watch=False, workers=1)\n"
        "workspace = Workspace.open(Path(sys.argv[1]), settings, memory=True)\n"
        "print(workspace.refresh().status.complete)\n"
        "workspace.close()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, timeout=300
    )
    assert (done.returncode, done.stdout) == (0, b"True\n")


def test_folders_that_nest_deeper_than_a_path_may_be_long_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    here = os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(600):
            os.mkdir("deep" * 5, dir_fd=here)
            below = os.open("deep" * 5, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
        with os.fdopen(os.open("a.py", os.O_WRONLY | os.O_CREAT, dir_fd=here), "w") as file:
            file.write("x = 1\n")
    finally:
        os.close(here)
    try:
        workspace = indexed(tmp_path)
        assert list(workspace.client().live().view.paths()) == sorted(GOOD)
        assert workspace.status().complete
        workspace.close()
    finally:
        subprocess.run(["rm", "-rf", str(tmp_path / ("deep" * 5))], check=True, timeout=60)


def test_no_text_of_the_workspace_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "swordfish"
    text = f'{secret} = "{secret}"\ndef {secret}_f(:\n    {secret}()\n'
    write(tmp_path, GOOD | {"bad.py": text, "ok.py": f"def {secret}_g():\n    return {secret}\n"})
    caplog.set_level(logging.DEBUG)
    workspace = indexed(tmp_path)
    try:
        client = workspace.client()
        monkeypatch.setattr("ramify_store.writer.bulk.load", _failing)
        monkeypatch.setattr("ramify_store.writer._apply", _failing)
        write(tmp_path, {"ok.py": f"def {secret}_h():\n    return {secret}\n"})
        workspace.disk_changed(["ok.py"], "save")
        reading = client.reading(CancelToken(), complete_within=5)
        assert "it fails" in (reading.snapshot.status.reason or "")
        assert "indexing failed" in caplog.text
        assert secret not in caplog.text
    finally:
        workspace.close()


def _failing(*arguments: object) -> None:
    raise OSError("it fails")
