"""The chunks: full text, nearest vectors, filters, and what a view may show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ramify_store.chunk_rows import ChunkHit
from ramify_store.chunks import Chunk, ChunkIndex, FileChunks
from ramify_store.search import ChunkView
from ramify_store.vectors import ChunkTables
from ramify_store.view import ChunkFilter, Hit

EVERYTHING = ChunkFilter()
MODEL = "test-4"


def file(path: str, *texts: str, hash: str = "h", language: str = "python") -> FileChunks:
    """A file of one chunk for each text; its words are the text, its hash stands for it."""
    chunks = tuple(
        Chunk(
            symbol=f"python . {path}/{text.split()[0]}",
            kind="function",
            start=10 * number,
            end=10 * number + 10,
            hash=f"hash of {text}",
            words=text,
        )
        for number, text in enumerate(texts)
    )
    return FileChunks(path, hash, language, path.startswith("tests/"), chunks)


@pytest.fixture(params=["disk", "memory"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ChunkIndex]:
    yield ChunkIndex(ChunkTables(tmp_path if request.param == "disk" else None, MODEL, 4), MODEL)


def put(index: ChunkIndex, hashes: Sequence[str], vectors: NDArray[np.float32]) -> None:
    """Every text with the words 7 and its place among the hashes."""
    words = [np.array([7, row], np.uint16) for row in range(len(hashes))]
    index.put_vectors(hashes, vectors, words)


def view(index: ChunkIndex, hash: str = "h") -> ChunkView:
    return index.view(lambda path: hash, lambda hit: f"text of {hit.path}")


def unit(*numbers: float) -> NDArray[np.float32]:
    vector = np.array(numbers, np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def places(hits: Sequence[Hit]) -> list[tuple[str, int]]:
    return [(hit.path, hit.start) for hit in hits]


def test_full_text_finds_chunks_that_hold_some_of_the_words(index: ChunkIndex) -> None:
    index.replace([file("a.py", "parse http header", "close file"), file("b.py", "http get")], [])
    assert places(view(index).full_text(["http"], 9, EVERYTHING)) == [("b.py", 0), ("a.py", 0)]
    assert places(view(index).full_text(["close", "nothing"], 9, EVERYTHING)) == [("a.py", 10)]
    assert view(index).full_text(["nothing"], 9, EVERYTHING) == []
    assert view(index).full_text([], 9, EVERYTHING) == []


def test_the_chunk_with_more_of_the_words_comes_first(index: ChunkIndex) -> None:
    index.replace([file("a.py", "http a b"), file("b.py", "http header a")], [])
    hits = view(index).full_text(["http", "header"], 9, EVERYTHING)
    assert places(hits) == [("b.py", 0), ("a.py", 0)]
    assert hits[0].score > hits[1].score > 0


def test_equal_scores_come_in_order_of_path_and_start(index: ChunkIndex) -> None:
    index.replace([file("b.py", "get", "get"), file("a.py", "get")], [])
    hits = view(index).full_text(["get"], 2, EVERYTHING)
    assert places(hits) == [("a.py", 0), ("b.py", 0)]


def test_a_replaced_file_is_found_by_its_new_words_alone(index: ChunkIndex) -> None:
    index.replace([file("it's.py", "old words"), file("b.py", "kept words")], [])
    index.replace([file("it's.py", "new words")], [])
    assert view(index).full_text(["old"], 9, EVERYTHING) == []
    assert places(view(index).full_text(["new"], 9, EVERYTHING)) == [("it's.py", 0)]
    assert places(view(index).full_text(["words"], 9, EVERYTHING)) == [("b.py", 0), ("it's.py", 0)]


def test_a_removed_file_is_found_no_more(index: ChunkIndex) -> None:
    index.replace([file("a.py", "words"), file("b.py", "words")], [])
    index.replace([], ["a.py"])
    assert places(view(index).full_text(["words"], 9, EVERYTHING)) == [("b.py", 0)]
    assert index.files() == {"b.py": "h"}


def test_nearest_goes_by_cosine(index: ChunkIndex) -> None:
    index.replace([file("a.py", "one", "two", "three")], [])
    vectors = np.stack([unit(1, 0, 0, 0), unit(1, 1, 0, 0), unit(0, 0, 1, 0)])
    put(index, ["hash of one", "hash of two", "hash of three"], vectors)
    hits = view(index).nearest(unit(1, 0, 0, 0), 2, EVERYTHING)
    assert places(hits) == [("a.py", 0), ("a.py", 10)]
    assert [round(hit.score, 2) for hit in hits] == [1.0, 0.71]


def test_a_chunk_without_a_vector_is_not_near_anything(index: ChunkIndex) -> None:
    index.replace([file("a.py", "one", "two")], [])
    put(index, ["hash of two"], unit(-1, 0, 0, 0)[None, :])
    assert places(view(index).nearest(unit(1, 0, 0, 0), 9, EVERYTHING)) == [("a.py", 10)]
    assert index.pending() == 1
    assert index.missing(["hash of one", "hash of two"]) == {"hash of one"}


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (ChunkFilter(paths=lambda path: path.startswith("lib/")), ["lib/a.py"]),
        (ChunkFilter(tests=True), ["tests/b.py"]),
        (ChunkFilter(tests=False), ["doc.md", "lib/a.py"]),
        (ChunkFilter(languages=["markdown"]), ["doc.md"]),
        (ChunkFilter(symbols=["python . tests/b.py/words"]), ["tests/b.py"]),
        (ChunkFilter(kinds=["function"]), ["doc.md", "lib/a.py", "tests/b.py"]),
        (ChunkFilter(kinds=["class"]), []),
    ],
)
def test_filters_apply_before_ranking(
    index: ChunkIndex, only: ChunkFilter, expected: list[str]
) -> None:
    files = [file("lib/a.py", "words"), file("tests/b.py", "words")]
    index.replace([*files, file("doc.md", "words", language="markdown")], [])
    put(index, ["hash of words"], unit(1, 0, 0, 0)[None, :])
    assert [hit.path for hit in view(index).full_text(["words"], 1, only)] == expected[:1]
    assert [hit.path for hit in view(index).full_text(["words"], 9, only)] == expected
    assert [hit.path for hit in view(index).nearest(unit(1, 0, 0, 0), 9, only)] == expected


def test_only_chunks_with_all_of_the_words(index: ChunkIndex) -> None:
    index.replace([file("a.py", "http header", "http get"), file("b.py", "get http")], [])
    put(index, ["hash of http header", "hash of http get"], np.eye(2, 4, dtype=np.float32))
    both, none = ChunkFilter(words=["get", "http"]), ChunkFilter(words=["get", "header"])
    assert places(view(index).full_text(["http"], 9, both)) == [("a.py", 10), ("b.py", 0)]
    assert places(view(index).nearest(unit(1, 0, 0, 0), 9, both)) == [("a.py", 10)]
    assert view(index).full_text(["http"], 9, none) == []


def test_scores_are_those_of_the_live_chunks_alone(index: ChunkIndex) -> None:
    index.replace([file("a.py", "http get get"), file("b.py", "http header of it")], [])
    before = view(index).full_text(["get", "http"], 9, EVERYTHING)
    index.replace([file("c.py", "get get http"), file("b.py", "http and more and more")], [])
    index.replace([file("b.py", "http header of it")], ["c.py"])
    assert view(index).full_text(["get", "http"], 9, EVERYTHING) == before
    index.tidy()
    assert view(index).full_text(["get", "http"], 9, EVERYTHING) == before


def test_scores_are_bm25(index: ChunkIndex) -> None:
    index.replace([file("a.py", "get get http"), file("b.py", "http"), file("empty.py")], [])
    hits = view(index).full_text(["get", "http"], 9, EVERYTHING)
    rare, common = log(1 + 1.5 / 1.5), log(1 + 0.5 / 2.5)
    longer, shorter = 1.2 * (0.25 + 0.75 * 3 / 2), 1.2 * (0.25 + 0.75 * 1 / 2)
    expected = {
        "a.py": rare * 2 * 2.2 / (2 + longer) + common * 2.2 / (1 + longer),
        "b.py": common * 2.2 / (1 + shorter),
    }
    assert {hit.path: hit.score for hit in hits} == pytest.approx(expected)


def test_a_rare_file_is_found_behind_many_others(index: ChunkIndex) -> None:
    index.replace([file("a.py", *["get get"] * 300), file("z.py", "get one two three")], [])
    only = ChunkFilter(paths=lambda path: path == "z.py")
    assert places(view(index).full_text(["get"], 1, only)) == [("z.py", 0)]


def test_a_view_shows_only_files_as_the_graph_has_them(index: ChunkIndex) -> None:
    index.replace([file("a.py", "words", hash="newer"), file("b.py", "words")], [])
    assert places(view(index).full_text(["words"], 9, EVERYTHING)) == [("b.py", 0)]
    assert view(index).chunks_of("python . a.py/words") == []
    assert places(view(index, "newer").full_text(["words"], 9, EVERYTHING)) == [("a.py", 0)]


def test_a_symbol_has_its_chunks_in_order(index: ChunkIndex) -> None:
    index.replace([file("a.py", "run first part", "close", "run second part")], [])
    put(index, ["hash of close"], unit(0, 3, 4, 0)[None, :])
    shown = view(index)
    assert places(shown.chunks_of("python . a.py/run")) == [("a.py", 0), ("a.py", 20)]
    (close,) = shown.chunks_of("python . a.py/close")
    expected = ChunkHit("a.py", "python . a.py/close", "function", 10, 20, False, 0.0, 1)
    assert close == expected
    vector = shown.vector_of(close)
    assert vector is not None and np.allclose(vector, [0, 0.6, 0.8, 0], atol=0.01)
    assert shown.vector_of(shown.chunks_of("python . a.py/run")[0]) is None
    assert shown.text_of(close) == "text of a.py"


def test_what_a_chunk_defines_finds_it(index: ChunkIndex) -> None:
    named = [
        Chunk("go . a.go", "function", 10 * at, 10 * at + 10, f"hash {at}", "words", name)
        for at, name in enumerate(["Router.Find", "", "Find", "Rewind"])
    ]
    index.replace([FileChunks("a.go", "h", "go", False, tuple(named)), file("b.py", "find")], [])
    shown = view(index)
    assert places(shown.defining("Find", EVERYTHING)) == [("a.go", 0), ("a.go", 20)]
    assert [hit.name for hit in shown.defining("Router.Find", EVERYTHING)] == ["Router.Find"]
    assert shown.defining("find", EVERYTHING) == []
    assert shown.defining("Find", ChunkFilter(languages={"python"})) == []


def test_words_that_stand_nowhere(index: ChunkIndex) -> None:
    index.replace([file("a.py", "parse http header")], [])
    assert view(index).unheard(["http", "zebra", "header"]) == ["zebra"]


def test_what_is_named_is_marked_wherever_it_was_found(index: ChunkIndex) -> None:
    index.replace([file("a.py", "parse http", "close file")], [])
    named = view(index).chunks_of("python . a.py/close")
    found = view(index).retrieved(["http"], None, 9, EVERYTHING, named)
    assert (found.named.tolist(), len(found.texts)) == ([False, True], 2)


def test_an_old_view_stays_as_it_was(index: ChunkIndex) -> None:
    index.replace([file("a.py", "words")], [])
    put(index, ["hash of words"], unit(1, 0, 0, 0)[None, :])
    before = view(index)
    index.replace([file("a.py", "other")], [])
    put(index, ["hash of other"], unit(1, 0, 0, 0)[None, :])
    hits = before.nearest(unit(1, 0, 0, 0), 9, EVERYTHING)
    assert [hit.symbol for hit in hits] == ["python . a.py/words"]


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    index = ChunkIndex(ChunkTables(tmp_path, MODEL, 4), MODEL)
    index.replace([file("a.py", "one", "two"), file("empty.py")], [])
    put(index, ["hash of one"], unit(1, 0, 0, 0)[None, :])
    index = ChunkIndex(ChunkTables(tmp_path, MODEL, 4), MODEL)
    assert index.files() == {"a.py": "", "empty.py": "h"}
    assert places(view(index).full_text(["two"], 9, EVERYTHING)) == [("a.py", 10)]
    assert places(view(index).nearest(unit(1, 0, 0, 0), 9, EVERYTHING)) == [("a.py", 0)]
    assert index.pending() == 1
    index.replace([file("a.py", "three")], [])
    assert places(view(index).full_text(["three"], 9, EVERYTHING)) == [("a.py", 0)]


def test_vectors_of_another_model_are_not_compared(tmp_path: Path) -> None:
    index = ChunkIndex(ChunkTables(tmp_path, MODEL, 4), MODEL)
    index.replace([file("a.py", "one")], [])
    put(index, ["hash of one"], unit(1, 0, 0, 0)[None, :])
    assert index.files() == {"a.py": "h"}
    index = ChunkIndex(ChunkTables(tmp_path, "another model", 4), "another model")
    assert index.missing(["hash of one"]) == {"hash of one"}
    assert index.files() == {"a.py": ""}
    put(index, ["hash of one"], unit(0, 1, 0, 0)[None, :])
    index.replace([file("a.py", "one")], [])
    assert index.files() == {"a.py": "h"}
    (hit,) = view(index).nearest(unit(0, 1, 0, 0), 9, EVERYTHING)
    assert round(hit.score, 2) == 1.0
    index = ChunkIndex(ChunkTables(tmp_path, "a shorter model", 3), "a shorter model")
    assert view(index).nearest(unit(1, 0, 0), 9, EVERYTHING) == []


def test_vectors_that_nobody_needs_are_forgotten_but_for_some(index: ChunkIndex) -> None:
    index.replace([file("a.py", "one")], [])
    put(
        index, [f"hash of {each}" for each in ("old", "one", "new")], np.eye(3, 4, dtype=np.float32)
    )
    (orphan,) = index.orphans(spare=1)
    assert index.orphans(spare=0, share=1.0) == [orphan]
    index.forget([orphan])
    assert index.missing(["hash of old", "hash of one", "hash of new"]) == {"hash of old"}
    (hit,) = view(index).nearest(unit(0, 1, 0, 0), 9, EVERYTHING)
    assert round(hit.score, 2) == 1.0


def test_tidying_changes_no_answer(index: ChunkIndex) -> None:
    index.replace([file("a.py", "one two"), file("b.py", "two")], [])
    before = view(index).full_text(["two"], 9, EVERYTHING)
    index.tidy()
    assert view(index).full_text(["two"], 9, EVERYTHING) == before


@settings(deadline=None, max_examples=25)
@given(
    rows=st.lists(st.tuples(*[st.integers(-3, 3)] * 4), min_size=1, max_size=30),
    limit=st.integers(1, 10),
)
def test_nearest_equals_sorting_all_cosines(rows: list[tuple[int, ...]], limit: int) -> None:
    index = ChunkIndex(ChunkTables(None, MODEL, 4), MODEL)
    names = [f"chunk{number}" for number in range(len(rows))]
    index.replace([file("a.py", *names)], [])
    vectors = np.array([unit(*row) if any(row) else (0, 0, 0, 0) for row in rows], np.float32)
    put(index, [f"hash of {name}" for name in names], vectors)
    hits = view(index).nearest(unit(1, 2, 3, 4), limit, EVERYTHING)
    expected = np.sort(vectors @ unit(1, 2, 3, 4))[::-1][:limit]
    assert np.allclose([hit.score for hit in hits], expected, atol=0.01)


@settings(deadline=None, max_examples=25)
@given(
    rows=st.lists(st.tuples(*[st.integers(-3, 3)] * 4).filter(any), min_size=1, max_size=30),
    chosen=st.sets(st.integers(0, 39)),
)
def test_nearest_of_few_is_what_all_have_of_them(
    rows: list[tuple[int, ...]], chosen: set[int]
) -> None:
    index = ChunkIndex(ChunkTables(None, MODEL, 4), MODEL)
    names = [f"chunk{number}" for number in range(len(rows))]
    bare = [f"bare{number}" for number in range(10)]
    index.replace([file("a.py", *names, *bare), file("b.py", *names)], [])
    put(index, [f"hash of {name}" for name in names], np.array([unit(*row) for row in rows]))
    few = {f"python . {path}/{name}" for path in ("a.py", "b.py") for name in (*names, *bare)}
    few = {symbol for number, symbol in enumerate(sorted(few)) if number in chosen}
    whole = view(index).nearest(unit(1, 2, 3, 4), 99, EVERYTHING)
    hits = view(index).nearest(unit(1, 2, 3, 4), 99, ChunkFilter(symbols=list(few)))
    expected = [hit for hit in whole if hit.symbol in few]
    assert sorted(places(hits)) == sorted(places(expected))
    assert np.allclose([hit.score for hit in hits], [hit.score for hit in expected], atol=1e-6)


def test_pieces_are_retrieved_as_each_way_alone_finds_them(index: ChunkIndex) -> None:
    index.replace([file("a.py", "one", "two"), file("b.py", "two", "bare")], [])
    put(index, ["hash of one", "hash of two"], np.eye(2, 4, dtype=np.float32))
    shown, vector = view(index), unit(3, 4, 0, 0)
    found = shown.retrieved(["two", "bare"], vector, 2, EVERYTHING)
    hits = found.hits(np.arange(len(found.cosines)))
    assert places(hits[: found.near]) == places(shown.nearest(vector, 2, EVERYTHING))
    assert places(hits) == [("a.py", 10), ("b.py", 0), ("b.py", 10)]
    assert found.cosines.tolist() == pytest.approx([0.8, 0.8, np.nan], nan_ok=True)
    best, second = shown.full_text(["two", "bare"], 2, EVERYTHING)
    assert places([best, second]) == [("b.py", 10), ("a.py", 10)]
    texts = [second.score, np.nan, best.score]
    assert found.texts.tolist() == pytest.approx(texts, nan_ok=True)


def test_named_pieces_are_retrieved_besides_and_once(index: ChunkIndex) -> None:
    index.replace([file("a.py", "one", "two"), file("b.py", "two", "bare")], [])
    put(index, ["hash of one", "hash of two"], np.eye(2, 4, dtype=np.float32))
    shown = view(index)
    named = [*shown.chunks_of("python . a.py/one"), *shown.chunks_of("python . b.py/two")]
    found = shown.retrieved(["two"], None, 9, EVERYTHING, named)
    hits = found.hits(np.arange(len(found.texts)))
    assert places(hits) == [("a.py", 10), ("b.py", 0), ("a.py", 0)]
    assert np.isnan(found.cosines).all()
    assert np.isnan(found.texts).tolist() == [False, False, True]


def test_hits_have_the_words_of_their_texts(index: ChunkIndex) -> None:
    index.replace([file("a.py", "one", "two"), file("b.py", "two", "bare")], [])
    put(index, ["hash of one", "hash of two"], np.eye(2, 4, dtype=np.float32))
    shown = view(index)
    hits = [*shown.chunks_of("python . a.py/two"), *shown.chunks_of("python . b.py/bare")]
    assert shown.words_of(hits).tolist() == [[7, 1], [-1, -1]]


def test_words_are_counted_once_for_each_text_that_is_live(index: ChunkIndex) -> None:
    index.replace([file("a.py", "one", "two"), file("b.py", "two")], [])
    put(index, ["hash of gone", "hash of one", "hash of two"], np.eye(3, 4, dtype=np.float32))
    texts, words, holding = view(index).word_counts()
    assert (texts, words, holding[:8].tolist()) == (2, 4, [0, 1, 1, 0, 0, 0, 0, 2])
