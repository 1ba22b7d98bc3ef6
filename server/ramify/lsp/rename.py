"""`textDocument/rename` and `prepareRename`: an edit that the client applies.

What certainly means the symbol is changed. What probably does is changed as well, marked where the
client can show marks; what only shares the name is offered for confirmation there, and elsewhere
left alone and told of.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from typing import Final, Literal

import msgspec

from ramify.features.rename import Change, Rename, RenameRefusedError, renamable
from ramify.features.rename import rename as rename_at
from ramify.lsp.ask import Asking, ask_folders, ask_now, require_complete
from ramify.lsp.params import PositionParams, RenameParams
from ramify.lsp.pointed import spot
from ramify.lsp.rpc import REQUEST_FAILED, RefusedError
from ramify.lsp.server import WARNING, RamifyServer
from ramify.protocol.shapes.common import Range, Shape
from ramify_store.facts import Certainty

Marks = Literal["annotations", "documents", "plain"]
"""What the client can apply: marked edits, edits of a version, or edits alone."""

_INFERRED: Final = "inferred"
_POSSIBLE: Final = "possible"


class TextEdit(Shape, frozen=True, kw_only=True):
    range: Range
    new_text: str
    annotation_id: str | None = None


class _Versioned(msgspec.Struct, frozen=True):
    uri: str
    version: int | None
    """null: not open."""


class DocumentEdit(Shape, frozen=True, kw_only=True):
    text_document: _Versioned
    edits: tuple[TextEdit, ...]


class ChangeAnnotation(Shape, frozen=True, kw_only=True):
    label: str
    needs_confirmation: bool
    description: str


class WorkspaceEdit(Shape, frozen=True, kw_only=True):
    changes: dict[str, tuple[TextEdit, ...]] | None = None
    document_changes: tuple[DocumentEdit, ...] | None = None
    change_annotations: dict[str, ChangeAnnotation] | None = None


class Renamable(Shape, frozen=True, kw_only=True):
    range: Range
    placeholder: str


def register(ls: RamifyServer) -> None:
    ls.on("textDocument/prepareRename", PositionParams, prepare)
    ls.on("textDocument/rename", RenameParams, rename)


def prepare(ls: RamifyServer, params: PositionParams) -> Awaitable[msgspec.Raw] | None:
    if not ls.surfaces.rename:
        return None
    at = spot(ls, params.text_document.uri, params.position)

    def question(now: Asking) -> Renamable:
        try:
            place = renamable(now.reading, at.path, at.offset(now.reading))
        except RenameRefusedError as refused:
            raise RefusedError(REQUEST_FAILED, str(refused)) from refused
        found, text = now.ranges.range(place), now.reading.snapshot.text(at.path)
        assert found is not None and text is not None, "the name was found in the text"
        name = text.data[place.start : place.end].decode()
        return Renamable(range=found, placeholder=name)

    return ask_now(ls, at, question)


def rename(ls: RamifyServer, params: RenameParams) -> Awaitable[msgspec.Raw]:
    """Fails while the graph is not complete: what is not indexed would be left behind."""
    at = spot(ls, params.text_document.uri, params.position)
    if not ls.surfaces.rename:
        raise RefusedError(REQUEST_FAILED, "the setting ramify.rename is off")
    if at.folder is None:
        raise RefusedError(REQUEST_FAILED, "the file is in no workspace folder")
    marks = _marks(ls)

    def question(asked: tuple[Asking, ...]) -> WorkspaceEdit:
        (now,) = asked
        require_complete(asked)
        try:
            offset = at.offset(now.reading)
            found = rename_at(now.reading, now.token, at.path, offset, params.new_name)
        except RenameRefusedError as refused:
            raise RefusedError(REQUEST_FAILED, str(refused)) from refused
        for message in _messages(found, marks):
            ls.show(WARNING, message)
        return _edit(now, found, marks)

    return ask_folders(ls, (at.folder,), question)


def _marks(ls: RamifyServer) -> Marks:
    if not ls.can("workspace", "workspaceEdit", "documentChanges"):
        return "plain"
    marked = ls.can("workspace", "workspaceEdit", "changeAnnotationSupport") is not None
    return "annotations" if marked else "documents"


def _messages(found: Rename, marks: Marks) -> Iterable[str]:
    yield from (f"Ramify: {note}." for note in found.notes)
    left = sum(each.certainty < Certainty.INFERRED for each in found.doubtful)
    if left and marks != "annotations":
        places = "1 place that may" if left == 1 else f"{left} places that may"
        yield f"Ramify left {places} mean `{found.old}` as it is: only the name is known there."


def _edit(now: Asking, found: Rename, marks: Marks) -> WorkspaceEdit:
    inferred = [each for each in found.doubtful if each.certainty >= Certainty.INFERRED]
    possible = [each for each in found.doubtful if each.certainty < Certainty.INFERRED]
    by_path: dict[str, list[TextEdit]] = {}
    _add(now, by_path, found.changes, found.new, None)
    _add(now, by_path, inferred, found.new, _INFERRED if marks == "annotations" else None)
    if marks == "annotations":
        _add(now, by_path, possible, found.new, _POSSIBLE)
    if marks == "plain":
        return WorkspaceEdit(changes={now.ranges.uri(p): tuple(e) for p, e in by_path.items()})
    return WorkspaceEdit(
        document_changes=tuple(
            DocumentEdit(text_document=_versioned(now, path), edits=tuple(edits))
            for path, edits in by_path.items()
        ),
        change_annotations=(
            _annotations(found, inferred, possible) if marks == "annotations" else None
        ),
    )


def _add(
    now: Asking,
    by_path: dict[str, list[TextEdit]],
    changes: Iterable[Change],
    new: str,
    annotation: str | None,
) -> None:
    for change in changes:
        found = now.ranges.range(change.place)
        if found is not None:
            edit = TextEdit(range=found, new_text=new, annotation_id=annotation)
            by_path.setdefault(change.place.path, []).append(edit)


def _versioned(now: Asking, path: str) -> _Versioned:
    document = now.reading.snapshot.documents.get(path)
    return _Versioned(now.ranges.uri(path), document.version if document else None)


def _annotations(
    found: Rename, inferred: list[Change], possible: list[Change]
) -> dict[str, ChangeAnnotation] | None:
    annotations = {}
    if inferred:
        annotations[_INFERRED] = ChangeAnnotation(
            label="Inferred",
            needs_confirmation=False,
            description=f"means `{found.old}` by the flow of values",
        )
    if possible:
        annotations[_POSSIBLE] = ChangeAnnotation(
            label="Possible",
            needs_confirmation=True,
            description=f"may mean `{found.old}`: look at each",
        )
    return annotations or None
