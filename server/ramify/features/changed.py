"""From changed files to the symbols that changed and how: by what they say, not by lines.

A symbol counts as changed when its own code does: without what it contains, its docstring, comments
and formatting. So a changed method does not make its class a change, and a moved definition is
none. Must never know where the two states come from.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from ramify.analysis.extraction.decode import Undecodable, decode
from ramify.analysis.extraction.extract import extract
from ramify.analysis.extraction.parse import is_parsed, parse
from ramify.features.evidence import Lines
from ramify.features.gone import former_modules, still_named
from ramify.features.places import qualified_name
from ramify.features.shape import END, shape_of
from ramify.features.signatures import Signature, signature_of
from ramify.languages.registry import language_of
from ramify.session.cancel import CancelToken
from ramify.session.git import ChangedFile
from ramify.session.snapshot import Reading
from ramify_store.facts import NONE, FileFacts, Outline, Placed, SymbolFact, SymbolKind, symbol_id

_MODULE: Final = ""
_TELLING: Final = 24
"""Nodes of a syntax tree from which on two equal ones are hardly an accident."""


Change = Literal["added", "signature", "body", "renamed", "moved"]
"""What happened to a symbol that is there now; a changed decorator or base is its signature. What
is both renamed and elsewhere has moved."""


class Signatures(NamedTuple):
    before: Signature
    after: Signature


@dataclass(frozen=True, slots=True)
class ChangedSymbols:
    """All in order of path and position."""

    ids: tuple[str, ...]
    """Changed or new, and in the graph."""
    changes: tuple[Change, ...]
    """What happened to each of `ids`."""
    removed: tuple[str, ...]
    """Qualified names, and paths of files, that are gone."""
    top_level: tuple[str, ...]
    """Files whose code outside of all definitions changed: imports and statements that run."""
    unread: tuple[str, ...]
    """Changed files that the graph does not know: left out, binary, or of no known language."""
    before: Mapping[str, str] = field(default_factory=dict)
    """The qualified names that renamed and moved ones had, by id."""
    signatures: Mapping[str, Signatures] = field(default_factory=dict)
    """Of changed signatures, by id, where calls can be held against both."""
    stood: tuple[tuple[str | None, Lines], ...] = ()
    """Where those that were there before stood then, with their id if they are there now."""
    lost: tuple[str, ...] = ()
    """Bare names that are no more where they were: of the removed, renamed and moved."""
    still_named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By what is removed: the ids under which edges name it, or what it held. They may be in the
    graph, too, as long as the change is to come."""
    run_at_import: tuple[str, ...] = ()
    """Of `top_level` those where more than imports changed."""
    note: str | None = None
    """What a reader must know of the two states that were compared."""

    @property
    def whole(self) -> tuple[str, ...]:
        """Changed so that every reference is concerned."""
        return self._of("signature", "renamed", "moved")

    @property
    def own_code(self) -> tuple[str, ...]:
        """Changed in what they do, not in how they are referred to."""
        return self._of("body", "added")

    def _of(self, *changes: Change) -> tuple[str, ...]:
        pairs = zip(self.ids, self.changes, strict=True)
        return tuple(symbol for symbol, change in pairs if change in changes)


def changed_symbols(
    reading: Reading, token: CancelToken, files: Iterable[ChangedFile], note: str | None = None
) -> ChangedSymbols:
    """What differs between the two states of the files. Where a state after is not given, it is
    the live text. A definition that moved within its file is no change."""
    found = _Found()
    for file in files:
        token.check()
        placed = reading.view.placed(file.path)
        language = placed.language if placed else language_of(file.path)
        before = _state(reading, file.path, file.before, language)
        is_gone = file.is_gone or (file.after is None and not reading.snapshot.text(file.path))
        if (name := _as_text(file.path)) != file.path:
            (found.lost_files if is_gone else found.unread).append(name)
        elif is_gone:
            found.lose(file.path, placed, before)
        elif placed is None:
            found.unread.append(file.path)
        elif file.after is None:
            found.compare(file.path, placed, before, _live(reading, file.path))
        else:
            after = _state(reading, file.path, file.after, language)
            found.compare(file.path, placed, before, after)
    return found.told(reading, note)


