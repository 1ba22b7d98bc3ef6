"""Where the definitions of a text begin and end whose language has no grammar here.

Told by the words that languages define with, by braces and by indentation: good enough to cut a
text for search and to know what a piece is called, never a fact about a program. Pure.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from ramify.languages.registry import spec_of

LONG_LINES: Final = 60
"""A function of more lines than this may be cut at the functions inside it."""
_MOST_BYTES: Final = 1_000_000
"""Of a longer text nothing is told: it was made by a program."""
_MOST_BEFORE_THE_BODY: Final = 3_000
"""Bytes from a definition's name to the brace that opens its body."""


@dataclass(frozen=True, slots=True)
class Head:
    """A definition."""

    start: int
    """Of its first line, or of the comments and the annotations above it."""
    end: int
    name: str
    """Within what holds it: `Router.Find`."""
    holds: bool
    """A class or its like."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A definition that the walk is in."""

    end: int
    name: str
    holds: bool
    """Its members are definitions of their own: a class, not a function."""
    is_long: bool


def heads(data: bytes, language: str, lines: Sequence[int]) -> list[Head]:
    """In order of start, each after what holds it; of a long function, those inside it as well."""
    spec = spec_of(language)
    if spec is None or not spec.definitions or len(data) > _MOST_BYTES:
        return []
    found: list[Head] = []
    inside: list[_Open] = []
    comments = _Spans([match.span() for match in _BLOCK_COMMENT.finditer(data)])
    floor = 0
    for match in _pattern(spec.definitions).finditer(data):
        at = match.start()
        while inside and inside[-1].end <= at:
            inside.pop()
        around = inside[-1] if inside else None
        if at < floor or comments.hold(at) or (around and not (around.holds or around.is_long)):
            continue
        read = _read(match, data, around)
        if read is None:
            continue
        name, holds = read
        line = bisect_right(lines, at) - 1
        last = _last_line(data, lines, line)
        end = lines[last + 1] if last + 1 < len(lines) else len(data)
        start = lines[_first_line(data, lines, line, floor)]
        held = ".".join(part for part in (around.name if around else "", name) if part)
        found.append(Head(start, end, held, holds))
        inside.append(_Open(end, held, holds, last - line > LONG_LINES))
        floor = lines[line + 1] if line + 1 < len(lines) else len(data)
    return found


