"""Answers as text for a person: what, where, how sure, why, and what is not known.

One function for each answer, lines of styled text out. Knows no terminal and no workspace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from rich.text import Text

from ramify.cli.places import Places
from ramify.features.answers.common import Item, Place
from ramify.features.answers.impact import Affected, Impact, Step, TestToRun
from ramify.features.answers.relations import CallItem, Calls, Related
from ramify.features.answers.search import SearchAnswer, SearchHit
from ramify.features.changed import ChangedSymbols
from ramify.session.snapshot import Status
from ramify_store.facts import Certainty, EdgeKind, SymbolKind

Lines = Iterator[Text]

_CERTAINTY_STYLE: Final = {
    Certainty.EXACT: "green",
    Certainty.INFERRED: "yellow",
    Certainty.POSSIBLE: "magenta",
    Certainty.UNRESOLVED: "red",
}
_EDGE_WORDS: Final = {
    EdgeKind.CALLS: "calls",
    EdgeKind.USES: "uses",
    EdgeKind.WRITES: "writes",
    EdgeKind.IMPORTS: "imports",
    EdgeKind.INHERITS: "inherits",
    EdgeKind.OVERRIDES: "overrides",
    EdgeKind.DECORATES: "is decorated with",
}
_WIDEST_NAME: Final = 44
_MOST_SITES: Final = 4
_NO_OTHER: Final = "No other place here may reach it."
_LIKELY_ALONE: Final = "Nothing else here may reach it but what is likely to."
_OUTSIDE: Final = "Of calls by code outside the workspace only some are known."
_BODIES: Final = frozenset({SymbolKind.MODULE, SymbolKind.CLASS})
_DATA: Final = frozenset({SymbolKind.VARIABLE, SymbolKind.FIELD})
_MOST_NAMED: Final = 8
_MOST_ENTRIES: Final = 12
_MOST_STEPS: Final = 3
_SNIPPET_LINES: Final = 4


def target_lines(item: Item, places: Places) -> Lines:
    """What was asked about, and where it stands."""
    yield Text.assemble(
        (item.qualified_name, "bold"), f"  {item.kind.name.lower()}  ", _place(item, places)
    )


def impact_lines(answer: Impact, places: Places) -> Lines:
    for target in answer.targets[:_MOST_NAMED]:
        yield from target_lines(target, places)
    if len(answer.targets) > _MOST_NAMED:
        yield Text(f"and {len(answer.targets) - _MOST_NAMED} more", "dim")
    yield Text(_summary(answer))
    if answer.partial is not None:
        yield Text(f"Partial: {answer.partial}.", "red")
    yield from note_lines(answer)
    yield from _breakage_lines(answer, places)
    yield from affected_lines("Affected", answer.affected, answer.affected_total, places)
    yield from _entry_lines(answer, places)
    yield from affected_lines("Tests to run", answer.tests, answer.tests_total, places)
    yield from _untested_lines(answer, places)
    yield from _packages_lines(answer)
    yield from _uncertain_lines(answer, places)


def note_lines(answer: Impact) -> Lines:
    """What a reader must know of what was compared."""
    return (Text(f"Note: {note}.", "yellow") for note in answer.notes)


def _breakage_lines(answer: Impact, places: Places) -> Lines:
    """What each kind of change concerns, with the calls that certainly break."""
    if not answer.breakage:
        return
    yield from _title("What a change concerns", len(answer.breakage), answer.breakage_total)
    several = len({each.target for each in answer.breakage}) > 1
    for each in answer.breakage:
        name = f"{each.target}  " if several else ""
        style = "red" if each.misfits else ""
        yield Text.assemble(f"  {each.change:<10} {name}", (each.message, style))
        for site in each.sites[:_MOST_SITES]:
            if site.misfit is not None:
                where = _at(site.place, places)
                yield Text.assemble("             ", where, f"  {site.misfit}", ("  call", "dim"))


def _entry_lines(answer: Impact, places: Places) -> Lines:
    if not answer.entries:
        return
    shown = answer.entries[:_MOST_ENTRIES]
    yield from _title("Entry points reached", len(shown), answer.entries_total)
    width = _width(each.item for each in shown)
    for each in shown:
        yield Text.assemble(
            f"  {each.kind:<9}  {_short(each.item):<{width}}  ",
            _place(each.item, places),
            (f"  {each.how}", "dim"),
        )


def _untested_lines(answer: Impact, places: Places) -> Lines:
    if not answer.untested:
        return
    shown = answer.untested[:_MOST_ENTRIES]
    yield from _title("No test is known to reach", len(shown), answer.untested_total)
    for item in shown:
        yield Text.assemble(f"  {item.qualified_name}  ", _place(item, places))


def _packages_lines(answer: Impact) -> Lines:
    if answer.packages_total > 1:
        named = [f"{each.name} {each.affected + each.tests:,}" for each in answer.packages]
        files = counted(answer.files_total, "file")
        yield Text()
        yield Text(f"In {files}: {_few_of(named, answer.packages_total)}", "dim")


def _summary(answer: Impact) -> str:
    """Without the name of a single target, which stands above it."""
    if len(answer.targets) != 1:
        return answer.summary
    told = answer.summary.removeprefix(f"{answer.targets[0].qualified_name}: ")
    return told[:1].upper() + told[1:]


def changed_lines(changed: ChangedSymbols) -> Lines:
    """How many symbols a set of changes touches, and what its impact cannot start from."""
    if not changed.ids:
        yield Text("No definition changed.")
    else:
        kinds = Counter(changed.changes)
        counts = ", ".join(f"{kinds[kind]} {kind}" for kind in sorted(kinds))
        yield Text.assemble(
            ("Changed symbols", "bold"), (f"  {len(changed.ids)} ({counts})", "dim")
        )
    if changed.removed:
        yield Text(
            f"Gone: {_few(changed.removed)}. Who still names them will not find them.", "yellow"
        )
    if changed.top_level:
        yield Text(f"Changed outside of definitions: {_few(changed.top_level)}.", "yellow")
    if changed.unread:
        yield Text(f"Not in the graph: {_few(changed.unread)}.", "dim")


def _few(names: Sequence[str]) -> str:
    return _few_of(names, len(names))


def _few_of(names: Sequence[str], total: int) -> str:
    more = total - min(len(names), _MOST_NAMED)
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def affected_lines(
    title: str, rows: Sequence[Affected | TestToRun], total: int, places: Places
) -> Lines:
    """Distance, certainty, name, and the place where it refers to the step before it."""
    if not rows:
        return
    yield from _title(title, len(rows), total)
    width = _width(row.item for row in rows)
    for row in rows:
        last = row.path[-1] if row.path else None
        site = last.site if last else None
        yield Text.assemble(
            (f"  {row.distance:>2}  ", "dim"),
            _certainty(row.item.certainty),
            f"  {_short(row.item):<{width}}  ",
            (_at(site, places) if site else _place(row.item, places)),
            (f"  {_chain(row.path) or _because_of(row)}", "dim"),
        )


def _because_of(row: Affected | TestToRun) -> str:
    return ", ".join(row.reasons) if isinstance(row, TestToRun) else ""


def tests_notes(answer: Impact, runner: str = "pytest") -> Lines:
    """What whoever runs these tests alone must know; nothing when they are all there are."""
    yield from (Text(f"Note: {note}.", "yellow") for note in answer.notes)
    left = sum(not each.runs for each in answer.tests)
    if runner != "pytest":
        left = sum(not any(run.is_unittest for run in each.runs) for each in answer.tests)
    if left:
        yield Text(f"Left out: {counted(left, 'test')} that {runner} does not collect.", "yellow")
    if answer.tests_likely:
        likely, total = f"{answer.tests_likely:,}", counted(answer.tests_total, "test")
        yield Text(f"{likely} of {total} are likely to run it, though no call shows it.", "dim")
    if answer.untested:
        names = [item.qualified_name for item in answer.untested]
        untested = _few_of(names, answer.untested_total)
        yield Text(f"No test is known to reach {untested}.", "yellow")
    if answer.partial is not None:
        yield Text(f"Partial: {answer.partial}.", "red")
    if answer.possible or answer.unresolved.count:
        yield Text(f"There may be more tests. {_not_counted(answer)}", "yellow")


def outside_notes(count: int) -> Lines:
    yield Text(f"Left out: {counted(count, 'test')} outside of pytest's `testpaths`.", "yellow")


def _not_counted(answer: Impact) -> str:
    parts = []
    if answer.unresolved.count:
        parts.append(f"{counted(answer.unresolved.count, 'place')} that may reach it, too")
    if answer.possible:
        parts.append(f"{counted(answer.possible, 'dependent')} by name only")
    return f"Not counted: {', and '.join(parts)}."


def _uncertain_lines(answer: Impact, places: Places) -> Lines:
    yield Text()
    if answer.possible or answer.unresolved.count:
        yield Text(_not_counted(answer), "magenta")
    else:
        others = _LIKELY_ALONE if answer.tests_likely else _NO_OTHER
        yield Text(f"{others} {_OUTSIDE}", "dim")
    for example in answer.unresolved.examples:
        yield Text.assemble(
            f"  {example.name:<20}  ",
            _at(example.place, places),
            (f"  in {example.source_name}", "dim"),
        )


def calls_lines(verb: str, answer: Calls, places: Places) -> Lines:
    """`verb` is "callers" or "callees"."""
    yield from target_lines(answer.target, places)
    if answer.items:
        yield from _title(verb.capitalize(), len(answer.items), answer.total)
    elif answer.target.kind in _DATA:
        kind = answer.target.kind.name.lower()
        yield Text(f"A {kind} is read and written, not called: `ramify impact` tells by whom.")
    elif answer.target.kind == SymbolKind.MODULE and verb == "callers":
        yield Text("A module is imported, not called: `ramify impact` tells by whom.")
    else:
        yield Text(f"No {verb} known.")
    width = _width(call.item for call in answer.items)
    for call in answer.items:
        yield from _call_lines(call, width, places)
    if verb == "callees" and answer.target.kind in _BODIES:
        kind = answer.target.kind.name.lower()
        yield Text(f"What the {kind}'s own body calls; its functions are asked for by name.", "dim")
    if answer.external:
        yield from _title("Outside the workspace", len(answer.external), len(answer.external))
    for external in answer.external:
        name = external.id.partition(":")[2]
        yield Text.assemble(
            "  ",
            _certainty(external.certainty),
            f"  {name:<{width}}  ",
            _at(external.sites[0], places),
        )
    yield Text()
    if answer.possible or answer.unresolved:
        yield Text(
            f"Not counted: {counted(answer.possible, 'call site')} by name only, "
            f"{answer.unresolved:,} unresolved.",
            "magenta",
        )
    else:
        yield Text("Nothing uncertain: no call site by name only, none unresolved.", "dim")


def counted(number: int, noun: str) -> str:
    """`1 place`, `2,790 places`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _call_lines(call: CallItem, width: int, places: Places) -> Lines:
    sites = [_at(site, places) for site in call.sites]
    more = len(sites) - _MOST_SITES
    yield Text.assemble(
        "  ",
        _certainty(call.item.certainty),
        f"  {_short(call.item):<{width}}  ",
        sites[0] if sites else _place(call.item, places),
        (f"  via {call.why}", "dim"),
        ("  test" if call.item.is_test else "", "blue"),
    )
    for site in sites[1:_MOST_SITES]:
        yield Text.assemble(" " * (width + 15), site)
    if more > 0:
        yield Text(f"{' ' * (width + 15)}and {more} more", "dim")


