"""Conditions that are settled by what is written: literals, and Python versions long past.

Reads syntax alone; what a name stands for is for inference to say.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any, Final

from ramify.analysis.extraction.parse import Node
from ramify.analysis.extraction.state import Walk

_PAST: Final = (3, 8)
"""Nobody runs this version of Python any more, or one before it."""

_LITERALS: Final = {b"True": True, b"1": True, b"False": False, b"0": False}
_VERSION: Final = re.compile(
    rb"sys\.version_info(?:(\[0\]|\.major)\s*(>=|<=|==|>|<)\s*(\d+)"
    rb"|(?:\[:2\])?\s*(>=|<)\s*\((\d+)\s*(?:,\s*(\d+)\s*)?,?\s*\))"
)
_COMPARISONS: Final[dict[bytes, Callable[[Any, Any], bool]]] = {
    b">=": operator.ge,
    b"<=": operator.le,
    b"==": operator.eq,
    b">": operator.gt,
    b"<": operator.lt,
}


def settled(w: Walk, condition: Node) -> bool | None:
    """Whether a condition always or never holds; None where that depends on something."""
    kind = condition.type
    if kind == "comparison_operator":
        return _of_version(w.data[condition.start_byte : condition.end_byte])
    if kind in ("true", "false", "integer"):
        return _LITERALS.get(w.data[condition.start_byte : condition.end_byte])
    return None


def _of_version(text: bytes) -> bool | None:
    found = _VERSION.fullmatch(text) if text.startswith(b"sys.v") else None
    if found is None:
        return None
    major, comparison, number, order, first, second = found.groups()
    if major is not None:
        return _COMPARISONS[comparison](3, int(number))
    if (int(first), int(second or 0)) > _PAST:
        return None
    return bool(order == b">=")
