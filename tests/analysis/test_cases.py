"""The literate cases: each is a text, and what its facts say of it.

A section of `cases/*.md` has one `source` block and then blocks named after a method of `Reader`,
which hold its lines.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.analysis.facts_text import Reader

_FENCED = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def _cases() -> list[tuple[str, str, str, list[str]]]:
    found = []
    for file in sorted((Path(__file__).parent / "cases").glob("*.md")):
        for section in re.split(r"^## ", file.read_text(), flags=re.MULTILINE)[1:]:
            title = section.partition("\n")[0]
            (_, text), *answers = _FENCED.findall(section)
            assert answers, f"{file.name}: {title} asks nothing"
            for question, answer in answers:
                found.append((f"{file.stem}: {title}", text, question, answer.splitlines()))
    return found


@pytest.mark.parametrize(
    ("title", "text", "question", "answer"),
    _cases(),
    ids=[f"{title} ({question})" for title, _, question, _ in _cases()],
)
def test_case(title: str, text: str, question: str, answer: list[str]) -> None:
    assert getattr(Reader(text), question)() == answer
