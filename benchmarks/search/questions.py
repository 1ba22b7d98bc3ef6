"""The natural questions of `questions.tsv`: how a row reads, and whether its places exist.

Must never know how search answers them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parent / "questions.tsv"
FIELDS: Final = ("id", "part", "package", "language", "kind", "question", "places", "helps")
KINDS: Final = (
    *("architecture", "behaviour", "concept", "configuration", "dataflow", "errors"),
    *("mechanism", "plain", "short", "symbol", "symptom"),
)
PLAIN_KINDS: Final = frozenset({"plain", "short", "symbol", "architecture"})
"""Asked as people ask a repository; the others tell of what happens without a name for it."""
_PLACE: Final = re.compile(r"([^\s:]+):([^\s:@]+)(?:@(\d+)-(\d+))?")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a place stands in a file whose language has no symbols; lines from 1, both included."""

    place: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    answers: frozenset[str]
    """True places, each `path:Qualified.name`: any of them answers it."""
    helps: frozenset[str] = frozenset()
    """Places that are no answer but lead to one."""
    spans: tuple[Span, ...] = ()
    id: str = ""
    part: str = ""
    package: str = ""
    language: str = "python"
    kind: str = ""

    def grade(self, place: str) -> int:
        return 2 if place in self.answers else int(place in self.helps)


@cache
def read_questions(file: Path = FILE) -> tuple[Question, ...]:
    """All of them in order. Raises ValueError with the row that is not well formed."""
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    if tuple(head.split("\t")) != FIELDS:
        raise ValueError(f"{file.name}: the first line must name {', '.join(FIELDS)}")
    return tuple(_question(row) for row in rows)


def natural_questions(package: str) -> list[Question]:
    """Written by reading the package."""
    return [question for question in read_questions() if question.package == package]


def missing_places(questions: Sequence[Question], folder: Path) -> list[str]:
    """What the package in `folder` does not hold, said so that a person can mend the row."""
    found = []
    for question in questions:
        spans = {span.place: span for span in question.spans}
        for place in sorted(question.answers | question.helps):
            path, _, name = place.partition(":")
            file = folder / path
            if not file.is_file():
                found.append(f"{question.id}: there is no file {path}")
            elif place in spans:
                if not _holds(file, name, spans[place]):
                    said = f"{spans[place].first} to {spans[place].last}"
                    found.append(f"{question.id}: lines {said} of {path} do not hold {name}")
            elif name not in _definitions(file):
                found.append(f"{question.id}: {path} defines no {name}")
    return found


def _question(row: str) -> Question:
    cells = row.split("\t")
    if len(cells) != len(FIELDS):
        raise ValueError(f"{cells[0]}: {len(cells)} cells instead of {len(FIELDS)}")
    name, part, package, language, kind, text, *listed = cells
    if kind not in KINDS:
        raise ValueError(f"{name}: no such kind as {kind!r}")
    answers, helps = ([_parsed(name, each) for each in cell.split()] for cell in listed)
    return Question(
        text,
        frozenset(place for place, _ in answers),
        frozenset(place for place, _ in helps),
        tuple(span for _, span in (*answers, *helps) if span),
        name,
        part,
        package,
        language,
        kind,
    )


def _parsed(question: str, written: str) -> tuple[str, Span | None]:
    """`path:name`, or `path:name@12-40` in a language without symbols."""
    match = _PLACE.fullmatch(written)
    if match is None:
        raise ValueError(f"{question}: {written!r} is not path:name or path:name@first-last")
    place = f"{match[1]}:{match[2]}"
    return place, Span(place, int(match[3]), int(match[4])) if match[3] else None


def _holds(file: Path, name: str, span: Span) -> bool:
    lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
    text = "\n".join(lines[span.first - 1 : span.last])
    last = re.escape(name.rpartition(".")[2])
    within = 0 < span.first <= span.last <= len(lines)
    return within and re.search(rf"(?<!\w){last}(?!\w)", text) is not None


def _definitions(file: Path) -> set[str]:
    return set(_defined(ast.parse(file.read_text(encoding="utf-8")), ""))


def _defined(node: ast.AST, prefix: str) -> Iterator[str]:
    """Qualified names of functions and classes, also of those under a condition."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + child.name
            yield from _defined(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.stmt | ast.ExceptHandler):
            yield from _defined(child, prefix)
