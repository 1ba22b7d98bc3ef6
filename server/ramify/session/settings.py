"""What a person may choose, merged from defaults, the workspace's own files and the client.

Bad input never stops anything: it is left out and noted, with the key it stood under. Files of the
workspace are hostile until proven otherwise: they may say which files count and nothing else.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

StoreMode = Literal["disk", "memory"]


@dataclass(frozen=True, slots=True)
class Settings:
    """`ramify.*`, in the names of Python; the wire uses the camelCase keys of `KEYS`."""

    include: tuple[str, ...] = ()
    """Patterns as in .gitignore, relative to the folder; they win over every ignore rule."""
    exclude: tuple[str, ...] = ()
    """Patterns as in .gitignore of what to leave out besides; `include` wins over them."""
    roots: tuple[str, ...] = ()
    """Import roots, relative to the folder; empty: found from build metadata and packages."""
    size_limit: int = 4_000_000
    """Bytes; larger files are left out, with a notice."""
    file_limit: int = 500_000
    """Files; beyond it the rest of the folder is left out, with a notice."""
    wait_seconds: float = 10.0
    """How long a question about the whole workspace waits for the index."""
    workers: int = 0
    """Processes that parse; 0: as many as there are cores, at most 8."""
    watch: bool = True
    """Watch the disk ourselves, whatever the client reports."""
    store: StoreMode = "disk"
    """"memory" keeps nothing on disk."""


@dataclass(frozen=True, slots=True)
class Surfaces:
    """What of the standard protocol a client wants: other servers run beside this one."""

    code_lens: bool = True
    hover: bool = True
    hierarchy: bool = True
    """Calls and types."""
    rename: bool = True
    diagnostics: bool = False
    """Circles of imports, as problems."""
    unreachable: bool = False
    """Definitions that nothing known reaches, as hints."""

    @property
    def any_diagnostics(self) -> bool:
        return self.diagnostics or self.unreachable


@dataclass(frozen=True, slots=True)
class Loaded:
    settings: Settings
    notes: tuple[str, ...]
    """What was refused and why, one sentence each."""
    surfaces: Surfaces = Surfaces()
    readable: bool = True
    """False: a file with settings is there and cannot be read, half written perhaps."""
    again: Callable[[], Loaded] | None = field(default=None, compare=False)
    """Reads the same sources once more."""


def load_settings(folder: Path, client: object = None) -> Loaded:
    """Defaults, then `ramify.toml` or else `[tool.ramify]`, then what the client said.

    `client` is the decoded JSON of initializationOptions or of the `ramify` section.
    """
    notes: list[str] = []
    chosen: dict[str, Any] = {}
    for source, table in _workspace_tables(folder, notes):
        chosen |= _chosen(table, source, _WORKSPACE_KEYS, notes)
    chosen |= _chosen(_client_table(client, notes), "client settings", KEYS, notes)
    surfaces = Surfaces(**_split(chosen))
    readable = not any(_NOT_READ in note for note in notes)
    again = partial(load_settings, folder, client)
    return Loaded(Settings(**chosen), tuple(notes), surfaces, readable, again)


def surfaces_of(client: object) -> Surfaces:
    """What the client wants, before any folder is known."""
    chosen = _chosen(_client_table(client, []), "client settings", KEYS, [])
    return Surfaces(**_split(chosen))


def _split(chosen: dict[str, Any]) -> dict[str, Any]:
    """Takes out what belongs to `Surfaces`."""
    return {each.name: chosen.pop(each.name) for each in fields(Surfaces) if each.name in chosen}


def _workspace_tables(folder: Path, notes: list[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    own = _toml(folder / "ramify.toml", notes)
    if own is not None:
        yield "ramify.toml", own
        return
    project = _toml(folder / "pyproject.toml", notes) or {}
    tool = project.get("tool")
    table = tool.get("ramify") if isinstance(tool, dict) else None
    if isinstance(table, dict):
        yield "pyproject.toml", table
    elif table is not None:
        notes.append("pyproject.toml: `tool.ramify` must be a table.")


def _toml(path: Path, notes: list[str]) -> dict[str, Any] | None:
    try:
        if path.stat().st_size > _TOML_LIMIT:
            notes.append(f"{path.name}: {_NOT_READ}: larger than {_TOML_LIMIT} bytes.")
            return None
        return tomllib.loads(path.read_bytes().decode("utf-8", "replace"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        notes.append(f"{path.name}: {_NOT_READ}: {error}.")
        return None


def _client_table(client: object, notes: list[str]) -> Mapping[str, Any]:
    if client is None:
        return {}
    if not isinstance(client, Mapping):
        notes.append("client settings: `ramify` must be an object.")
        return {}
    section = client.get("ramify")
    if isinstance(section, Mapping):
        return section
    return {str(key).removeprefix("ramify."): value for key, value in client.items()}


def _chosen(
    table: Mapping[str, Any], source: str, allowed: Iterable[str], notes: list[str]
) -> dict[str, Any]:
    """Values by field, those alone that may be set here and make sense."""
    chosen: dict[str, Any] = {}
    for key, value in table.items():
        if key not in KEYS:
            meant = get_close_matches(key, [each for each in KEYS if each in allowed], 1)
            advice = f" Did you mean `{meant[0]}`?" if meant else ""
            notes.append(f"{source}: `{key}` is not a setting.{advice}")
        elif key not in allowed:
            notes.append(
                f"{source}: `{key}` may not be set by files of the workspace, only by the client."
            )
        elif value is not None:
            field, read = KEYS[key]
            try:
                chosen[field] = read(value)
            except ValueError as error:
                notes.append(f"{source}: `{key}` {error}; it is left as it was.")
    return chosen


def _patterns(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("must be a list of strings")
    return tuple(value)


def _directories(value: object) -> tuple[str, ...]:
    cleaned = [item.replace("\\", "/").rstrip("/") or "/" for item in _patterns(value)]
    for item in cleaned:
        if item.startswith("/") or ".." in item.split("/") or ":" in item:
            raise ValueError(f"must name directories in the folder, not {item!r}")
    return tuple(item.removeprefix("./") for item in cleaned)


def _whole(low: int, high: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return value

    return read


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 600:
        raise ValueError("must be a number of seconds from 0 to 600")
    return float(value)


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _store(value: object) -> StoreMode:
    if value == "disk":
        return "disk"
    if value == "memory":
        return "memory"
    raise ValueError('must be "disk" or "memory"')


KEYS: Final[Mapping[str, tuple[str, Callable[[object], Any]]]] = {
    "include": ("include", _patterns),
    "exclude": ("exclude", _patterns),
    "roots": ("roots", _directories),
    "sizeLimit": ("size_limit", _whole(1, 2**31)),
    "fileLimit": ("file_limit", _whole(1, 2**31)),
    "waitSeconds": ("wait_seconds", _seconds),
    "workers": ("workers", _whole(0, 64)),
    "watch": ("watch", _truth),
    "store": ("store", _store),
    "codeLens": ("code_lens", _truth),
    "hover": ("hover", _truth),
    "hierarchy": ("hierarchy", _truth),
    "rename": ("rename", _truth),
    "diagnostics": ("diagnostics", _truth),
    "unreachable": ("unreachable", _truth),
}
"""Key on the wire: field of `Settings` or `Surfaces` and how its value is read."""

_WORKSPACE_KEYS: Final = frozenset({"include", "exclude", "roots", "sizeLimit", "fileLimit"})
_TOML_LIMIT: Final = 1_000_000
_NOT_READ: Final = "not read"
