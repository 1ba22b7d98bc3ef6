"""What the model may be trained on, and which questions are taken from it."""

from pathlib import Path

import pytest

from benchmarks.model.brace_pairs import brace_pairs
from benchmarks.model.forbidden import (
    FORBIDDEN,
    is_forbidden,
    is_forbidden_path,
)
from benchmarks.model.further_pairs import further_pairs, one_of_each
from benchmarks.model.licences import is_permissive, of_debian
from benchmarks.model.packages import Package, read_packages, write_packages
from benchmarks.model.pairs import sentences
from benchmarks.model.python_pairs import python_pairs

LISTS = Path(__file__).resolve().parents[2] / "benchmarks" / "model"


def test_no_listed_package_is_forbidden() -> None:
    packages = read_packages(LISTS / "packages.tsv")
    assert len(packages) > 1000
    assert [package.name for package in packages if is_forbidden(package.name)] == []


def test_every_listed_package_names_its_licence_and_digest() -> None:
    incomplete = [
        package.name
        for package in read_packages(LISTS / "packages.tsv")
        if not package.licence or len(package.files.split()) != len(package.digests.split())
    ]
    assert incomplete == []


@pytest.mark.parametrize("name", ["packages.tsv", "reporting.tsv", "excluded.tsv"])
def test_no_list_names_an_address(name: str) -> None:
    assert "://" not in (LISTS / name).read_text(encoding="utf-8")


def test_a_list_with_a_forbidden_package_cannot_be_read(tmp_path: Path) -> None:
    write_packages(tmp_path / "list.tsv", [Package("pypi", "flask-login", "1", "MIT", "u", "d")])
    with pytest.raises(ValueError, match="pypi:flask-login"):
        read_packages(tmp_path / "list.tsv")


@pytest.mark.parametrize("name", sorted(FORBIDDEN))
def test_forbidden_by_name(name: str) -> None:
    assert is_forbidden(name)
    assert is_forbidden(f"{name.upper()}-plugin")
    assert is_forbidden(f"@types/{name}")
    assert is_forbidden_path(f"tool/_internal/{name}/core.py")


@pytest.mark.parametrize(
    "name",
    [
        "types-requests",
        "djangorestframework",
        "pydantic_core",
        "golang-github-go-chi-chi-dev",
        "librust-serde-json-dev",
        "redux-thunk",
        "httpxyz",
        "cattrs",
    ],
)
def test_forbidden_by_descent(name: str) -> None:
    assert is_forbidden(name)


@pytest.mark.parametrize(
    "name", ["numpy", "lodash", "expression-parser", "lark", "guava-libraries"]
)
def test_allowed(name: str) -> None:
    assert not is_forbidden(name)


