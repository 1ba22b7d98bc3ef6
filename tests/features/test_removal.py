"""Can this go?"""

from __future__ import annotations

from ramify.features.answers.overviews import Removal
from ramify.features.removal import removal
from tests.features.reading import TOKEN, ident, reading_of


def asked(symbol: str, **files: str) -> Removal:
    """Of files by module name."""
    reading = reading_of({f"{name}.py": text for name, text in files.items()})
    answer = removal(reading, TOKEN, ident(symbol))
    assert answer is not None
    return answer


def test_what_is_used_stays() -> None:
    answer = asked("a:f", a="def f(): ...\nf()\n", b="from a import f\nf()\nf()\n")
    assert answer.verdict == "used"
    assert answer.summary == "No: 3 places use `f`, in 2 files, besides 1 import."
    assert answer.references.total == 4


def test_its_own_recursion_is_no_use() -> None:
    answer = asked("a:_f", a="def _f(): _f()\n")
    assert (answer.verdict, answer.summary) == ("unused", "Yes: nothing uses `_f`.")


def test_an_import_alone_goes_with_it() -> None:
    answer = asked("a:_f", a="def _f(): ...\n", b="from a import _f\n")
    assert answer.summary == "Yes: nothing uses `_f`. 1 import of it would go, too."


def test_used_by_tests_alone() -> None:
    answer = asked("a:_f", a="def _f(): ...\n", test_a="import a\ndef test_f(): a._f()\n")
    assert answer.summary == "Only with its tests: 1 place uses `_f`, all in tests."


def test_an_entry_point_stays() -> None:
    answer = asked("a:_f", a="import click\n@click.command()\ndef _f(): ...\n")
    assert (answer.verdict, answer.entry) == ("entry", "decorated with `click.command`")


def test_what_somebody_may_use_is_unknown() -> None:
    answer = asked("a:f", a="def f(): ...\n", b="def g(x): x.f()\n")
    assert answer.verdict == "unknown"
    assert answer.summary == (
        "Unknown: nothing is known to use `f`, but 1 place names it on something unknown."
    )


def test_an_unknown_symbol_has_no_answer() -> None:
    assert removal(reading_of({"a.py": ""}), TOKEN, ident("a:f")) is None
