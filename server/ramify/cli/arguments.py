"""The argument surface of `ramify`: verbs, their options, their help.

Only names and shapes; imports nothing of Ramify, so that `ramify --help` is instant.
"""

from __future__ import annotations

import re
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ramify.release import VERSION

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    Verbs = _SubParsersAction["Surface"]

CERTAINTIES = ("exact", "inferred", "possible")
EDGES = ("calls", "uses", "inherits", "overrides", "imports", "decorates", "writes")
KINDS = ("module", "class", "function", "method", "property", "variable", "field")

_EPILOG = """\
A SYMBOL is a qualified name (django.db.models.query.QuerySet.filter), a suffix of one that only
one symbol has (QuerySet.filter), or a place (db/models/query.py:1480 or ...:1480:9).
Every question first indexes what is not indexed yet. Without --root the workspace is the folder
that a command is given in, or the one around it, in the same repository, that is indexed already.

Exit codes: 0 answered, 1 the question could not be answered, 2 wrong usage.
"""


class Surface(ArgumentParser):
    """Says what was meant where an option or a verb is misspelt."""

    verbs: Mapping[str, Surface] = {}
    """By name; none below a verb."""

    def error(self, message: str) -> NoReturn:
        wrong_verb = _WRONG_VERB.match(message)
        if wrong_verb is not None:
            named = wrong_verb[1]
            message = f"there is no verb {named}{_meant(named, self.verbs)}"
        elif message.startswith(_UNRECOGNIZED):
            words = message.removeprefix(_UNRECOGNIZED).split()
            wrong = next((each for each in words if each.startswith("--")), "")
            message += _meant(wrong.partition("=")[0], set(self._every_option()))
        super().error(message)

    def wrong_usage(self, verb: str, message: str) -> NoReturn:
        """Of arguments that contradict each other, found after parsing."""
        self.verbs[verb].error(message)

    def _every_option(self) -> Iterator[str]:
        yield from (option for action in self._actions for option in action.option_strings)
        for verb in self.verbs.values():
            yield from verb._every_option()


_WRONG_VERB = re.compile(r"argument VERB: invalid choice: '?([^' ]*)")
_UNRECOGNIZED = "unrecognized arguments: "


