"""The vocabulary that analysis and storage share: frozen values and nothing else.

Two forms live here. *Facts* say what one file's bytes say and depend on nothing but those bytes and
the language; they are cached by content hash. *Links* say what the facts mean beside the other
files of the workspace; they are what the graph stores. This module knows no database, no parser
and no editor.

Positions are byte offsets into the file's bytes (after decoding to UTF-8, without a BOM); lines
are found with `Outline.line_starts`. A *site* is a place in a file that refers to something; its
ordinal is the index of its expression in the file, so that text inserted above moves no edge.
"""

from __future__ import annotations

from array import array
from enum import IntEnum, IntFlag
from itertools import accumulate, chain
from operator import add, sub
from typing import Final

import msgspec

EXTRACTOR_VERSION: Final = 10
"""Raise it when the same bytes would give other facts: it is part of every cache key."""

NONE: Final = -1
"""No such index."""


class SymbolKind(IntEnum):
    MODULE = 1
    CLASS = 2
    FUNCTION = 3
    METHOD = 4
    PROPERTY = 5
    VARIABLE = 6  # bound at module level
    FIELD = 7  # bound in a class body, or through `self.` in its methods
    LAMBDA = 8


class SymbolFlag(IntFlag):
    ASYNC = 1
    GENERATOR = 2
    STATIC = 4  # @staticmethod
    CLASS = 8  # @classmethod (and __init_subclass__, __class_getitem__)
    ABSTRACT = 16
    OVERLOAD = 32
    CONDITIONAL = 64  # defined under `if`, `try` or in a loop


class ScopeKind(IntEnum):
    MODULE = 1
    CLASS = 2
    FUNCTION = 3
    LAMBDA = 4
    COMPREHENSION = 5


class Op(IntEnum):
    """What an expression is. Operands a, b, c are expression indices unless said otherwise.

    *name* is an index into `Body.names`, *pool* a start into `Body.pool`; NONE (-1) stands for
    an operand that is not there. Expressions stand in evaluation order, operands before the
    expression that uses them.
    """

    UNKNOWN = 0  # what no rule below describes; a: an operand or NONE
    NAME = 1  # a: name
    ATTR = 2  # a: base, b: name                            base.name
    CALL = 3  # a: callee, b: pool, c: number of arguments; pool holds pairs (how, expression)
    SUBSCRIPT = 4  # a: base, b: index
    CONST = 5  # a: name of its type ("int", "str", "NoneType", ...), b: name holding the literal
    #             (a string's without quotes) where it is short and plain, else NONE
    TUPLE = 6  # b: pool, c: number of elements
    LIST = 7  # b: pool, c: number of elements
    SET = 8  # b: pool, c: number of elements
    DICT = 9  # b: pool, c: number of entries; pool holds pairs (key or NONE for `**`, value)
    COMP = 10  # a: element, b: CompKind, c: its scope
    DICT_COMP = 11  # a: key, b: value, c: its scope
    LAMBDA = 12  # a: scope index
    BINARY = 13  # a: left, b: right, c: name of the method ("__add__"; "__iadd__" for `+=`)
    UNARY = 14  # a: operand, c: name of the method ("__neg__"; `not` gives "__bool__")
    COMPARE = 15  # a: left, b: right, c: name of the method; `in` gives "__contains__" (of right),
    #              `is` and `is not` give "is" and "is not"
    BOOL = 16  # a: left, b: right, c: name "and" or "or": the value is one of the two
    COND = 17  # a: then, b: else, c: condition
    AWAIT = 18  # a
    YIELD = 19  # a or NONE
    YIELD_FROM = 20  # a
    STAR = 21  # a                                          *a in a display or a subscript
    ITER = 22  # a: what is iterated; b: 1 if `async for`   the element of a loop
    ENTER = 23  # a: context manager; b: 1 if `async with`  what `as` binds
    ITEM = 24  # a: what is unpacked, b: position; negative counts from the end (after a star)
    REST = 25  # a: what is unpacked, b: position of the starred target
    CAUGHT = 26  # a: class or tuple of classes             what `except ... as` binds
    FORMAT = 27  # a: name that it begins with, a path, or NONE, b: pool, c: number of fields
    IMPORT = 28  # a: name of the module as written without its dots, b: imported name or NONE,
    #              c: number of leading dots. One for each dotted prefix of `import a.b.c`
    STAR_IMPORT = 29  # a: name of the module, c: number of leading dots
    STORE_NAME = 30  # a: name                              the target of a binding
    STORE_ATTR = 31  # a: base, b: name                     base.name = ...
    STORE_ITEM = 32  # a: base, b: index                    base[index] = ...
    STORE_OTHER = 33  # a pattern target that binds nothing by itself
    SLICE = 34  # a, b, c
    NAMED = 35  # a: value, b: binding's STORE_NAME         (x := value)
    MATCH_CLASS = 36  # a: class, b: what it is matched against   the instance that matched
    TYPE_PARAMETER = 38  # a: bound or NONE, b: name, c: symbol of the class or function or NONE
    SUBJECT = 37  # a: what a class in a match statement is matched against (for narrowing)


