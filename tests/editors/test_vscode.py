"""The VS Code extension: it type-checks, its own tests pass, and the package holds what it must."""

import hashlib
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from ramify.lsp.lenses import COMMAND
from ramify.protocol.methods import METHODS, command_of
from ramify.session.settings import KEYS, Settings, Surfaces

REPOSITORY = Path(__file__).parent.parent.parent
EXTENSION = REPOSITORY / "editors" / "vscode"

pytestmark = pytest.mark.editors


@pytest.fixture(scope="module")
def package(cache: Path) -> zipfile.ZipFile:
    """The built .vsix, from a copy of the sources whose node_modules stay in the cache."""
    digest = hashlib.sha256((EXTENSION / "package.json").read_bytes()).hexdigest()[:12]
    copy = cache / f"vscode-{digest}"
    for name in ("src", "test", "media", "dist"):
        shutil.rmtree(copy / name, ignore_errors=True)
    outputs = shutil.ignore_patterns("node_modules", "dist", "*.vsix")
    shutil.copytree(EXTENSION, copy, ignore=outputs, dirs_exist_ok=True)
    if not (copy / "node_modules" / ".package-lock.json").exists():
        npm(copy, "install", "--ignore-scripts")
    npm(copy, "run", "package")
    return zipfile.ZipFile(copy / "ramify.vsix")


def npm(folder: Path, *arguments: str) -> None:
    program = shutil.which("npm")
    if program is None:
        pytest.fail("npm is not on PATH: the extension cannot be built without Node 20 or newer")
    done = subprocess.run(
        [program, *arguments], cwd=folder, capture_output=True, text=True, timeout=240
    )
    if done.returncode != 0:
        pytest.fail(f"npm {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")


@pytest.fixture(scope="module")
def manifest(package: zipfile.ZipFile) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(package.read("extension/package.json"))
    return read


@pytest.fixture(scope="module")
def bundle(package: zipfile.ZipFile) -> str:
    return package.read("extension/dist/extension.js").decode()


def test_the_package_holds_the_bundle_and_no_sources(package: zipfile.ZipFile) -> None:
    assert sorted(package.namelist()) == [
        "[Content_Types].xml",
        "extension.vsixmanifest",
        "extension/LICENSE.txt",
        "extension/dist/extension.js",
        "extension/media/ramify.svg",
        "extension/package.json",
        "extension/readme.md",
    ]


def test_the_bundle_needs_nothing_but_the_editor_and_node(bundle: str) -> None:
    required = set(re.findall(r'\brequire\("([^"]+)"\)', bundle))
    node = {"child_process", "crypto", "events", "fs", "net", "os", "path", "readline", "url"}
    node |= {"timers/promises", "util"}
    assert {name.removeprefix("node:") for name in required} <= node | {"vscode"}


def test_every_command_of_the_palette_is_registered(manifest: dict[str, Any], bundle: str) -> None:
    offered = {command["command"] for command in manifest["contributes"]["commands"]}
    assert offered == set(re.findall(r'registerCommand\("(ramify\.\w+)"', bundle))


def test_every_command_stands_under_the_name_of_the_product(manifest: dict[str, Any]) -> None:
    commands = manifest["contributes"]["commands"]
    assert {command["category"] for command in commands} == {"Ramify"}


def test_no_command_has_the_name_of_one_of_the_server(manifest: dict[str, Any]) -> None:
    """The language client registers the server's commands in the editor by itself; a second
    registration of the same name would stop the extension."""
    offered = {command["command"] for command in manifest["contributes"]["commands"]}
    assert not offered & {command_of(method.name) for method in METHODS}


def test_a_workspace_cannot_choose_the_program(manifest: dict[str, Any]) -> None:
    setting = manifest["contributes"]["configuration"]["properties"]["ramify.server.command"]
    assert setting["scope"] == "machine"
    assert manifest["capabilities"]["virtualWorkspaces"]["supported"] is False
    assert manifest["capabilities"]["untrustedWorkspaces"]["supported"] == "limited"


def test_every_setting_of_the_server_can_be_set(manifest: dict[str, Any]) -> None:
    offered = set(manifest["contributes"]["configuration"]["properties"])
    own = {"ramify.server.command", "ramify.trace.server"}
    assert offered - own == {f"ramify.{key}" for key in KEYS}


def test_a_workspace_sets_what_its_files_may_set(manifest: dict[str, Any]) -> None:
    settings = manifest["contributes"]["configuration"]["properties"]
    assert {name for name, setting in settings.items() if setting["scope"] == "resource"} == {
        "ramify.include",
        "ramify.exclude",
        "ramify.roots",
        "ramify.sizeLimit",
        "ramify.fileLimit",
    }


def test_every_setting_is_described(manifest: dict[str, Any]) -> None:
    settings = manifest["contributes"]["configuration"]["properties"]
    told = {
        name for name, each in settings.items() if {"description", "markdownDescription"} & {*each}
    }
    assert told == set(settings)
    assert {each["scope"] for each in settings.values()} == {"machine", "resource", "window"}


def test_what_the_server_offers_is_told_when_it_starts(bundle: str) -> None:
    """The keys that stand in `Surfaces` are sent as initialization options."""
    surfaces = [key for key, (field, _) in KEYS.items() if field in asdict(Surfaces())]
    assert ",".join(f'"{key}"' for key in surfaces) in bundle


def test_the_command_of_a_code_lens_is_announced(manifest: dict[str, Any], bundle: str) -> None:
    assert COMMAND in {command["command"] for command in manifest["contributes"]["commands"]}
    assert f'commands:{{commands:["{COMMAND}"]}}' in bundle


def test_the_defaults_shown_are_those_of_the_server(manifest: dict[str, Any]) -> None:
    settings = manifest["contributes"]["configuration"]["properties"]
    defaults = {**asdict(Settings()), **asdict(Surfaces())}
    for key, (field, read) in KEYS.items():
        assert read(settings[f"ramify.{key}"]["default"]) == defaults[field], key


def test_the_version_and_the_license_are_those_of_the_project(manifest: dict[str, Any]) -> None:
    project = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    assert f'\nversion = "{manifest["version"]}"\n' in project
    assert (EXTENSION / "LICENSE").read_text() == (REPOSITORY / "LICENSE").read_text()


def test_every_command_is_in_the_readme(manifest: dict[str, Any]) -> None:
    told = (EXTENSION / "README.md").read_text(encoding="utf-8")
    titles = [f"Ramify: {each['title']}" for each in manifest["contributes"]["commands"]]
    assert [each for each in titles if f"**{each}**" not in told] == []
