"""The pure parts of the mutation benchmark: what is changed, what failed, what was selected."""

from __future__ import annotations

import ast
from itertools import islice

from benchmarks.mutation.asked import covered
from benchmarks.mutation.figures import by_chance, compared, curve, rank
from benchmarks.mutation.imported import importers, selected
from benchmarks.mutation.mutants import Mutant, functions_of, mutants, without_tests
from benchmarks.mutation.runs import Ran, function_of, read, read_traced


def drawn(text: str, count: int = 200, seed: object = 1) -> list[Mutant]:
    return list(islice(mutants({"a.py": text}, seed), count))


def changes(text: str) -> set[tuple[str, str, str]]:
    return {(each.operator, each.before, each.after) for each in drawn(text)}


def test_a_condition_is_negated() -> None:
    assert changes("def f(x):\n    if x: pass\n") == {("negate a condition", "x", "(not (x))")}


def test_a_returned_value_becomes_none() -> None:
    assert changes("def f(x):\n    return x\n") == {("return None", "return x", "return None")}
    assert changes("def f(x):\n    return None\n") == set()


def test_a_number_is_one_off_and_a_truth_value_is_none() -> None:
    assert ("off by one", "7", "8") in changes("def f(x):\n    g(7, True)\n")
    assert {before for operator, before, _ in changes("def f(x):\n    g(7, True)\n")} == {
        "7",
        "g(7, True)",
    }


def test_and_becomes_or() -> None:
    found = changes("def f(x, y):\n    return x and y\n")
    assert ("swap and/or", "x and y", "(x or y)") in found


def test_an_operator_becomes_another() -> None:
    assert ("replace an operator", "x < y", "(x <= y)") in changes("def f():\n    return x < y\n")
    assert ("replace an operator", "x + y", "(x - y)") in changes("def f():\n    return x + y\n")


def test_a_statement_is_dropped_and_a_docstring_is_not() -> None:
    text = 'def f():\n    """Says."""\n    g()\n'
    assert changes(text) == {("drop a statement", "g()", "pass")}


def test_what_is_changed_is_python_and_all_else_stays() -> None:
    text = "# ä\ndef f(x):  # one\n    é = (x +\n      1)  # two\n    return f'{x + 1}', é\n"
    for each in drawn(text):
        ast.parse(each.text)
        assert each.text.startswith("# ä\ndef f(x):  # one\n")
        assert each.before in text
        assert each.text != text


def test_the_same_seed_draws_the_same() -> None:
    text = "def f(x):\n    if x: return 1\n    return 2\ndef g(): return 3\n"
    assert drawn(text, 20, 1) == drawn(text, 20, 1)
    assert drawn(text, 20, 1) != drawn(text, 20, 2)


def test_every_function_is_drawn_before_one_is_drawn_again() -> None:
    text = "def f(): return 1\ndef g(): return 2\nclass C:\n    def m(self): return 3\n"
    assert sorted(each.function for each in drawn(text, 3)) == ["C.m", "f", "g"]


def test_functions_inside_of_others_belong_to_them() -> None:
    text = "if x:\n    def f():\n        def inner(): ...\nclass C:\n    async def m(self): ...\n"
    assert sorted(name for name, _ in functions_of(ast.parse(text))) == ["C.m", "f"]


def test_tests_inside_of_a_package_are_left_alone() -> None:
    texts = {"p/a.py": "", "p/tests/b.py": "", "p/test_c.py": "", "p/conftest.py": "", "q/d.py": ""}
    assert list(without_tests(texts, ["p"])) == ["p/a.py"]


def test_parameters_are_no_part_of_a_function() -> None:
    assert function_of("t/test_a.py::TestA::test_b[1-[x]]") == "t/test_a.py::TestA::test_b"
    assert function_of("t/test_a.py::test_c") == "t/test_a.py::test_c"


def test_one_failing_case_fails_its_function() -> None:
    lines = [
        "> a.py::f[1]",
        "+ a.py::f[1]",
        "> a.py::f[2]",
        "- a.py::f[2]",
        "> a.py::g",
        "+ a.py::g",
    ]
    ran = read([*lines, ". "])
    assert (ran.passed, ran.failed, ran.finished) == ({"a.py::g"}, {"a.py::f"}, True)


