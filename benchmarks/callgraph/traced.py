"""Runs `main.py` of a folder and prints as JSON which function of the folder called which.

`python traced.py FOLDER`, in a process of its own; the standard library alone. A call that reaches
a function by way of code elsewhere (`functools`, `contextlib`) counts for the nearest caller
inside. What the bodies of classes and comprehensions call counts for the function or module around
them. A generator or a coroutine is called where it is made, and where a function inside goes on
with it first.
"""

from __future__ import annotations

import ast
import builtins
import functools
import json
import os
import sys
from collections.abc import Callable
from dis import opmap
from importlib.machinery import SourceFileLoader
from types import CodeType, FrameType
from typing import Any

Node = tuple[str, int, str]
"""Path, first line (decorators included), name; of a module the line 0 and no name."""

_FUNCTION = 0x1 | 0x2  # CO_OPTIMIZED and CO_NEWLOCALS: a function's code, not a class body's
_DEFERRED = 0x20 | 0x80 | 0x200  # generator, coroutine, asynchronous generator
_INSIDE = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")


class Tracer:
    def __init__(self, folder: str) -> None:
        self._folder = os.path.realpath(folder) + os.sep
        self._around: dict[CodeType, CodeType] = {}
        self.edges: set[tuple[Node, Node]] = set()

    def compiled(self, data: Any, path: str) -> Any:
        """A module's code, in which functions that run later record their calls themselves."""
        tree = ast.parse(data)
        if path.startswith(self._folder):
            for each in ast.walk(tree):
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and _deferred(each):
                    mark = ast.Name("__called_when_made__", ast.Load())
                    each.decorator_list.append(ast.copy_location(mark, each))
        code = compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)
        self._enter(code)
        return code

    def _enter(self, code: CodeType) -> None:
        for inner in code.co_consts:
            if isinstance(inner, CodeType):
                self._around[inner] = code
                self._enter(inner)

    def profile(self, frame: FrameType, event: str, _: Any) -> None:
        code, back = frame.f_code, frame.f_back
        if event != "call" or not self._is_inside(code):
            return
        if code.co_flags & _DEFERRED:
            from_inside = back is not None and self._is_inside(back.f_code)
            if not from_inside or _is_resumed(frame):
                return
        self._record(back, code)

    def called_when_made(self, function: Callable[..., Any]) -> Callable[..., Any]:
        code = function.__code__

        @functools.wraps(function)
        def called(*args: Any, **kwargs: Any) -> Any:
            self._record(sys._getframe(1), code)
            return function(*args, **kwargs)

        return called

    def _record(self, frame: FrameType | None, code: CodeType) -> None:
        if code.co_name == "<module>" or code.co_name in _INSIDE:
            return
        if code.co_flags & _FUNCTION != _FUNCTION:
            return
        while frame is not None and not self._is_inside(frame.f_code):
            frame = frame.f_back
        if frame is not None:
            self.edges.add((self._node(frame.f_code), self._node(code)))

    def _is_inside(self, code: CodeType) -> bool:
        return code.co_filename.startswith(self._folder)

    def _node(self, code: CodeType) -> Node:
        while code.co_name in _INSIDE or (
            code.co_name != "<module>" and code.co_flags & _FUNCTION != _FUNCTION
        ):
            code = self._around[code]
        path = code.co_filename.removeprefix(self._folder)
        if code.co_name == "<module>":
            return path, 0, ""
        return path, code.co_firstlineno, code.co_name


def _is_resumed(frame: FrameType) -> bool:
    """Whether a generator or a coroutine goes on that was begun before."""
    code, at = frame.f_code, frame.f_lasti
    if not 0 <= at < len(code.co_code):
        return False
    return code.co_code[at] == opmap["RESUME"] and bool(code.co_code[at + 1] & 3)


def _deferred(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    if isinstance(function, ast.AsyncFunctionDef):
        return True
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            pending += ast.iter_child_nodes(node)
    return False


def main() -> None:
    folder = os.path.realpath(sys.argv[1])
    tracer = Tracer(folder)
    sys.dont_write_bytecode = True
    sys.path.insert(0, folder)
    builtins.__called_when_made__ = tracer.called_when_made  # type: ignore[attr-defined]

    def source_to_code(_: Any, data: Any, path: str, *, _optimization: int = -1) -> Any:
        return tracer.compiled(data, path)

    SourceFileLoader.source_to_code = source_to_code  # type: ignore[method-assign,assignment]
    output, sys.stdout = sys.stdout, sys.stderr
    sys.setprofile(tracer.profile)
    try:
        __import__("main")
    finally:
        sys.setprofile(None)
        sys.stdout = output
    print(json.dumps(sorted(tracer.edges)))


if __name__ == "__main__":
    main()
