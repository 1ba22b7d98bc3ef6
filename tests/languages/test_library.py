"""What is known of the standard library, and that it is what typeshed says."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ramify.languages.python import library
from ramify.languages.python.library import argument_of, is_below, known, members, mro, names_of
from tools.library.reduce import entries

PROJECT = Path(__file__).parents[2]


def gives(dotted: str) -> list[str]:
    """What a function gives, by overload, or what a value is."""
    found = known(dotted)
    assert found is not None, dotted
    return [each.gives for each in found.entry.signatures] or [found.entry.type]


def test_it_is_what_the_pinned_typeshed_says() -> None:
    """When this fails: `python -m tools.library`, and commit what it writes."""
    expected = entries()
    assert {name: names_of(name) for name in library.modules()} == expected


def test_it_is_made_from_the_pinned_version() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    pinned = f"typeshed-client=={library.made_from()}"
    assert pinned in project["project"]["optional-dependencies"]["test"]
    assert pinned in (PROJECT / "constraints.txt").read_text().splitlines()


def test_it_is_small() -> None:
    assert len(library.data()) < 400_000


@pytest.mark.parametrize(
    ("dotted", "expected"),
    [
        ("builtins.str.split", ["list[str]"]),
        ("builtins.dict.get", ["~_VT|None", "~_VT", "~_VT|~_T"]),
        ("re.Match.span", ["tuple[int,int]"]),
        ("threading.Lock.acquire", ["bool"]),
        ("pathlib.Path.joinpath", ["@"]),
        ("pathlib.Path.name", ["str"]),
        ("os.environ", ["os._Environ[str]"]),
        ("json.loads", [""]),
        ("concurrent.futures.Executor.submit", ["concurrent.futures.Future[~_T]"]),
        ("multiprocessing.Pool", ["multiprocessing.pool.Pool"]),
        ("asyncio.sleep", ["typing.Coroutine[?,?,None]", "typing.Coroutine[?,?,~_T]"]),
    ],
)  # fmt: skip
def test_what_functions_give(dotted: str, expected: list[str]) -> None:
    assert gives(dotted) == expected


def test_names_lead_through_what_modules_pass_on() -> None:
    found = known("collections.abc.Iterator.__next__")
    assert found is not None
    assert found.name == "typing.Iterator.__next__"


def test_members_of_attributes_are_those_of_what_they_hold() -> None:
    found = known("os.environ.get")
    assert found is not None
    assert (found.owner, found.where["~AnyStr"]) == ("os._Environ", "str")
    assert found.name == "os._Environ.get"


def test_what_is_on_another_platform_or_in_a_later_python_is_there() -> None:
    assert known("winreg.OpenKey") is not None
    assert known("builtins.WindowsError") is not None
    assert known("itertools.batched") is not None
    assert known("imp.reload") is not None


def test_what_is_not_there_is_not_known() -> None:
    assert known("os.environ.nothing") is None
    assert known("django.db.models.Model") is None
    assert known("os") is None


def test_callables_among_parameters_say_what_they_are_given() -> None:
    reduce = known("functools.reduce")
    assert reduce is not None
    assert [p.type for p in reduce.entry.signatures[0].params] == [
        "(~_T,~_S>~_T)",
        "typing.Iterable[~_S]",
        "~_T",
    ]


def test_classes_have_an_order() -> None:
    assert [each.name for each in mro("io.TextIOWrapper")] == [
        "io.TextIOWrapper",
        "io.TextIOBase",
        "_io._TextIOBase",
        "io.IOBase",
        "_io._IOBase",
        "typing.TextIO",
        "typing.IO",
    ]
    assert is_below("builtins.bool", "builtins.int")
    assert not is_below("builtins.int", "builtins.bool")


def test_arguments_reach_the_bases() -> None:
    assert argument_of("builtins.dict", ("str", "int"), "typing.Iterable") == ("str",)
    assert argument_of("collections.Counter", ("str",), "typing.Mapping") == ("str", "int")
    assert argument_of("builtins.int", (), "typing.Iterable") == ()


def test_members_of_a_class_are_those_of_its_bases_too() -> None:
    found = members("threading.Timer")
    assert {"cancel", "start", "join", "run", "__init__", "__eq__"} <= found.keys()
    assert not members("workspace.Thing")
