"""A package that is left out: whoever imports it gets classes that hold what they are given."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys

from ramify_store.leftout import left_out

PACKAGE = "a_package_that_nobody_has"


def test_what_is_left_out_gives_classes_that_hold_what_they_are_given() -> None:
    with left_out(PACKAGE):
        models = importlib.import_module(f"{PACKAGE}.models.table")
    table = models.Table(name="chunks", rows=3)
    assert (type(table).__name__, table.name, table.rows) == ("Table", "chunks", 3)
    del sys.modules[PACKAGE], sys.modules[f"{PACKAGE}.models"], sys.modules[models.__name__]


def test_what_is_loaded_already_stays() -> None:
    with left_out("json"):
        assert importlib.import_module("json") is json
        assert importlib.import_module("json.tool").__file__ is not None


def test_lancedb_is_loaded_without_its_client_for_servers() -> None:
    made = (
        "import sys; from ramify_store.vectors import ChunkTables; ChunkTables(None, 'model', 4);"
        "print([name for name in ('urllib3', 'lancedb') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", made], capture_output=True, text=True)
    assert answer.stdout == "['lancedb']\n", answer.stderr
