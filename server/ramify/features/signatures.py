"""Whether the arguments of a call fit the parameters of a function: only what is certain counts.

Facts in, words out. Must never know which calls are meant or what changed.
"""

from __future__ import annotations

from array import array
from typing import Final, NamedTuple

from ramify_store.facts import (
    NONE,
    ArgumentHow,
    FileFacts,
    Op,
    ParamKind,
    SymbolFact,
    SymbolFlag,
    SymbolKind,
)

_BY_PLACE: Final = (ParamKind.POSITIONAL_ONLY, ParamKind.POSITIONAL_OR_KEYWORD)
_BY_NAME: Final = (ParamKind.POSITIONAL_OR_KEYWORD, ParamKind.KEYWORD_ONLY)


class Param(NamedTuple):
    name: str
    kind: ParamKind
    required: bool


class Signature(NamedTuple):
    """What a call may pass. A method's receiver is a parameter, too."""

    params: tuple[Param, ...]
    has_receiver: bool
    """The first parameter is passed by the language where the call names it as a member."""


class Arguments(NamedTuple):
    positional: int
    keywords: frozenset[str]
    more_positional: bool
    """`*args`"""
    more_keywords: bool
    """`**kwargs`"""


def signature_of(facts: FileFacts, symbol: SymbolFact) -> Signature | None:
    """None for what has no parameters of its own, and where a decorator may put others in their
    place."""
    if symbol.scope == NONE or symbol.kind not in (SymbolKind.FUNCTION, SymbolKind.METHOD):
        return None
    scope = facts.body.scopes[symbol.scope]
    told_by_flags = bool(symbol.flags & (SymbolFlag.STATIC | SymbolFlag.CLASS))
    if len(scope.decorators) > told_by_flags:
        return None
    names = facts.body.names
    params = tuple(
        Param(names[each.name], each.kind, each.default == NONE) for each in scope.params
    )
    is_member = symbol.kind == SymbolKind.METHOD and not symbol.flags & SymbolFlag.STATIC
    return Signature(params, is_member)


class CallSites:
    """The calls of one file by the expression that names what is called."""

    def __init__(self, facts: FileFacts) -> None:
        body = facts.body
        self._names = body.names
        self._pool = array("i", body.pool)
        callee, first, count = (array("i", column) for column in (body.a, body.b, body.c))
        self._calls = {
            callee[at]: (first[at], count[at]) for at, op in enumerate(body.ops) if op == Op.CALL
        }

    def arguments(self, site: int) -> Arguments | None:
        """None where the site is no call."""
        call = self._calls.get(site)
        if call is None:
            return None
        first, count = call
        hows = self._pool[first : first + 2 * count : 2]
        return Arguments(
            positional=hows.count(ArgumentHow.POSITIONAL),
            keywords=frozenset(self._names[how] for how in hows if how >= 0),
            more_positional=ArgumentHow.SPLAT in hows,
            more_keywords=ArgumentHow.DOUBLE_SPLAT in hows,
        )


def misfit(signature: Signature, arguments: Arguments) -> str | None:
    """Why the arguments certainly do not fit; None where they may. A method may be called with
    its receiver before the dot or in the brackets: it must fit neither way."""
    plain = _misfit(signature.params, arguments)
    if not signature.has_receiver or not signature.params:
        return plain
    bound = _misfit(signature.params[1:], arguments)
    return bound if plain is not None else None


def _misfit(params: tuple[Param, ...], arguments: Arguments) -> str | None:
    kinds = {param.kind for param in params}
    by_place = [param for param in params if param.kind in _BY_PLACE]
    by_name = {param.name for param in params if param.kind in _BY_NAME}
    if ParamKind.VAR_POSITIONAL not in kinds and arguments.positional > len(by_place):
        return f"takes {_counted(len(by_place))}, {arguments.positional} passed"
    unknown = sorted(arguments.keywords - by_name)
    if ParamKind.VAR_KEYWORD not in kinds and unknown:
        return f"has no parameter `{unknown[0]}`"
    filled = by_place[: arguments.positional]
    twice = [p.name for p in filled if p.name in arguments.keywords and p.name in by_name]
    if twice:
        return f"gets `{twice[0]}` twice"
    return _missing(params, {param.name for param in filled}, arguments)


def _missing(params: tuple[Param, ...], filled: set[str], arguments: Arguments) -> str | None:
    for param in params:
        if not param.required or param.name in filled:
            continue
        by_place = param.kind in _BY_PLACE and arguments.more_positional
        by_name = param.kind in _BY_NAME and (
            arguments.more_keywords or param.name in arguments.keywords
        )
        if param.kind in (*_BY_PLACE, *_BY_NAME) and not by_place and not by_name:
            return f"needs `{param.name}`"
    return None


def _counted(number: int) -> str:
    return f"{number} positional argument" + ("" if number == 1 else "s")
