"""The questions that search is measured by, and how an answer to one is scored."""

from pathlib import Path

from benchmarks.model.packages import read_packages
from benchmarks.search.corpus import HERE, PARTS, Question, cut_docstrings, natural_questions
from benchmarks.search.measure import rank, summed


def test_every_package_is_pinned_and_stands_in_one_part() -> None:
    every = [package for part in PARTS.values() for package in part]
    pinned = {package.name for package in read_packages(HERE.parent / "model" / "packages.tsv")}
    assert (len(every), [name for name in every if name not in pinned]) == (len(set(every)), [])


def test_every_question_has_places_and_belongs_to_a_part() -> None:
    every = [package for part in PARTS.values() for package in part]
    asked = [question for package in every for question in natural_questions(package)]
    assert len(asked) == 60
    assert [each.text for each in asked if not all(".py:" in one for one in each.answers)] == []


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
    assert rank(["a", "b", "c"], question, str) == 2
    assert rank(["a", *["x"] * 9, "b"], question, str) == 0


def test_means_of_ranks() -> None:
    scored = summed([1, 2, 0, 4], [3.0, 1.0, 2.0, 4.0])
    assert (scored.mrr, scored.recall) == ((1 + 0.5 + 0.25) / 4, 0.75)
