"""Which symbol a person means: a qualified name, a suffix of one, or a place in a file.

Answers with one symbol or with what to type instead; never guesses between two.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path

from ramify.analysis.text import Text
from ramify.cli.outcome import Candidate, UnansweredError
from ramify.cli.places import Places
from ramify.features.answers.common import Place
from ramify.features.locate import symbol_of, symbol_on_line, symbols_matching
from ramify.features.places import Places as SymbolPlaces
from ramify.features.places import qualified_name
from ramify.languages.registry import LANGUAGES, spec_of
from ramify.session.directories import real_path
from ramify.session.snapshot import Reading
from ramify.session.uris import inside
from ramify_store.facts import Symbol

_PLACE = re.compile(r"(?P<file>.+?):(?P<line>\d+)(?::(?P<column>\d+))?:?")
_LINES = re.compile(r"(?P<file>.+?):(?P<first>\d+)-(?P<last>\d+)")
_MOST_CANDIDATES = 20
_NEAR_ENOUGH = 0.75
_NEAR_MEMBER = 0.6
"""Of one owner's members: few, and one of them is likely meant."""


def symbol_meant(reading: Reading, text: str, here: Path) -> Symbol:
    """The one symbol that `text` names, seen from the directory `here`.

    A file stands for its module. Raises UnansweredError when there is none (with near names) or
    several (with candidates).
    """
    if not text.strip():
        raise UnansweredError("A symbol is missing: give a name, or a place as FILE:LINE.")
    place = _PLACE.fullmatch(text)
    if place is not None:
        return _symbol_at(reading, place, here)
    found = symbols_matching(reading, text)
    if not found:
        module = _module_in(reading, text, here)
        if module is not None:
            return module
        raise UnansweredError(f"Nothing here is named {text}.{_near_names(reading, text)}")
    if len(found) > 1:
        candidates = [_candidate(reading, symbol, here) for symbol in found[:_MOST_CANDIDATES]]
        raise UnansweredError(
            f"{text} may mean {len(found)} symbols. Give more of the name, or a place:",
            candidates,
        )
    return found[0]


def lines_meant(reading: Reading, text: str, here: Path) -> Place | None:
    """The lines of FILE:FIRST-LAST; None for what is not written so. Raises UnansweredError for
    lines that are not there."""
    named = _LINES.fullmatch(text)
    if named is None:
        return None
    path, live = _file_at(reading, named["file"], here)
    first, last = (_line_in(live, named, each) for each in ("first", "last"))
    ends = (*live.line_starts[1:], len(live.data))
    return Place(path, live.line_starts[min(first, last)], ends[max(first, last)])


def _symbol_at(reading: Reading, place: re.Match[str], here: Path) -> Symbol:
    path, text = _file_at(reading, place["file"], here)
    column = int(place["column"]) - 1 if place["column"] else None
    symbol = symbol_on_line(reading, path, _line_in(text, place, "line"), column)
    if symbol is None:
        raise UnansweredError(f"There is no symbol at {place[0]}.")
    return symbol


def _line_in(text: Text, named: re.Match[str], group: str) -> int:
    """From 0. Raises UnansweredError."""
    line, count = int(named[group]), len(text.line_starts)
    if not 1 <= line <= count:
        last = max(1, count - text.data.endswith(b"\n"))
        raise UnansweredError(f"{named['file']} has no line {line}: its lines are 1 to {last:,}.")
    return line - 1


def _file_at(reading: Reading, file: str, here: Path) -> tuple[str, Text]:
    """Raises UnansweredError where the index has no such file."""
    path = _indexed_path(reading, file, here)
    text = reading.snapshot.text(path) if path is not None else None
    if path is None or text is None:
        raise UnansweredError(_why_not_indexed(reading, file, here))
    return path, text


def _why_not_indexed(reading: Reading, file: str, here: Path) -> str:
    folder = reading.snapshot.folder
    if not any((base / file).exists() for base in (here, Path(folder))):
        return f"There is no file {file}."
    if inside(folder, real_path(here / file)) is None:
        return f"{file} is outside of the workspace {folder}."
    return f"{file} is not indexed: no source text, or left out by ignore rules or settings."


def _module_in(reading: Reading, file: str, here: Path) -> Symbol | None:
    path = _indexed_path(reading, file, here)
    return None if path is None else symbol_of(reading, path, "")


def _indexed_path(reading: Reading, file: str, here: Path) -> str | None:
    """The file as the index names it: seen from the current directory, else from the root."""
    folder = reading.snapshot.folder
    for base in (here, Path(folder)):
        path = inside(folder, real_path(base / file))
        if path is not None and reading.view.placed(path) is not None:
            return path
    return None


def _near_names(reading: Reading, text: str) -> str:
    last = text.rpartition(".")[2]
    members = _members_like(reading, text)
    if members:
        return f" Did you mean {' or '.join(members)}?"
    same = sorted(reading.view.named(last), key=lambda each: _unlikeness(each, text))
    if same:
        return f" There is {', '.join(qualified_name(each.id) for each in same[:3])}."
    if not any(spec.parsed for spec in map(spec_of, _languages(reading)) if spec):
        return f" No file here is of a language whose symbols are known: {_parsed()}."
    names = sorted(name for name in reading.view.names() if abs(len(name) - len(last)) <= 3)
    near = difflib.get_close_matches(last, names, n=3, cutoff=_NEAR_ENOUGH)
    return f" Did you mean {' or '.join(near)}?" if near else ""


def _members_like(reading: Reading, text: str) -> list[str]:
    """What the owner that was named has instead: `Engine.render_to_string` for `Engine.render`."""
    owner, _, last = text.rpartition(".")
    found = symbols_matching(reading, owner) if owner else ()
    names = {child.name for each in found for child in reading.view.children(each.id)}
    near = difflib.get_close_matches(last, sorted(names), n=3, cutoff=_NEAR_MEMBER)
    longer = sorted(name for name in names if last and name.startswith(f"{last}_"))
    return [f"{owner}.{name}" for name in dict.fromkeys((*longer[:3], *near))]


def _unlikeness(symbol: Symbol, text: str) -> tuple[bool, float, str]:
    """Orders those of the same name: tests last, then by how like their owners are."""
    name = qualified_name(symbol.id)
    own = ".".join(name.split(".")[-1 - text.count(".") :])
    return symbol.is_test, -difflib.SequenceMatcher(None, text, own).ratio(), name


def _languages(reading: Reading) -> set[str]:
    view = reading.view
    return {placed.language for path in view.paths() if (placed := view.placed(path))}


def _parsed() -> str:
    return ", ".join(spec.name for spec in LANGUAGES if spec.parsed)


def _candidate(reading: Reading, symbol: Symbol, here: Path) -> Candidate:
    item = SymbolPlaces(reading).item(symbol)
    place = item.name_place if item else None
    places = Places(reading.snapshot, here)
    return Candidate(
        name=qualified_name(symbol.id),
        kind=symbol.kind.name.lower(),
        place=places.at(place.path, place.start) if place else places.file(symbol.file),
    )
