"""Which language a file is in, by its name and, where that says nothing, its first line.

Languages are data. Knows no parser and opens no file.
"""

from __future__ import annotations

import re

from ramify.languages.others import OTHERS
from ramify.languages.python.spec import PYTHON
from ramify.languages.spec import LanguageSpec

LANGUAGES: tuple[LanguageSpec, ...] = (PYTHON, *OTHERS)

_BY_NAME = {language.name: language for language in LANGUAGES}
_BY_EXTENSION = {extension: spec.name for spec in LANGUAGES for extension in spec.extensions}
_BY_FILE_NAME = {name: spec.name for spec in LANGUAGES for name in spec.file_names}
_BY_INTERPRETER = {name: spec.name for spec in LANGUAGES for name in spec.interpreters}

_DATA = re.compile(
    r"""(?:
      .*\.lock | .*-lock\.(?:json|ya?ml) | .*\.min\.(?:js|css|mjs) | .*\.bundle\.js
      | .*\.(?:js|css)\.map | requirements[^/]*\.txt\.hash | .*\.egg-info
      | .*_pb2(?:_grpc)?\.pyi?
    )$""",
    re.VERBOSE,
)
_SHEBANG = re.compile(rb"#![ \t]*(?:\S*/)?(?:env[ \t]+(?:-\S+[ \t]+)*)?(?:\S*/)?([A-Za-z-]+)")


def language_of(path: str, first_bytes: bytes = b"") -> str | None:
    """The language's name; None for what is no source text (data, locks, minified, unknown).

    `path` may be a path or a bare name; `first_bytes` are looked at only when it has no
    extension, for a `#!` line.
    """
    name = path.rsplit("/", 1)[-1].lower()
    if _DATA.match(name):
        return None
    known = _BY_FILE_NAME.get(name)
    if known is not None:
        return known
    dot = name.rfind(".")
    if dot > 0:
        return _BY_EXTENSION.get(name[dot:])
    shebang = _SHEBANG.match(first_bytes)
    if shebang is None:
        return None
    return _BY_INTERPRETER.get(shebang[1].decode().rstrip("-"))


def spec_of(language: str) -> LanguageSpec | None:
    """The language's data; None when nobody registered it."""
    return _BY_NAME.get(language)
