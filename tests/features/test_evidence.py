"""Tests that a coverage file tells of."""

from __future__ import annotations

import os
from pathlib import Path

from ramify.features.answers.impact import Impact
from ramify.features.changed import changed_symbols
from ramify.features.impact import impact, impact_of_changes
from ramify.session.coverage import Coverage, coverage_of
from ramify.session.git import ChangedFile
from tests.features.reading import TOKEN, ident, reading_of, short
from tests.session.test_coverage import bits, written

TEXTS = {
    "a.py": "def f(x):\n    return x\n\ndef g(x):\n    return x\n",
    "tests/test_a.py": (
        "from a import f\n"
        "class TestBase:\n    def test_known(self): f(1)\n    def test_hidden(self): ...\n"
        "class TestSub(TestBase): ...\n"
    ),
}
HIDDEN = "tests/test_a.py::TestBase::test_hidden[1]|run"


def measured(folder: Path, context: str, *lines: int, older: bool = False) -> Coverage:
    (folder / "a.py").write_text(TEXTS["a.py"])
    written(folder, [(f"{folder}/a.py", context, bits(*lines))])
    found = coverage_of(str(folder))
    assert found is not None
    os.utime(folder / "a.py", ns=(1, found.measured_ns + (1 if older else -1)))
    return found


def told(answer: Impact) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (short(e.item.id).rpartition(".")[2], e.item.certainty.name.lower(), e.reasons)  # type: ignore[union-attr]
        for e in answer.tests
    ]


def asked(coverage: Coverage, symbol: str = "a:f") -> Impact:
    return impact(reading_of(TEXTS), TOKEN, [ident(symbol)], coverage=coverage)


def test_a_test_that_ran_it_is_added(tmp_path: Path) -> None:
    answer = asked(measured(tmp_path, HIDDEN, 1, 2))
    assert told(answer) == [
        ("test_known", "exact", ("direct",)),
        ("test_hidden", "exact", ("ran it, by coverage",)),
    ]
    assert answer.tests_total == 2


def test_the_line_of_the_definition_alone_runs_at_import(tmp_path: Path) -> None:
    assert len(told(asked(measured(tmp_path, HIDDEN, 1)))) == 1


def test_coverages_own_contexts_are_dotted(tmp_path: Path) -> None:
    coverage = measured(tmp_path, "tests.test_a.TestBase.test_hidden", 2)
    assert [name for name, *_ in told(asked(coverage))] == ["test_known", "test_hidden"]


def test_an_inherited_test_is_run_as_it_was(tmp_path: Path) -> None:
    answer = asked(measured(tmp_path, "tests/test_a.py::TestSub::test_hidden|run", 5), "a:g")
    (test,) = answer.tests
    assert [run.names for run in test.runs] == [
        ("TestBase", "test_hidden"),
        ("TestSub", "test_hidden"),
    ]


def test_an_older_file_is_evidence_that_says_so(tmp_path: Path) -> None:
    answer = asked(measured(tmp_path, HIDDEN, 2, older=True))
    reason = "ran it, by a coverage file older than the code"
    assert told(answer)[1] == ("test_hidden", "inferred", (reason,))
    assert answer.notes == (
        "the coverage file is older than the code: it tells which tests ran what stood there",
    )


def test_of_a_change_the_lines_before_it_count(tmp_path: Path) -> None:
    coverage = measured(tmp_path, HIDDEN, 5, older=True)
    after = {**TEXTS, "a.py": "import os\n\n\n" + TEXTS["a.py"].replace("x\n", "x + 1\n")}
    reading = reading_of(after)
    changed = changed_symbols(reading, TOKEN, [ChangedFile("a.py", TEXTS["a.py"].encode(), None)])
    answer = impact_of_changes(reading, TOKEN, changed, coverage=coverage)
    reason = "ran it before the change, by coverage"
    assert ("test_hidden", "inferred", (reason,)) in told(answer)
    assert answer.untested == ()
