"""File URIs and paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramify.session.uris import inside, path_of, uri_of


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b.py", "/a/b.py"),
        ("file:///a/b%20c.py", "/a/b c.py"),
        ("file:///a/%E4%BD%A0.py", "/a/你.py"),
        ("file://localhost/a", "/a"),
        ("file:///c%3A/x/y.py", "c:/x/y.py"),
        ("file:///C:/x", "c:/x"),
        ("file://host/share/a.py", "//host/share/a.py"),
        ("file:///a/b#c?d.py", "/a/b#c?d.py"),
        ("file:///", "/"),
        ("untitled:Untitled-1", None),
        ("vscode-notebook-cell:/a.ipynb#x", None),
        ("file:///a%00b", None),
        ("file:", None),
        ("http://[", None),
    ],
)
def test_path_of(uri: str, path: str | None) -> None:
    assert path_of(uri) == path


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("/a/b c.py", "file:///a/b%20c.py"),
        ("/a/100%#?.py", "file:///a/100%25%23%3F.py"),
        ("c:\\x\\y.py", "file:///c%3A/x/y.py"),
        ("//host/share/a", "file://host/share/a"),
    ],
)
def test_uri_of(path: str, uri: str) -> None:
    assert uri_of(path) == uri


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0")), min_size=1
    )
)
def test_the_way_back_gives_the_same_path(parts: list[str]) -> None:
    path = "/folder/" + "/".join(parts)
    assert path_of(uri_of(path)) == path


@pytest.mark.parametrize(
    ("folder", "path", "expected"),
    [
        ("/a", "/a/b/c.py", "b/c.py"),
        ("/a/", "/a/b", "b"),
        ("/a", "/a", "."),
        ("/a", "/ab", None),
        ("/a", "/a/../b", None),
        ("/a", "/a/x/./../b", "b"),
        ("/", "/x", "x"),
        ("c:/a", "c:/a/b", "b"),
        ("//host/share", "//host/share/a", "a"),
        ("//host/share", "/host/share/a", None),
    ],
)
def test_inside(folder: str, path: str, expected: str | None) -> None:
    assert inside(folder, path) == expected


def test_a_drive_is_the_same_in_either_case() -> None:
    assert inside("C:/Users/me", "c:/Users/me/shop/a.py") == "shop/a.py"
    assert inside("c:/", "C:/a.py") == "a.py"
    assert inside("C:/Users/me", "d:/Users/me/a.py") is None
    assert inside("C:/x", "c:/../..") is None
    assert inside("C:/", "c:/..") == "."
