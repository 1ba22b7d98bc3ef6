"""Files that count although ignore rules leave them out: git has them.

Git is asked where its rules left something out, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from ramify.session.git import GitError, NoRepositoryError, tracked_though_ignored
from ramify.session.ignore import Walked, mark_of
from ramify.session.reflog import git_directory


def with_tracked(folder: str, look: Callable[[Collection[str]], Walked]) -> Walked:
    """What `look` finds, given the files that count in spite of the rules."""
    walked = look(())
    repository = git_directory(folder) if walked.left_out else None
    if repository is None:
        return walked
    index = str(repository / "index")
    mark = mark_of(index)  # before it is read
    try:
        tracked = tracked_though_ignored(folder)
    except NoRepositoryError:
        return walked
    except GitError as error:
        note = f"Files that git has though its rules ignore them are left out: {error}."
        return replace(walked, notes=(*walked.notes, note))
    if tracked:
        walked = look(tracked)
    return replace(walked, marks=None if walked.marks is None else {**walked.marks, index: mark})
