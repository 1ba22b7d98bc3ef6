"""A command as it goes to the owner, and back into the arguments that a verb takes.

Pure; standard library only: whoever sends one has to be fast.
"""

from __future__ import annotations

import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

_PATH: Final = "path:"
_TEXT: Final = "text:"
"""A string begins with what it is: a path was made absolute where the command was given."""
_SHOWN_BY: Final = ("TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE")


def packed(arguments: Namespace, here: Path) -> dict[str, Any]:
    """What the owner needs to know to run this as if it were run here."""
    size = shutil.get_terminal_size()
    values = {"root": here, **vars(arguments)}
    return {
        "arguments": {name: _packed(value, here) for name, value in values.items()},
        "here": str(here),
        "terminals": [sys.stdout.isatty(), sys.stderr.isatty()],
        "size": [size.columns, size.lines],
        "environ": {name: os.environ[name] for name in _SHOWN_BY if name in os.environ},
    }


def unpacked(arguments: Mapping[str, Any]) -> Namespace:
    return Namespace(**{name: _unpacked(value) for name, value in arguments.items()})


def _packed(value: object, here: Path) -> object:
    if isinstance(value, Path):
        return f"{_PATH}{here / value}"
    if isinstance(value, str):
        return _TEXT + value
    if isinstance(value, list | tuple):
        return [_packed(each, here) for each in value]
    return value


def _unpacked(value: object) -> object:
    if isinstance(value, str):
        kind, text = value[: len(_PATH)], value[len(_PATH) :]
        return Path(text) if kind == _PATH else text
    if isinstance(value, list):
        return [_unpacked(each) for each in value]
    return value
