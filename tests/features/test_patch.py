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
    assert patched_files(patch, texts.get) == (ChangedFile("old.py", b"one\ntwo\n", b""),)


def test_a_renamed_file_is_two() -> None:
    patch = "--- a/old.py\n+++ b/new.py\n@@ -1 +1 @@\n-one\n+two\n"
    assert patched_files(patch, {"old.py": b"one\n"}.get) == (
        ChangedFile("new.py", None, b"two\n"),
        ChangedFile("old.py", b"one\n", b""),
    )


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
    assert (file.before, file.after) == (b"one", b"two\n")


@pytest.mark.parametrize(
    ("patch", "message"),
    [("", "no changed file"), ("hello\n", "no changed file"), (PATCH, "does not fit a.py")],
)
def test_a_patch_that_fits_nowhere_is_an_error(patch: str, message: str) -> None:
    with pytest.raises(PatchError, match=message):
        patched_files(patch, {"a.py": b"something else\n"}.get)
