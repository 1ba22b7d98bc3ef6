"""Live answers about one place of one file, straight from the facts: needs no graph.

Serves go-to-definition, hover and highlights from the first second, in the text as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ramify.analysis.program import Program
from ramify_store.facts import Certainty


@dataclass(frozen=True, slots=True)
class Target:
    """Where a name leads. Either a place in the workspace or an external's id."""

    path: str
    """"" for an external."""
    start: int
    """Bytes of the naming token."""
    end: int
    symbol: str
    """Path of the symbol in its file (`SymbolFact.path`), "" for the module itself."""
    is_symbol: bool
    """False: a local variable or parameter, known by its place alone."""
    external: str
    """`python:os.path.join`, or ""."""
    certainty: Certainty
    why: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    start: int
    end: int
    is_write: bool


def definitions_at(program: Program, path: str, offset: int) -> Sequence[Target]:
    """What the name at a byte offset refers to, surest first; on a definition, itself."""
    raise NotImplementedError


def types_at(program: Program, path: str, offset: int) -> Sequence[Target]:
    """Classes that the expression named at an offset may be an instance of (or is)."""
    raise NotImplementedError


def local_occurrences_at(program: Program, path: str, offset: int) -> Sequence[Occurrence]:
    """Every place in the file that names the local variable or parameter at an offset, in order;
    empty when the name there is not a local one."""
    raise NotImplementedError
