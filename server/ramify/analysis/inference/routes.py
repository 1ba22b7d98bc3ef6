"""Paths of URLs and the patterns that serve them, as segments.

Pure functions of texts. A pattern may stand below a part of the path that nobody knows: it is
compared from the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

ANY: Final = "*"
"""One segment, whatever it is."""
REST: Final = "**"
"""One or more."""
_AT_END: Final = "~"
_GROUP: Final = re.compile(r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)[?*+]*")
_HOST: Final = re.compile(r"^\w+://[^/]*")
_SPECIAL: Final = re.compile(r"[\\.+*?\[\]|]")


class Route(NamedTuple):
    """What is served where: the verb (empty for any), the route's name, and the pattern."""

    verb: str
    name: str
    is_whole: bool
    """Whether the path begins with the pattern, too."""
    of_application: bool
    """Whether an application serves it itself, and no part of one."""
    segments: tuple[str, ...]

    def text(self) -> str:
        whole = "^" * self.of_application or "=" * self.is_whole
        return " ".join((self.verb, self.name, whole, "/".join(self.segments)))


def route_of(text: str) -> Route:
    """A route as `Route.text` writes it."""
    verb, name, whole, pattern = text.split(" ", 3)
    segments = tuple(pattern.split("/")) if pattern else ()
    return Route(verb, name, bool(whole), whole == "^", segments)


def pattern(text: str) -> tuple[str, ...]:
    """Segments of `/posts/<int:id>/` or `/posts/{id}`."""
    return tuple(_segment(each) for each in text.split("/") if each)


def _segment(text: str) -> str:
    if "<" in text or "{" in text:
        return REST if "path:" in text or ":path" in text else ANY
    return text


def regex(text: str) -> tuple[str, ...]:
    """Segments of `^posts/(?P<id>[0-9]+)/$`."""
    plain = _GROUP.sub(ANY, text.lstrip("^").rstrip("$").replace("\\Z", ""))
    plain = plain.replace("\\.", ".").replace("\\-", "-").replace("/?", "/")
    parts = [each for each in plain.split("/") if each]
    return tuple(ANY if ANY in each or _SPECIAL.search(_plain(each)) else each for each in parts)


def _plain(segment: str) -> str:
    return segment.replace(".", "")


def path(text: str) -> tuple[str, ...] | None:
    """Segments of a path that is asked for, ANY for what is filled in; None for what is none."""
    bare = _HOST.sub("", text)
    if not bare.startswith(("/", "{}")) and bare == text:
        return None
    bare = re.split(r"[?#]", bare, maxsplit=1)[0]
    parts = [each for each in bare.split("/") if each]
    return tuple(ANY if "{" in each or "%" in each else each for each in parts)


def key_of(segments: tuple[str, ...]) -> str:
    """What a pattern is found by: its last plain segment and how many stand behind that."""
    for behind, each in enumerate(reversed(segments)):
        if each not in (ANY, REST):
            return f"{each} {_AT_END if REST in segments[len(segments) - behind :] else behind}"
    return f"/ {len(segments)}"


def keys_of(asked: tuple[str, ...]) -> Iterator[str]:
    """The keys of the patterns that may serve a path."""
    for behind, each in enumerate(reversed(asked)):
        if each != ANY:
            yield f"{each} {behind}"
            if behind:
                yield f"{each} {_AT_END}"
    yield f"/ {len(asked)}"


def fits(route: Route, asked: tuple[str, ...]) -> int:
    """How well a pattern serves a path: 0 if it does not, more for more plain segments."""
    segments = route.segments
    if REST in segments:
        at = segments.index(REST)
        segments = (*segments[:at], *(ANY for _ in asked[at : len(asked) - len(segments) + at + 1]),
                    *segments[at + 1 :])  # fmt: skip
    if len(segments) > len(asked) or (route.is_whole and len(segments) < len(asked)):
        return 0
    if not segments:
        return int(not asked)
    plain = 0
    for mine, theirs in zip(reversed(segments), reversed(asked), strict=False):
        if mine == theirs != ANY:
            plain += 1
        elif ANY not in (mine, theirs):
            return 0
    whole = len(segments) == len(asked)
    return 2 * plain + whole if plain or (whole and route.is_whole) else 0
