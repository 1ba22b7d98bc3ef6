"""What holds for every embedder that ships."""

import numpy as np

from ramify.embedding.model import load_embedder

TEXTS = ["def retry_upload(session): ...", "", "class Parser: pass", "\x00---"]


def test_rows_have_unit_length_or_are_zero() -> None:
    rows = load_embedder().embed_chunks(TEXTS)
    assert rows.dtype == np.float32
    assert rows.shape == (4, load_embedder().dimensions)
    assert np.allclose(np.linalg.norm(rows, axis=1), [1.0, 0.0, 1.0, 0.0], atol=1e-6)


def test_a_row_does_not_depend_on_its_batch() -> None:
    embedder = load_embedder()
    together = embedder.embed_chunks(TEXTS)
    alone = np.concatenate([embedder.embed_chunks([text]) for text in TEXTS])
    assert np.array_equal(together, alone)


def test_two_loads_give_the_same_bits() -> None:
    first, second = load_embedder(), load_embedder()
    assert first.model_id == second.model_id
    assert np.array_equal(first.embed_chunks(TEXTS), second.embed_chunks(TEXTS))
    assert np.array_equal(first.embed_query("retry"), second.embed_query("retry"))


def test_no_texts_give_no_rows() -> None:
    embedder = load_embedder()
    assert embedder.embed_chunks([]).shape == (0, embedder.dimensions)


def test_a_query_finds_the_chunk_that_shares_its_words() -> None:
    embedder = load_embedder()
    chunks = embedder.embed_chunks(
        ["def open_socket(host, port): ...", "def parse_date(text): ...", "class Tree: ..."]
    )
    assert int(np.argmax(chunks @ embedder.embed_query("parse a date"))) == 1
