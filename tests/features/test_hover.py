"""What is told of the name under the cursor."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ramify.features.hover import first_paragraph, hover
from tests.features.reading import TOKEN, cursor, reading_of, shown


def told(texts: Mapping[str, str]) -> str | None:
    answer = hover(reading_of(texts), TOKEN, *cursor(texts))
    return answer.markdown if answer else None


def test_signature_place_documentation_and_callers() -> None:
    texts = {
        "lib.py": 'def f(a: int, *rest) -> str:\n    """Says it.\n\n    At length."""\n',
        "main.py": "from lib import f\ndef g():\n    <|>f(1)\n",
        "tests/test_lib.py": "from lib import f\ndef test_f():\n    f(1)\n",
    }
    assert told(texts) == (
        "```python\ndef f(a: int, *rest) -> str\n```\n\n"
        "`lib.f`\n\n"
        "Says it.\n\n"
        "Called by 2 (exact), 1 of them a test."
    )


def test_an_overload_tells_of_the_function_that_it_is_of() -> None:
    lib = (
        "from typing import overload\n@overload\ndef f(a: int) -> int: ...\n"
        '@overload\ndef f(a: str) -> str: ...\ndef f(a):\n    """Says it."""\n'
    )
    texts = {"lib.py": lib, "main.py": 'from lib import f\ndef g():\n    <|>f("")\n'}
    assert told(texts) == (
        "```python\ndef f(a: str) -> str\n```\n\n`lib.f#2`\n\nSays it.\n\nCalled by 1 (exact)."
    )


def test_the_place_is_the_name() -> None:
    texts = {"main.py": "def <|>f(): ...\n"}
    reading = reading_of(texts)
    answer = hover(reading, TOKEN, *cursor(texts))
    assert answer is not None
    assert shown(reading, answer.place) == "main.py:1:f"


def test_no_callers_known_is_not_no_callers() -> None:
    text = "class C:\n    async def <|>save(self): ...\ndef f(x): x.save()\n"
    assert told({"main.py": text}) == (
        "```python\nasync def save(self)\n```\n\n"
        "`main.C.save`\n\n"
        "No callers known; 1 more call of something named so may mean it."
    )


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("class <|>C(Base): ...\n", "class C(Base)"),
        ("LIMIT<|>: int = 1\n", "(variable) LIMIT: int"),
        ("class C:\n    @property\n    def <|>p(self): ...\n", "@property\ndef p(self)"),
        ("class C:\n    <|>size = 1\n", "(field) size"),
        ("import lib\nli<|>b.x\n", "(module) lib"),
    ],
)
def test_each_kind_has_its_headline(text: str, headline: str) -> None:
    answer = told({"lib.py": "x = 1\n", "main.py": text})
    assert answer is not None
    assert answer.startswith(f"```python\n{headline}\n```")


def test_a_local_variable_has_its_type() -> None:
    text = "class C: ...\ndef f():\n    a = C()\n    return <|>a\n"
    assert told({"main.py": text}) == "```python\n(local) a: C\n```"


def test_what_stands_outside_is_said_to() -> None:
    text = "import os\nos.path.<|>join\n"
    assert told({"main.py": text}) == (
        "`os.path.join` (outside the workspace): function of `posixpath`"
    )


def test_what_the_standard_library_says_of_itself_is_told() -> None:
    text = "import os\ndef f(p): return open(p).re<|>ad()\n"
    assert told({"main.py": text}) == (
        "`io.TextIOWrapper.read` (outside the workspace): method of `_io._TextIOBase`, gives `str`"
    )
    text = "import os\ndef f(): return os.envi<|>ron\n"
    assert told({"main.py": text}) == (
        "`os.environ` (outside the workspace): variable of `os`, `os._Environ[str]`"
    )
    text = "import th<|>ere\n"
    assert told({"main.py": text}) == "`there` (outside the workspace)"


@pytest.mark.parametrize("text", ["<|>unknown\n", "  <|>  \n", "x = <|>'text'\n"])
def test_nothing_to_tell(text: str) -> None:
    assert told({"main.py": text}) is None


@pytest.mark.parametrize(
    ("literal", "paragraph"),
    [
        ('"""One.\n\n    Two."""', "One."),
        ('r"""One\n    more.\n\n    Two."""', "One\nmore."),
        ("'One.'", "One."),
        ('"""Never closed', '"""Never closed'),
        ('""""""', ""),
    ],
)
def test_the_first_paragraph_of_a_docstring(literal: str, paragraph: str) -> None:
    assert first_paragraph(literal) == paragraph