def related_lines(answer: Related, places: Places) -> Lines:
    yield from target_lines(answer.target, places)
    for note in answer.notes:
        yield Text(f"Not known: {note}.", "dim")
    if not answer.ranked:
        yield Text("Nothing related is known.")
        return
    counts = "  ".join(f"{group.relation} {group.total}" for group in answer.groups)
    yield Text(counts, "dim")
    yield from _title("Nearest first", len(answer.ranked), answer.total)
    width = _width(scored.item for scored in answer.ranked)
    for scored in answer.ranked:
        item = scored.item
        yield Text.assemble(
            (f"  {scored.score:.2f}  ", "dim"),
            f"{_short(item):<{width}}  ",
            _place(item, places),
            (f"  {', '.join(item.reasons)}", "dim"),
            ("  test" if item.is_test else "", "blue"),
        )


def search_lines(answer: SearchAnswer, places: Places) -> Lines:
    if answer.note is not None:
        yield Text(answer.note, "yellow")
    if not answer.hits:
        yield Text("Nothing found.")
    for number, hit in enumerate(answer.hits, 1):
        yield from _hit_lines(number, hit, places)
    if answer.total > len(answer.hits):
        yield Text(f"{len(answer.hits)} of {answer.total}; --limit shows more", "dim")


def _hit_lines(number: int, hit: SearchHit, places: Places) -> Lines:
    yield Text.assemble(
        (f"{number:>2}  {hit.score:.2f}  ", "dim"),
        (hit.item.qualified_name, "bold"),
        "  ",
        _at(hit.snippet_place, places),
        ("  test" if hit.item.is_test else "", "blue"),
    )
    if hit.item.reasons:
        yield Text(f"          {' · '.join(hit.item.reasons)}", "dim")
    for line in _snippet(hit.snippet):
        yield Text.assemble(("        │ ", "dim"), line)


