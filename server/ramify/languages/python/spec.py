"""Python, as files show it."""

from __future__ import annotations

from ramify.languages.python.entry_points import ENTRY_POINTS
from ramify.languages.spec import LanguageSpec

PYTHON = LanguageSpec(
    name="python",
    extensions=(".py", ".pyi", ".pyw"),
    file_names=("sconstruct", "sconscript", "wscript"),
    interpreters=("python", "pypy"),
    parsed=True,
    entry_points=ENTRY_POINTS,
)