def test_vendored_code_is_forbidden() -> None:
    assert is_forbidden_path("pip/_vendor/distlib/util.py")
    assert not is_forbidden_path("pip/_internal/index/collector.py")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0", True),
        ("MIT AND BSD-3-Clause", True),
        ("MIT AND GPL-2.0", False),
        ("GPL-3+ or Apache-2.0", True),
        ("BSD License", True),
        ("LGPL-2.1", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_permissive_licences(statement: str, expected: bool) -> None:
    assert is_permissive(statement) is expected


def test_debian_files_under_other_terms_are_excluded() -> None:
    statement = "Files: *\nLicense: Expat\n\nFiles: m4/*\n doc/x.c\nLicense: GPL-2+\n"
    assert of_debian(statement) == ("Expat", ("m4/*", "doc/x.c"))
    assert of_debian("Files: *\nLicense: GPL-2+\n\nFiles: a/*\nLicense: Expat\n") is None


def test_the_first_sentence_is_the_question() -> None:
    documentation = "Send `data` to the {@link peer}. It blocks.\n\n:param data: bytes"
    assert sentences(documentation) == ("Send data to the peer .", "It blocks.")


PYTHON = '''
class Queue:
    """A queue that forgets old entries."""

    def push_and_trim(self, entry):
        self.entries.append(entry)
        del self.entries[: -self.size]

    def pop(self, timeout):
        """Take the oldest entry out.

        Waits until there is one.
        """
        return self.entries.pop(0, timeout, self.clock, self.size, self.limit)
'''


def test_pairs_of_python() -> None:
    pairs = [(pair.kind, pair.name, pair.query) for pair in python_pairs("q.py", PYTHON)]
    assert pairs == [
        ("summary", "Queue", "A queue that forgets old entries."),
        ("name", "Queue.push_and_trim", "push and trim"),
        ("summary", "Queue.pop", "Take the oldest entry out."),
        ("detail", "Queue.pop", "Waits until there is one."),
    ]


def test_the_question_is_not_in_the_code() -> None:
    by_name = {pair.name: pair.code for pair in python_pairs("q.py", PYTHON)}
    assert "push_and_trim" not in by_name["Queue.push_and_trim"]
    assert "oldest" not in by_name["Queue.pop"]


FURTHER = '''
class Store:
    """A place to keep values."""

    def put_value(self, key, value):
        """Keep a value.

        The oldest one makes room for it.
        """
        # nobody may write while a backup is running
        if self.backup:
            raise StoreError("the store is being copied to disk")
        self.values[key] = value


def test_full_store_drops_value():
    put_value(STORE, "key", "value", "another value", "one more value")
'''


def test_further_questions_leave_the_documentation_in_the_code() -> None:
    mined = list(python_pairs("store.py", FURTHER))
    pairs = {(pair.kind, pair.name): pair for pair in further_pairs("pypi:x", mined)}
    asked = {kind: pair.query for (kind, name), pair in pairs.items() if name.endswith("put_value")}
    assert asked["continued"] == "The oldest one makes room for it."
    assert asked["remark"] == "nobody may write while a backup is running"
    assert asked["message"] == "the store is being copied to disk"
    assert asked["test"] == "full store drops value"
    remark = pairs["remark", "Store.put_value"].code
    assert "Keep a value. The oldest one" in remark
    assert "backup is running" not in remark


def test_of_each_definition_one_question_is_asked() -> None:
    mined = list(python_pairs("store.py", FURTHER))
    pairs = list(one_of_each("pypi:x", mined))
    assert [pair.name for pair in pairs] == ["Store", "Store.put_value"]
    assert all(pair.query not in pair.code for pair in pairs if pair.query)


JAVASCRIPT = """
/**
 * Joins two paths with one slash.
 * @param {string} left
 */
export function joinPaths(left, right) {
  return trimEnd(left, "}") + "/" + trimStart(right);
}

/** Not a definition at all. */
let x = 1;
"""


def test_pairs_of_javascript() -> None:
    (pair,) = brace_pairs("paths.js", JAVASCRIPT)
    assert (pair.language, pair.name) == ("javascript", "joinPaths")
    assert pair.query == "Joins two paths with one slash."
    assert pair.code.startswith("export function joinPaths") and pair.code.endswith("}")


def test_pairs_of_go_and_rust() -> None:
    go = (
        "// Close stops the pool and waits for it.\n"
        "func (p *Pool) Close(ctx Context) error {\n\treturn p.wait(ctx, p.done)\n}\n"
    )
    rust = (
        "/// Counts the set bits of a word.\n#[inline]\n"
        "pub fn count_bits(word: u64) -> u32 {\n    word.count_ones() + zero\n}\n"
    )
    assert [(p.name, p.query) for p in brace_pairs("p.go", go)] == [
        ("Close", "Close stops the pool and waits for it.")
    ]
    assert [(p.name, p.query) for p in brace_pairs("b.rs", rust)] == [
        ("count_bits", "Counts the set bits of a word.")
    ]


def test_broken_and_generated_sources_have_no_pairs() -> None:
    assert list(python_pairs("x.py", "def f(:\n")) == []
    assert list(brace_pairs("x.go", "// Code generated by x. DO NOT EDIT.\n" + JAVASCRIPT)) == []


def test_a_long_comment_before_nothing_ends() -> None:
    assert list(brace_pairs("x.c", "// words and more words\n" * 3000)) == []
