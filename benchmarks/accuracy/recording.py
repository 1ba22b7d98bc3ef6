"""A pytest plugin that records which function of a folder really called which.

`python -m pytest -p benchmarks.accuracy.recording` with RECORD_FOLDER (the sources) and RECORD_OUT
(a JSON file) in the environment; CPython 3.11 or later. Kept are entries of functions whose direct
caller is in the folder too; generators count where they are first resumed. The file holds lists of
caller, callee (each path, first line and name; of a module 0 and no name) and whether the call
spells the callee's name.
"""

from __future__ import annotations

import ast
import json
import os
import sys
import threading
from collections.abc import Iterator
from dis import opmap
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

Node = tuple[str, int, str]

_FOLDER = os.path.realpath(os.environ.get("RECORD_FOLDER", ".")) + os.sep
_FUNCTION = 0x1 | 0x2
_DEFERRED = 0x20 | 0x80 | 0x200
_INSIDE = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")

_entered: dict[tuple[int, int, int], tuple[CodeType, int, CodeType]] = {}
"""By ids of the codes and the caller's instruction: kept alive, so that ids stay what they are."""


def _profile(frame: FrameType, event: str, _: Any) -> None:
    back = frame.f_back
    if event == "call" and back is not None:
        caller, callee = back.f_code, frame.f_code
        inside = _is_inside(callee) and _is_inside(caller) and not _is_resumed(frame)
        key = (id(caller), back.f_lasti, id(callee))
        if inside and key not in _entered:
            _entered[key] = (caller, back.f_lasti, callee)


def _is_resumed(frame: FrameType) -> bool:
    """Whether a generator or a coroutine goes on: only its first entry counts."""
    code, at = frame.f_code, frame.f_lasti
    if not code.co_flags & _DEFERRED or not 0 <= at < len(code.co_code):
        return False
    return code.co_code[at] == opmap["RESUME"] and bool(code.co_code[at + 1] & 3)


def _is_inside(code: CodeType) -> bool:
    return code.co_filename.startswith(_FOLDER) and code.co_filename.endswith(".py")


@pytest.hookimpl(hookwrapper=True)
def pytest_collection() -> Iterator[None]:
    threading.setprofile(_profile)
    sys.setprofile(_profile)
    yield


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    sys.setprofile(_profile)
    yield


def pytest_sessionfinish() -> None:
    sys.setprofile(None)
    threading.setprofile(None)
    edges: dict[tuple[Node, Node], bool] = {}
    for caller, at, callee in _entered.values():
        if callee.co_flags & _FUNCTION == _FUNCTION and callee.co_name not in _INSIDE:
            edge = (_node(caller), _node(callee))
            edges[edge] = edges.get(edge, False) or _spells(caller, at, callee)
    found = [[*edge, named] for edge, named in sorted(edges.items())]
    Path(os.environ["RECORD_OUT"]).write_text(json.dumps(found))


def _node(code: CodeType) -> Node:
    path = code.co_filename
    line, name, qualname = code.co_firstlineno, code.co_name, code.co_qualname
    function = bool(code.co_flags & _FUNCTION == _FUNCTION)
    while name != "<module>" and (name in _INSIDE or not function):
        line, name, qualname, function = _around(path)[qualname, line]
    path = path.removeprefix(_FOLDER)
    return (path, 0, "") if name == "<module>" else (path, line, name)


@cache
def _around(path: str) -> dict[tuple[str, int], tuple[int, str, str, bool]]:
    """By qualified name and first line of a code: that of the code around it."""
    found: dict[tuple[str, int], tuple[int, str, str, bool]] = {}
    pending = [compile(Path(path).read_bytes(), path, "exec", dont_inherit=True)]
    while pending:
        outer = pending.pop()
        is_function = outer.co_flags & _FUNCTION == _FUNCTION
        place = (outer.co_firstlineno, outer.co_name, outer.co_qualname, is_function)
        for inner in outer.co_consts:
            if isinstance(inner, CodeType):
                found[inner.co_qualname, inner.co_firstlineno] = place
                pending.append(inner)
    return found


def _spells(caller: CodeType, at: int, callee: CodeType) -> bool:
    """Whether the call site names the callee, or the class of a constructor."""
    positions = list(caller.co_positions())
    text = _calls(caller.co_filename).get(positions[at // 2]) if at // 2 < len(positions) else None
    if callee.co_name in ("__init__", "__new__"):
        return text is not None and callee.co_qualname.split(".")[-2:-1] == [text]
    return text == callee.co_name


@cache
def _calls(path: str) -> dict[tuple[int | None, ...], str]:
    """By position of a call: the last name of what it calls."""
    found: dict[tuple[int | None, ...], str] = {}
    for node in ast.walk(ast.parse(Path(path).read_bytes())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            place = (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset)
            found[place] = name
    return found
