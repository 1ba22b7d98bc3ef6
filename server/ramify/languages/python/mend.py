"""Half-typed Python made readable for a parser: what is open or dangling becomes blank.

Every offset stays as it was. Only code with syntax errors is mended, and only where the parser
then understands more of it; `def` inside an open bracket is how one sees that it was left open.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    rb"""
      (?P<string> \"{3} (?:[^\\]|\\.)*? \"{3} | '{3} (?:[^\\]|\\.)*? '{3}
                | " (?:[^"\\\n]|\\.)* " | ' (?:[^'\\\n]|\\.)* ' )
    | (?P<unclosed> ["'][^\n]* )
    | (?P<comment> \#[^\n]* )
    | (?P<open> [(\[{] )
    | (?P<close> [)\]}] )
    | (?P<dot> \. (?=[ \t]*\r?(?:\n|\Z)) )
    | (?P<line> \n[ \t]* )
    """,
    re.VERBOSE | re.DOTALL,
)
_STATEMENT = re.compile(
    rb"(?:async[ ]+)?def[ ]+\w|class[ ]+\w|@\w|(?:return|raise)\b|(?:try|finally|else)[ ]*:"
    rb"|(?:import|assert|del|global|nonlocal|while)[ ]"
    rb"|(?:if|elif|for|with|async|except)\b[^\n#]*:[ \t]*\r?(?:\n|\Z)"
)
_HEAD = re.compile(rb"(?:(?:async[ ]+)?def|class)\b[^:]*")
"""A definition without its colon."""
_SPACE = ord(" ")
_REACH = 30
"""How many open brackets are looked through for the one that is being closed."""
_VISIBLE = re.compile(rb"[^\n]")
_PAIRS = {ord(")"): ord("("), ord("]"): ord("["), ord("}"): ord("{")}


def mend(data: bytes) -> bytes:
    """The text with unclosed brackets and strings, dangling dots and definitions that have no
    colon yet blanked out."""
    mended = bytearray(data)
    opened: list[int] = []
    begin = 0
    for token in _TOKEN.finditer(data):
        at = token.start()
        match token.lastgroup:
            case "open":
                opened.append(at)
            case "close":
                _close(mended, opened, at)
            case "line" if not opened or _STATEMENT.match(data, token.end()):
                _blank(mended, opened)
                if _HEAD.fullmatch(data, begin, at):
                    mended[begin:at] = _VISIBLE.sub(b" ", data[begin:at])
                begin = token.end()
            case "unclosed":
                mended[at : token.end()] = b" " * (token.end() - at)
            case "dot" if not opened:
                mended[at] = _SPACE
    _blank(mended, opened)
    return bytes(mended)


def _close(mended: bytearray, opened: list[int], at: int) -> None:
    """Closes the bracket it belongs to, and blanks those that were left open inside it."""
    wanted = _PAIRS[mended[at]]
    for depth in range(len(opened) - 1, max(-1, len(opened) - _REACH), -1):
        if mended[opened[depth]] == wanted:
            inside = opened[depth + 1 :]
            del opened[depth:]
            _blank(mended, inside)
            return
    mended[at] = _SPACE


def _blank(mended: bytearray, places: list[int]) -> None:
    for at in places:
        mended[at] = _SPACE
    places.clear()
