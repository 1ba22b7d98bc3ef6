"""Reading pieces word by word: features by hand, and that the shipped weights have learned."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ramify.embedding.model import load_embedder
from ramify.embedding.reranker import (
    Asked,
    Pieces,
    Table,
    WordStatistics,
    features,
    padded,
    statistics_of,
)
from ramify.embedding.tokens import raw_subtokens

TABLE = Table(np.array([[100, 0], [0, 100], [100, 100]], np.int8), np.full(3, 0.01, np.float32))
"""Word 2 lies between the words 0 and 1."""


def pieces(*words: tuple[int, ...], names: tuple[tuple[int, ...], ...] = ()) -> Pieces:
    rows = padded(words, 4)
    nothing: NDArray[np.int32] = padded([()] * len(words), 4)
    named = padded(names, 4) if names else nothing
    return Pieces(rows, named, nothing, np.zeros(len(words), np.float32))


def ask(*words: int) -> Asked:
    return Asked(np.array(words, np.int64), np.ones(len(words), np.float32))


def test_a_word_is_as_near_as_the_nearest_word_of_the_piece() -> None:
    found = pieces((1, 2), (1,), (0, 1))
    words, _ = features(TABLE, ask(0), found, statistics_of(found.words))
    assert words[:, 0, 4].tolist() == pytest.approx([0.7071, 0.0, 1.0], abs=1e-3)
    assert words[:, 0, 8].tolist() == [0.0, 0.0, 1.0]


def test_a_name_counts_apart_from_the_piece() -> None:
    found = pieces((1,), (1,), names=((0,), (1,)))
    words, _ = features(TABLE, ask(0), found, statistics_of(found.words))
    assert words[:, 0, 6].tolist() == pytest.approx([1.0, 0.0])


def test_a_rare_word_says_more() -> None:
    statistics = WordStatistics(10, 2.0, np.array([9, 1]))
    rarity = statistics.rarity(np.array([0, 1, 2]))
    assert rarity.tolist() == pytest.approx([0.147, 1.992, 3.091], abs=1e-3)


def test_nothing_is_known_of_words_before_there_are_pieces() -> None:
    statistics = WordStatistics(0, 0.0, np.zeros(0, np.int64))
    assert statistics.rarity(np.array([5])).tolist() == pytest.approx([0.693], abs=1e-3)


def test_what_does_it_answers_better_than_what_speaks_of_the_same() -> None:
    model = load_embedder()
    texts = [
        "def fetch(url, attempts):\n    for each in range(attempts):\n        sleep(2 ** each)\n",
        "def close(connection):\n    connection.close()\n",
        "def retries_of(settings):\n    return settings['retries']\n",
    ]
    read = [model.read(raw_subtokens(text)).numbers.tolist() for text in texts]
    found = Pieces(
        words=padded(read, 128),
        names=model.numbers_of(["fetch", "close", "retries_of"]),
        containers=model.numbers_of(["", "", ""]),
        cosines=model.embed_chunks(texts) @ model.embed_query("wait between attempts"),
    )
    scores = model.answering("wait between attempts", found, statistics_of(found.words)).scores
    assert int(np.argmax(scores)) == 0


def test_no_pieces_and_no_known_words_are_no_errors() -> None:
    model = load_embedder()
    nothing = Pieces(padded([], 1), padded([], 1), padded([], 1), np.zeros(0, np.float32))
    assert model.answering("retry", nothing, statistics_of(nothing.words)).scores.shape == (0,)
    one = Pieces(padded([(1,)], 1), padded([()], 1), padded([()], 1), np.ones(1, np.float32))
    assert model.answering("?", one, statistics_of(one.words)).scores.tolist() == [0.0]
