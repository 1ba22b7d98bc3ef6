"""Can this go? Who still refers to a definition, and who may.

Nothing is called unused that somebody unknown may use.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ramify.features.answers.common import FIRST_PAGE, Page
from ramify.features.answers.navigation import Reference
from ramify.features.answers.overviews import Removal, Verdict
from ramify.features.entries import how_entered
from ramify.features.places import Places, bare_name
from ramify.features.references import references_of
from ramify.features.unreachable import doubt_about
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import EdgeKind, Symbol

_EVERY: Final = Page(0, 1_000_000)


def removal(
    reading: Reading, token: CancelToken, symbol_id: str, page: Page = FIRST_PAGE
) -> Removal | None:
    """None when there is no such symbol. The page is of the references."""
    symbol = reading.view.symbol(symbol_id)
    target = Places(reading).item(symbol) if symbol else None
    if symbol is None or target is None:
        return None
    found = references_of(reading, token, symbol_id, _EVERY)
    outside = [each for each in found.items if not _is_inside(reading, symbol, each)]
    uses = [each for each in outside if each.edge != EdgeKind.IMPORTS]
    entry = how_entered(reading, symbol_id)
    doubt = doubt_about(reading, token, symbol)
    verdict = _verdict(reading, uses, entry, doubt)
    references = replace(
        found, items=tuple(outside[page.offset : page.offset + page.limit]), total=len(outside)
    )
    summary = _summary(symbol, verdict, uses, entry, doubt, len(outside) - len(uses))
    return Removal(target, verdict, summary, references, entry)


def _is_inside(reading: Reading, symbol: Symbol, reference: Reference) -> bool:
    """In itself, or in what it holds."""
    source = reference.source or ""
    while source:
        if source == symbol.id:
            return True
        above = reading.view.symbol(source)
        source = above.container if above else ""
    return False


def _verdict(
    reading: Reading, uses: list[Reference], entry: str | None, doubt: str | None
) -> Verdict:
    if any(not _in_test(reading, each) for each in uses):
        return "used"
    if entry is not None:
        return "entry"
    if doubt is not None:
        return "unknown"
    return "tests" if uses else "unused"


def _in_test(reading: Reading, reference: Reference) -> bool:
    source = reading.view.symbol(reference.source) if reference.source else None
    return source is not None and source.is_test


def _summary(
    symbol: Symbol,
    verdict: Verdict,
    uses: list[Reference],
    entry: str | None,
    doubt: str | None,
    imports: int,
) -> str:
    name = f"`{bare_name(symbol)}`"
    places = "1 place uses" if len(uses) == 1 else f"{len(uses)} places use"
    files = len({each.place.path for each in uses})
    where = "1 file" if files == 1 else f"{files} files"
    imported = f" {_times(imports)} of it would go, too." if imports else ""
    besides = f", besides {_times(imports)}" if imports else ""
    if verdict == "used":
        return f"No: {places} {name}, in {where}{besides}."
    if verdict == "entry":
        return f"No: nothing here uses {name}, but it is entered from outside ({entry})."
    if verdict == "unknown":
        return f"Unknown: nothing is known to use {name}, but {doubt}."
    if verdict == "tests":
        return f"Only with its tests: {places} {name}, all in tests.{imported}"
    return f"Yes: nothing uses {name}.{imported}"


def _times(imports: int) -> str:
    return "1 import" if imports == 1 else f"{imports} imports"
