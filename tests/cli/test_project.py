"""The project's own papers: they name commands that exist, versions that fit, and no registry."""

from __future__ import annotations

import re
import shlex
import subprocess
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text()
CONSTRAINTS = (PROJECT / "constraints.txt").read_text()
TEXT_ENDINGS = {".py", ".md", ".toml", ".txt", ".json", ".ts", ".lua", ".yml", ".yaml", ".sh", ""}


def commands() -> list[str]:
    """The blocks of `sh` in the README, in order."""
    return re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def pins() -> dict[str, str]:
    lines = [line for line in CONSTRAINTS.splitlines() if not line.startswith("#")]
    return {name: version for name, _, version in (line.partition("==") for line in lines)}


def test_the_first_command_installs_and_runs_the_tour():
    assert commands()[0] == (
        "python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt . "
        "&& .venv/bin/ramify tour\n"
    )


def test_the_second_command_installs_what_the_tests_need_and_runs_them():
    assert commands()[1] == (
        "python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt -e '.[test]' "
        "&& .venv/bin/python -m pytest -m 'not editors'\n"
    )


def test_ci_runs_the_second_command_as_the_readme_says_it():
    script = (PROJECT / ".ci" / "run").read_text()
    assert 'step bash -euc "$(readme_command 2)"' in script
    function = re.search(r"^readme_command\(\) \{.*?^\}", script, re.MULTILINE | re.DOTALL)
    assert function is not None
    found = subprocess.run(
        ["bash", "-c", f"{function[0]}; readme_command 2"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == commands()[1]


def test_every_shell_line_of_the_readme_can_be_read_by_a_shell():
    for command in commands():
        for line in command.splitlines():
            assert shlex.split(line, comments=True), line


@pytest.mark.parametrize(
    "name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]
)
def test_links_lead_to_files_that_exist(name: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (PROJECT / name).read_text())
    assert [link for link in links if not (PROJECT / link).exists()] == []


def test_constraints_pin_everything_that_the_project_and_its_tests_need():
    assert {name for name in needed("ramify", {"", "test"}) if name not in pins()} == set()


def test_constraints_fit_what_the_project_asks_for():
    for text in distribution("ramify").requires or []:
        requirement = Requirement(text)
        version = pins()[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), text


def test_constraints_are_exact_sorted_and_name_no_place():
    lines = CONSTRAINTS.splitlines()[1:]
    assert [line.partition("==")[0] for line in lines] == sorted(pins())
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", line)] == []


def test_no_committed_file_names_a_registry():
    registry = re.compile(
        r"(?:index-url|find-links)\s*[=:]|registry\s*[=:]\s*[\"']?(?:https?:|//)"
        r"|https?://[^\s\"')]*/simple\b"
    )
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout
    own = Path(__file__).relative_to(PROJECT).as_posix()
    texts = [
        name
        for name in listed.split("\0")
        if name and name != own and Path(name).suffix in TEXT_ENDINGS
    ]
    found = [
        name
        for name in texts
        if (PROJECT / name).is_file()
        and registry.search((PROJECT / name).read_text(errors="replace"))
    ]
    assert found == []


def needed(name: str, extras: set[str], seen: set[tuple[str, str]] | None = None) -> set[str]:
    """Names of the distributions that a distribution needs here, itself left out."""
    seen = seen if seen is not None else set()
    names: set[str] = set()
    for text in distribution(name).requires or []:
        requirement = Requirement(text)
        wanted = [extra for extra in extras if _applies(requirement, extra)]
        key = (canonicalize_name(requirement.name), ",".join(sorted(requirement.extras)))
        if not wanted or key in seen:
            continue
        seen.add(key)
        names.add(key[0])
        names |= needed(key[0], {"", *requirement.extras}, seen)
    return names


def _applies(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})
