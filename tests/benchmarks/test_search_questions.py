"""The questions that search is measured by, and how an answer to one is scored."""

import re
from collections import Counter
from math import log2
from pathlib import Path

import pytest

from benchmarks.model.forbidden import is_forbidden
from benchmarks.model.packages import read_packages, read_pinned
from benchmarks.model.split import validation_packages
from benchmarks.search.corpus import HERE, PARTS, cut_docstrings, packages_of, pinned_sources
from benchmarks.search.measure import Found, Outcome, ndcg, rank, scored, summed
from benchmarks.search.questions import Question, Span, missing_places, read_questions

HEAD = "id\tpart\tpackage\tlanguage\tkind\tquestion\tplaces\thelps\n"


def test_every_package_is_pinned_and_stands_in_one_part() -> None:
    every = [package for part in PARTS for package in packages_of(part)]
    assert len(every) == len(set(every))
    assert all(pinned_sources(package).digests for package in every)


def test_nothing_is_chosen_by_a_package_that_others_evaluate_on() -> None:
    chosen = [pinned_sources(package).name for package in packages_of("choosing")]
    assert [name for name in chosen if is_forbidden(name)] == []


def test_nothing_that_is_asked_about_is_learned_from() -> None:
    model = HERE.parent / "model"
    asked = {pinned_sources(each.package).key for each in read_questions()}
    apart = {
        each.key
        for listed in ("reporting.tsv", "excluded.tsv")
        for each in read_pinned(model / listed)
    }
    held_out = validation_packages(read_packages(model / "packages.tsv"))
    assert len(held_out) == 78
    assert asked - apart - {each.key for each in held_out} == set()


def test_every_question_has_places_and_its_own_id() -> None:
    asked = read_questions()
    assert [each.id for each in asked if not each.answers or each.answers & each.helps] == []
    assert [each.id for each in asked if each.part not in PARTS or not each.text] == []
    assert [name for name, times in Counter(each.id for each in asked).items() if times > 1] == []
    assert [text for text, times in Counter(each.text for each in asked).items() if times > 1] == []


def test_a_package_stands_in_one_part_with_one_language() -> None:
    sides = {(each.package, each.part, each.language) for each in read_questions()}
    assert len(sides) == len({package for package, _, _ in sides})


def test_no_question_names_the_identifier_it_asks_for() -> None:
    said = [
        (each.id, place)
        for each in read_questions()
        for place in each.answers
        if each.kind != "symbol"
        and _is_said(place.rpartition(":")[2].rpartition(".")[2], each.text)
    ]
    assert said == []


def _is_said(name: str, text: str) -> bool:
    """A name of several words that stands in the text as it is; single words are English."""
    return "_" in name.strip("_") and re.search(rf"\b{re.escape(name)}\b", text) is not None


def test_a_place_may_say_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "questions.tsv"
    file.write_text(
        HEAD + "a-1\tchoosing\tnpm:a\tjavascript\tconcept\twho\ta.js:go@2-4\ta.js:b@9-9\n"
    )
    (question,) = read_questions(file)
    assert question.spans == (Span("a.js:go", 2, 4), Span("a.js:b", 9, 9))
    assert [question.grade(place) for place in ("a.js:go", "a.js:b", "a.js:c")] == [2, 1, 0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a-1\tchoosing\ta\tpython\tconcept\twho\ta.py\t", "a-1: 'a.py' is not path:name"),
        ("a-1\tchoosing\ta\tpython\twhy\twho\ta.py:b\t", "a-1: no such kind as 'why'"),
        ("a-1\tchoosing\ta\tpython", "a-1: 4 cells instead of 8"),
    ],
)
def test_a_row_that_is_not_well_formed_is_named(tmp_path: Path, row: str, said: str) -> None:
    file = tmp_path / "questions.tsv"
    file.write_text(f"{HEAD}{row}\n")
    with pytest.raises(ValueError, match=re.escape(said)):
        read_questions(file)


def test_places_that_the_package_lacks_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("class A:\n    if 1:\n        def b(self): ...\n")
    (tmp_path / "a.js").write_text("\nfunction go() {\n}\n")
    there = Question("?", frozenset({"a.py:A.b", "a.js:go"}), spans=(Span("a.js:go", 2, 3),))
    gone = Question(
        "?",
        frozenset({"a.py:A.c", "b.py:A"}),
        frozenset({"a.js:go"}),
        spans=(Span("a.js:go", 3, 4),),
        id="a-1",
    )
    assert missing_places([there], tmp_path) == []
    assert missing_places([gone], tmp_path) == [
        "a-1: lines 3 to 4 of a.js do not hold go",
        "a-1: a.py defines no A.c",
        "a-1: there is no file b.py",
    ]


def test_docstrings_become_questions_and_leave_the_files(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text(
        '"""About."""\n'
        "class Queue:\n"
        "    def pop(self):\n"
        '        """Take the oldest entry out of it.\n\n        Waits."""\n'
        "        first = self.entries[0]\n"
        "        return first\n"
        "    def close(self):\n"
        '        """Wake up everybody who waits."""\n'
    )
    assert cut_docstrings(tmp_path) == [
        Question("Take the oldest entry out of it.", frozenset({"a.py:Queue.pop"}))
    ]
    assert file.read_text() == (
        "\nclass Queue:\n    def pop(self):\n\n\n\n        first = self.entries[0]\n"
        "        return first\n    def close(self):\n        pass\n"
    )


def test_the_first_true_place_counts() -> None:
    question = Question("?", frozenset({"b", "c"}))
    assert rank(["a", "b", "c"], question) == 2
    assert rank(["a", *["x"] * 9, "b"], question) == 0


def test_places_gain_by_grade_and_once() -> None:
    question = Question("?", frozenset({"a"}), frozenset({"b"}))
    assert ndcg(["a", "b"], question) == 1.0
    assert ndcg(["x", "a", "a"], question) == 3 / log2(3) / (3 + 1 / log2(3))


def test_a_file_counts_where_its_first_hit_stands() -> None:
    question = Question("?", frozenset({"a.py:f"}), frozenset({"a.py:g", "b.py:h"}))
    found = scored(["x.py:x", "x.py:y", "a.py:other", "b.py:h"], question)
    assert (found.rank, found.file_rank) == (0, 2)
    assert found.file_ndcg == (3 / log2(3) + 1 / log2(4)) / (3 + 1 / log2(3))


def test_means_of_ranks() -> None:
    asked = Question("?", frozenset({"a"}))
    nothing = Found(0.0, 0.0, 0, 0)
    found = [(1.0, 0.75, 1, 3.0), (0.5, 0.5, 2, 1.0), (0.0, 0.0, 0, 2.0), (0.1, 0.25, 4, 4.0)]
    outcomes = [
        Outcome(asked, Found(places, files, rank, rank), nothing, took)
        for places, files, rank, took in found
    ]
    means = summed(outcomes)
    assert (means.mrr, means.recall) == ((1 + 0.5 + 0.25) / 4, 0.75)
    assert (means.ndcg, means.file_ndcg, means.p95_ms) == (0.4, 0.375, 3.0)
    assert (means.words_ndcg, means.words_file_ndcg) == (0.0, 0.0)
