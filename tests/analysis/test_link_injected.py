"""What a framework runs for a parameter and passes to it."""

from __future__ import annotations

from tests.analysis.linked import calls

REPOSITORY = """\
# file: stores.py
from typing import Annotated
from fastapi import Depends
class Repo:
    def load(self): pass
def get_repo(): return Repo()
async def opened():
    yield Repo()
Stored = Annotated[Repo, Depends(get_repo)]
# file: main.py
from typing import Annotated
from fastapi import Depends
from stores import Repo, Stored, get_repo, opened
"""


def test_a_default_that_names_what_is_run() -> None:
    text = REPOSITORY + "def show(repo=Depends(get_repo)): repo.load()\n"
    assert [each for each in calls(text) if each.startswith("main")] == [
        "main.show -> stores.Repo.load",
        "main.show -> stores.get_repo",
    ]


def test_what_a_generator_yields_is_passed() -> None:
    text = REPOSITORY + "def show(repo=Depends(opened)): repo.load()\n"
    assert "main.show -> stores.Repo.load" in calls(text)
    assert "main.show -> stores.opened" in calls(text)


def test_an_annotation_beside_the_type() -> None:
    text = REPOSITORY + "def show(repo: Annotated[Repo, Depends(opened)]): repo.load()\n"
    assert "main.show -> stores.Repo.load" in calls(text)
    assert "main.show -> stores.opened" in calls(text)


def test_an_annotation_under_another_name() -> None:
    text = REPOSITORY + "def show(repo: Stored): repo.load()\n"
    assert "main.show -> stores.Repo.load" in calls(text)
    assert "main.show -> stores.get_repo" in calls(text)


def test_a_class_is_constructed() -> None:
    text = REPOSITORY + "def show(repo=Depends(Repo)): repo.load()\n"
    assert "main.show -> stores.Repo" in calls(text)
    assert "main.show -> stores.Repo.load" in calls(text)
