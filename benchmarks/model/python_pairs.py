"""Pairs from Python source: functions, methods and classes, with or without documentation."""

import ast
import re
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.model.pairs import LONGEST_CODE, Pair, is_question, sentences
from ramify.embedding.tokens import subtokens

_Node = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_COMMENT = re.compile(r"^[ \t]*#[ \t]?([^\n]{24,160})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Definition:
    """A function, method or class. `code` is its source without its docstring."""

    name: str
    is_class: bool
    summary: str
    detail: str
    code: str


def python_pairs(path: str, text: str) -> Iterator[Pair]:
    """What can be asked about every definition of a file, in source order."""
    for definition in definitions(text):
        yield from _pairs_of(definition, path)


def definitions(text: str) -> Iterator[Definition]:
    """Every definition outside functions once, in source order. Broken source has none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    lines = text.splitlines()
    for node, name in _definitions(tree, ""):
        documentation = ast.get_docstring(node, clean=True)
        code = _source_without_docstring(node, lines, documentation is not None)
        if len(subtokens(code[:400])) >= 8:
            summary, detail = sentences(documentation) if documentation else ("", "")
            yield Definition(name, isinstance(node, ast.ClassDef), summary, detail, code)


def _definitions(node: ast.AST, prefix: str) -> Iterator[tuple[_Node, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield child, prefix + child.name
            yield from _definitions(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child, prefix + child.name
        elif isinstance(child, ast.If | ast.Try):
            yield from _definitions(child, prefix)


def _pairs_of(definition: Definition, path: str) -> Iterator[Pair]:
    def pair(kind: str, query: str, code: str) -> Pair:
        return Pair(kind, "python", path, definition.name, query, code[:LONGEST_CODE])

    code, own = definition.code, definition.name.rpartition(".")[2]
    comment = _longest_comment(code)
    if is_question(definition.summary):
        yield pair("summary", definition.summary, code)
        if is_question(definition.detail):
            yield pair("detail", definition.detail, code)
    elif comment:
        yield pair("comment", comment, code.replace(comment, ""))
    elif len(subtokens(own)) >= 3 and not own.startswith(("__", "test")):
        anonymous = re.sub(rf"\b{re.escape(own)}\b", "_", code)
        yield pair("name", " ".join(subtokens(own)), anonymous)
    else:
        yield pair("none", "", code)


def _source_without_docstring(node: _Node, lines: list[str], documented: bool) -> str:
    start = min([node.lineno, *(each.lineno for each in node.decorator_list)]) - 1
    kept = lines[start : node.end_lineno]
    if documented:
        first = node.body[0]
        end = first.end_lineno or first.lineno
        kept = lines[start : first.lineno - 1] + lines[end : node.end_lineno]
    return textwrap.dedent("\n".join(kept[:120]))


def _longest_comment(code: str) -> str:
    found = [c for c in _COMMENT.findall(code) if c.count(" ") >= 4 and is_question(c)]
    return max(found, key=len) if found else ""