def _meant(word: str, known: Collection[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, sorted(known), 1)
    return f". Did you mean {near[0]}?" if near else ""


def parser() -> Surface:
    """The whole surface. Options that every verb takes may stand before or after the verb."""
    top = Surface(
        prog="ramify",
        description="What is related to this, what breaks if it changes, which tests must run.",
        epilog=_EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
        parents=[_common()],
    )
    top.add_argument("--version", action="version", version=f"ramify {VERSION}")
    top.add_argument("--stdio", action="store_true", help="serve the Language Server Protocol")
    verbs = top.add_subparsers(dest="verb", metavar="VERB")
    _add_questions(verbs)
    _add_upkeep(verbs)
    top.verbs = verbs.choices
    return top


def _common() -> Surface:
    common = Surface(add_help=False, argument_default=SUPPRESS)
    group = common.add_argument_group("options of every verb")
    group.add_argument(
        "--root",
        type=_folder,
        metavar="PATH",
        help="the workspace folder (default: here, or the indexed folder that this one is in)",
    )
    group.add_argument(
        "--json", action="store_true", help="the shapes of the protocol instead of text"
    )
    group.add_argument(
        "--store", choices=("disk", "memory"), help="memory: keep nothing on disk (default: disk)"
    )
    group.add_argument("--no-color", action="store_true", help="plain text on a terminal, too")
    return common


def _add_questions(verbs: Verbs) -> None:
    _add_search(verbs)
    _add_impact(verbs)
    related = _verb(verbs, "related", "where to look next from here")
    related.add_argument(
        "symbol",
        metavar="SYMBOL",
        help="or lines, FILE:FIRST-LAST: what they call, and where code like them stands",
    )
    related.add_argument("--limit", type=_count, default=20, metavar="N", help="default: 20")

    for name, summary in (
        ("callers", "who calls this, with the places"),
        ("callees", "what this calls, with the places"),
    ):
        calls = _verb(verbs, name, summary)
        calls.add_argument("symbol", metavar="SYMBOL")
        _certainty(calls)

    removable = _verb(verbs, "removable", "can this go: who still uses it, and who may")
    removable.add_argument("symbol", metavar="SYMBOL")
    removable.add_argument("--limit", type=_count, default=20, metavar="N", help="default: 20")

    for name, summary in (
        ("cycles", "modules that import each other, and the import that is cheapest to cut"),
        ("hotspots", "functions that are risky to change: complex, much called, often changed"),
    ):
        overview = _verb(verbs, name, summary)
        overview.add_argument("--limit", type=_count, default=20, metavar="N", help="default: 20")

    unreachable = _verb(verbs, "unreachable", "definitions that no entry point and no test reaches")
    unreachable.add_argument("--limit", type=_count, default=50, metavar="N", help="default: 50")
    _certainty(unreachable)


def _add_search(verbs: Verbs) -> None:
    search = _verb(verbs, "search", "find code by what it does, by words or by name")
    search.add_argument("query", nargs="+", metavar="QUERY")
    search.add_argument("--limit", type=_count, default=10, metavar="N", help="default: 10")
    search.add_argument(
        "--path", action="append", dest="paths", metavar="GLOB", help="only files that match"
    )
    search.add_argument(
        "--kind",
        action="append",
        dest="kinds",
        choices=KINDS,
        metavar="KIND",
        help=", ".join(KINDS),
    )
    search.add_argument(
        "--language", action="append", dest="languages", metavar="NAME", help="only such files"
    )
    search.add_argument(
        "--tests",
        choices=("include", "exclude", "only"),
        default="include",
        help="default: include",
    )
    search.add_argument("--near", metavar="SYMBOL", help="only what is near this symbol")
    search.add_argument(
        "--distance", type=_count, default=2, metavar="N", help="at most so many steps (default: 2)"
    )
    search.add_argument(
        "--direction",
        choices=("in", "out", "both"),
        default="both",
        help="in: what leads to it; out: what it leads to (default: both)",
    )
    search.add_argument(
        "--edge",
        action="append",
        dest="edges",
        choices=EDGES,
        metavar="EDGE",
        help=f"steps that count: {', '.join(EDGES)} (default: all but the last)",
    )


def _add_impact(verbs: Verbs) -> None:
    impact = _verb(verbs, "impact", "what breaks if this changes, and which tests must run")
    impact.add_argument("symbol", nargs="?", metavar="SYMBOL")
    impact.add_argument(
        "--changes",
        metavar="WHAT",
        help="instead of a symbol: worktree, staged, a commit, a range (main.. or v1..v2), or all "
        "that differs from a branch, uncommitted work included (main..worktree)",
    )
    impact.add_argument(
        "--patch", metavar="FILE", help="instead of a symbol: a unified diff, - for standard input"
    )
    impact.add_argument(
        "--depth", type=_count, metavar="N", help="at most so many steps up (default: 10)"
    )
    impact.add_argument("--limit", type=_count, default=50, metavar="N", help="default: 50")
    impact.add_argument(
        "--tests", action="store_true", help="only the tests, as pytest node ids for xargs"
    )
    impact.add_argument(
        "--which",
        choices=("sure", "likely", "all"),
        help="tests that calls prove to reach it, those that are likely to as well (the default), "
        "or all that may",
    )
    impact.add_argument(
        "--runner",
        choices=("pytest", "unittest", "django"),
        default="pytest",
        help="for whom --tests names them (default: pytest)",
    )
    impact.add_argument(
        "--min-certainty",
        choices=CERTAINTIES,
        help="default: inferred, and tests that are likely to reach it",
    )


def _add_upkeep(verbs: Verbs) -> None:
    tour = _verb(verbs, "tour", "a first look: index, then ask about one symbol")
    tour.add_argument(
        "symbol", nargs="?", metavar="SYMBOL", help="default: a much used one of the workspace"
    )
    _verb(verbs, "index", "index what is new or changed, and say what there is")
    _verb(verbs, "status", "what is indexed, where it is kept, what it costs")
    log = _verb(verbs, "log", "what was indexed when, what it changed, and why")
    log.add_argument("--limit", type=_count, default=20, metavar="N", help="default: 20")
    log.add_argument("--file", metavar="PATH", help="only changes of this file")
    log.add_argument("--symbol", metavar="SYMBOL", help="only changes that name this symbol")
    verify = _verb(verbs, "verify", "compare the stored graph with one built from scratch")
    verify.add_argument("--quick", action="store_true", help="a sample of 100 files instead of all")
    verify.add_argument("--seed", type=int, metavar="N", help="the sample of an earlier --quick")
    _verb(verbs, "doctor", "check this machine and workspace, say what to do")
    clean = _verb(verbs, "clean", "remove everything that Ramify keeps of this workspace")
    clean.add_argument(
        "--gone", action="store_true", help="of workspaces that are no longer there, instead"
    )
    for name, summary in (
        ("backup", "write the index into one file, while it serves"),
        ("restore", "start from the index in a backup, paying only for what differs"),
    ):
        _verb(verbs, name, summary).add_argument("file", type=Path, metavar="FILE")
    migrate = _verb(verbs, "migrate", "bring the store to this Ramify's schema, or back")
    migrate.add_argument("--to", type=int, metavar="N", help="default: the newest schema")
    migrate.add_argument("--dry-run", action="store_true", help="only say what would be done")

    serve = _verb(verbs, "serve", "own the store and serve others, until nobody comes any more")
    serve.add_argument("--idle", type=_count, default=1800, metavar="SECONDS", help="default: 1800")


def _verb(verbs: Verbs, name: str, summary: str) -> Surface:
    return verbs.add_parser(
        name, help=summary, description=summary[0].upper() + summary[1:] + ".", parents=[_common()]
    )


def _certainty(verb: ArgumentParser) -> None:
    verb.add_argument(
        "--min-certainty",
        choices=CERTAINTIES,
        default="inferred",
        help="possible: also where only the name matches (default: inferred)",
    )


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise ArgumentTypeError(f"{text} is not a folder")
    return path


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"{text} is not a number from 1 up")
    return int(text)
