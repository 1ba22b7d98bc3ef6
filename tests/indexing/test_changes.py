"""What the journal is told: which files and symbols changed, by whose doing."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ramify.indexing.causes import Causes, Said
from ramify.indexing.workspace import Workspace
from ramify.session.cancel import CancelToken
from ramify.session.reflog import HeadLog
from ramify.session.settings import Settings
from ramify_store.journal import Change
from tests.session.folders import write

SETTINGS = Settings(watch=False, workers=1)
FILES = {
    "a.py": "def f():\n    pass\n\nclass C:\n    def m(self):\n        pass\n",
    "b.py": "from a import f\nf()\n",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    write(tmp_path, FILES)
    workspace = Workspace.open(tmp_path, SETTINGS, memory=True)
    workspace.refresh()
    yield workspace
    workspace.close()


def told(workspace: Workspace, paths: list[str] | None, cause: str) -> tuple[str, list[Change]]:
    """The run's cause, and its changes."""
    workspace.disk_changed(paths, cause)
    workspace.client().reading(CancelToken(), complete_within=60)
    workspace.refresh()  # the journal is written after the graph is there
    stores = workspace._writer.stores
    assert stores is not None
    run = stores.store.journal.runs(1)[0]
    return run.cause, list(run.changes)


def test_of_a_first_index_no_file_is_told(workspace: Workspace) -> None:
    stores = workspace._writer.stores
    assert stores is not None
    (run,) = stores.store.journal.runs(10)
    assert (run.cause, run.changes, run.metrics["changed"]) == ("sweep", (), 2)


def test_symbols_that_came_changed_and_went_are_named(workspace: Workspace) -> None:
    text = "\n\ndef g():\n    pass\n\nclass C:\n    def m(self):\n        return 1\n"
    write(Path(workspace.folder), {"a.py": text})
    change = Change("a.py", "edited", "save", "a", "", ("g",), ("C.m",), ("f",))
    assert told(workspace, ["a.py"], "save") == ("save", [change])


def test_text_that_only_moves_changes_no_symbol(workspace: Workspace) -> None:
    write(Path(workspace.folder), {"a.py": "\n\n" + FILES["a.py"]})
    assert told(workspace, ["a.py"], "save") == ("save", [Change("a.py", "edited", "save", "a")])


def test_a_file_that_moves_is_told_once(workspace: Workspace) -> None:
    folder = Path(workspace.folder)
    (folder / "b.py").rename(folder / "c.py")
    moved = Change("c.py", "moved", "rename", "c", before="b.py")
    assert told(workspace, ["b.py", "c.py"], "rename") == ("rename", [moved])


def test_files_that_come_and_go_bring_and_take_their_symbols(workspace: Workspace) -> None:
    folder = Path(workspace.folder)
    (folder / "a.py").unlink()
    write(folder, {"n.py": "def h():\n    pass\n"})
    assert told(workspace, None, "watch")[1] == [
        Change("a.py", "gone", "watch", "a", went=("<module>", "f", "C", "C.m")),
        Change("n.py", "new", "watch", "n", appeared=("<module>", "h")),
    ]


def test_what_somebody_did_says_more_than_what_was_noticed() -> None:
    said = Said()
    said.add(["a.py"], "watch")
    said.add(["a.py"], "save")
    said.add(["a.py", "d"], "watch")
    causes = said.taken()
    assert [causes.of(path) for path in ("a.py", "d/e/f.py", "x.py")] == ["save", "watch", "sweep"]
    assert causes.most(["d/a.py", "d/b.py", "a.py"]) == "watch"
    assert said.taken().of("a.py") == "sweep"


def test_what_was_noticed_while_git_was_at_work_is_a_checkout() -> None:
    causes = Causes({"a.py": "save", "b.py": "watch"}, "settings", checkout=True)
    assert [causes.of(path) for path in ("a.py", "b.py", "c.py")] == [
        "save",
        "checkout",
        "settings",
    ]


def test_git_at_work_is_known_from_its_log(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        who = ["-c", "user.name=x", "-c", "user.email=x@x"]
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, env=environment)

    git("init", "-q")
    write(tmp_path, {"a.py": "", "below/b.py": ""})
    git("add", ".")
    log = HeadLog(str(tmp_path / "below"))
    git("commit", "-q", "-m", "one")
    assert not log.has_moved(), "a commit changes no file"
    git("checkout", "-q", "-b", "other")
    assert (log.has_moved(), log.has_moved()) == (True, False)
    (tmp_path / ".git" / "index.lock").write_text("")
    assert log.has_moved(), "it is on its way"


def test_a_folder_outside_git_or_with_a_strange_log_never_moves(tmp_path: Path) -> None:
    assert not HeadLog(str(tmp_path)).has_moved()
    os.mkfifo(tmp_path / ".git")
    assert not HeadLog(str(tmp_path)).has_moved()