_MODIFIERS: Final = rb"""(?:
    (?:export|default|public|private|protected|internal|static|final|abstract|async|override|open
      |virtual|inline|constexpr|unsafe|pub|const|suspend|data|sealed|partial|readonly|declare
      |mutating|local|indirect|fileprivate|extern|inner|companion|implicit|case|value|native
      |synchronized|operator|tailrec|infix|actual|expect|annotation|explicit|required|convenience
      |nonisolated|friend)\b (?:\([\w:\ ]*\))? [ \t]+
    | "C" [ \t]+ | @\w+ (?:\([^)\n]*\))? [ \t]+ | \#\[[^\]\n]*\] [ \t]* | --\[\[\w+\]\] [ \t]*
)*+"""
_FORMS: Final = {
    "words": rb"""(?:
        (?P<holder>(?:enum[ \t]+)?(?:class|struct)|enum|union|interface|trait|protocol|extension
          |object|record|module|mod|mixin|impl|type|defmodule|message|service|actor|impl)
          (?=[ \t<]) (?P<holder_rest>[^\n;{]*+) (?!;)
        | (?:function\*?|func|fun|fn|def|defp|defmacro|sub|macro|proc|cdef|cpdef|rpc|macro_rules!)
          !? (?:[ \t]*<[^<>\n]*>)? (?:[ \t]+|(?=\*))
          (?:\((?:\w+[ \t]+)?\*?(?P<receiver>\w+)[^)\n]*\)[ \t]*)?
          [&*]? (?P<function>[\w$.:]*[\w$] [?!=]?) (?=[ \t]*(?:[(\[<{:=|;]|->|do\b|where\b|\r?$))
        | (?P<initialiser>init|deinit)[?!]?(?=[ \t]*[({<])
    )""",
    "methods": rb"""(?:
        (?:(?:get|set|static|async|public|private|protected)[ \t]+|\*[ \t]*)*+
        (?:<[^<>\n]*>[ \t]*)?
        (?!(?:return|throw|new|else|await|yield|if|for|while|switch|catch|do|try|case|in)\b)
        (?:[\w$.@?&]+(?:<[^;{}()\n]*>)?(?:\[\])*+[ \t]+){0,3}
        (?P<method>\#?[\w$]+) (?:<[^;{}()\n]*>)? [ \t]* \( (?![^\n]*;[ \t\r]*$)
    )""",
    "properties": rb"""(?:
        (?P<property>[\w$]+)[ \t]*:[ \t]*(?:async\b[ \t]*)?(?:function\b|\([^()\n]*\)[ \t]*=>)
    )""",
    "assigned": rb"""(?:
        (?:(?:let|var)[ \t]+)?
        (?P<owner>(?:[\w$]+\.)*+)(?P<assigned>[\w$]+)[ \t]*(?::[^=\n]{1,200})?(?:=|<-)[ \t]*
        (?:(?:async\b[ \t]*)?(?:function\b|(?P<class>class\b|struct\b|\{[ \t\r]*$)
            |\([^()\n]*\)[^=;\n]*=>|\([ \t\r]*$|[\w$]+[ \t]*=>|<[^=\n]*>\()
          |[\w.$]+\((?:async[ \t]+)?function\b)
    )""",
    "c": rb"""(?:
        (?!(?:return|else|if|for|while|switch|do|case|typedef|using|sizeof|goto|throw|new|delete)\b)
        (?:[\w:<>,~\[\]]+[ \t*&]+){0,6}
        (?P<scope>(?:\w+(?:<[^>\n]*>)?::)*+)(?P<c>~?\w+|operator[^\s\w(]{1,3})[ \t]*
        \((?![^\n]*;[ \t\r]*$)
    )""",
    "shell": rb"(?:(?P<shell>[\w:.-]+)[ \t]*\(\)[ \t]*(?:[{(]|\r?$))",
    "lisp": rb"(?:\(def(?:n-?|macro|method|multi|protocol|record|type)?[ \t]+(?P<lisp>[^\s()]+))",
    "sql": rb"""(?:
        (?i:create)(?:[ \t]+\w+){0,4}?[ \t]+(?i:table|view|function|procedure|trigger|index|type)
        [ \t]+(?:(?i:if[ \t]+not[ \t]+exists)[ \t]+)?(?P<sql>[\w.\"`]+)
    )""",
}
_BLOCK_COMMENT: Final = re.compile(rb"/\*(?:[^*]|\*(?!/))*+\*/")
_NO_NAME: Final = frozenset(
    b"if for while switch catch return function super with else do try case new await typeof "
    b"sizeof defined assert".split()
)
_NO_OWNER: Final = frozenset(
    b"exports module prototype internals self this _M M window global globalThis".split()
)
_END_OF_TYPE: Final = re.compile(
    rb"[:{(=<\[]|\b(?:extends|implements|final|where|with|struct|interface|do|is|of|permits)\b"
)
_WORD: Final = re.compile(rb"[\w$.:]*[\w$]")


@cache
def _pattern(forms: tuple[str, ...]) -> re.Pattern[bytes]:
    either = b"|".join(_FORMS[form] for form in forms)
    return re.compile(
        rb"^[ \t]*+" + _MODIFIERS + rb"(?:" + either + rb")", re.MULTILINE | re.VERBOSE
    )


def _read(match: re.Match[bytes], data: bytes, around: _Open | None) -> tuple[str, bool] | None:
    """The definition's name, and whether it holds others; None for what only looks like one."""
    groups = match.groupdict()
    if groups.get("holder"):
        return _type(groups["holder"], groups["holder_rest"])
    if groups.get("c") is not None:
        return _of_c(match, data, groups["scope"], groups["c"])
    if groups.get("assigned") is not None:
        owners = [part for part in groups["owner"].split(b".") if part and part not in _NO_OWNER]
        name = groups["assigned"]
        own = [] if name in _NO_OWNER else [name]
        return b".".join([*owners, *own]).decode("utf-8", "replace"), bool(groups["class"])
    if groups.get("method") is not None or groups.get("property") is not None:
        name = groups.get("method") or groups.get("property") or b""
        if around is None or not around.holds or name in _NO_NAME:
            return None
        if groups.get("method") and not _has_body(data, match.end() - 1):
            return None
        return name.lstrip(b"#").decode("utf-8", "replace"), False
    name = b""
    for each in ("function", "initialiser", "shell", "lisp", "sql"):
        name = groups.get(each) or name
    parts = [part for part in re.split(rb"[.:]+", name) if part and part not in _NO_OWNER]
    receiver = groups.get("receiver")
    said = b".".join([*([receiver] if receiver else []), *parts[-2:]])
    return said.decode("utf-8", "replace"), False


