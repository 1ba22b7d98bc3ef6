"""What a question may ask of the graph: the reading interface, whatever stands behind it.

Behind it are layers: the committed graph, files committed since it was loaded, and a client's
unsaved buffers, each replacing the contribution of the same file in the layer below. A view is
frozen at one revision; two calls on one view never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ramify_store.facts import Edge, EdgeKind, LookUp, Outline, Placed, Symbol

if TYPE_CHECKING:
    from numpy import bool_, float32, int32, int64, intp
    from numpy.typing import NDArray


class GraphView(Protocol):
    """Read-only. Every sequence is in a fixed order (path, then position, then id)."""

    @property
    def revision(self) -> int:
        """Of the committed graph: rises by one with each commit."""

    def paths(self) -> Sequence[str]:
        """Every indexed file, sorted."""

    def placed(self, path: str) -> Placed | None: ...

    def outline(self, path: str) -> Outline | None:
        """Places of this view's symbols and sites of the file."""

    def symbol(self, symbol_id: str) -> Symbol | None: ...

    def symbols_of(self, path: str) -> Sequence[Symbol]:
        """In order of position, the module first."""

    def children(self, symbol_id: str) -> Sequence[Symbol]:
        """Directly contained symbols, in order of position."""

    def named(self, name: str) -> Sequence[Symbol]:
        """Symbols with exactly this bare name (a module's is its last component)."""

    def names(self) -> Collection[str]:
        """Every bare name that some symbol has."""

    def outgoing(self, symbol_id: str, kinds: Collection[EdgeKind]) -> Sequence[Edge]: ...

    def incoming(self, target: str, kinds: Collection[EdgeKind]) -> Sequence[Edge]:
        """Edges into a symbol, or into an external by its id."""

    def incoming_count(self, target: str, kinds: Collection[EdgeKind]) -> int:
        """How many `incoming` gives, without making them."""

    def among(
        self, symbol_ids: Collection[str], kinds: Collection[EdgeKind]
    ) -> Collection[tuple[str, str]]:
        """Source and target of the edges among some symbols, each pair once, in no order."""

    def externals(self) -> Iterable[str]:
        """Ids of everything outside the workspace that some edge reaches."""

    def lookups_from(self, symbol_id: str) -> Sequence[LookUp]:
        """What could not be resolved in a symbol."""

    def lookups_of(self, name: str) -> Sequence[LookUp]:
        """Who named this without anybody knowing which one was meant."""


class Hit(Protocol):
    """A chunk that a search found."""

    @property
    def path(self) -> str: ...

    @property
    def symbol(self) -> str:
        """Id of the symbol the chunk belongs to."""

    @property
    def kind(self) -> str:
        """`ChunkFact.kind`."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def is_test(self) -> bool: ...

    @property
    def name(self) -> str:
        """`ChunkFact.name`."""

    @property
    def score(self) -> float:
        """BM25 for full text, cosine for vectors; higher is nearer."""


@dataclass(frozen=True, slots=True)
class ChunkFilter:
    """Narrows a search before ranking, not after. A None field does not narrow."""

    paths: Callable[[str], bool] | None = None
    symbols: Collection[str] | None = None
    """Ids: only chunks of these symbols."""
    kinds: Collection[str] | None = None
    languages: Collection[str] | None = None
    words: Collection[str] | None = None
    """Only chunks that hold all of these."""
    tests: bool | None = None
    """True: only tests; False: no tests."""


class Retrieved(Protocol):
    """Pieces, each once: those near to a question, nearest first, then those with its words, best
    first, then others. Cheap while no hit is asked for."""

    @property
    def near(self) -> int:
        """So many of the first were found as near."""

    @property
    def cosines(self) -> NDArray[float32]:
        """Of each piece to the question; not a number while it has no vector."""

    @property
    def texts(self) -> NDArray[float32]:
        """BM25 of each piece that was found by words; not a number for another."""

    @property
    def named(self) -> NDArray[bool_]:
        """Of each piece, whether it was handed over as named."""

    def hits(self, places: NDArray[intp]) -> Sequence[Hit]:
        """The pieces that stand there, each with its cosine."""


class SearchView(Protocol):
    """The live chunks of the committed graph. Ties are broken by path, then by start."""

    def full_text(self, words: Sequence[str], limit: int, only: ChunkFilter) -> Sequence[Hit]:
        """Chunks that hold some of the words (split identifiers, lower case), best BM25 first."""

    def nearest(self, vector: NDArray[float32], limit: int, only: ChunkFilter) -> Sequence[Hit]:
        """Embedded chunks by cosine to a unit vector of the store's model, nearest first."""

    def retrieved(
        self,
        words: Sequence[str],
        vector: NDArray[float32] | None,
        limit: int,
        only: ChunkFilter,
        named: Sequence[Hit] = (),
    ) -> Retrieved:
        """What `full_text` and `nearest` find, side by side, and these besides; without a vector
        nothing is near."""

    def words_of(self, hits: Sequence[Hit]) -> NDArray[int32]:
        """A row for each hit: the numbers by which the model knows its words, in order of first
        occurrence, filled up with -1."""

    def word_counts(self) -> tuple[int, int, NDArray[int64]]:
        """Of all live embedded texts: how many they are, how many words they have together, and by
        number of a word how many hold it."""

    def chunks_of(self, symbol_id: str) -> Sequence[Hit]:
        """The symbol's chunks in order of position, each with score 0."""

    def unheard(self, words: Sequence[str]) -> Sequence[str]:
        """Those of some words that stand in no chunk."""

    def defining(self, name: str, only: ChunkFilter) -> Sequence[Hit]:
        """The chunks of that `ChunkFact.name`, or of one that ends in a dot and it, in order of
        position, each with score 0."""

    def vector_of(self, hit: Hit) -> NDArray[float32] | None:
        """The chunk's unit vector; None while it is not embedded."""

    def text_of(self, hit: Hit) -> str:
        """The chunk's text as it was indexed."""


@dataclass(frozen=True, slots=True)
class Companion:
    """A file that changed together with another one."""

    path: str
    shared: int
    """Commits that changed both."""
    commits: int
    """Commits that changed the other one."""
    strength: float
    """0 to 1: the share of the other one's commits that also changed this one, recent commits
    and small ones weighing more."""


@dataclass(frozen=True, slots=True)
class Churn:
    commits: int
    weight: float
    """Commits, each counting half for every year before the newest one."""


class HistoryView(Protocol):
    """What was changed together, as far as the repository's history was read."""

    @property
    def unread(self) -> str | None:
        """Why there may be more than is told here ("the history of git is being read"); None
        when all that is looked at was read."""

    def companions(self, path: str) -> Sequence[Companion]:
        """Strongest first, ties by path; files that are gone included."""

    def churn(self) -> Mapping[str, Churn]:
        """Of every file that some commit changed."""