def _snippet(snippet: str) -> Sequence[str]:
    lines = [line.rstrip() for line in snippet.expandtabs(4).splitlines() if line.strip()]
    indent = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    return [line[indent:] for line in lines[:_SNIPPET_LINES]]


def status_lines(status: Status) -> Lines:
    """Nothing when there is nothing to warn of."""
    if not status.complete:
        yield Text(
            f"Incomplete: {status.indexed_files} of {status.total_files} files are indexed"
            f"{_because(status)}. There may be more than this.",
            "red",
        )
    elif status.reason is not None:
        yield Text(f"Note: {status.reason}.", "yellow")
    if not status.search.complete:
        yield Text(f"Search is incomplete: {status.search.pending_chunks} pieces to go.", "yellow")


_NO_SIZES: Final = {"owner", "schema", "openMilliseconds"}
"""What is told of a store in numbers and is no bytes."""


def table_words(title: str, table: Mapping[str, int | str]) -> Iterator[str]:
    """`files 2,818` for each row; bytes in megabytes, counts with separators."""
    for key, value in table.items():
        is_bytes = key.lower().endswith("bytes") or (title == "store" and key not in _NO_SIZES)
        if isinstance(value, int) and is_bytes:
            yield f"{key.removesuffix('Bytes')} {value / 1e6:.1f} MB"
        else:
            counts = isinstance(value, int) and key != "owner"
            yield f"{key} {value:,}" if counts else f"{key} {value}"


