"""Where a name leads: definitions and the definitions of types, live from the facts.

Needs no graph: right in the text as it stands, from the first second.
"""

from __future__ import annotations

from collections.abc import Sequence

from ramify.analysis.resolve import Target, definitions_at, overloads_at, types_at
from ramify.features.answers.common import Place
from ramify.features.answers.navigation import Definition, Definitions
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import FileFacts, SymbolFact, symbol_id


def definition(reading: Reading, token: CancelToken, path: str, offset: int) -> Definitions:
    """Every target of the name at a byte offset, surest first: the overload that a call means
    stands before what it is an overload of."""
    token.check()
    meant = overloads_at(reading.snapshot, path, offset)
    targets = definitions_at(reading.snapshot, path, offset)
    return _definitions(reading, path, offset, [*meant, *targets])


def type_definition(reading: Reading, token: CancelToken, path: str, offset: int) -> Definitions:
    """The classes that the expression named at a byte offset may be an instance of."""
    token.check()
    return _definitions(reading, path, offset, types_at(reading.snapshot, path, offset))


def naming_token_at(facts: FileFacts, offset: int) -> tuple[int, int] | None:
    """The shortest naming token (of a definition or a site) that touches the offset."""
    names = ((fact.name_start, fact.name_end) for fact in facts.outline.symbols[1:])
    sites = zip(*facts.outline.sites(), strict=True)
    touching = [
        (start, end) for pairs in (names, sites) for start, end in pairs if start <= offset <= end
    ]
    return min(touching, key=lambda pair: (pair[1] - pair[0], pair[1] == offset), default=None)


def _definitions(
    reading: Reading, path: str, offset: int, targets: Sequence[Target]
) -> Definitions:
    facts = reading.snapshot.facts(path)
    origin = naming_token_at(facts, offset) if facts else None
    found: dict[Place, Definition] = {}
    for target in targets:
        if not target.external:
            found.setdefault(Place(target.path, target.start, target.end), _to(reading, target))
    return Definitions(
        origin=Place(path, *origin) if origin else None,
        targets=tuple(found.values()),
        external=tuple(dict.fromkeys(target.external for target in targets if target.external)),
    )


def _to(reading: Reading, target: Target) -> Definition:
    name = Place(target.path, target.start, target.end)
    fact = symbol_fact(reading, target.path, target.symbol) if target.is_symbol else None
    placed = reading.snapshot.placed(target.path)
    return Definition(
        place=Place(target.path, fact.start, fact.end) if fact else name,
        name_place=name,
        certainty=target.certainty,
        why=target.why,
        symbol=symbol_id(placed, target.symbol) if placed and target.is_symbol else None,
    )


def symbol_fact(reading: Reading, path: str, symbol_path: str) -> SymbolFact | None:
    """The live definition of that path in a file."""
    facts = reading.snapshot.facts(path)
    symbols = facts.outline.symbols if facts else ()
    return next((fact for fact in symbols if fact.path == symbol_path), None)