def _as_text(path: str) -> str:
    """A name that git has in bytes of its own, as JSON can hold it; no such file is indexed."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class _At(NamedTuple):
    """A definition that is in one of two states alone."""

    path: str
    placed: Placed | None
    defined: Defined


class _Found:
    """What differs, gathered file by file, before what was moved is told from what is new."""

    def __init__(self) -> None:
        self.unread: list[str] = []
        self._changes: dict[tuple[str, str], Change] = {}
        self._ids: dict[tuple[str, str], str] = {}
        self._signatures: dict[str, Signatures] = {}
        self._stood: dict[tuple[str, str], Lines] = {}
        self.lost_files: list[str] = []
        self._top_level: list[str] = []
        self._run_at_import: list[str] = []
        self._added: list[_At] = []
        self._removed: list[_At] = []

    def lose(self, path: str, placed: Placed | None, before: Mapping[str, Defined]) -> None:
        """A file that is gone, though it may be there as long as a change is to come."""
        self.lost_files.append(path)
        gone = (each for name, each in before.items() if name != _MODULE)
        self._removed.extend(_At(path, placed, each) for each in gone)

    def compare(
        self,
        path: str,
        placed: Placed,
        before: Mapping[str, Defined],
        after: Mapping[str, Defined],
    ) -> None:
        for name, now in after.items():
            then = before.get(name)
            if name == _MODULE:
                if then is None or _change(then, now) is not None:
                    self._top_level.append(path)
                    if then is not None and _runs_otherwise(then, now):
                        self._run_at_import.append(path)
                continue
            change = "added" if then is None else _change(then, now)
            if change is None:
                continue
            self._ids[path, name] = symbol_id(placed, name)
            self._changes[path, name] = change
            if then is None:
                self._added.append(_At(path, placed, now))
                continue
            self._stood[path, name] = Lines(path, *then.lines)
            if change == "signature" and then.signature and now.signature:
                pair = Signatures(then.signature, now.signature)
                self._signatures[symbol_id(placed, name)] = pair
        for name, then in before.items():
            if name not in after and name != _MODULE:
                self._removed.append(_At(path, placed, then))

    def told(self, reading: Reading, note: str | None) -> ChangedSymbols:
        view = reading.view
        modules = former_modules(view, self.lost_files)
        moved = _moved(self._removed, self._added, self.lost_files)
        inside = [(at.path, f"{at.defined.path}.") for at, _ in moved]
        before: dict[str, str] = {}
        for at, was in moved:
            same_place = _place_of(at) == _place_of(was)
            self._changes[at.path, at.defined.path] = "renamed" if same_place else "moved"
            before[self._ids[at.path, at.defined.path]] = _qualified(was, modules)
            self._stood[at.path, at.defined.path] = Lines(was.path, *was.defined.lines)
        there = {key: symbol for key, symbol in self._ids.items() if view.symbol(symbol)}
        found = {
            there[key]: change
            for key, change in self._changes.items()
            if key in there
            if not any(key[0] == path and key[1].startswith(head) for path, head in inside)
        }
        removed = self._without([was for at, was in moved if (at.path, at.defined.path) in there])
        lost = [each.defined.name for each in (*removed, *(was for _, was in moved))]
        named = {path: ids for path in self.lost_files if (ids := _ids_in(reading, path))}
        for each in removed:
            if each.path not in self.lost_files and (known := _known_id(reading, each)):
                named[_qualified(each, modules)] = (known,)
        return ChangedSymbols(
            ids=tuple(found),
            changes=tuple(found.values()),
            removed=(
                *(_qualified(e, modules) for e in removed if e.path not in self.lost_files),
                *self.lost_files,
            ),
            top_level=tuple(self._top_level),
            still_named={**still_named(view, modules), **named},
            run_at_import=tuple(self._run_at_import),
            unread=tuple(self.unread),
            before={symbol: name for symbol, name in before.items() if symbol in found},
            signatures=self._signatures,
            stood=(
                *((self._ids[key], lines) for key, lines in self._stood.items()),
                *((None, Lines(each.path, *each.defined.lines)) for each in removed),
            ),
            lost=tuple(dict.fromkeys([*lost, *map(_last_part, modules.values())])),
            note=_joined(note, len(self._ids) - len(there)),
        )

    def _without(self, moved: Sequence[_At]) -> list[_At]:
        """What is gone and is nowhere else."""
        taken = {id(was) for was in moved}
        inside = [(was.path, f"{was.defined.path}.") for was in moved]
        return [
            each
            for each in self._removed
            if id(each) not in taken
            if not any(each.path == path and each.defined.path.startswith(h) for path, h in inside)
        ]


def _ids_in(reading: Reading, path: str) -> tuple[str, ...]:
    """Of a file that is to go and is still there."""
    return tuple(each.id for each in reading.view.symbols_of(path) if "<locals>" not in each.path)


def _known_id(reading: Reading, at: _At) -> str | None:
    """Of a definition that is to go and is still there."""
    known = symbol_id(at.placed, at.defined.path) if at.placed else ""
    return known if reading.view.symbol(known) else None


def _joined(note: str | None, missing: int) -> str | None:
    """With how many new definitions are not there to be asked about."""
    if not missing:
        return note
    what = "1 new definition is" if missing == 1 else f"{missing:,} new definitions are"
    it = "it" if missing == 1 else "them"
    parts = (note, f"{what} not in the files here: check out that state to ask about {it}")
    return "; ".join(filter(None, parts))


def _change(then: Defined, now: Defined) -> Literal["signature", "body"] | None:
    if _differs(then.own.head, now.own.head, now.language):
        return "signature"
    return "body" if _differs(then.own.body, now.own.body, now.language) else None


def _runs_otherwise(then: Defined, now: Defined) -> bool:
    """Whether the statements of a module differ in more than what they import."""
    before, after = (_without_imports(each.own.body, each.language) for each in (then, now))
    return _differs(before, after, now.language)


def _without_imports(text: bytes, language: str) -> bytes:
    if not is_parsed(language):
        return text
    kept = (n for n in parse(text, language).root_node.children if "import" not in n.type)
    return b"\n".join(text[node.start_byte : node.end_byte] for node in kept)


def _moved(
    removed: Sequence[_At], added: Sequence[_At], gone_files: Collection[str]
) -> list[tuple[_At, _At]]:
    """Pairs of one that is new and one that is gone that say the same: with the same name
    elsewhere, or with another name in the same place. What says little must be the only one. And
    what else went along when a file was renamed, whatever it says now."""
    if not removed or not added:
        return []
    gone, new = ([(each, _likeness(each)) for each in side] for side in (removed, added))
    pairs: list[tuple[_At, _At]] = []
    taken: set[int] = set()
    for with_name in (True, False):
        counts = Counter(_key(each, like, with_name) for each, like in (*gone, *new))
        waiting = {_key(e, like, with_name): e for e, like in gone if id(e) not in taken}
        for each, like in new:
            was = waiting.get(_key(each, like, with_name))
            if was is None or id(was) in taken or id(each) in taken:
                continue
            telling = with_name or _place_of(each) == _place_of(was) or len(like) >= _TELLING
            if telling and counts[_key(each, like, with_name)] == 2:
                taken |= {id(was), id(each)}
                pairs.append((each, was))
    pairs += _with_their_file(pairs, gone_files, removed, added)
    order = {id(each): number for number, each in enumerate(added)}
    return sorted(pairs, key=lambda pair: order[id(pair[0])])


def _with_their_file(
    pairs: Sequence[tuple[_At, _At]],
    gone_files: Collection[str],
    removed: Sequence[_At],
    added: Sequence[_At],
) -> Iterator[tuple[_At, _At]]:
    """Those of the same name and place in a file that most of another one's definitions are in."""
    ways = Counter((was.path, at.path) for at, was in pairs if was.path in gone_files)
    renamed: dict[str, str] = {}
    for (before, now), _ in ways.most_common():
        if before not in renamed and now not in renamed.values():
            renamed[before] = now
    taken = {id(each) for pair in pairs for each in pair}
    new = {(e.path, e.defined.path, e.defined.kind): e for e in added if id(e) not in taken}
    for was in removed:
        place = (renamed.get(was.path, ""), was.defined.path, was.defined.kind)
        if id(was) not in taken and place in new:
            yield new[place], was


