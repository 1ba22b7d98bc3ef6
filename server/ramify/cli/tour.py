"""The first look: indexes the workspace, then asks the main questions about one symbol of it.

Everything shown can be checked against the source at the place beside it, and every section opens
with the command that shows it whole.
"""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

from rich.text import Text

from ramify.cli import render
from ramify.cli.opened import Asked, Options, asked, options_of
from ramify.cli.outcome import ANSWERED, UnansweredError
from ramify.cli.show import places_of, ranges_of, show_json, show_text
from ramify.cli.symbols import symbol_meant
from ramify.cli.upkeep import counts_line
from ramify.embedding.model import load_embedder
from ramify.features.answers.common import Page
from ramify.features.answers.impact import Impact
from ramify.features.answers.relations import Related
from ramify.features.answers.search import SearchAnswer
from ramify.features.impact import impact
from ramify.features.places import qualified_name
from ramify.features.related import related
from ramify.features.search import search
from ramify.protocol.convert import Ranges
from ramify.protocol.impact import impact_result
from ramify.protocol.relations import related_result
from ramify.protocol.search import search_result
from ramify.session.snapshot import Reading
from ramify_store.facts import NONE, Certainty, EdgeKind, Symbol, SymbolKind
from ramify_store.view import GraphView

_SHOWN: Final = 6
_HITS: Final = 3
_MOST_CALLERS: Final = 12
"""Above it a symbol is a hub: true, but nobody checks a thousand dependents by hand."""
_SENTENCE: Final = re.compile(r"[rRuU]?[\"']+\s*([A-Z][^.:`()\n]{20,160})(?:[.:\n]|\"|'|$)")


@dataclass(frozen=True)
class _Answers:
    impact: Impact
    related: Related
    question: str
    """What was searched for: the first sentence of the symbol's docstring, else its name."""
    search: SearchAnswer


def tour(arguments: Namespace) -> int:
    """`ramify tour [SYMBOL]`"""
    options = options_of(arguments)
    with asked(options) as now:
        if arguments.symbol is not None:
            symbol = symbol_meant(now.reading, arguments.symbol, options.here)
        else:
            symbol = much_used(now.reading)
        answers = _answers(now, symbol)
        if options.json:
            show_json(_shape(answers, ranges_of(now)), options.out)
        else:
            show_text(_lines(answers, qualified_name(symbol.id), now, options), now, options)
    return ANSWERED


def much_used(reading: Reading) -> Symbol:
    """The public function or method that the most files call, hubs left out; one that says what
    it does and that a test calls before one that does not. Of equals the first by id.

    Raises UnansweredError when nothing calls anything.
    """
    ranked = sorted(
        (-use.files, not use.tested, symbol.id, symbol)
        for path in reading.view.paths()
        for symbol in reading.view.symbols_of(path)
        if symbol.kind in (SymbolKind.FUNCTION, SymbolKind.METHOD)
        if not symbol.is_test and not symbol.name.startswith("_")
        if (use := _use(reading.view, symbol.id)).files
    )
    if not ranked:
        raise UnansweredError("Nothing here calls anything: name a symbol to look at.")
    told = [each for each in ranked if _first_sentence(reading, each[-1])]
    tested = [each for each in told if not each[1]]
    return (tested or told or ranked)[0][-1]


def index_lines(now: Asked) -> Iterator[Text]:
    """What was indexed, and at what cost."""
    report = now.report
    yield Text.assemble(
        (f"Ramify {version('ramify')}", "bold"), "  ", (now.workspace.folder, "cyan")
    )
    yield Text(counts_line(now.workspace.details().counts))
    work = (
        f"{render.counted(report.changed, 'file')} read"
        if report.changed
        else "nothing had changed"
    )
    yield Text(f"Up to date in {report.seconds:.1f} s: {work}.", "dim")


def _answers(now: Asked, symbol: Symbol) -> _Answers:
    page = Page(limit=_SHOWN)
    now.workspace.follow_history(now.token)
    relatives = related(now.reading, now.token, symbol.id, page)
    if relatives is None:
        raise UnansweredError(f"{symbol.id} is not in the graph any more.")
    question = _first_sentence(now.reading, symbol) or symbol.name.replace("_", " ").strip()
    return _Answers(
        impact(now.reading, now.token, [symbol.id], page=page, tests_page=page),
        relatives,
        question,
        search(now.reading, now.token, question, load_embedder(), page=Page(limit=_HITS)),
    )


def _lines(answers: _Answers, name: str, now: Asked, options: Options) -> Iterator[Text]:
    places = places_of(now, options)
    root = "" if options.root.resolve() == options.here else f" --root {options.root}"
    yield from index_lines(now)
    yield from _head(
        "What breaks if this changes, and which tests must run?", f"impact {name}{root}"
    )
    yield from render.impact_lines(answers.impact, places)
    yield from _head("Where to look next from here?", f"related {name}{root}")
    yield from render.related_lines(answers.related, places)
    yield from _head("Where is the code that does this?", f'search "{answers.question}"{root}')
    yield from render.search_lines(answers.search, places)


def _head(question: str, command: str) -> Iterator[Text]:
    yield Text()
    yield Text(question, "bold underline")
    yield Text(f"$ ramify {command}", "dim")


def _shape(answers: _Answers, ranges: Ranges) -> dict[str, Any]:
    return {
        "impact": impact_result(ranges, answers.impact),
        "related": related_result(ranges, answers.related),
        "query": answers.question,
        "search": search_result(ranges, answers.search),
    }


@dataclass(frozen=True, slots=True)
class _Use:
    files: int
    """Files that are no tests and call it for certain; 0 of a hub."""
    tested: bool
    """A test calls it directly."""


def _use(view: GraphView, symbol_id: str) -> _Use:
    sources = {
        edge.source
        for edge in view.incoming(symbol_id, (EdgeKind.CALLS,))
        if edge.certainty == Certainty.EXACT and edge.source != symbol_id
    }
    callers = [symbol for source in sources if (symbol := view.symbol(source))]
    files = {symbol.file for symbol in callers if not symbol.is_test}
    tested = any(symbol.is_test for symbol in callers)
    return _Use(len(files) if len(callers) <= _MOST_CALLERS else 0, tested)


def _first_sentence(reading: Reading, symbol: Symbol) -> str | None:
    """Of its docstring, when it is prose that could be asked for."""
    outline, text = reading.view.outline(symbol.file), reading.snapshot.text(symbol.file)
    if outline is None or text is None:
        return None
    fact = next((fact for fact in outline.symbols if fact.path == symbol.path), None)
    if fact is None or fact.doc_start == NONE:
        return None
    docstring = text.data[fact.doc_start : fact.doc_end].decode("utf-8", "replace")
    found = _SENTENCE.match(docstring)
    return " ".join(found[1].replace('"', "").split()) if found else None
