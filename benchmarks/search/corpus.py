"""The packages that search is measured on, and what is asked about them.

All of them were held out of the model's training. Split once, by package: weights are chosen on
one part and figures are reported on the other.
"""

from __future__ import annotations

import ast
import io
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.model.archives import downloads
from benchmarks.model.packages import read_packages
from benchmarks.model.pairs import is_question, sentences

HERE: Final = Path(__file__).parent
PARTS: Final = {
    "choosing": ("caldav", "parso", "langgraph", "hydra-core", "whenever"),
    "reporting": (
        *("confuse", "pyserial", "pyro4", "html5rdf", "orbax-export", "amplitude-analytics"),
        *("xarray-einstats", "pycparser", "geographiclib"),
    ),
}
FEWEST_LINES: Final = 3
_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    answers: frozenset[str]
    """True places, each `path:Qualified.name`: any of them answers it."""


def unpacked(package: str, cache: Path, into: Path) -> None:
    """The Python files of the pinned wheel."""
    listed = read_packages(HERE.parent / "model" / "packages.tsv")
    pinned = next(each for each in listed if each.key == f"pypi:{package}")
    for content in downloads(pinned, cache):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(into, [name for name in archive.namelist() if name.endswith(".py")])


def natural_questions(package: str) -> list[Question]:
    """Written by reading the package."""
    lines = (HERE / "questions.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [
        Question(text, frozenset(places.split())) for name, text, places in rows if name == package
    ]


def cut_docstrings(folder: Path) -> list[Question]:
    """Takes every docstring out of the files; the first sentences of functions are the questions.

    As in `benchmarks.model.evaluate`: no tests, no dunder methods, at least three lines, and no
    sentence that two functions share.
    """
    asked: list[tuple[str, str]] = []
    for path in sorted(folder.rglob("*.py")):
        source = path.read_text(encoding="utf-8", errors="replace")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                tree = ast.parse(source)
            except SyntaxError:
                continue
        where = path.relative_to(folder).as_posix()
        if "/tests/" not in f"/{where}" and "/test_" not in f"/{where}":
            asked += [(line, f"{where}:{name}") for name, line in _first_sentences(tree, "")]
        path.write_text(without_docstrings(source, tree), encoding="utf-8")
    times = Counter(line for line, _ in asked)
    return [Question(line, frozenset({place})) for line, place in asked if times[line] == 1]


def without_docstrings(source: str, tree: ast.Module) -> str:
    """A body that is nothing else keeps a `pass`; lines stay where they were."""
    lines = source.split("\n")
    for node in ast.walk(tree):
        if isinstance(node, _Documented) and ast.get_docstring(node, clean=False) is not None:
            first = node.body[0]
            end = first.end_lineno or first.lineno
            alone = len(lines[first.lineno - 1][: first.col_offset].strip()) == 0
            if alone:
                kept = " " * first.col_offset + "pass" if len(node.body) == 1 else ""
                lines[first.lineno - 1 : end] = [kept, *[""] * (end - first.lineno)]
    return "\n".join(lines)


def _first_sentences(node: ast.AST, prefix: str) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _first_sentences(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            documentation = ast.get_docstring(child)
            summary = sentences(documentation)[0] if documentation else ""
            if is_question(summary) and _is_candidate(child):
                yield prefix + child.name, summary
        elif isinstance(child, ast.If | ast.Try):
            yield from _first_sentences(child, prefix)


def _is_candidate(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    first = node.body[0]
    rest = (node.end_lineno or node.lineno) - (first.end_lineno or first.lineno)
    head = first.lineno - node.lineno
    name = node.name.lower()
    return not name.endswith("__") and "test" not in name and rest + head >= FEWEST_LINES