def _likeness(at: _At) -> tuple[object, ...]:
    """What it says as a whole, whatever it is called."""
    name = at.defined.name.encode()
    said = shape_of(at.defined.whole, at.defined.language)
    return tuple(END if each == name else each for each in said)


def _key(at: _At, like: tuple[object, ...], with_name: bool) -> tuple[object, ...]:
    return (at.defined.kind, at.defined.name if with_name else None, like)


def _place_of(at: _At) -> tuple[str, str]:
    return at.path, at.defined.path.rpartition(".")[0]


def _qualified(at: _At, gone: Mapping[str, str]) -> str:
    if at.placed is not None:
        return qualified_name(symbol_id(at.placed, at.defined.path))
    return f"{gone.get(at.path, at.path)}.{at.defined.path}"


def _last_part(module: str) -> str:
    """As `from . import` names it."""
    return module.rpartition(".")[2]


class Defined(NamedTuple):
    """One definition in one state of a file."""

    path: str
    name: str
    kind: SymbolKind
    language: str
    own: OwnText
    whole: bytes
    lines: tuple[int, int]
    """First and last line, from 1."""
    signature: Signature | None


class OwnText(NamedTuple):
    """What a symbol says itself: without docstring and without what it contains."""

    head: bytes
    """Down to the end of its signature."""
    body: bytes