class ArgumentHow(IntEnum):
    """How an argument is passed: a value of zero or more is the name index of its keyword."""

    POSITIONAL = -1
    SPLAT = -2  # *args
    DOUBLE_SPLAT = -3  # **kwargs


class CompKind(IntEnum):
    LIST = 0
    SET = 1
    GENERATOR = 2


class BindingKind(IntEnum):
    ASSIGN = 1  # also walrus, loop targets, `with ... as`, `except ... as`, match captures
    AUGMENTED = 2
    ANNOTATION = 3  # `x: T` without a value
    IMPORT = 4  # value: the IMPORT expression
    DEFINITION = 5  # def or class; symbol is set
    PARAMETER = 6
    DELETE = 7
    ATTRIBUTE = 8  # target is a STORE_ATTR
    ITEM = 9  # target is a STORE_ITEM


class ParamKind(IntEnum):
    POSITIONAL_ONLY = 0
    POSITIONAL_OR_KEYWORD = 1
    VAR_POSITIONAL = 2
    KEYWORD_ONLY = 3
    VAR_KEYWORD = 4


class SymbolFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One definition, named from the file alone."""

    name: str
    """The bare identifier; the module's own is empty here, a lambda's is `<lambda>`."""
    path: str
    """Dotted path in the file: `QuerySet.filter`, `f.<locals>.g`, `get#2` for the second
    definition of the same path, "" for the module."""
    kind: SymbolKind
    flags: int
    """SymbolFlag bits."""
    parent: int
    """Index of the enclosing symbol; NONE for the module, which is symbol 0."""
    scope: int
    """Index of the scope that the definition opens; NONE for variables and fields."""
    start: int
    """First byte of the definition, decorators included."""
    end: int
    name_start: int
    name_end: int
    doc_start: int
    """Bytes of the docstring literal, quotes included; NONE and NONE without one."""
    doc_end: int
    signature: str
    """`(self, *args: Any) -> QuerySet` for a function, `(Base, metaclass=Meta)` for a class,
    `: int` for an annotated variable or field; whitespace folded; else ""."""
    complexity: int
    """Cyclomatic complexity of a function (1 and up); 0 for what has no body of its own."""


class ChunkFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A piece of the file that is embedded and searched as one."""

    symbol: int
    kind: str
    """"function", "class" (its head), "module" (its head), "code" (other top-level code),
    "section" (a part of a document or of a text whose definitions cannot be told)."""
    start: int
    end: int
    part: int
    """0, or the number of this piece of a definition that was too long for one."""
    hash: str
    """BLAKE3 (32 hex digits) of `analysis.extraction.chunks.chunk_text`."""
    name: str = ""
    """What it defines where no symbol says so: `Router.Find`, in a text that is not parsed."""


class Outline(msgspec.Struct, frozen=True, array_like=True):
    """What answers about places need: cheap to decode, a tenth of the facts."""

    language: str
    size: int
    """Bytes of the text that offsets speak of."""
    ascii: bool
    """Every column is the same in every encoding."""
    line_starts: bytes
    """`packed_column` of 'i': byte offset of each line's first byte."""
    symbols: tuple[SymbolFact, ...]
    """In order of start; 0 is the module."""
    chunks: tuple[ChunkFact, ...]
    site_starts: bytes
    """`packed_column` of 'i' by expression: first byte of the token that names what is referred
    to."""
    site_lengths: bytes
    """`packed_column` of 'i'."""
    notes: tuple[str, ...]
    """Why the facts are fewer than a reader might expect ("2 syntax errors, first in line 7")."""

    def sites(self) -> tuple[array[int], array[int]]:
        """Start and end byte of each expression's naming token."""
        starts = unpacked_column(self.site_starts, array("i"))
        lengths = unpacked_column(self.site_lengths, array("i"))
        return starts, array("i", map(add, starts, lengths))

    def lines(self) -> array[int]:
        return unpacked_column(self.line_starts, array("i"))


