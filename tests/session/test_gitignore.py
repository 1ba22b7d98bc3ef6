"""One .gitignore file against single entries; the expected answers are git's own."""

from __future__ import annotations

import pytest

from ramify.session.gitignore import parse_rules

OUT, BACK, SILENT = True, False, None


def verdict(rules: str, path: str) -> bool | None:
    """Of an entry; a path that ends in a slash is a directory."""
    plain = path.rstrip("/")
    name = plain.rpartition("/")[2]
    return parse_rules(rules).verdict(name, plain, is_directory=path.endswith("/"))


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        ("*.pyc", "a.pyc", OUT),
        ("*.pyc", "deep/down/a.pyc", OUT),
        ("*.pyc", "a.py", SILENT),
        ("build/", "build/", OUT),
        ("build/", "src/build/", OUT),
        ("build/", "build", SILENT),
        ("/dist", "dist", OUT),
        ("/dist", "src/dist", SILENT),
        ("a/b", "a/b", OUT),
        ("a/b", "x/a/b", SILENT),
        ("docs/*.txt", "docs/a.txt", OUT),
        ("docs/*.txt", "docs/deep/a.txt", SILENT),
        ("**/x", "x", OUT),
        ("**/x", "a/b/x", OUT),
        ("a/**", "a/b/c", OUT),
        ("a/**", "a/", SILENT),
        ("a/**/b", "a/b", OUT),
        ("a/**/b", "a/x/y/b", OUT),
        ("a**", "abc", OUT),
        ("?.py", "a.py", OUT),
        ("?.py", "ab.py", SILENT),
        ("[ab].py", "a.py", OUT),
        ("[!ab].py", "a.py", SILENT),
        ("[!ab].py", "c.py", OUT),
        ("[a-c]x", "bx", OUT),
        ("[]a]", "]", OUT),
        ("[[:digit:]]", "7", OUT),
        ("[a", "[a", SILENT),
        ("*.py\n!keep.py", "keep.py", BACK),
        ("!keep.py\n*.py", "keep.py", OUT),
        ("# note", "# note", SILENT),
        ("\\#x", "#x", OUT),
        ("\\!x", "!x", OUT),
        ("x  ", "x", OUT),
        ("x\\ ", "x ", OUT),
        ("/", "anything", SILENT),
        ("", "anything", SILENT),
        ("\\", "\\", SILENT),
        ("a.c", "abc", SILENT),
    ],
)
def test_rule(rules: str, path: str, expected: bool | None) -> None:
    assert verdict(rules, path) is expected
