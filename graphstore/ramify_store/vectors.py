"""The only importer of LanceDB: two tables on disk, rows in and columns out.

`chunks` has one row for each live chunk, replaced with its file, and with the words of its text.
`vectors` has one row for each embedded text, with the words it was made of, by a
key that names model and text: a rename, a move or a branch switch embeds nothing. Knows no graph
and no rankings; what is instant is kept by `ramify_store.search`. Importing LanceDB takes a second,
hence only here and only when first needed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ramify_store.errors import StoreCorrupt, StoreError
from ramify_store.facts import EXTRACTOR_VERSION
from ramify_store.leftout import left_out
from ramify_store.postings import Written

KEY_BYTES: Final = 16

LAYOUT: Final = 4
"""Of both tables: raise it with their columns, so that nobody takes old ones for complete."""

CHUNK_COLUMNS: Final = (
    "id",
    "path",
    "file_hash",
    "language",
    "is_test",
    "symbol",
    "kind",
    "start",
    "end",
    "name",
    "key",
)
"""Columns of a chunk besides its `words`, which only full text reads."""

_IN_ONE_QUERY: Final = 500
_IN_ONE_BATCH: Final = 1 << 13
_KEPT: Final = timedelta(milliseconds=1)
"""How long a version of a table outlives its successor: nobody else has the table open."""

_INDEX_CACHE_BYTES: Final = 32 << 20
_METADATA_CACHE_BYTES: Final = 8 << 20
"""By themselves LanceDB's caches keep whatever they met, also of versions that are gone."""

_PACKED: Final = {
    "lance-encoding:compression": "zstd",
    "lance-encoding:compression-level": "3",
    "lance-encoding:structural-encoding": "miniblock",
    "lance-encoding:minichunk-size": "32768",
}
"""For columns of text: by themselves the words would take nearly three times the room."""

Int8s = NDArray[np.int8]
Floats = NDArray[np.float32]


