"""Which symbol a person means: a qualified name, a suffix of one, or a place in a file.

Answers with one symbol or with what to type instead; never guesses between two.
"""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path

from ramify.cli.outcome import Candidate, UnansweredError
from ramify.cli.places import Places
from ramify.features.locate import symbol_on_line, symbols_matching
from ramify.features.places import Places as SymbolPlaces
from ramify.features.places import qualified_name
from ramify.session.snapshot import Reading
from ramify_store.facts import Symbol

_PLACE = re.compile(r"(?P<file>.+?):(?P<line>\d+)(?::(?P<column>\d+))?:?")
_MOST_CANDIDATES = 20
_NEAR_ENOUGH = 0.75


def symbol_meant(reading: Reading, text: str, here: Path) -> Symbol:
    """The one symbol that `text` names, seen from the directory `here`.

    Raises UnansweredError when there is none (with near names) or several (with candidates).
    """
    place = _PLACE.fullmatch(text)
    if place is not None:
        return _symbol_at(reading, place, here)
    found = symbols_matching(reading, text)
    if not found:
        raise UnansweredError(f"Nothing here is named {text}.{_near_names(reading, text)}")
    if len(found) > 1:
        candidates = [_candidate(reading, symbol, here) for symbol in found[:_MOST_CANDIDATES]]
        raise UnansweredError(
            f"{text} may mean {len(found)} symbols. Give more of the name, or a place:",
            candidates,
        )
    return found[0]


def _symbol_at(reading: Reading, place: re.Match[str], here: Path) -> Symbol:
    path = _indexed_path(reading, place["file"], here)
    if path is None:
        raise UnansweredError(f"{place['file']} is not an indexed file of this workspace.")
    column = int(place["column"]) - 1 if place["column"] else None
    symbol = symbol_on_line(reading, path, int(place["line"]) - 1, column)
    if symbol is None:
        raise UnansweredError(f"There is no symbol at {place[0]}.")
    return symbol


def _indexed_path(reading: Reading, file: str, here: Path) -> str | None:
    """The file as the index names it: seen from the current directory, else from the root."""
    folder = reading.snapshot.folder
    for base in (here, Path(folder)):
        path = os.path.relpath(os.path.realpath(base / file), folder).replace(os.sep, "/")
        if reading.view.placed(path) is not None:
            return path
    return None


def _near_names(reading: Reading, text: str) -> str:
    last = text.rpartition(".")[2]
    same = sorted(qualified_name(symbol.id) for symbol in reading.view.named(last))
    if same:
        return f" There is {', '.join(same[:3])}."
    names = sorted(name for name in reading.view.names() if abs(len(name) - len(last)) <= 3)
    near = difflib.get_close_matches(last, names, n=3, cutoff=_NEAR_ENOUGH)
    return f" There is {', '.join(near)}." if near else ""


def _candidate(reading: Reading, symbol: Symbol, here: Path) -> Candidate:
    item = SymbolPlaces(reading).item(symbol)
    place = item.name_place if item else None
    places = Places(reading.snapshot, here)
    return Candidate(
        name=qualified_name(symbol.id),
        kind=symbol.kind.name.lower(),
        place=places.at(place.path, place.start) if place else places.file(symbol.file),
    )
