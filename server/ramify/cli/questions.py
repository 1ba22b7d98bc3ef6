"""The verbs that ask: search, impact, related, callers, callees.

Each opens the workspace, finds the symbol that was meant, asks one feature and shows its answer.
Holds no logic of its own.
"""

from __future__ import annotations

import re
import shlex
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from rich.text import Text

from ramify.cli import render
from ramify.cli.indexed import indexed_changes
from ramify.cli.opened import Asked, Options, asked, options_of
from ramify.cli.outcome import ANSWERED, UnansweredError, UsageError
from ramify.cli.places import Places
from ramify.cli.show import places_of, ranges_of, show_json, show_text
from ramify.cli.symbols import lines_meant, symbol_meant
from ramify.cli.terminal import console, write
from ramify.embedding.model import load_embedder
from ramify.features import calls
from ramify.features import impact as impacts
from ramify.features import related as relations
from ramify.features import search as searching
from ramify.features.answers.common import Page
from ramify.features.answers.impact import EVERYTHING, LIKELY, Impact, ImpactLimits, TestToRun
from ramify.features.answers.relations import Calls, Related
from ramify.features.changed import ChangedSymbols
from ramify.features.changesets import NO_REPOSITORY, ChangesError, Kind, changes_of
from ramify.features.near import STRUCTURAL, Near
from ramify.features.runnable import Runner, names_for
from ramify.features.search import Filters
from ramify.features.selection import related_to_lines
from ramify.features.tests_to_run import collected
from ramify.protocol.impact import impact_result
from ramify.protocol.relations import calls_result, related_result
from ramify.protocol.search import search_result
from ramify.session.coverage import coverage_of
from ramify_store.facts import Certainty, EdgeKind, SymbolKind

_EVERY_TEST: Final = Page(limit=1_000_000)
"""A list of tests that is passed on to a runner must be whole."""

_MORE_TESTS: Final = (
    "More tests are likely to run it than can be told apart: ask for possible ones."
)

_SEPARATING: Final = re.compile(r"[\s'\"\\]")

_T = TypeVar("_T")


def search(arguments: Namespace) -> int:
    options = options_of(arguments)
    filters = Filters(
        paths=tuple(arguments.paths or ()),
        kinds=tuple(SymbolKind[kind.upper()] for kind in arguments.kinds or ()),
        languages=tuple(arguments.languages or ()),
        tests=arguments.tests,
    )
    with asked(options) as now:
        near = None
        if arguments.near is not None:
            centre = symbol_meant(now.reading, arguments.near, options.here)
            edges = tuple(EdgeKind[edge.upper()] for edge in arguments.edges or ()) or STRUCTURAL
            near = Near(centre.id, arguments.distance, arguments.direction, edges)
        answer = searching.search(
            now.reading,
            now.token,
            " ".join(arguments.query),
            load_embedder(),
            filters,
            near,
            Page(limit=arguments.limit),
        )
        if options.json:
            show_json(search_result(ranges_of(now), answer), options.out)
        else:
            show_text(render.search_lines(answer, places_of(now, options)), now, options)
    return ANSWERED


def impact(arguments: Namespace) -> int:
    options = options_of(arguments)
    if arguments.changes == "patch" and arguments.patch is not None:
        arguments.changes = None
    if sum(each is not None for each in _asked_about(arguments)) != 1:
        raise UsageError("impact takes a SYMBOL, --changes WHAT or --patch FILE, one of them")
    with asked(options) as now:
        limits = ImpactLimits(
            least=Certainty[(arguments.min_certainty or "inferred").upper()],
            doubt=_doubt(arguments),
            depth=arguments.depth or impacts.DEFAULT_DEPTH,
            page=Page(limit=arguments.limit),
            tests_page=_EVERY_TEST if arguments.tests else Page(limit=arguments.limit),
            coverage=coverage_of(now.workspace.folder),
        )
        changed = None
        if arguments.symbol is None:
            changed = _changed(arguments, options, now)
            answer = impacts.impact_of_changes(now.reading, now.token, changed, **limits)
        else:
            target = symbol_meant(now.reading, arguments.symbol, options.here).id
            answer = impacts.impact(now.reading, now.token, [target], **limits)
        _show_impact(answer, changed, arguments, options, now)
    return ANSWERED