def test_a_test_that_never_ends_has_failed() -> None:
    ran = read(["> a.py::f", "+ a.py::f", "> a.py::g"])
    assert (ran.passed, ran.failed, ran.finished) == ({"a.py::f"}, {"a.py::g"}, False)


def test_what_cannot_be_collected_fails_whole() -> None:
    suite = {"a.py::f", "a.py::g", "b.py::h"}
    assert read(["! a.py", "> b.py::h", "+ b.py::h", ". "]).failing(suite) == {"a.py::f", "a.py::g"}


def test_where_nothing_ran_all_has_failed() -> None:
    nothing = frozenset[str]()
    assert Ran(nothing, nothing, nothing, finished=True).failing({"a.py::f"}) == {"a.py::f"}


def test_importing_is_followed_through_packages_functions_and_conftest() -> None:
    texts = {
        "src/p/__init__.py": "",
        "src/p/a.py": "",
        "src/p/b.py": "from . import a\n",
        "src/p/c.py": "def f():\n    from p.b import x\n",
        "tests/conftest.py": "import p.c\n",
        "tests/test_a.py": "",
        "other/test_b.py": "import p\n",
    }
    found = importers(texts)
    assert found["src/p/a.py"] == {
        "src/p/a.py",
        "src/p/b.py",
        "src/p/c.py",
        "tests/conftest.py",
        "tests/test_a.py",
    }
    suite = ["tests/test_a.py::test_a", "other/test_b.py::test_b"]
    assert selected(found["src/p/a.py"], suite) == {"tests/test_a.py::test_a"}
    assert selected(found["src/p/__init__.py"], suite) == set(suite)


def test_recall_counts_failing_tests_and_shares_count_every_mutant() -> None:
    suite = frozenset("abcd")
    pairs = [
        (frozenset("ab"), frozenset("abc")),
        (frozenset("ab"), frozenset("a")),
        (frozenset[str](), frozenset("xyz")),
    ]
    assert compared(pairs, suite).figures() == {
        "recall": 0.75,
        "mutantsWhole": 0.5,
        "medianShare": 0.25,
        "meanShare": 0.3333,
        "p90Share": 0.75,
    }


def test_where_nothing_fails_there_is_no_recall() -> None:
    assert compared([], frozenset("a")).figures()["recall"] is None


def test_a_curve_says_what_the_first_tests_find() -> None:
    suite = frozenset("abcdefgh")
    pairs = [(frozenset("ab"), ("x", "a", "c", "b")), (frozenset("h"), ("g", "h"))]
    assert curve(pairs, suite) == {"0.1": 0.3333, "0.25": 0.6667, "0.5": 1.0, "1.0": 1.0}


def test_as_many_at_random_find_their_share() -> None:
    pairs = [(frozenset("ab"), frozenset("a")), (frozenset("c"), frozenset("abcd"))]
    assert by_chance(pairs, frozenset("abcd")) == 0.5
    assert by_chance([], frozenset("a")) is None


def test_a_class_or_file_stands_for_all_in_it() -> None:
    suite = {"a.py::A::f", "a.py::A::g", "a.py::h", "b.py::k", "c.py::l"}
    assert covered(["b.py", "a.py::A", "a.py::A::g", "x"], suite) == (
        "b.py::k",
        "a.py::A::f",
        "a.py::A::g",
    )


def test_a_percentile_is_the_nearest_rank() -> None:
    assert (rank([3, 1, 2], 0.5), rank([1, 2, 3, 4], 0.5), rank([], 0.5)) == (2, 2, 0.0)


def test_a_trace_tells_what_each_test_ran() -> None:
    lines = [
        "> t.py::f[1]",
        "@ p/a.py:3",
        "+ t.py::f[1]",
        "> t.py::f[2]",
        "@ p/b.py:1",
        "> t.py::g",
    ]
    assert read_traced(lines) == {"t.py::f": {"p/a.py:3", "p/b.py:1"}}


def test_a_function_begins_with_its_decorators() -> None:
    assert drawn("@a\n@b\ndef f():\n    return 1\n", 1)[0].lines == (1, 4)
