"""Where the name under the cursor occurs in its own file, live from the facts."""

from __future__ import annotations

from collections.abc import Iterator

from ramify.analysis.resolve import Target, definitions_at, local_occurrences_at
from ramify.features.answers.common import Place
from ramify.features.answers.navigation import Highlight
from ramify.features.definition import naming_token_at
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import FileFacts, Op

_STORES = frozenset({Op.STORE_NAME, Op.STORE_ATTR})


def highlights(
    reading: Reading, token: CancelToken, path: str, offset: int
) -> tuple[Highlight, ...]:
    """In order of position: every place in the file that means the same."""
    local = local_occurrences_at(reading.snapshot, path, offset)
    if local:
        return tuple(Highlight(Place(path, o.start, o.end), o.is_write) for o in local)
    facts, text = reading.snapshot.facts(path), reading.snapshot.text(path)
    meant = {_key(target) for target in definitions_at(reading.snapshot, path, offset)}
    if facts is None or text is None or not meant:
        return ()
    name = _name_at(facts, text.data, offset)
    found: dict[Place, Highlight] = {}
    for start, end, is_write in _named(facts, text.data, name):
        token.check()
        targets = definitions_at(reading.snapshot, path, start)
        if not meant.isdisjoint(map(_key, targets)):
            place = Place(path, start, end)
            found.setdefault(place, Highlight(place, is_write))
    return tuple(found[place] for place in sorted(found, key=lambda place: place.start))


def _key(target: Target) -> tuple[str, int, str]:
    return target.path, target.start, target.external


def _name_at(facts: FileFacts, data: bytes, offset: int) -> bytes:
    token = naming_token_at(facts, offset)
    return data[slice(*token)] if token else b""


def _named(facts: FileFacts, data: bytes, name: bytes) -> Iterator[tuple[int, int, bool]]:
    """Naming tokens that read `name`: start, end, whether it is given a value there."""
    for fact in facts.outline.symbols[1:]:
        if data[fact.name_start : fact.name_end] == name:
            yield fact.name_start, fact.name_end, True
    for start, end, op in zip(*facts.outline.sites(), facts.body.ops, strict=True):
        if data[start:end] == name:
            yield start, end, op in _STORES
