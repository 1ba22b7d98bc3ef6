"""Which language a file is in."""

from __future__ import annotations

import pytest

from ramify.languages.registry import LANGUAGES, language_of, spec_of


@pytest.mark.parametrize(
    ("path", "first_bytes", "language"),
    [
        ("a/b.py", b"", "python"),
        ("a/b.PYI", b"", "python"),
        ("wscript", b"", "python"),
        ("bin/tool", b"#!/usr/bin/env python3\n", "python"),
        ("bin/tool", b"#!/usr/bin/python3.11 -O\n", "python"),
        ("bin/tool", b"#! /usr/bin/env -S python3 -O\n", "python"),
        ("bin/tool", b"#!/bin/bash\n", "shellscript"),
        ("bin/tool", b"\x7fELF", None),
        ("tool.unknown", b"#!/usr/bin/python\n", None),
        ("README.md", b"", "markdown"),
        ("README", b"", "text"),
        ("docs/index.rst", b"", "restructuredtext"),
        ("docs/index.txt", b"", "text"),
        ("pyproject.toml", b"", "toml"),
        ("Makefile", b"", "makefile"),
        ("a.b/CMakeLists.txt", b"", "cmake"),
        ("src/main.rs", b"", "rust"),
        (".gitignore", b"", None),
        ("poetry.lock", b"", None),
        ("pnpm-lock.yaml", b"", None),
        ("static/jquery.min.js", b"", None),
        ("locale/de/django.po", b"", None),
        ("logo.svg", b"", None),
        ("data.csv", b"", None),
        ("data.json", b"", None),
    ],
)
def test_language_of(path: str, first_bytes: bytes, language: str | None) -> None:
    assert language_of(path, first_bytes) == language


def test_only_python_is_parsed() -> None:
    assert [spec.name for spec in LANGUAGES if spec.parsed] == ["python"]


def test_no_extension_belongs_to_two_languages() -> None:
    extensions = [extension for spec in LANGUAGES for extension in spec.extensions]

    assert len(extensions) == len(set(extensions))


def test_spec_of() -> None:
    python = spec_of("python")

    assert python is not None
    assert python.extensions == (".py", ".pyi", ".pyw")
    assert spec_of("klingon") is None
