"""The entry: usage, help, and that starting the server costs nothing of the command line."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ramify.cli.arguments import parser
from ramify.main import main
from ramify.release import VERSION

VERBS = [
    "search",
    "impact",
    "related",
    "callers",
    "callees",
    "tour",
    "index",
    "status",
    "verify",
    "doctor",
    "clean",
]


def exit_code(*words: str) -> object:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return ended.value.code


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("--help") == 0
    text = capsys.readouterr().out
    assert [verb for verb in VERBS if f"    {verb} " not in text] == []


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(verb, "--help") == 0
    assert f"usage: ramify {verb}" in capsys.readouterr().out


def test_without_a_verb_the_help_is_shown_as_wrong_usage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([]) == 2
    assert "usage: ramify" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["frobnicate"],
        ["search"],
        ["callers"],
        ["index", "--root", "there/is/no/such/folder"],
        ["search", "x", "--limit", "0"],
        ["impact", "f", "--min-certainty", "sure"],
        ["index", "--store", "elsewhere"],
    ],
)
def test_wrong_usage_exits_with_2(words: list[str]) -> None:
    assert exit_code(*words) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["impac", "f"], "ramify: error: there is no verb impac. Did you mean impact?\n"),
        (["frobnicate"], "ramify: error: there is no verb frobnicate\n"),
        (
            ["search", "x", "--paths", "a/**"],
            "ramify: error: unrecognized arguments: --paths a/**. Did you mean --path?\n",
        ),
        (
            ["impact"],
            "ramify impact: error: impact takes a SYMBOL, --changes WHAT or --patch FILE, one of "
            "them\n",
        ),
    ],
)
def test_wrong_usage_says_what_was_meant(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(*words) == 2
    assert capsys.readouterr().err.endswith(said)


def test_common_options_may_stand_on_either_side_of_the_verb(tmp_path: Path) -> None:
    before = parser().parse_args(["--root", str(tmp_path), "--json", "status"])
    after = parser().parse_args(["status", "--root", str(tmp_path), "--json"])
    assert (before.root, before.json) == (after.root, after.json) == (tmp_path, True)


@pytest.mark.parametrize(
    ("words", "served"),
    [
        (["--stdio"], ([], False)),
        (["--store", "memory", "--stdio"], ([], True)),
        (["--root", ".", "--stdio"], ([Path()], False)),
    ],
)
def test_stdio_starts_the_server(
    words: list[str], served: tuple[list[Path], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []
    module = ModuleType("ramify.serving.stdio")

    def serve_stdio(roots: list[Path], *, memory: bool) -> None:
        calls.append((roots, memory))
        raise SystemExit(0)

    vars(module)["serve_stdio"] = serve_stdio
    monkeypatch.setitem(sys.modules, "ramify.serving.stdio", module)
    assert exit_code(*words) == 0
    assert calls == [served]


def test_help_and_the_way_to_the_server_import_nothing_heavy() -> None:
    script = (
        "import sys, ramify.main, ramify.serving.front; from ramify.cli.arguments import parser; "
        "parser(); print(sorted({'rich', 'kuzu', 'lancedb', 'pygls', 'numpy', 'tree_sitter'} "
        "& set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "[]\n"


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert project["project"]["version"] == VERSION


def test_the_installed_script_tells_its_version() -> None:
    script = Path(sys.executable).with_name("ramify")
    ran = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("ramify 0.")
