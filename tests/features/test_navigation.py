"""Definition, references and highlights, on linked texts with a cursor."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ramify.features.answers.common import Page
from ramify.features.answers.navigation import References
from ramify.features.definition import definition, type_definition
from ramify.features.highlights import highlights
from ramify.features.references import references, references_of
from tests.features.reading import TOKEN, cursor, ident, reading_of, shown

LIBRARY = (
    "class Shape:\n"
    "    side = 1\n"
    "    def area(self):\n"
    "        return self.side\n"
    "def make() -> Shape:\n"
    "    return Shape()\n"
)


def leads_to(texts: Mapping[str, str]) -> list[str]:
    reading = reading_of(texts)
    answer = definition(reading, TOKEN, *cursor(texts))
    return [shown(reading, each.name_place) for each in answer.targets] + list(answer.external)


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("from lib import make\nma<|>ke()\n", ["lib.py:5:make"]),
        ("from lib import ma<|>ke\n", ["lib.py:5:make"]),
        ("from lib import make as m\n<|>m()\n", ["lib.py:5:make"]),
        ("import lib\nlib.Shape().ar<|>ea()\n", ["lib.py:3:area"]),
        ("from lib import make\nmake().side<|>\n", ["lib.py:2:side"]),
        ("def f(a):\n    return <|>a\n", ["main.py:1:a"]),
        ("def <|>f(): ...\n", ["main.py:1:f"]),
        ("import os\nos.path.jo<|>in\n", ["python:os.path.join"]),
        ("<|>nothing\n", []),
        ("  <|>  \n", []),
    ],
)
def test_a_name_leads_to_its_definition(text: str, targets: list[str]) -> None:
    assert leads_to({"lib.py": LIBRARY, "main.py": text}) == targets


def test_a_definition_says_its_whole_place_and_its_symbol() -> None:
    texts = {"lib.py": LIBRARY, "main.py": "from lib import make\nma<|>ke()\n"}
    reading = reading_of(texts)
    answer = definition(reading, TOKEN, *cursor(texts))
    (target,) = answer.targets
    assert target.symbol == ident("lib:make")
    assert shown(reading, target.place) == "lib.py:5:def make() -> Shape:\n    return Shape()"
    assert shown(reading, answer.origin) == "main.py:2:make"


@pytest.mark.parametrize(
    "text",
    [
        "from lib import make\nx = make()\n<|>x\n",
        "from lib import Shape\ndef f(<|>s: Shape): ...\n",
        "import lib\nlib.Sha<|>pe().area()\n",
    ],
)
def test_the_type_of_an_expression_leads_to_its_class(text: str) -> None:
    texts = {"lib.py": LIBRARY, "main.py": text}
    reading = reading_of(texts)
    answer = type_definition(reading, TOKEN, *cursor(texts))
    assert [shown(reading, each.name_place) for each in answer.targets] == ["lib.py:1:Shape"]


def test_a_call_leads_to_the_overload_that_takes_its_arguments() -> None:
    lib = """\
from typing import overload
@overload
def f(a: int) -> int: ...
@overload
def f(a: str) -> str: ...
def f(a): return a
"""
    for call, line in (("f(1)", 3), ("f('')", 5)):
        texts = {"lib.py": lib, "main.py": f"from lib import f\n<|>{call}\n"}
        assert leads_to(texts) == [f"lib.py:{line}:f", "lib.py:6:f"]
    texts = {"lib.py": lib, "main.py": "from lib import f\ndef g(x):\n    <|>f(x)\n"}
    assert leads_to(texts) == ["lib.py:6:f"]


def found(texts: Mapping[str, str]) -> tuple[list[str], References]:
    reading = reading_of(texts)
    answer = references(reading, TOKEN, *cursor(texts))
    return [shown(reading, each.place) for each in answer.items], answer


def test_references_are_found_everywhere_from_any_of_them() -> None:
    one = {
        "lib.py": "def f(): ...\nf()\n",
        "main.py": "from lib import f\ndef g():\n    <|>f()\n",
    }
    places, answer = found(one)
    assert places == ["lib.py:2:f", "main.py:1:f", "main.py:3:f"]
    assert (answer.total, len(answer.declarations)) == (3, 1)
    other = {"lib.py": "def <|>f(): ...\nf()\n", "main.py": one["main.py"].replace("<|>", "")}
    assert found(other)[0] == places


def test_references_of_a_local_variable_stay_in_its_scope() -> None:
    text = "def f(a):\n    b = <|>a\n    return [a for a in b] + a\ndef g(a): ...\n"
    places, answer = found({"main.py": text})
    assert places == ["main.py:2:a", "main.py:3:a"]
    assert len(answer.declarations) == 1


def test_references_that_only_share_the_name_are_counted() -> None:
    texts = {"main.py": "class C:\n    def <|>save(self): ...\ndef f(x): x.save()\n"}
    places, answer = found(texts)
    assert (places, answer.possible) == ([], 1)


def test_references_by_id_are_paged() -> None:
    reading = reading_of({"main.py": "def f(): ...\nf()\nf()\nf()\n"})
    answer = references_of(reading, TOKEN, ident("main:f"), Page(offset=1, limit=1))
    assert [shown(reading, each.place) for each in answer.items] == ["main.py:3:f"]
    assert answer.total == 3


def test_nothing_refers_to_nothing() -> None:
    assert found({"main.py": "<|> \n"})[0] == []


def marked(text: str) -> list[str]:
    reading = reading_of({"main.py": text})
    answer = highlights(reading, TOKEN, *cursor({"main.py": text}))
    return [f"{shown(reading, h.place)}{' write' if h.is_write else ''}" for h in answer]


def test_a_local_variable_is_marked_where_it_is_read_and_written() -> None:
    assert marked("def f(a):\n    a = <|>a + 1\n    return a\n") == [
        "main.py:1:a write",
        "main.py:2:a write",
        "main.py:2:a",
        "main.py:3:a",
    ]


def test_a_symbol_is_marked_where_it_is_meant_and_not_where_only_its_name_is() -> None:
    text = "def f(): ...\n<|>f()\nclass C:\n    def f(self): ...\nC().f()\n"
    assert marked(text) == ["main.py:1:f write", "main.py:2:f"]
