"""Generics of the user's own: what a class says of the type variables of its bases."""

from __future__ import annotations

from tests.analysis.linked import calls

REPO = """\
from typing import Generic, TypeVar
T = TypeVar("T")
class Repo(Generic[T]):
    item: T
    kind: type[T]
    def get(self) -> T: ...
    def one(self): return self.get()
class User:
    def go(self): pass
class Users(Repo[User]): pass
"""


def test_a_method_gives_what_the_list_of_bases_says() -> None:
    text = REPO + "def use(users: Users): users.get().go()\n"
    assert calls(text) == [
        "main.Repo.one -> main.Repo.get",
        "main.use -> main.Repo.get",
        "main.use -> main.User.go",
    ]


def test_through_a_method_that_says_nothing() -> None:
    assert "main.use -> main.User.go" in calls(REPO + "def use(u: Users): u.one().go()\n")


def test_through_a_class_between() -> None:
    text = """
U = TypeVar("U")
class Kept(Repo[U]): pass
class Admins(Kept[User]): pass
def use(admins: Admins): admins.get().go()
"""
    assert "main.use -> main.User.go" in calls(REPO + text)


def test_attributes_and_classes() -> None:
    text = REPO + "def use(u: Users): u.item.go()\ndef make(u: Users): u.kind().go()\n"
    assert "main.use -> main.User.go" in calls(text)
    assert "main.make -> main.User" in calls(text)
    assert "main.make -> main.User.go" in calls(text)


def test_a_base_that_is_not_told_of_says_nothing() -> None:
    text = REPO + "class Plain(Repo): pass\ndef use(p: Plain): p.get().go()\n"
    assert calls(text) == ["main.Repo.one -> main.Repo.get", "main.use -> main.Repo.get"]


def test_iterating_over_a_class_that_a_type_variable_stands_for_tells_nothing() -> None:
    text = """\
from typing import Generic, TypeVar
T = TypeVar("T")
class Box(Generic[T]):
    def __init__(self, kind: type[T]): self.kind = kind
    def use(self):
        for each in self.kind: each.go()
"""
    assert calls(text) == []


def test_what_nobody_says_can_be_gone_through() -> None:
    text = (
        REPO
        + """
def each(found: T): return [x for x in found], found[0], (a := found), [*found]
class Kept(Repo[T]):
    def use(self):
        for x in self.get(): x.go()
        with self.item as y: y[0].go()
        one, two = self.one()
"""
    )
    assert "main.Kept.use -> main.Repo.get" in calls(text)


VARIABLE = """\
from collections.abc import Iterator
from typing import TypeVar
T = TypeVar("T")
class User:
    def go(self): pass
"""


def test_a_decorator_declared_to_give_the_class_it_takes_gives_it() -> None:
    text = """
def shown(cls: type[T]) -> type[T]:
    cls.shown = True
    return cls
@shown
class Page:
    def go(self): pass
def use(): Page().go()
"""
    assert "main.use -> main.Page.go" in calls(VARIABLE + text)


def test_a_decorator_with_a_function_that_takes_the_class_inside_gives_it() -> None:
    text = """
from functools import partial
def shown(cls: type[T] | None = None, *, angular: bool = False):
    def replaced(cls: type[T], angular: bool) -> type[T]: return cls
    if cls is None: return partial(replaced, angular=angular)
    return replaced(cls, angular)
@shown
class Page:
    def go(self): pass
def use(): Page().go()
"""
    assert "main.use -> main.Page.go" in calls(VARIABLE + text)


def test_a_class_that_only_its_callers_know_is_what_they_hand_over() -> None:
    text = """
def made(kind: type[T]) -> T:
    one = kind()
    one.go()
    return one
def use(): made(User)
"""
    assert calls(VARIABLE + text) == [
        "main.made -> main.User",
        "main.made -> main.User.go",
        "main.use -> main.made",
    ]


def test_an_iterator_of_a_type_variable_gives_what_is_yielded() -> None:
    text = """
def each(one: T) -> Iterator[T]: yield one
def use():
    for user in each(User()): user.go()
"""
    assert "main.use -> main.User.go" in calls(VARIABLE + text)


def test_a_class_with_a_bound_is_one_below_it() -> None:
    text = """
U = TypeVar("U", bound=User)
class Admin(User): pass
def made(kind: type[U]): kind().go()
def use(): made(Admin)
"""
    assert "main.made -> main.User" in calls(VARIABLE + text)
    assert "main.made -> main.Admin" not in calls(VARIABLE + text)


BAG = """\
from collections.abc import Iterator
from typing import Generic, TypeVar
T = TypeVar("T")
class User:
    def go(self): pass
class Bag(Generic[T]):
    def __init__(self): self.items = []
    def add(self, item: T): self.items.append(item)
    def __iter__(self) -> Iterator[T]: return iter(self.items)
    def __getitem__(self, index: int) -> T: return self.items[index]
"""


def test_iterating_over_a_container_that_is_told_nothing_gives_what_was_put_in() -> None:
    text = """
def use():
    bag = Bag()
    bag.add(User())
    for each in bag: each.go()
"""
    assert "main.use -> main.User.go" in calls(BAG + text)


def test_iterating_over_a_container_gives_what_the_list_of_bases_says() -> None:
    text = """
class Users(Bag[User]): pass
def use(users: Users):
    for user in users: user.go()
"""
    assert "main.use -> main.User.go" in calls(BAG + text)
