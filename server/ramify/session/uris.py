"""File URIs and paths: between what clients write and what the workspace names.

Both forms of paths, POSIX and Windows, are understood on every platform; nothing touches the disk.
"""

from __future__ import annotations

import os
import re
from urllib.parse import quote, unquote, urlsplit

_DRIVE = re.compile(r"^/?([A-Za-z]):(?=[/\\]|$)")
_SAFE = "/~!$&'()*+,;=:@"


def path_of(uri: str) -> str | None:
    """The absolute path a file URI names, with forward slashes; None for another scheme.

    Windows: `file:///c%3A/x` gives `c:/x` (the drive in lower case), `file://host/share` gives
    `//host/share`.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file":
        return None
    path = unquote(_raw_path(uri, parts.netloc))
    if "\0" in path:
        return None
    drive = _DRIVE.match(path)
    if drive:
        return drive[1].lower() + ":" + path[drive.end() :].replace("\\", "/")
    if parts.netloc and parts.netloc.lower() != "localhost":
        return f"//{parts.netloc}{path}"
    return path if path.startswith("/") else None


def uri_of(path: str) -> str:
    """The file URI of an absolute path; the way back gives the same path."""
    path = path.replace("\\", "/") if _DRIVE.match(path) or path.startswith("\\\\") else path
    drive = _DRIVE.match(path)
    if drive:
        return f"file:///{drive[1].lower()}%3A{quote(path[drive.end() :], safe=_SAFE)}"
    if path.startswith("//"):
        return "file:" + quote(path, safe=_SAFE)
    return "file://" + quote(os.fsencode(path), safe=_SAFE)


def inside(folder: str, path: str) -> str | None:
    """`path` relative to the folder, with forward slashes; None when it is not in it.

    Both absolute, with forward slashes; `.` and `..` are resolved by their text, and a drive is the
    same in either case. The folder itself is ".".
    """
    folder, path = _normal(folder), _normal(path)
    if path == folder:
        return "."
    prefix = folder if folder.endswith("/") else folder + "/"
    return path[len(prefix) :] if path.startswith(prefix) else None


def _raw_path(uri: str, netloc: str) -> str:
    """The path with `?` and `#` kept: editors that forget to quote them still mean the file."""
    rest = uri[uri.index(":") + 1 :]
    return rest[2 + len(netloc) :] if rest.startswith("//") else rest


def _normal(path: str) -> str:
    drive = None if path.startswith("/") else _DRIVE.match(path)
    start = "//" if path.startswith("//") and not path.startswith("///") else "/"
    if drive:
        start, path = f"{drive[1].lower()}:/", path[drive.end() :]
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if kept:
                kept.pop()
        elif part not in ("", "."):
            kept.append(part)
    return start + "/".join(kept)