def _differs(before: bytes, after: bytes, language: str) -> bool:
    return before != after and shape_of(before, language) != shape_of(after, language)


def _live(reading: Reading, path: str) -> Mapping[str, Defined]:
    text, facts = reading.snapshot.text(path), reading.snapshot.facts(path)
    return _definitions(text.data, facts) if text and facts else {}


def _state(
    reading: Reading, path: str, raw: bytes | None, language: str | None
) -> Mapping[str, Defined]:
    """Of one state; the live text's facts are known already."""
    if raw is None:
        return {}
    text = reading.snapshot.text(path)
    return _live(reading, path) if text and text.data == raw else _defined(raw, language)


@lru_cache(maxsize=32)
def _defined(raw: bytes, language: str | None) -> Mapping[str, Defined]:
    data = decode(raw)
    if isinstance(data, Undecodable) or language is None:
        return {}
    return _definitions(data, extract(data, language))


def _definitions(data: bytes, facts: FileFacts) -> Mapping[str, Defined]:
    own = own_texts(data, facts.outline)
    starts = facts.outline.lines()
    return {
        fact.path: Defined(
            path=fact.path,
            name=fact.name,
            kind=fact.kind,
            language=facts.outline.language,
            own=own[fact.path],
            whole=data[fact.start : fact.end],
            lines=(bisect_right(starts, fact.start), bisect_left(starts, max(fact.end, 1))),
            signature=signature_of(facts, fact),
        )
        for fact in facts.outline.symbols
        if fact.path in own
    }


def own_texts(data: bytes, outline: Outline) -> dict[str, OwnText]:
    """By path of each symbol, in order. Fields and lambdas belong to the text around them."""
    holes: dict[int, list[tuple[int, int]]] = {}
    for index, fact in enumerate(outline.symbols):
        if fact.parent != NONE and _stands_alone(fact.kind):
            holes.setdefault(fact.parent, []).append((fact.start, fact.end))
        if fact.doc_start != NONE:
            holes.setdefault(index, []).append((fact.doc_start, fact.doc_end))
    return {
        fact.path: _own_text(data, fact, holes.get(index, []))
        for index, fact in enumerate(outline.symbols)
        if _stands_alone(fact.kind)
    }


def _stands_alone(kind: SymbolKind) -> bool:
    return kind not in (SymbolKind.LAMBDA, SymbolKind.FIELD)


def _own_text(data: bytes, fact: SymbolFact, holes: list[tuple[int, int]]) -> OwnText:
    """The signature is told by its fact: where it ends is the language's affair."""
    head = data[fact.start : fact.name_end] if fact.name_end > fact.start else b""
    pieces: list[bytes] = []
    at = fact.start
    for first, last in sorted(holes):
        pieces.append(data[at:first])
        at = max(at, last)
    pieces.append(data[at : fact.end])
    return OwnText(head + fact.signature.encode(), b"".join(pieces))
