"""Settings from all their sources, good and bad."""

from __future__ import annotations

from pathlib import Path

import pytest

from ramify.session.settings import Settings, load_settings
from tests.session.folders import write


def test_the_client_goes_over_the_workspace_over_the_defaults(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": '[tool.ramify]\nexclude = ["gen/"]\nsizeLimit = 10\n'})
    loaded = load_settings(tmp_path, {"sizeLimit": 20, "waitSeconds": 3})
    assert loaded.settings == Settings(exclude=("gen/",), size_limit=20, wait_seconds=3.0)
    assert loaded.notes == ()


def test_ramify_toml_goes_before_pyproject(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "ramify.toml": 'include = ["a"]\n',
            "pyproject.toml": '[tool.ramify]\ninclude = ["b"]\nexclude = ["c"]\n',
        },
    )
    assert load_settings(tmp_path).settings == Settings(include=("a",))


@pytest.mark.parametrize("key", ["store", "waitSeconds", "workers", "watch"])
def test_the_workspace_may_not_set_what_is_the_users(tmp_path: Path, key: str) -> None:
    write(tmp_path, {"ramify.toml": f'{key} = "memory"\n'})
    loaded = load_settings(tmp_path)
    assert loaded.settings == Settings()
    assert loaded.notes == (
        f"ramify.toml: `{key}` may not be set by files of the workspace, only by the client.",
    )


@pytest.mark.parametrize(
    ("client", "note"),
    [
        ({"waitSeconds": "x"}, "`waitSeconds` must be a number of seconds from 0 to 600"),
        ({"waitSeconds": True}, "`waitSeconds` must be a number of seconds from 0 to 600"),
        ({"sizeLimit": 0}, "`sizeLimit` must be a whole number from 1 to 2147483648"),
        ({"include": "a"}, "`include` must be a list of strings"),
        ({"include": [1]}, "`include` must be a list of strings"),
        ({"roots": ["../x"]}, "`roots` must name directories in the folder, not '../x'"),
        ({"roots": ["/etc"]}, "`roots` must name directories in the folder, not '/etc'"),
        ({"watch": 1}, "`watch` must be true or false"),
        ({"store": "/tmp"}, '`store` must be "disk" or "memory"'),
    ],
)
def test_a_bad_value_is_noted_by_its_key(tmp_path: Path, client: object, note: str) -> None:
    loaded = load_settings(tmp_path, client)
    assert loaded.settings == Settings()
    assert loaded.notes == (f"client settings: {note}; it is left as it was.",)


def test_an_unknown_key_is_noted(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {"incldue": []}).notes == (
        "client settings: `incldue` is not a setting. Did you mean `include`?",
    )


@pytest.mark.parametrize("client", [{"ramify": {"watch": False}}, {"ramify.watch": False}])
def test_the_section_may_be_named(tmp_path: Path, client: object) -> None:
    assert load_settings(tmp_path, client).settings == Settings(watch=False)


@pytest.mark.parametrize("client", [[], "x", 7])
def test_settings_that_are_no_object_are_noted(tmp_path: Path, client: object) -> None:
    assert load_settings(tmp_path, client).notes == (
        "client settings: `ramify` must be an object.",
    )


def test_a_file_that_is_no_toml_is_noted(tmp_path: Path) -> None:
    write(tmp_path, {"ramify.toml": "include = ["})
    loaded = load_settings(tmp_path)
    assert loaded.settings == Settings()
    assert loaded.notes[0].startswith("ramify.toml: not read: ")


def test_a_table_that_is_none_is_noted(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "[tool]\nramify = 1\n"})
    assert load_settings(tmp_path).notes == ("pyproject.toml: `tool.ramify` must be a table.",)