def _because(status: Status) -> str:
    return f" ({status.reason})" if status.reason else ""


def _title(title: str, shown: int, total: int) -> Lines:
    count = f"{shown} of {total}" if total > shown else f"{total}"
    yield Text()
    yield Text.assemble((title, "bold"), (f"  {count}", "dim"))


def _chain(path: Sequence[Step]) -> str:
    """`calls full_clean, then clean`: how the last symbol of a path reaches the target."""
    if not path:
        return ""
    names = [step.name.rpartition(".")[2] for step in reversed(path[:-1])]
    if len(names) > _MOST_STEPS:
        names = [names[0], "…", names[-1]]
    word = _EDGE_WORDS[path[-1].edge]
    return f"{word} {' → '.join(names)}" if names else f"{word} it"


def _certainty(certainty: Certainty | None) -> Text:
    known = certainty if certainty is not None else Certainty.UNRESOLVED
    return Text(f"{known.name.lower():<9}", _CERTAINTY_STYLE[known])


def _width(items: Iterable[Item]) -> int:
    return min(max((len(_short(item)) for item in items), default=0), _WIDEST_NAME)


def _short(item: Item) -> str:
    """The name within its module; the place beside it tells the module."""
    return _within_module(item.id) or item.qualified_name


def _within_module(symbol_id: str) -> str:
    return symbol_id.rpartition("/")[2]


def _place(item: Item, places: Places) -> Text:
    return _at(item.name_place, places)


def _at(place: Place, places: Places) -> Text:
    return Text(places.at(place.path, place.start), "cyan")