def _show_impact(
    answer: Impact,
    changed: ChangedSymbols | None,
    arguments: Namespace,
    options: Options,
    now: Asked,
) -> None:
    if options.json:
        show_json(impact_result(ranges_of(now), answer, changed=changed), options.out)
    elif arguments.tests:
        tests, outside = answer.tests, 0
        if arguments.runner == "pytest":
            tests, outside = collected(now.reading, tests)
        names = _names_of_tests(tests, arguments.runner, places_of(now, options))
        options.out.writelines(f"{_for_xargs(name)}\n" for name in names)
        err = console(options.err, options.plain)
        if not names:
            write(err, (Text(answer.summary),))
        if outside:
            write(err, render.outside_notes(outside))
        write(err, render.tests_notes(answer, arguments.runner))
        if arguments.min_certainty is None and answer.tests_unnamed:
            write(err, (Text(_MORE_TESTS, "dim"),))
        write(err, render.status_lines(now.reading.snapshot.status))
    else:
        places = places_of(now, options)
        notes = render.changed_lines(changed) if changed else ()
        anything = answer.targets or answer.unresolved.count or answer.breakage
        lines = render.impact_lines(answer, places) if anything else render.note_lines(answer)
        show_text((*notes, *lines), now, options)


def _doubt(arguments: Namespace) -> int:
    if arguments.which is None:
        return 0 if arguments.min_certainty else LIKELY
    return {"sure": 0, "likely": LIKELY, "all": EVERYTHING}[arguments.which]


def _asked_about(arguments: Namespace) -> tuple[str | None, ...]:
    return (arguments.symbol, arguments.changes, arguments.patch)


def related(arguments: Namespace) -> int:
    options = options_of(arguments)
    with asked(options) as now:
        answer = _related(now, arguments.symbol, options, Page(limit=arguments.limit))
        if options.json:
            show_json(related_result(ranges_of(now), answer), options.out)
        else:
            show_text(render.related_lines(answer, places_of(now, options)), now, options)
    return ANSWERED


def _related(now: Asked, text: str, options: Options, page: Page) -> Related:
    lines = lines_meant(now.reading, text, options.here)
    if lines is None:
        symbol = symbol_meant(now.reading, text, options.here)
        now.workspace.follow_history(now.token)
        return _known(relations.related(now.reading, now.token, symbol.id, page), symbol.id)
    answer = related_to_lines(now.reading, now.token, load_embedder(), lines, page)
    return _known(answer, text)


def callers(arguments: Namespace) -> int:
    return _calls("callers", calls.callers, arguments)


def callees(arguments: Namespace) -> int:
    return _calls("callees", calls.callees, arguments)


def _calls(verb: str, question: Callable[..., Calls | None], arguments: Namespace) -> int:
    options = options_of(arguments)
    with asked(options) as now:
        symbol = symbol_meant(now.reading, arguments.symbol, options.here)
        answer = _known(question(now.reading, now.token, symbol.id, _least(arguments)), symbol.id)
        if options.json:
            show_json(calls_result(ranges_of(now), answer), options.out)
        else:
            show_text(render.calls_lines(verb, answer, places_of(now, options)), now, options)
    return ANSWERED


def _changed(arguments: Namespace, options: Options, now: Asked) -> ChangedSymbols:
    """Raises UnansweredError where nobody can tell."""
    kind, base, patch = _changes_meant(arguments, options)
    try:
        changed = changes_of(now.reading, now.token, kind, base, patch)
    except ChangesError as error:
        teller = "The patch cannot be read" if kind == "patch" else "Git cannot tell what changed"
        raise UnansweredError(f"{teller}: {error}.") from error
    if changed.note == NO_REPOSITORY:
        return indexed_changes(now)
    return changed


def _changes_meant(arguments: Namespace, options: Options) -> tuple[Kind, str, str]:
    """Kind, revisions, text of the patch."""
    if arguments.patch is not None:
        try:
            return "patch", "", (options.here / arguments.patch).read_text("utf-8", "replace")
        except OSError as error:
            raise UnansweredError(f"{arguments.patch} cannot be read: {error.strerror}.") from error
    what = arguments.changes
    if what in ("worktree", "staged"):
        return what, "", ""
    if what.endswith("..worktree"):
        return "worktree", what.removesuffix("worktree").rstrip("."), ""
    return ("range" if ".." in what else "commit"), what, ""


def _names_of_tests(tests: Sequence[TestToRun], runner: Runner, places: Places) -> Sequence[str]:
    """As the runner takes them, from the current directory."""
    runs = [run for test in tests for run in test.runs]
    return names_for(runner, runs, {run.path: places.file(run.path) for run in runs})


def _for_xargs(name: str) -> str:
    """In quotes where it holds what `xargs` takes for a separator."""
    return shlex.quote(name) if _SEPARATING.search(name) else name


def _least(arguments: Namespace) -> Certainty:
    return Certainty[arguments.min_certainty.upper()]


def _known(answer: _T | None, asked_about: str) -> _T:
    if answer is None:
        raise UnansweredError(f"{asked_about} is not in the graph any more.")
    return answer


VERBS: Final[Mapping[str, Callable[[Namespace], int]]] = {
    "search": search,
    "impact": impact,
    "related": related,
    "callers": callers,
    "callees": callees,
}
