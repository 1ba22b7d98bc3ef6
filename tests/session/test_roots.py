"""Import roots from metadata, and where files stand below them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ramify.session.files import directories_of, packages_of
from ramify.session.roots import METADATA_NAMES, Roots, find_roots, place


def roots_of(files: Mapping[str, str], configured: tuple[str, ...] = ()) -> Roots:
    return find_roots(
        configured,
        [path for path in files if path.rpartition("/")[2] in METADATA_NAMES],
        lambda path: files[path].encode(),
        directories_of(files).__contains__,
        packages_of(files).__contains__,
    )


def spot(path: str, files: Mapping[str, str]) -> tuple[str, str]:
    packages = packages_of(files)
    found = place(path, "python", roots_of(files), packages.__contains__)
    return found.root, found.module


FLAT = {"pkg/__init__.py": "", "pkg/sub/__init__.py": "", "pkg/sub/a.py": ""}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("pkg/sub/a.py", (".", "pkg.sub.a")),
        ("pkg/sub/__init__.py", (".", "pkg.sub")),
        ("pkg/__init__.py", (".", "pkg")),
        ("top.py", (".", "top")),
        ("scripts/run.py", ("scripts", "run")),
        ("tests/unit/test_a.py", ("tests/unit", "test_a")),
        ("scripts/my-tool.py", ("scripts", "my-tool")),
    ],
)
def test_without_metadata_the_first_directory_that_is_no_package(
    path: str, expected: tuple[str, str]
) -> None:
    assert spot(path, {**FLAT, path: ""}) == expected


SOURCE = {"src/ns/pkg/__init__.py": "", "src/ns/pkg/a.py": "", "tests/test_a.py": ""}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", ""),
        ("pyproject.toml", '[tool.setuptools.packages.find]\nwhere = ["src"]'),
        ("pyproject.toml", '[tool.setuptools]\npackage-dir = {"" = "src"}'),
        ("pyproject.toml", '[tool.hatch.build.targets.wheel]\npackages = ["src/ns"]'),
        ("pyproject.toml", '[tool.hatch.build]\ndev-mode-dirs = ["src"]'),
        ("pyproject.toml", '[tool.poetry]\npackages = [{include = "ns", from = "src"}]'),
        ("pyproject.toml", '[tool.pdm.build]\npackage-dir = "src"'),
        ("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = "src"'),
        ("pyproject.toml", "this is no toml ["),
        ("setup.cfg", "[options]\npackage_dir =\n    = src\n"),
        ("setup.cfg", "[options.packages.find]\nwhere = src\n"),
        ("setup.cfg", "no section"),
        ("setup.py", 'setup(package_dir={"": "src"})'),
        ("setup.py", "setup(packages=find_packages('src'))"),
        ("setup.py", "setup(packages=find_namespace_packages(where='src'))"),
    ],
)
def test_metadata_names_the_source_root(name: str, text: str) -> None:
    files = {**SOURCE, name: text}
    assert roots_of(files) == Roots(frozenset({"src"}), frozenset({"."}))
    assert spot("src/ns/pkg/a.py", files) == ("src", "ns.pkg.a")
    assert spot("tests/test_a.py", files) == ("tests", "test_a")


@pytest.mark.parametrize("where", ["/etc", "../..", "c:/x", "missing"])
def test_metadata_cannot_lead_outside(where: str) -> None:
    files = {"pyproject.toml": f'[tool.setuptools.packages.find]\nwhere = ["{where}"]', **FLAT}
    assert roots_of(files) == Roots(frozenset(), frozenset({"."}))


def test_every_project_of_a_monorepo_has_its_roots() -> None:
    files = {
        "one/pyproject.toml": "",
        "one/src/a/__init__.py": "",
        "two/setup.py": "",
        "two/b/__init__.py": "",
        "two/b/c.py": "",
    }
    assert roots_of(files) == Roots(frozenset({"one/src"}), frozenset({".", "one", "two"}))
    assert spot("two/b/c.py", files) == ("two", "b.c")


def test_a_package_with_a_setup_file_is_no_root() -> None:
    files = {"pkg/__init__.py": "", "pkg/core/__init__.py": "", "pkg/core/setup.py": ""}
    assert roots_of(files) == Roots(frozenset(), frozenset({"."}))


def test_configured_roots_go_before_metadata() -> None:
    files = {"pyproject.toml": "", "src/a.py": "", "lib/b.py": ""}
    roots = roots_of(files, ("lib", "missing"))
    assert roots == Roots(frozenset({"lib"}), frozenset({"."}))


def test_a_file_without_modules_is_called_by_its_path() -> None:
    found = place("docs/guide.md", "markdown", roots_of({}), lambda _: False)
    assert (found.root, found.module, found.is_test) == (".", "docs/guide.md", False)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("router_test.go", True),
        ("src/api.spec.ts", True),
        ("src/__tests__/api.ts", True),
        ("lib/client.test.jsx", True),
        ("src/test/java/com/a/Reader.java", True),
        ("src/main/java/com/a/ReaderTest.java", True),
        ("src/main/java/com/a/Contest.java", False),
        ("spec/models/user_spec.rb", True),
        ("src/RouterSpec.scala", True),
        ("spec/schema.go", False),
        ("core/PodSpec.java", False),
        ("src/test_lib_json/main.cpp", True),
        ("pkg/testdata/input.c", True),
        ("AppTests/Case.swift", True),
        ("src/testing.c", False),
        ("src/latest/api.ts", False),
        ("src/inspector.ts", False),
    ],
)
def test_tests_of_other_languages(path: str, expected: bool) -> None:
    found = place(path, "go", roots_of({}), lambda _: False)
    assert found.is_test is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("test_a.py", True),
        ("pkg/a_test.py", True),
        ("pkg/conftest.py", True),
        ("app/tests.py", True),
        ("tests/helpers.py", True),
        ("pkg/tests/helpers.py", True),
        ("test/helpers.py", True),
        ("pkg/test/client.py", False),
        ("pkg/testing.py", False),
        ("contest.py", False),
    ],
)
def test_tests_are_known_by_their_names(path: str, expected: bool) -> None:
    packages = {"pkg", "pkg/test", "pkg/tests"}
    found = place(path, "python", roots_of({}), packages.__contains__)
    assert found.is_test is expected


def test_stubs_and_packages_are_known() -> None:
    found = place("pkg/__init__.pyi", "python", roots_of({}), {"pkg"}.__contains__)
    assert (found.module, found.is_package, found.is_stub) == ("pkg", True, True)
