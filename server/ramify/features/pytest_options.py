"""What the workspace's own configuration tells pytest, of the file that pytest would read."""

from __future__ import annotations

import configparser
import shlex
import tomllib
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from ramify.session.snapshot import Reading

_NAMESPACES: Final = "consider_namespace_packages"
_CONFIGURED: Final = {
    "pytest.ini": "pytest",
    ".pytest.ini": "pytest",
    "pyproject.toml": "tool.pytest",
    "tox.ini": "pytest",
    "setup.cfg": "tool:pytest",
}
"""By file that pytest reads, in its order: the section that makes it the one."""


class Options(NamedTuple):
    """Of pytest."""

    added: list[str]
    folders: list[str]
    """Where it looks for tests; empty: everywhere."""
    namespaces: bool
    """Whether it takes folders without an `__init__.py` for packages."""


def options_of(reading: Reading) -> Options | None:
    """What the first file that configures pytest says."""
    for path, section in _CONFIGURED.items():
        text = reading.snapshot.text(path)
        options = _options(path, section, text.data) if text else None
        if options is not None:
            return options
    return None


@lru_cache(maxsize=64)
def _options(path: str, section: str, data: bytes) -> Options | None:
    """None where the file is not pytest's."""
    said = data.decode("utf-8", "replace")
    try:
        if path.endswith(".toml"):
            table = tomllib.loads(said).get("tool", {}).get("pytest")
            return _read(table.get("ini_options", table)) if table is not None else None
        parser = configparser.RawConfigParser(strict=False)
        parser.read_string(said)
        return _read(dict(parser.items(section))) if parser.has_section(section) else None
    except (ValueError, AttributeError, configparser.Error):
        return None


def _read(table: Mapping[str, object]) -> Options:
    return Options(
        added=_words(table.get("addopts", "")),
        folders=_words(table.get("testpaths", "")),
        namespaces=str(table.get(_NAMESPACES, "")).lower() in ("true", "1", "yes", "on"),
    )


def _words(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(each) for each in value]
    return shlex.split(str(value), comments=True)


def is_below(path: str, folders: Collection[str]) -> bool:
    """Whether a file stands in one of the folders; true where there are none."""
    return not folders or any(path == each or path.startswith(f"{each}/") for each in folders)
