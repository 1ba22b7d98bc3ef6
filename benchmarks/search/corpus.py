"""The packages that search is measured on, and what is asked about them.

All of them were held out of the model's training. Split once, by package: weights are chosen on
one part and figures are reported on the other. The part of a package with natural questions stands
in `questions.tsv`; they are asked of its sources as checked out, with tests, documents, examples.
"""

from __future__ import annotations

import ast
import io
import re
import tempfile
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.model.archives import downloads, texts
from benchmarks.model.packages import Package, read_pinned
from benchmarks.model.pairs import is_question, sentences
from benchmarks.search.questions import Question, missing_places, natural_questions, read_questions

HERE: Final = Path(__file__).parent
PARTS: Final = {
    "choosing": ("caldav", "parso", "langgraph", "hydra-core", "whenever"),
    "reporting": (
        *("confuse", "pyserial", "pyro4", "html5rdf", "orbax-export", "amplitude-analytics"),
        *("xarray-einstats", "pycparser", "geographiclib"),
    ),
}
ROOTS: Final = {
    "npm:@tanstack/query-core": "package/",
    "c:lua5.4": "lua-5.4.4/",
    "npm:express": "package/",
    "go:golang-github-go-chi-chi-dev": "usr/share/gocode/src/github.com/go-chi/chi/",
    "java:libgoogle-gson-java": "gson-gson-parent-2.10.1/",
    "npm:immer": "package/",
    "npm:nedb": "package/",
    "npm:@capacitor/ios": "package/",
    "npm:msw": "package/",
    "npm:@hapi/hapi": "package/",
    "go:golang-github-labstack-echo": "echo-4.2.1/",
    "go:golang-github-rs-zerolog": "zerolog-1.26.1/",
    "go:fzf": "fzf-0.38.0/",
    "rust:rust-exa": "exa-0.10.1/",
    "rust:rust-fd-find": "fd-find-8.6.0/",
    "java:disruptor": "disruptor-3.4.4/",
    "java:commons-csv": "commons-csv-rel-commons-csv-1.9.0/",
    "c:jq": "jq-jq-1.6/",
    "c:memcached": "memcached-1.6.18/",
    "cpp:libjsoncpp": "jsoncpp-1.9.5/",
    "cpp:sqlitecpp": "SQLiteCpp-3.2.1/",
    "php:php-monolog": "php-monolog-2.9.1/",
    "lua:luasocket": "luasocket-3.1.0/",
    "ruby:puma": "puma-puma-f362878/",
}
"""Of packages that are no source distribution of PyPI: the folder of the archive that counts."""
_MADE: Final = re.compile(r"(^|/)PKG-INFO$|\.egg-info/|^build/(legacy|modern)/")
"""What packing adds to the sources."""
_MADE_OF: Final = {"npm:immer": "dist/", "npm:msw": "lib/"}
"""Of a package: the folder that packing adds to its sources."""
FEWEST_LINES: Final = 3
_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def packages_of(part: str) -> list[str]:
    """Those whose docstrings are asked for, and those with natural questions."""
    asked = (question.package for question in read_questions() if question.part == part)
    return list(dict.fromkeys([*PARTS[part], *asked]))


def checked_out(package: str, cache: Path, into: Path) -> None:
    """The sources of a package with natural questions, every text below its top folder."""
    for name, text in texts(pinned_sources(package), cache, ("",)):
        file = _below_the_top(package, name.removeprefix("./"))
        if file and "\0" not in text and not _is_made(package, file):
            _write(into / file, text)


def _is_made(package: str, file: str) -> bool:
    made = _MADE_OF.get(package)
    return _MADE.search(file) is not None or (made is not None and file.startswith(made))


def _below_the_top(package: str, name: str) -> str:
    """The path in the folder that counts; "" of what stands elsewhere."""
    root = ROOTS.get(package) or name.partition("/")[0] + "/"
    return name.removeprefix(root) if name.startswith(root) else ""


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="")


def unpacked_wheel(package: str, cache: Path, into: Path) -> None:
    """The Python files of the pinned wheel, whose docstrings are asked for."""
    for content in downloads(_pinned(f"pypi:{package}", _of_the_model()), cache):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(into, [name for name in archive.namelist() if name.endswith(".py")])


def pinned_sources(package: str) -> Package:
    """Raises ValueError for one that no list pins."""
    key = package if package in ROOTS else f"pypi:{package}"
    return _pinned(key, [HERE / "packages.tsv", *_of_the_model()])


def _of_the_model() -> list[Path]:
    model = HERE.parent / "model"
    return [model / "packages.tsv", model / "reporting.tsv", model / "excluded.tsv"]


def _pinned(key: str, lists: Sequence[Path]) -> Package:
    for listed in lists:
        for pinned in read_pinned(listed):
            if pinned.key == key:
                return pinned
    raise ValueError(f"{key} stands in no list of pinned packages")


def checked_questions(package: str, cache: Path) -> tuple[Question, ...]:
    """The natural ones. Raises ValueError where one names a place that the package lacks."""
    natural = natural_questions(package)
    with tempfile.TemporaryDirectory(prefix="ramify-search-") as scratch:
        if natural:
            checked_out(package, cache, Path(scratch))
        missing = missing_places(natural, Path(scratch))
    if missing:
        raise ValueError("\n".join(["questions.tsv and the package disagree:", *missing]))
    return tuple(natural)


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
