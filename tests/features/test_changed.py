"""From two states of files to the symbols that changed."""

from __future__ import annotations

import pytest

from ramify.features.changed import ChangedSymbols, changed_symbols
from ramify.features.gone import former_modules
from ramify.session.git import ChangedFile
from ramify_store.facts import FileLinks, Placed
from ramify_store.layers import LinksView
from tests.features.reading import TOKEN, drawn, short

BEFORE = '''\
"""About."""
import os
LIMIT = 1
class C(Base):
    """A class."""
    size = 1
    def m(self, a):
        """Does it."""
        return a and self.size
    def n(self): ...
def f():
    def inner(): ...
    return inner
'''


def changed(after: str, before: str | None = BEFORE) -> ChangedSymbols:
    old = None if before is None else before.encode()
    return changed_symbols(drawn({"a.py": after}), TOKEN, [ChangedFile("a.py", old, None)])


def told(after: str) -> list[str]:
    answer = changed(after)
    pairs = zip(answer.ids, answer.changes, strict=True)
    return [
        *(f"{short(symbol)} {change}" for symbol, change in pairs),
        *(f"{name} removed" for name in answer.removed),
        *(f"{path} top level" for path in answer.top_level),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Does it.", "Does something.", []),
        ('"""A class."""', '"""Another\n\n    docstring."""', []),
        ("return a and self.size", "return a and self.size  # why", []),
        ("return a and self.size", "# why\n        return (\n a   and self.size)", []),
        ("return a and self.size", "return a and 'one\\n'", ["a:C.m body"]),
        ("return a and self.size", "return a   and    self.size\n\n", []),
        ("return a and self.size", "return a or self.size", ["a:C.m body"]),
        ("def m(self, a):", "def m(self, a, b=1):", ["a:C.m signature"]),
        ("def m(self, a):", "@cached\n    def m(self, a):", ["a:C.m signature"]),
        ("def n(self)", "async def n(self)", ["a:C.n signature"]),
        ("class C(Base):", "class C(Other):", ["a:C signature"]),
        ("size = 1", "size = 2", ["a:C body"]),
        ("LIMIT = 1", "LIMIT = 2", ["a:LIMIT body"]),
        ("import os", "import sys", ["a.py top level"]),
        ("    def n(self): ...\n", "", ["a.C.n removed"]),
        ("def n(self)", "def k(self)", ["a:C.k renamed"]),
        ("def inner(): ...", "def inner(): pass", ["a:f.<locals>.inner body"]),
        (BEFORE, "# moved down\n\n" + BEFORE, []),
        (BEFORE, BEFORE.replace("\n", "\r\n"), []),
    ],
)
def test_what_a_change_is(old: str, new: str, expected: list[str]) -> None:
    assert told(BEFORE.replace(old, new)) == expected


def test_definitions_that_changed_places_did_not_change() -> None:
    one, two = "def f():\n    return 1\n\n\n", "def g():\n    return 2\n"
    answer = changed(two + "\n\n" + one, one + two)
    assert answer == ChangedSymbols((), (), (), (), ())


def test_a_new_file_is_all_new() -> None:
    answer = changed("def f(): ...\n", before=None)
    assert (answer.ids, answer.changes) == (("python . a/f",), ("added",))


def test_a_state_after_that_is_given_wins_over_the_live_text() -> None:
    files = [ChangedFile("a.py", b"def f(): return 1\n", b"def f(): return 2\n")]
    answer = changed_symbols(drawn({"a.py": "def f(): return 1\n"}), TOKEN, files)
    assert (answer.ids, answer.changes) == (("python . a/f",), ("body",))


def test_files_that_are_gone_or_unknown_are_named() -> None:
    files = [ChangedFile("gone.py", b"def f(): ...\n", None)]
    assert changed_symbols(drawn({}), TOKEN, files).removed == ("gone.py",)


def test_a_name_that_is_no_text_is_told_as_one() -> None:
    name = "lat\udce9.py"
    files = [ChangedFile(name, b"", None, is_gone=True), ChangedFile(name, b"", b"x\n")]
    answer = changed_symbols(drawn({}), TOKEN, files)
    assert (answer.removed, answer.unread) == (("lat\ufffd.py",), ("lat\ufffd.py",))