def packed_column(numbers: array[int]) -> bytes:
    """Numbers as bytes that compress well: the differences between neighbours, which must fit the
    type as the numbers do, and of these all first bytes, then all second ones, and so on."""
    steps = array(numbers.typecode, map(sub, numbers, chain((0,), numbers)))
    data, width = steps.tobytes(), steps.itemsize
    return b"".join([data[place::width] for place in range(width)])


def unpacked_column(packed: bytes, into: array[int]) -> array[int]:
    """The numbers again, of the type of the empty array `into`."""
    width = into.itemsize
    count = len(packed) // width
    data = bytearray(len(packed))
    for place in range(width):
        data[place::width] = packed[place * count : (place + 1) * count]
    into.frombytes(data)
    return array(into.typecode, accumulate(into))


class ParamFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    name: int
    """Index into names."""
    kind: ParamKind
    annotation: int
    """Expression, evaluated in the scope around the function; NONE without one."""
    default: int
    """Expression, likewise."""
    binding: int
    """Index of its PARAMETER binding in the function's scope."""


class ScopeFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A lexical scope. Its expressions are the contiguous range [first, last), nested scopes
    included; decorators, bases, defaults, annotations and a comprehension's first iterable
    belong to the scope around it and stand before `first`."""

    kind: ScopeKind
    parent: int
    symbol: int
    """The symbol that owns code here: for a comprehension the one around it."""
    first: int
    last: int
    global_names: tuple[int, ...]
    nonlocal_names: tuple[int, ...]
    params: tuple[ParamFact, ...]
    returns: tuple[int, ...]
    """Values of the return statements (a lambda's body)."""
    yields: tuple[int, ...]
    """YIELD and YIELD_FROM expressions."""
    raises: tuple[int, ...]
    return_annotation: int
    decorators: tuple[int, ...]
    """Outermost first, as written."""
    bases: tuple[int, ...]
    keywords: tuple[tuple[int, int], ...]
    """(name, expression) pairs of a class statement: metaclass and others."""


class BindingFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One place that gives a name, an attribute or an item a value, in source order."""

    scope: int
    """The scope the statement stands in (a walrus in a comprehension: the scope it binds in)."""
    kind: BindingKind
    target: int
    """STORE_NAME, STORE_ATTR or STORE_ITEM expression: says what is bound, and where."""
    value: int
    """Expression or NONE."""
    symbol: int
    """The symbol defined, if the binding is its first; else NONE."""
    annotation: int
    block: int


class BlockFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A run of statements under one condition. Expressions in it: [first, last).

    A binding always runs before a use when its block encloses the use's block and it stands
    before it; blocks of one `group` (the branches of one statement) exclude each other.

    Conditions of `if` and `elif` are evaluated in the block around; `else` has the last one as
    its guard, negated. A `while` condition is in the loop's block and the body in a guarded one
    below. A `try` body is a block of no group, its handlers and `else` are one group, `finally`
    and the body of `with` belong to the block around. An `assert` about a type opens a guarded
    block to the end of its suite. A case's guard is the MATCH_CLASS of its whole subject.
    """

    parent: int
    """Block 0 is the module; a function's or class's body is a block below the one it stands in."""
    first: int
    last: int
    group: int
    """Statement the block is a branch of, NONE for a body that is no alternative of another."""
    loop: bool
    """The block may run again after itself."""
    ends: int
    """Whether its last statement leaves it for good: 1 for the end of a loop around, or perhaps no
    further (`continue`, `break`), 2 for that of the function (`return`, `raise`)."""
    guard: int
    """Condition expression known to hold (or not) inside; NONE without one."""
    negated: bool
    dead: bool
    """Nothing in it ever runs: it stands after a `return`, or its condition is a literal."""


class Body(msgspec.Struct, frozen=True, array_like=True):
    """The file as linking reads it: columns over expressions, then scopes, bindings, blocks."""

    names: tuple[str, ...]
    ops: bytes
    a: bytes
    """array('i'), like b and c."""
    b: bytes
    c: bytes
    pool: bytes
    """array('i')."""
    scopes: tuple[ScopeFact, ...]
    """0 is the module."""
    bindings: tuple[BindingFact, ...]
    blocks: tuple[BlockFact, ...]
    exported: tuple[str, ...] | None
    """What `__all__` lists where it is written plainly (also `+=`, `.extend`, `.append`)."""


class FileFacts(msgspec.Struct, frozen=True, array_like=True):
    outline: Outline
    body: Body


class Placed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A file in its workspace: what its path adds to its facts."""

    path: str
    """Relative to the workspace folder, with forward slashes."""
    hash: str
    """BLAKE3 of the bytes, hex; the facts' key together with language and extractor version."""
    language: str
    root: str
    """Import root, relative to the workspace folder; "." for the folder itself."""
    module: str
    """Dotted name; of `pkg/__init__.py` it is `pkg`."""
    is_package: bool
    is_stub: bool
    is_test: bool
    size: int
    mtime_ns: int


class Certainty(IntEnum):
    """How sure a relation is. Higher is surer; a path is as sure as its weakest link."""

    UNRESOLVED = 0
    POSSIBLE = 1
    INFERRED = 2
    EXACT = 3


class EdgeKind(IntEnum):
    CALLS = 1
    USES = 2  # reads
    WRITES = 3
    IMPORTS = 4
    INHERITS = 5
    OVERRIDES = 6  # from the overriding member to the one it hides
    DECORATES = 7  # from the decorated symbol to its decorator


class Symbol(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A definition in the graph. Its place is the fact of the same `path` in the file's outline."""

    id: str
    """`python . django.db.models.query/QuerySet.filter`: language, root, module, path."""
    name: str
    path: str
    kind: SymbolKind
    flags: int
    container: str
    """Id of the enclosing symbol; "" for a module."""
    file: str
    is_test: bool
    """A test function, method or class, or anything in a test file."""
    complexity: int


class Edge(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A resolved relation. One edge for each (source, target, kind, certainty, why, dispatch)."""

    source: str
    target: str
    """Symbol id, or an external's: `python:os.path.join` (holds a colon and no space)."""
    kind: EdgeKind
    certainty: Certainty
    why: str
    """A short phrase from a small vocabulary: "import", "own class", "annotation", ..."""
    dispatch: bool
    """The receiver may be of a subclass: overrides of the target may run instead (inferred)."""
    sites: tuple[int, ...]
    """Ordinals in the source's file, ascending; empty for OVERRIDES."""


class LookUp(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Sites of one symbol that name something nobody could resolve."""

    source: str
    name: str
    kind: EdgeKind
    """CALLS, USES or WRITES."""
    certainty: Certainty
    """POSSIBLE: an attribute of something unknown, so its name is all there is to go by.
    UNRESOLVED: a name or member that was looked for in known places and is in none."""
    sites: tuple[int, ...]


class Flow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A value that a call hands to a parameter (or an assignment to an attribute) elsewhere."""

    target: str
    value: str


class FileLinks(msgspec.Struct, frozen=True, array_like=True):
    """Everything one file contributes to the graph. Replacing it replaces the file."""

    placed: Placed
    symbols: tuple[Symbol, ...]
    """In the order of the outline's symbols, without lambdas' locals that no edge can name."""
    edges: tuple[Edge, ...]
    lookups: tuple[LookUp, ...]
    keys: tuple[int, ...]
    """What linking asked of other files, found or not: sorted 63-bit hashes of lookup keys. A
    change that touches one of them must link this file again, and no other change need to."""
    flows: tuple[tuple[Flow, ...], ...]
    """What the file hands to others, by round (see `ramify.analysis.linking.link`)."""


def symbol_id(placed: Placed, path: str) -> str:
    """`python . django.db.models.query/QuerySet.filter`; of a module `python . django.db/`.

    A stub's begin with `python-stub`, so that they are not taken for those of the module beside it.
    A space in the root is `%20`: the parts are told apart by their spaces.
    """
    language = f"{placed.language}-stub" if placed.is_stub else placed.language
    return f"{language} {placed.root.replace(' ', '%20')} {placed.module}/{path}"


def edge_is_external(target: str) -> bool:
    """Whether an edge's target names something outside the workspace."""
    return " " not in target


_encoder = msgspec.msgpack.Encoder()
_outline_decoder = msgspec.msgpack.Decoder(Outline)
_body_decoder = msgspec.msgpack.Decoder(Body)
_links_decoder = msgspec.msgpack.Decoder(FileLinks)


def encode(value: Outline | Body | FileLinks) -> bytes:
    """Compact bytes; `decode_outline`, `decode_body`, `decode_links` are the way back."""
    return _encoder.encode(value)


def decode_outline(data: bytes) -> Outline:
    """Raises msgspec.DecodeError (a ValueError) on bytes that are no outline."""
    return _outline_decoder.decode(data)


def decode_body(data: bytes) -> Body:
    """Raises msgspec.DecodeError (a ValueError) on bytes that are no body."""
    return _body_decoder.decode(data)


def decode_links(data: bytes) -> FileLinks:
    """Raises msgspec.DecodeError (a ValueError) on bytes that are no links."""
    return _links_decoder.decode(data)
