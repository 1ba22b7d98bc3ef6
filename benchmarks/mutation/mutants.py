"""One function of a package changed in one place, at random and repeatably: from texts to a text.

The text around the change stays as it is. Must never know what a test or a repository is.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

Function = ast.FunctionDef | ast.AsyncFunctionDef

_COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_ARITHMETIC: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_DROPPED: Final = (ast.Expr, ast.Assign, ast.AugAssign, ast.Raise, ast.Delete, ast.Assert)


@dataclass(frozen=True, slots=True)
class Site:
    """One change that could be made."""

    operator: str
    node: ast.AST
    instead: str


@dataclass(frozen=True, slots=True)
class Mutant:
    path: str
    function: str
    """Its path in the file: `Cart.total`."""
    line: int
    lines: tuple[int, int]
    """First and last of the function, decorators included."""
    operator: str
    before: str
    """The changed piece, and what stands there instead."""
    after: str
    text: str
    """The whole file."""


def mutants(texts: Mapping[str, str], seed: object) -> Iterator[Mutant]:
    """Without end: a function, then an operator, then a place, each drawn evenly.

    Every function is drawn once before any is drawn again; those in which no operator finds a
    place are left out. The same texts and seed give the same mutants.
    """
    draw = random.Random(str(seed))
    every = [
        (path, name, _lines(function), sites)
        for path in sorted(texts)
        for name, function in functions_of(ast.parse(texts[path]))
        if (sites := list(sites_in(function)))
    ]
    while every:
        for path, name, lines, sites in draw.sample(every, len(every)):
            text = texts[path]
            made = [made for site in sites if (made := _made(path, name, lines, text, site))]
            if made:
                operator = draw.choice(sorted({each.operator for each in made}))
                yield draw.choice([each for each in made if each.operator == operator])


def functions_of(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """Functions and methods with their paths, without those inside of others."""
    waiting: list[tuple[str, ast.AST]] = [("", tree)]
    while waiting:
        head, node = waiting.pop(0)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function):
                yield f"{head}{child.name}", child
            elif isinstance(child, ast.ClassDef):
                waiting.append((f"{head}{child.name}.", child))
            elif isinstance(child, ast.If | ast.Try | ast.With):
                waiting.append((head, child))


def sites_in(function: Function) -> Iterator[Site]:
    """Every change that could be made to the body, decorators and defaults left alone."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop(0)
        yield from _sites_at(node)
        if not isinstance(node, ast.JoinedStr):
            waiting.extend(ast.iter_child_nodes(node))


def _sites_at(node: ast.AST) -> Iterator[Site]:
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        yield Site("negate a condition", node.test, f"(not ({ast.unparse(node.test)}))")
    if isinstance(node, ast.Return) and not _is_none(node.value):
        yield Site("return None", node, "return None")
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield Site("off by one", node, str(node.value + 1))
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield Site("swap and/or", node, _written(ast.BoolOp(other, node.values)))
    if isinstance(node, ast.Compare):
        first, *rest = node.ops
        changed = ast.Compare(node.left, [_COMPARISONS[type(first)](), *rest], node.comparators)
        yield Site("replace an operator", node, _written(changed))
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        swapped = ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)
        yield Site("replace an operator", node, _written(swapped))
    if isinstance(node, _DROPPED) and not _says_nothing(node):
        yield Site("drop a statement", node, "pass")


def _written(node: ast.expr) -> str:
    return f"({ast.unparse(node)})"


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _says_nothing(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _lines(function: Function) -> tuple[int, int]:
    first = min([function.lineno, *(each.lineno for each in function.decorator_list)])
    return first, function.end_lineno or function.lineno


def _made(path: str, function: str, lines: tuple[int, int], text: str, site: Site) -> Mutant | None:
    """None where the change would leave no Python, or the same."""
    node, data = site.node, text.encode()
    starts = [0]
    for each in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(each))
    line: int = node.lineno  # type: ignore[attr-defined]
    first: int = starts[line - 1] + node.col_offset  # type: ignore[attr-defined]
    last: int = starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
    before = data[first:last].decode()
    changed = (data[:first] + site.instead.encode() + data[last:]).decode()
    try:
        differs = ast.dump(ast.parse(changed)) != _dumped(text)
    except SyntaxError:
        return None
    found = Mutant(path, function, line, lines, site.operator, before, site.instead, changed)
    return found if differs else None


@lru_cache(maxsize=8)
def _dumped(text: str) -> str:
    return ast.dump(ast.parse(text))


def without_tests(texts: Mapping[str, str], folders: Sequence[str]) -> dict[str, str]:
    """Files of a package that are no tests: of its folders, without `tests` and `conftest.py`."""
    return {
        path: text
        for path, text in texts.items()
        if any(path.startswith(f"{folder}/") for folder in folders)
        and not {"test", "tests"} & set(path.split("/")[:-1])
        and path.rpartition("/")[2] != "conftest.py"
        and not path.rpartition("/")[2].startswith("test_")
    }