def test_a_change_that_is_yet_to_come_names_what_is_to_go() -> None:
    texts = {"a.py": "def f(): ...\ndef old(): return [f, 1]\n", "b.py": "def g(): ...\n"}
    files = [
        ChangedFile("a.py", texts["a.py"].encode(), b"def new(): return [f, 1]\n"),
        ChangedFile("b.py", texts["b.py"].encode(), None, is_gone=True),
        ChangedFile("c.py", None, b"def h(): ...\n"),
    ]
    answer = changed_symbols(drawn(texts), TOKEN, files)
    assert answer.ids == ()
    assert answer.removed == ("a.f", "a.old", "b.py")
    assert answer.unread == ("c.py",)
    assert answer.still_named == {
        "b.py": ("python . b/", "python . b/g"),
        "a.f": ("python . a/f",),
        "a.old": ("python . a/old",),
    }
    assert answer.note == (
        "1 new definition is not in the files here: check out that state to ask about it"
    )


def moved(before: dict[str, str], after: dict[str, str]) -> list[str]:
    reading = drawn(after)
    files = [
        ChangedFile(path, before[path].encode() if path in before else None, None)
        for path in sorted({*before, *after})
    ]
    answer = changed_symbols(reading, TOKEN, files)
    pairs = zip(answer.ids, answer.changes, strict=True)
    return [
        *(
            f"{short(each)} {change} {answer.before.get(each, '')}".strip()
            for each, change in pairs
        ),
        *(f"{name} removed" for name in answer.removed),
    ]


BODY = "    total = sum(x.price for x in items)\n    return total * (1 - rate) + fee(items)\n"


def test_a_function_in_another_file_has_moved() -> None:
    code = f"def total(items, rate):\n{BODY}"
    before = {"a.py": code, "b.py": "X = 1\n"}
    after = {"a.py": "", "b.py": f"X = 1\n{code}"}
    assert moved(before, after) == ["b:total moved a.total"]


def test_a_renamed_file_has_moved_what_it_holds() -> None:
    body = BODY.replace("    return", "        return")
    code = f"class C:\n    def total(self, items, rate):\n    {body}"
    assert moved({"a.py": code}, {"b.py": code}) == ["b:C moved a.C", "a.py removed"]


def test_what_changed_in_a_renamed_file_has_moved_with_it() -> None:
    code = f"def total(items, rate):\n{BODY}def fee(items):\n    return 1\n"
    after = code.replace("return 1", "return len(items)").replace("rate)", "rate or 1)", 1)
    other = f"def same(items, rate):\n{BODY}"
    before = {"a.py": code + other}
    assert moved(before, {"b.py": after + other}) == [
        "b:total moved a.total",
        "b:fee moved a.fee",
        "b:same moved a.same",
        "a.py removed",
    ]


def test_a_renamed_class_takes_its_methods_along() -> None:
    code = "class C:\n    def f(self): return self.g()\n    def g(self): return C.x\n"
    after = code.replace("C", "D")
    assert moved({"a.py": code}, {"a.py": after}) == ["a:D renamed a.C"]


def test_a_recursive_function_is_renamed_with_its_calls() -> None:
    before = "def f(n): return n * f(n - 1)\n"
    after = "def fact(n): return n * fact(n - 1)\n"
    assert moved({"a.py": before}, {"a.py": after}) == ["a:fact renamed a.f"]


def test_what_says_little_is_not_taken_for_another() -> None:
    before = {"a.py": "def f(): ...\n", "b.py": ""}
    after = {"a.py": "", "b.py": "def g(): ...\n"}
    assert moved(before, after) == ["b:g added", "a.f removed"]


def test_two_that_say_the_same_are_not_told_apart() -> None:
    before = {"a.py": "def f(): return 1\ndef g(): return 1\n"}
    after = {"a.py": "def h(): return 1\n"}
    assert moved(before, after) == ["a:h added", "a.f removed", "a.g removed"]


def at_root(root: str, path: str) -> FileLinks:
    placed = Placed(path, "", "python", root, "", False, False, False, 0, 0)
    return FileLinks(placed, (), (), (), (), ())


def test_a_file_that_is_gone_had_the_name_of_its_import_root() -> None:
    there = [("src", "src/shop/__init__.py"), ("tests", "tests/test_a.py")]
    view = LinksView({path: at_root(root, path) for root, path in there}, {}.get)
    gone = ["src/shop/cart.py", "src/shop/sub/__init__.py", "tests/util.py", "a.py", "notes.rst"]
    assert former_modules(view, gone) == {
        "src/shop/cart.py": "shop.cart",
        "src/shop/sub/__init__.py": "shop.sub",
        "tests/util.py": "util",
        "a.py": "a",
    }
