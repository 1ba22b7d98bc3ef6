"""Which set of changes is meant, as symbols that changed: a worktree, an index, a range, a commit,
a patch; and, where there is no git, the unsaved text alone.

The one road from a client's words to `changed`. Must never know who asked.
"""

from __future__ import annotations

from typing import Final, Literal

from ramify.features.changed import ChangedSymbols, changed_symbols
from ramify.features.patch import PatchError, patched_files
from ramify.session.cancel import CancelToken
from ramify.session.git import (
    ChangedFile,
    GitError,
    NoRepositoryError,
    are_unrelated,
    changed_files,
)
from ramify.session.snapshot import Reading

Kind = Literal["worktree", "staged", "range", "commit", "patch"]

NO_REPOSITORY: Final = "there is no git repository here: compared with the files as indexed last"
UNRELATED: Final = (
    "the two ends have no merge base here (a shallow clone?): compared with the first end itself"
)


class ChangesError(Exception):
    """The changes cannot be read; the message says why."""


def changes_of(
    reading: Reading, token: CancelToken, kind: Kind, base: str = "", patch: str = ""
) -> ChangedSymbols:
    """What a set of changes changes. `base`: a range, a commit, or where a worktree's changes
    start. Raises ChangesError."""
    folder = reading.snapshot.folder
    note = None
    try:
        if kind == "patch":
            files = patched_files(patch, lambda path: _live(reading, path))
        else:
            files = changed_files(folder, kind, base)
            note = UNRELATED if kind == "range" and are_unrelated(folder, base) else None
    except NoRepositoryError as error:
        if kind != "worktree" or base:
            raise ChangesError(str(error).strip()) from error
        return changed_symbols(reading, token, _unsaved(reading), NO_REPOSITORY)
    except (GitError, PatchError) as error:
        raise ChangesError(str(error).strip()) from error
    if kind == "worktree":
        listed = {file.path for file in files}
        files = (*files, *(each for each in _unsaved(reading) if each.path not in listed))
    return changed_symbols(reading, token, files, note)


def _unsaved(reading: Reading) -> tuple[ChangedFile, ...]:
    """Open documents against the files below them, where they differ."""
    documents = sorted(reading.snapshot.documents.items())
    saved = ((path, document, reading.snapshot.saved(path)) for path, document in documents)
    return tuple(
        ChangedFile(path, below, None)
        for path, document, below in saved
        if document.text.data != below
    )


def _live(reading: Reading, path: str) -> bytes | None:
    text = reading.snapshot.text(path)
    return text.data if text else None
