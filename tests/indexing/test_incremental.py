"""The promise: the graph after any series of changes equals the graph made from scratch."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ramify.analysis.text import Text
from ramify.indexing.workspace import Workspace
from ramify.session.cancel import CancelToken
from ramify.session.directories import Directories
from ramify.session.snapshot import Document
from tests.indexing.graphs import committed, difference, from_scratch, overlaid, settings_of

PATHS = (
    "a.py",
    "b.py",
    "pkg/__init__.py",
    "pkg/c.py",
    "pkg/sub/__init__.py",
    "pkg/sub/d.py",
    "src/e.py",
    "tests/test_a.py",
    "a.pyi",
    "notes.md",
)

TEXTS = (
    "",
    "def f():\n    return 1\n",
    "# moved down\n\ndef f():\n    return g()\n\ndef g():\n    return f\n",
    "from a import f\n\ndef g():\n    return f()\n",
    "from a import *\nfrom b import g as h\n\nvalue = h(f)\n",
    "import a, b\nimport pkg.c\n\ndef main():\n    a.f()\n    b.g()\n    pkg.c.C().m()\n",
    "class C:\n    def m(self):\n        return self.n()\n    def n(self):\n        return C\n",
    "from pkg.c import C\n\nclass D(C):\n    def n(self):\n        return super().n()\n\nD().m()\n",
    "from .c import C\nfrom .sub import d\nfrom . import sub\n__all__ = ['C', 'd']\n",
    "from pkg import C, d\nfrom e import f\n\ndef use(c: C):\n    c.n()\n    return d.f(f)\n",
    "from ..c import C as Base\n\ndef f(call):\n    return call()\n\nf(Base)\n",
    "def g():\n    return no.attr()\n\nclass C:\n    def __init__(self, f):\n        self.f = f\n",
    "import e\nfrom pkg.sub.d import f\n\ndef test_it():\n    assert f(e.g) == e.f()\n",
    "def f(:\n  broken ((\n",
)

METADATA = ("", "[tool.setuptools.packages.find]\nwhere = ['pkg']\n")

paths = st.sampled_from(PATHS)
texts = st.sampled_from(TEXTS)


class Changes(RuleBasedStateMachine):
    @initialize(files=st.dictionaries(paths, texts, max_size=6))
    def begin(self, files: dict[str, str]) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="ramify-"))
        self.folder = self.home / "folder"
        self.folder.mkdir()
        self.documents: dict[str, Document] = {}
        self.version = 0
        for path, text in files.items():
            self._write(path, text)
        self._open()

    def teardown(self) -> None:
        if hasattr(self, "workspace"):
            self.workspace.close()
            shutil.rmtree(self.home)

    @rule(path=paths, text=texts)
    def write(self, path: str, text: str) -> None:
        self._write(path, text)
        self._changed(path)

    @rule(path=paths)
    def delete(self, path: str) -> None:
        (self.folder / path).unlink(missing_ok=True)
        self._changed(path)

    @rule(old=paths, new=paths)
    def rename(self, old: str, new: str) -> None:
        if old == new or not (self.folder / old).exists():
            return
        (self.folder / new).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / old).replace(self.folder / new)
        self.workspace.renamed([(old, new)])

    @rule(directory=st.sampled_from(("pkg", "pkg/sub", "src")))
    def delete_directory(self, directory: str) -> None:
        shutil.rmtree(self.folder / directory, ignore_errors=True)
        self._changed(directory)

    @rule(files=st.dictionaries(paths, texts, min_size=2, max_size=6))
    def switch_branch(self, files: dict[str, str]) -> None:
        for path in PATHS:
            (self.folder / path).unlink(missing_ok=True)
        for path, text in files.items():
            self._write(path, text)
        self.workspace.disk_changed(PATHS, "test")

    @rule(text=st.sampled_from(METADATA))
    def configure(self, text: str) -> None:
        self._write("pyproject.toml", text)
        self._changed("pyproject.toml")

    @rule(path=paths, text=texts)
    def edit(self, path: str, text: str) -> None:
        self.version += 1
        document = Document(f"file:///{path}", path, self.version, Text(text.encode()))
        self.documents[path] = document
        self.client.change(document)

    @precondition(lambda self: self.documents)
    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(sorted(self.documents)))
        del self.documents[path]
        self.client.close(path)

    @rule()
    def restart(self) -> None:
        self.workspace.close()
        self._open()

    @rule()
    def check_everything(self) -> None:
        self.workspace.disk_changed(None, "test")

    @invariant()
    def the_graph_equals_one_from_scratch(self) -> None:
        if not hasattr(self, "workspace"):
            return
        reading = self.client.reading(CancelToken(), complete_within=60)
        status = reading.snapshot.status
        assert status.complete, (status, self.workspace.details().last_errors)
        on_disk = from_scratch(self.folder, {})
        assert difference(on_disk, committed(self.workspace)) == []
        seen = from_scratch(self.folder, self.documents)
        assert difference(seen, overlaid(self.workspace, self.client)) == []
        assert list(reading.view.paths()) == sorted(seen)

    def _open(self) -> None:
        directories = Directories(self.home / "cache", self.home / "data")
        self.workspace = Workspace.open(
            self.folder, settings_of(self.folder), directories=directories
        )
        self.workspace.start()
        self.client = self.workspace.client()
        for document in self.documents.values():
            self.client.open(document)

    def _write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def _changed(self, path: str) -> None:
        self.workspace.disk_changed([path], "test")


TestChanges = Changes.TestCase
TestChanges.settings = settings(
    max_examples=20,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