class ChunkTables:
    """Both tables of one store; `directory` None keeps them in memory.

    Writing belongs to one thread. Raises StoreCorrupt when they cannot be read.
    """

    def __init__(self, directory: Path | None, model_id: str, dimensions: int) -> None:
        """Vectors that another model made are forgotten."""
        with left_out("lance_namespace_urllib3_client"):  # models of a service, most of the import
            import lancedb

        try:
            session = lancedb.Session(_INDEX_CACHE_BYTES, _METADATA_CACHE_BYTES)
            where = "memory://" if directory is None else str(directory)
            self._database = lancedb.connect(where, session=session)
            self._chunks = self._opened_chunks()
            self._vectors = self._opened_vectors(model_id, dimensions)
        except (RuntimeError, ValueError, OSError) as error:
            raise StoreCorrupt(f"The chunks in {directory} cannot be opened ({error}).") from error

    def chunks(self) -> Any:
        """Every chunk as a pyarrow Table of CHUNK_COLUMNS."""
        count = self._chunks.count_rows()
        query = self._chunks.search().select(list(CHUNK_COLUMNS))
        return query.limit(max(1, count)).to_arrow()

    def add_chunks(self, rows: Sequence[tuple[object, ...]]) -> None:
        """Rows of CHUNK_COLUMNS and then the words."""
        import pyarrow as pa

        schema = _chunk_schema()
        columns = [
            pa.array(column, kind.type)
            for column, kind in zip(zip(*rows, strict=True), schema, strict=True)
        ]
        with _writing():
            self._chunks.add(pa.Table.from_arrays(columns, schema=schema))

    def delete_chunks(self, paths: Collection[str]) -> None:
        """Every chunk of these files."""
        for some in _batches(sorted(paths)):
            quoted = ", ".join(_quoted(path) for path in some)
            with _writing():
                self._chunks.delete(f"path IN ({quoted})")

    def chunk_words(self) -> Iterator[Written]:
        """The words of every chunk that has some, a few thousand chunks at once."""
        import pyarrow.compute as pc

        query = self._chunks.search().select(["id", "words"])
        for batch in query.limit(max(1, self._chunks.count_rows())).to_batches(_IN_ONE_BATCH):
            told = batch.filter(pc.not_equal(batch["words"], ""))
            lists = pc.split_pattern(told["words"], " ")
            lengths = np.diff(lists.offsets.to_numpy())
            words = lists.flatten().dictionary_encode()
            yield Written(
                told["id"].to_numpy(),
                lengths.astype(np.int64),
                words.dictionary.to_pylist(),
                words.indices.to_numpy().astype(np.int64),
            )

    def vectors(self) -> tuple[list[bytes], Int8s, Floats, list[bytes]]:
        """Keys, rows of numbers, the scale that makes each row a unit vector, and for each the
        words it was made of, 16 bits each."""
        count, dimensions = (
            self._vectors.count_rows(),
            self._vectors.schema.field("vector").type.list_size,
        )
        rows = np.empty((count, dimensions), np.int8)
        scales = np.empty(count, np.float32)
        keys: list[bytes] = []
        words: list[bytes] = []
        query = self._vectors.search().select(["key", "vector", "scale", "words"])
        for batch in query.limit(max(1, count)).to_batches(_IN_ONE_BATCH):
            first, last = len(keys), len(keys) + batch.num_rows
            rows[first:last] = batch["vector"].flatten().to_numpy().reshape(-1, dimensions)
            scales[first:last] = batch["scale"].to_numpy()
            keys.extend(batch["key"].to_pylist())
            words.extend(batch["words"].to_pylist())
        return keys, rows, scales, words

    def add_vectors(
        self, keys: Sequence[bytes], rows: Int8s, scales: Floats, words: Sequence[bytes]
    ) -> None:
        import pyarrow as pa

        numbers = pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel()), rows.shape[1])
        columns = [
            pa.array(keys, pa.binary(KEY_BYTES)),
            numbers,
            pa.array(scales),
            pa.array(words, pa.binary()),
        ]
        with _writing():
            self._vectors.add(pa.table(columns, names=["key", "vector", "scale", "words"]))

    def delete_vectors(self, keys: Collection[bytes]) -> None:
        for some in _batches(sorted(keys)):
            quoted = ", ".join(f"X'{key.hex()}'" for key in some)
            with _writing():
                self._vectors.delete(f"key IN ({quoted})")

    def fragments(self) -> int:
        """Data files of the table that has more of them."""
        tables = (self._chunks, self._vectors)
        return max(int(table.stats()["fragment_stats"]["num_fragments"]) for table in tables)

    def optimize(self) -> None:
        """Joins small files, forgets old versions."""
        for table in (self._chunks, self._vectors):
            with _writing():
                table.optimize(cleanup_older_than=_KEPT)

    def _opened_chunks(self) -> Any:
        if "chunks" in self._database.list_tables().tables:
            table = self._database.open_table("chunks")
            schema = _chunk_schema()
            if (table.schema.names, table.schema.metadata) == (schema.names, schema.metadata):
                return table
            self._database.drop_table("chunks")  # another Ramify's, whose chunks end elsewhere
        return self._database.create_table("chunks", schema=_chunk_schema())

    def _opened_vectors(self, model_id: str, dimensions: int) -> Any:
        import pyarrow as pa

        made_by = {b"model": model_id.encode(), b"dimensions": str(dimensions).encode()}
        if "vectors" in self._database.list_tables().tables:
            table = self._database.open_table("vectors")
            if table.schema.metadata == made_by and "words" in table.schema.names:
                return table
            self._database.drop_table("vectors")
        schema = pa.schema(
            [
                ("key", pa.binary(KEY_BYTES)),
                ("vector", pa.list_(pa.int8(), dimensions)),
                ("scale", pa.float32()),
                pa.field("words", pa.binary(), metadata=_PACKED),
            ],
            metadata=made_by,
        )
        return self._database.create_table("vectors", schema=schema)


@contextmanager
def _writing() -> Iterator[None]:
    """LanceDB tells of a full disk and of a file that is gone by one and the same exception."""
    try:
        yield
    except (RuntimeError, OSError) as error:
        reason = str(error).partition(", /")[0]  # without places in LanceDB's sources
        raise StoreError(f"The chunks for search cannot be written ({reason}).") from error


def _chunk_schema() -> Any:
    import pyarrow as pa

    return pa.schema(
        [
            ("id", pa.int64()),
            ("path", pa.string()),
            ("file_hash", pa.string()),
            ("language", pa.string()),
            ("is_test", pa.bool_()),
            pa.field("symbol", pa.string(), metadata=_PACKED),
            ("kind", pa.string()),
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("name", pa.string()),
            ("key", pa.binary()),
            pa.field("words", pa.string(), metadata=_PACKED),
        ],
        metadata={b"facts": str(EXTRACTOR_VERSION).encode(), b"layout": str(LAYOUT).encode()},
    )


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(items), _IN_ONE_QUERY):
        yield items[first : first + _IN_ONE_QUERY]


def _quoted(text: str) -> str:
    """An SQL literal: LanceDB's filters bind no parameters."""
    return "'" + text.replace("'", "''") + "'"
