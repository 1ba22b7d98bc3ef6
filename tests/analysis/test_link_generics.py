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


BOX = """\
from typing import Generic, TypeVar
T = TypeVar("T")
class Item:
    def go(self): pass
class Other:
    def go(self): pass
class Box(Generic[T]):
    def get(self) -> T: ...
    def all(self) -> list[T]: ...
    def me(self): return self
"""


def test_a_class_applied_to_a_type_in_an_annotation() -> None:
    assert "main.use -> main.Item.go" in calls(BOX + "def use(b: Box[Item]): b.get().go()\n")
    assert "main.use -> main.Item.go" in calls(BOX + "def use(b: 'Box[Item]'): b.me().get().go()\n")
    listed = "def use(b: Box[Item] | None):\n    for x in b.all(): x.go()\n"
    assert "main.use -> main.Item.go" in calls(BOX + listed)
    assert "main.use -> main.Other.go" not in calls(BOX + listed)


def test_a_class_applied_to_a_type_where_it_is_called() -> None:
    assert "main.use -> main.Other.go" in calls(BOX + "def use(): Box[Other]().get().go()\n")
    kept = "def use():\n    b = Box[Other]()\n    b.get().go()\n"
    assert "main.use -> main.Other.go" in calls(BOX + kept)


def test_a_class_below_applied_to_a_type() -> None:
    text = BOX + "S = TypeVar('S')\nclass Sub(Box[S]): pass\ndef use(b: Sub[Item]): b.get().go()\n"
    assert "main.use -> main.Item.go" in calls(text)


def test_a_base_applied_to_a_quoted_type() -> None:
    text = BOX + "class Items(Box['Item']): pass\ndef use(b: Items): b.get().go()\n"
    assert "main.use -> main.Item.go" in calls(text)


def test_type_parameters_of_classes_and_functions() -> None:
    text = """\
class Item:
    def go(self): pass
class Other:
    def go(self): pass
class Box[T]:
    def get(self) -> T: ...
    def put[U: Other](self, u: U): u.go()
def same[T](x: T) -> T: ...
def kept[T: Item](x: T): x.go()
def of_class(b: Box[Item]): b.get().go()
def of_function(): same(Other()).go()
"""
    assert [line for line in calls(text) if line.endswith(".go")] == [
        "main.Box.put -> main.Other.go",
        "main.kept -> main.Item.go",
        "main.of_class -> main.Item.go",
        "main.of_function -> main.Other.go",
    ]


def test_type_parameters_are_names_of_their_definition_alone() -> None:
    text = """\
class T:
    def go(self): pass
class Box[T]:
    def get(self) -> T: ...
def use(): T().go()
"""
    assert calls(text) == ["main.use -> main.T", "main.use -> main.T.go"]


def test_type_statements() -> None:
    text = """\
class Item:
    def go(self): pass
class Box[T]:
    def get(self) -> T: ...
type Either = "Item" | None
type Pair = tuple[int, Item]
type Boxed = Box[Item]
def one(x: Either): x.go()
def two(x: Pair): x[1].go()
def three(x: Boxed): x.get().go()
"""
    assert [line for line in calls(text) if line.endswith(".go")] == [
        "main.one -> main.Item.go",
        "main.three -> main.Item.go",
        "main.two -> main.Item.go",
    ]


def test_quoted_names_in_an_alias() -> None:
    text = """\
import typing
from typing import Optional, Union
Either = Union["A", "B"]
Maybe = Optional["A"]
Many = typing.List["B"]
class A:
    def go(self): pass
class B:
    def go(self): pass
def one(x: Either): x.go()
def two(x: Maybe): x.go()
def three(x: Many): x[0].go()
"""
    assert calls(text) == [
        "main.one -> main.A.go",
        "main.one -> main.B.go",
        "main.three -> main.B.go",
        "main.two -> main.A.go",
    ]
