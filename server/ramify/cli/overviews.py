"""The verbs about what may go or should change: cycles, hotspots, unreachable, removable; and how
their answers read."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from rich.text import Text

from ramify.cli.opened import Asked, Options, asked, options_of
from ramify.cli.outcome import ANSWERED, UnansweredError
from ramify.cli.places import Places
from ramify.cli.render import target_lines
from ramify.cli.show import places_of, ranges_of, show_json, show_text
from ramify.cli.symbols import symbol_meant
from ramify.features.answers.common import Page, Place
from ramify.features.answers.overviews import (
    Circle,
    Circles,
    Hotspots,
    ImportLink,
    Removal,
    Unreachable,
)
from ramify.features.cycles import import_circles
from ramify.features.hotspots import hotspots as hotspots_of
from ramify.features.removal import removal
from ramify.features.unreachable import unreachable as unreachable_of
from ramify.protocol import overviews
from ramify.protocol.convert import Ranges
from ramify_store.facts import Certainty

_A = TypeVar("_A", Circles, Hotspots, Unreachable, Removal)
_MOST_NAMES: Final = 12


def cycles(arguments: Namespace) -> int:
    options = options_of(arguments)
    with asked(options) as now:
        answer = import_circles(now.reading, now.token, Page(limit=arguments.limit))
        _show(answer, overviews.cycles, _cycles_lines, now, options)
    return ANSWERED


def hotspots(arguments: Namespace) -> int:
    options = options_of(arguments)
    with asked(options) as now:
        now.workspace.follow_history(now.token)
        answer = hotspots_of(now.reading, now.token, Page(limit=arguments.limit))
        _show(answer, overviews.hotspots, _hotspots_lines, now, options)
    return ANSWERED


def unreachable(arguments: Namespace) -> int:
    options = options_of(arguments)
    least = Certainty[arguments.min_certainty.upper()]
    with asked(options) as now:
        answer = unreachable_of(now.reading, now.token, least, Page(limit=arguments.limit))
        _show(answer, overviews.unreachable, _unreachable_lines, now, options)
    return ANSWERED


def removable(arguments: Namespace) -> int:
    options = options_of(arguments)
    with asked(options) as now:
        symbol = symbol_meant(now.reading, arguments.symbol, options.here)
        answer = removal(now.reading, now.token, symbol.id, Page(limit=arguments.limit))
        if answer is None:
            raise UnansweredError(f"{symbol.id} is not in the graph any more.")
        _show(answer, overviews.removable, _removable_lines, now, options)
    return ANSWERED


def _show(
    answer: _A,
    shaped: Callable[[Ranges, _A], Any],
    lines: Callable[[_A, Places], Iterator[Text]],
    now: Asked,
    options: Options,
) -> None:
    if options.json:
        show_json(shaped(ranges_of(now), answer), options.out)
    else:
        show_text(lines(answer, places_of(now, options)), now, options)


def _cycles_lines(answer: Circles, places: Places) -> Iterator[Text]:
    if not answer.total:
        yield Text("No modules import each other while they are loaded.")
        return
    many = "circle" if answer.total == 1 else "circles"
    yield Text(f"{answer.modules} modules in {answer.total} {many} of imports", "bold")
    for circle in answer.items:
        yield Text("")
        yield from _circle_lines(circle, places)
    yield from _more(len(answer.items), answer.total)


def _circle_lines(circle: Circle, places: Places) -> Iterator[Text]:
    names = [item.qualified_name for item in circle.modules]
    more = len(names) - _MOST_NAMES
    rest = f" and {more} more" if more > 0 else ""
    yield Text.assemble(
        (f"{len(names)} modules  ", "bold"), (", ".join(names[:_MOST_NAMES]) + rest, "dim")
    )
    if circle.cut is None:
        yield Text(f"  No single one of its {circle.imports} imports opens it.")
    else:
        yield Text.assemble("  cheapest cut  ", _link(circle.cut, places), _frees(circle))
    for link in circle.example:
        yield Text.assemble(("  way round     ", "dim"), _link(link, places))


def _frees(circle: Circle) -> tuple[str, str]:
    if not circle.left:
        return ("; opens the circle", "green")
    return (f"; leaves {circle.left} of them in one", "green")


def _link(link: ImportLink, places: Places) -> Text:
    where = _at(link.sites[0], places) if link.sites else ""
    uses = "1 use" if link.uses == 1 else f"{link.uses} uses"
    return Text.assemble(
        f"{link.source.qualified_name} imports {link.target.qualified_name}  ",
        (where, "cyan"),
        (f"  {uses}", "dim"),
    )


def _hotspots_lines(answer: Hotspots, places: Places) -> Iterator[Text]:
    for note in answer.notes:
        yield Text(f"Not known: {note}.", "dim")
    if not answer.total:
        yield Text("No function has a branch.")
        return
    yield Text("score  complexity  callers  callees  commits", "dim")
    for each in answer.items:
        commits = "?" if answer.notes else each.commits
        yield Text.assemble(
            (f"{each.score:5.2f}  ", "bold"),
            f"{each.complexity:10}  {each.callers:7}  {each.callees:7}  {commits:>7}  ",
            each.item.qualified_name,
            (f"  {_at(each.item.name_place, places)}", "cyan"),
        )
    yield from _more(len(answer.items), answer.total)


def _unreachable_lines(answer: Unreachable, places: Places) -> Iterator[Text]:
    if not answer.total:
        yield Text("Everything is reached by something, as far as anybody can tell.")
    for each in answer.items:
        yield Text.assemble(
            (f"{_at(each.item.name_place, places)}  ", "cyan"),
            (each.item.qualified_name, "bold"),
            (f"  {each.why}", "dim"),
        )
    yield from _more(len(answer.items), answer.total)
    if answer.possible:
        which = (
            "1 that somebody may run"
            if answer.possible == 1
            else (f"{answer.possible} that somebody may run")
        )
        yield Text(f"Not listed: {which}; --min-certainty possible lists them.", "dim")


def _removable_lines(answer: Removal, places: Places) -> Iterator[Text]:
    yield from target_lines(answer.target, places)
    yield Text(answer.summary, "bold")
    for each in answer.references.items:
        yield Text.assemble(
            f"  {each.certainty.name.lower():<10} ",
            (_at(each.place, places), "cyan"),
            (f"  {each.why}", "dim"),
        )
    yield from _more(len(answer.references.items), answer.references.total)
    if answer.references.possible or answer.references.unresolved:
        yield Text(
            f"Not counted: {answer.references.possible} places by name only,"
            f" {answer.references.unresolved} unresolved.",
            "dim",
        )


def _at(place: Place, places: Places) -> str:
    return places.at(place.path, place.start)


def _more(shown: int, total: int) -> Iterator[Text]:
    if shown < total:
        yield Text(f"{shown} of {total}; --limit shows more", "dim")


VERBS: Final[Mapping[str, Callable[[Namespace], int]]] = {
    "cycles": cycles,
    "hotspots": hotspots,
    "unreachable": unreachable,
    "removable": removable,
}
