"""A patch as two states of files."""

from __future__ import annotations

import pytest

from ramify.features.patch import PatchError, patched_files
from ramify.session.git import ChangedFile

PATCH = """\
diff --git a/a.py b/a.py
--- a/a.py
+++ b/a.py
@@ -1,3 +1,3 @@
 one
-two
+TWO
 three
@@ -5 +5,2 @@ five
-five
+FIVE
+six
"""
BEFORE = b"one\ntwo\nthree\nfour\nfive\n"
AFTER = b"one\nTWO\nthree\nfour\nFIVE\nsix\n"


@pytest.mark.parametrize("live", [BEFORE, AFTER, BEFORE.replace(b"\n", b"\r\n")])
def test_the_live_text_may_stand_before_or_after_the_patch(live: bytes) -> None:
    (file,) = patched_files(PATCH, {"a.py": live}.get)
    assert (file.before or b"").replace(b"\r", b"") == BEFORE
    assert (file.after or b"").replace(b"\r", b"") == AFTER


def test_new_and_deleted_files() -> None:
    patch = "--- /dev/null\n+++ b/new.py\n@@ -0,0 +1,2 @@\n+one\n+two\n"
    assert patched_files(patch, {}.get) == (ChangedFile("new.py", None, b"one\ntwo\n"),)
    patch = "--- a/old.py\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-one\n-two\n"
    texts = {"old.py": b"one\ntwo\n"}
    gone = ChangedFile("old.py", b"one\ntwo\n", None, is_gone=True)
    assert patched_files(patch, texts.get) == (gone,)


def test_a_renamed_file_is_two() -> None:
    patch = "rename from old.py\nrename to new.py\n"
    patch += "--- a/old.py\n+++ b/new.py\n@@ -1 +1 @@\n-one\n+two\n"
    assert patched_files(patch, {"old.py": b"one\n"}.get) == (
        ChangedFile("new.py", None, b"two\n"),
        ChangedFile("old.py", b"one\n", None, is_gone=True),
    )


def test_a_copy_leaves_what_it_was_made_of() -> None:
    patch = "copy from old.py\ncopy to new.py\n"
    expected = (ChangedFile("new.py", None, b"one\n"),)
    assert patched_files(patch, {"old.py": b"one\n"}.get) == expected


@pytest.mark.parametrize("live", ["old.py", "new.py"])
def test_a_file_that_was_renamed_and_nothing_else(live: str) -> None:
    patch = (
        "diff --git a/old.py b/new.py\nsimilarity index 100%\n"
        "rename from old.py\nrename to new.py\n"
    )
    assert patched_files(patch, {live: b"one\n"}.get) == (
        ChangedFile("new.py", None, b"one\n"),
        ChangedFile("old.py", b"one\n", None, is_gone=True),
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x.py.orig", "x.py"),
        ("/backup/before.py", "pkg/x.py"),
        ("one/pkg/x.py", "two/pkg/x.py"),
        ("pkg/x.py~", "pkg/x.py"),
    ],
)
def test_two_names_of_one_file_that_git_did_not_write(old: str, new: str) -> None:
    here = "x.py" if old == "x.py.orig" else "pkg/x.py"
    patch = f"--- {old}\n+++ {new}\n@@ -1 +1 @@\n-one\n+two\n"
    (file,) = patched_files(patch, {here: b"one\n"}.get)
    assert file == ChangedFile(here, b"one\n", b"two\n")


def test_lines_that_have_moved_are_found_again() -> None:
    patch = "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n@@ -4 +4 @@\n-d\n+e\n"
    (file,) = patched_files(patch, {"x.py": b"new\na\nb\n-\nd\n"}.get)
    assert file.after == b"new\na\nc\n-\ne\n"


def test_a_form_feed_ends_no_line() -> None:
    patch = "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n one\n-\x0ctwo\n+\x0cthree\n"
    (file,) = patched_files(patch, {"x.py": b"one\n\x0ctwo\n"}.get)
    assert file.after == b"one\n\x0cthree\n"


def test_quoted_names_and_dates() -> None:
    patch = '--- "a/\\303\\274.py"\n+++ "b/\\303\\274.py"\n@@ -1 +1 @@\n-one\n+two\n'
    assert patched_files(patch, {"ü.py": b"one\n"}.get)[0].path == "ü.py"
    patch = "--- x.py\t2026-01-01\n+++ x.py\t2026-01-02\n@@ -1 +1 @@\n-one\n+two\n"
    assert patched_files(patch, {"x.py": b"one\n"}.get)[0].path == "x.py"


def test_no_newline_at_the_end() -> None:
    patch = (
        "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-one\n\\ No newline at end of file\n"
        "+two\n\\ No newline at end of file\n"
    )
    (file,) = patched_files(patch, {"x.py": b"one"}.get)
    assert (file.before, file.after) == (b"one", b"two")


@pytest.mark.parametrize(
    ("patch", "message"),
    [("", "no changed file"), ("hello\n", "no changed file"), (PATCH, "does not fit a.py")],
)
def test_a_patch_that_fits_nowhere_is_an_error(patch: str, message: str) -> None:
    with pytest.raises(PatchError, match=message):
        patched_files(patch, {"a.py": b"something else\n"}.get)