def _type(keyword: bytes, rest: bytes) -> tuple[str, bool] | None:
    """What `class JSON_API Reader : public Base {` defines."""
    if keyword == b"impl":
        rest = re.sub(rb"^[ \t]*<(?:[^<>]|<[^<>]*>)*>", b"", rest)
        rest = rest.partition(b" for ")[2] or rest
    if b"(" in rest.partition(b"{")[0] and keyword in (b"struct", b"enum", b"union"):
        return None
    told = _END_OF_TYPE.split(rest.strip(), maxsplit=1)[0]
    words = _WORD.findall(told)
    if not words:
        return None
    name = words[-1] if keyword.endswith((b"class", b"struct")) else words[0]
    return name.rpartition(b"::")[2].decode("utf-8", "replace"), True


def _of_c(
    match: re.Match[bytes], data: bytes, scope: bytes, name: bytes
) -> tuple[str, bool] | None:
    if name in _NO_NAME or not _has_body(data, match.end() - 1):
        return None
    owner = re.sub(rb"<[^>\n]*>", b"", scope).rstrip(b":").rpartition(b"::")[2]
    return b".".join([*([owner] if owner else []), name]).decode("utf-8", "replace"), False


def _has_body(data: bytes, at: int) -> bool:
    """Whether a brace opens after the parameters, before the statement ends."""
    depth = 0
    for match in _BRACKETS.finditer(data, at, at + _MOST_BEFORE_THE_BODY):
        mark = match[0]
        if mark == b"(":
            depth += 1
        elif mark == b")":
            depth -= 1
            if depth < 0:
                return False
        elif depth == 0:
            return mark in (b"{", b"=>")
    return False


_BRACKETS: Final = re.compile(rb"//[^\n]*|/\*(?:[^*]|\*(?!/))*+\*/|=>|[(){};=]")


_COMMENT: Final = re.compile(
    rb"""[ \t]*(?:
        // | \#(?!(?:include|define|if|endif|else|pragma)\b) | -- | \* | /\* | ;; | %% | @
        | \[\w[^=]*\][ \t\r]*$ | template[ \t]*<
    )""",
    re.VERBOSE,
)
_ENDS_A_COMMENT: Final = re.compile(rb"[^\n]*\*/[ \t\r]*$")
_TYPE_ALONE: Final = re.compile(rb"[a-zA-Z][\w \t*&:<>,]*[\w*&>][ \t\r]*$")


def _first_line(data: bytes, lines: Sequence[int], line: int, floor: int) -> int:
    """Of a definition with its type, its annotations and the comments right above it."""
    first = line
    if first > 0 and lines[first] == _at_text(data, lines[first]) and lines[first - 1] >= floor:
        above = data[lines[first - 1] : lines[first]]
        if _TYPE_ALONE.match(above) and not above.startswith((b"else", b"do", b"public:")):
            first -= 1
    while first > 0 and lines[first - 1] >= floor:
        above = data[lines[first - 1] : lines[first]]
        if _COMMENT.match(above):
            first -= 1
        elif _ENDS_A_COMMENT.match(above):
            opened = data.rfind(b"/*", floor, lines[first])
            if opened < 0:
                break
            first = bisect_right(lines, opened) - 1
        else:
            break
    return first


def _at_text(data: bytes, start: int) -> int:
    while data[start : start + 1] in (b" ", b"\t"):
        start += 1
    return start


_CLOSES: Final = (b"}", b"end", b")", b"]")
_STILL_THE_HEAD: Final = re.compile(rb"(?:\{|\)|\}|:|throws\b|->|\|)")
_GOES_ON: Final = re.compile(rb"(?:\{|=>|:|,|\(|\bwhere|\bdo|\bthen)[ \t\r\n]*$")


def _last_line(data: bytes, lines: Sequence[int], line: int) -> int:
    """The line that closes what begins at `line`: the next one that is indented no more."""
    indent = _indent(data, lines[line])
    last = line
    for at in range(line + 1, len(lines)):
        start = lines[at]
        end = lines[at + 1] if at + 1 < len(lines) else len(data)
        text = data[start:end].strip()
        if not text or text.startswith((b"#if", b"#e", b"#define", b"#undef")):
            continue
        if _indent(data, start) > indent or _LABEL.match(text):
            last = at
            continue
        if text.startswith(b"where") or (_STILL_THE_HEAD.match(text) and _GOES_ON.search(text)):
            last = at
            continue
        if text.startswith(b"{") and last == line and b"}" not in text:
            last = at
            continue
        return at if text.startswith(_CLOSES) else last
    return last


_LABEL: Final = re.compile(rb"\w+:$")


def _indent(data: bytes, start: int) -> int:
    width = 0
    while data[start : start + 1] in (b" ", b"\t"):
        width += 8 - width % 8 if data[start] == 9 else 1
        start += 1
    return width


class _Spans:
    """Stretches of a text, in order, that do not meet."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def hold(self, at: int) -> bool:
        place = bisect_right(self._starts, at) - 1
        return place >= 0 and at < self._ends[place]
