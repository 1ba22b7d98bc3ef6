"""What a change breaks, and whom it concerns."""

from __future__ import annotations

from ramify.features.answers.impact import Breakage, Impact
from ramify.features.changed import changed_symbols
from ramify.features.impact import impact, impact_of_changes
from ramify.session.git import ChangedFile
from tests.features.reading import TOKEN, ident, reading_of, short, shown

SHOP = {
    "shop.py": "def price(item, rate): ...\ndef total(items): return price(items, 1)\n",
    "till.py": (
        "from shop import price\ndef pay(x):\n    x.price()\n    return price(1)\nhook = price\n"
    ),
}


def told(breakage: Breakage) -> tuple[str, str, int, int, int]:
    each = breakage
    return (each.change, each.concerns, each.exact, each.inferred, each.possible)


def changes(before: dict[str, str], after: dict[str, str]) -> Impact:
    reading = reading_of(after)
    files = [
        ChangedFile(path, before[path].encode() if path in before else None, None)
        for path in sorted({*before, *after})
        if before.get(path) != after.get(path)
    ]
    return impact_of_changes(reading, TOKEN, changed_symbols(reading, TOKEN, files))


def test_of_a_symbol_each_kind_of_change_concerns_others() -> None:
    answer = impact(reading_of(SHOP), TOKEN, [ident("shop:price")])
    assert [told(each) for each in answer.breakage] == [
        ("signature", "call sites", 2, 0, 1),
        ("body", "tests and behaviour", 3, 0, 0),
        ("removal", "every reference", 4, 0, 1),
    ]
    assert answer.breakage[0].message == "2 calls, 1 more by name only"


def test_tests_that_are_likely_to_notice_are_unproved() -> None:
    texts = {
        "box.py": "class Box:\n    def pack(self): return 1\n",
        "test_box.py": "from box import Box\n\ndef test_packing(made):\n    Box\n    made.pack()\n",
    }
    answer = impact(reading_of(texts), TOKEN, [ident("box:Box.pack")])
    assert [(each.change, each.message) for each in answer.breakage] == [
        ("signature", "0 calls, 1 more by name only"),
        ("body", "0 dependents, 1 more unproved"),
        ("removal", "0 references, 1 more by name only"),
    ]


def test_a_dependent_says_which_changes_concern_it() -> None:
    answer = impact(reading_of(SHOP), TOKEN, [ident("shop:price")])
    assert {short(each.item.id): each.concerned for each in answer.affected} == {
        "shop:total": ("signature", "body", "removal"),
        "till:pay": ("signature", "body", "removal"),
        "till:": ("body", "removal"),
    }


def test_a_changed_signature_names_the_calls_that_no_longer_fit() -> None:
    before = {**SHOP, "shop.py": SHOP["shop.py"].replace("(item, rate):", "(item):")}
    before["shop.py"] = before["shop.py"].replace("price(items, 1)", "price(items)")
    reading = reading_of(SHOP)
    answer = changes(before, SHOP)
    (price,) = [each for each in answer.breakage if each.change == "signature"]
    assert (price.target, price.misfits) == ("shop.price", 1)
    assert [(shown(reading, e.place), e.misfit) for e in price.sites] == [
        ("till.py:4:price", "needs `rate`")
    ]
    assert price.message.endswith("; 1 certainly does not fit any more")


def test_a_call_that_never_fitted_is_no_news() -> None:
    before = {"a.py": "def f(a): ...\ndef g(): f(1, 2, 3)\n"}
    after = {"a.py": "def f(a, b): ...\ndef g(): f(1, 2, 3)\n"}
    (changed,) = changes(before, after).breakage
    assert (changed.change, changed.misfits) == ("signature", 0)


def test_a_changed_body_does_not_concern_who_merely_imports_it() -> None:
    before = {"a.py": "def f(): return 1\n", "b.py": "from a import f\ndef g(): return f()\n"}
    after = {**before, "a.py": "def f(): return 2\n"}
    assert [short(each.item.id) for each in changes(before, after).affected] == ["b:g"]


def test_who_still_names_a_removed_function_is_affected() -> None:
    before = {"a.py": "def f(): ...\n", "b.py": "from a import f\ndef g(): f()\ndef h(): g()\n"}
    after = {**before, "a.py": ""}
    answer = changes(before, after)
    (gone,) = answer.breakage
    assert (gone.change, gone.target, gone.id) == ("removed", "a.f", None)
    assert gone.message == "2 places still name it and will not find it"
    assert [short(each.item.id) for each in answer.affected] == ["b:", "b:g", "b:h"]


def test_who_still_names_a_file_that_is_gone_is_affected() -> None:
    app = "from pkg.util import f, C\nfrom . import util\ndef g(): f()\ndef h(): util.f()\n"
    before = {
        "pkg/__init__.py": "",
        "pkg/util.py": "def f(): ...\nclass C: ...\n",
        "pkg/app.py": app,
        "tests/test_app.py": "from pkg import app\ndef test_g(): app.g()\n",
    }
    after = {path: text for path, text in before.items() if path != "pkg/util.py"}
    answer = changes(before, after)
    (gone,) = answer.breakage
    assert (gone.change, gone.target, gone.exact, gone.inferred) == ("removed", "pkg/util.py", 4, 2)
    assert gone.message == "6 places still name it and will not find it"
    assert [short(each.item.id) for each in answer.affected] == [
        "pkg.app:",
        "pkg.app:g",
        "pkg.app:h",
    ]
    assert [short(each.item.id) for each in answer.tests] == ["tests.test_app:test_g"]


def test_who_names_what_is_yet_to_go_is_affected() -> None:
    texts = {
        "a.py": "def f(): f()\n",
        "b.py": "from a import f\ndef g(): f()\n",
        "tests/test_b.py": "from b import g\ndef test_g(): g()\n",
    }
    reading = reading_of(texts)
    for file in (
        ChangedFile("a.py", texts["a.py"].encode(), None, is_gone=True),
        ChangedFile("a.py", texts["a.py"].encode(), b""),
    ):
        answer = impact_of_changes(reading, TOKEN, changed_symbols(reading, TOKEN, [file]))
        assert [short(each.item.id) for each in answer.affected] == ["b:", "b:g"]
        assert [short(each.item.id) for each in answer.tests] == ["tests.test_b:test_g"]
    whole = changed_symbols(reading, TOKEN, [ChangedFile("a.py", b"def f(): f()\n", None, True)])
    (gone,) = impact_of_changes(reading, TOKEN, whole).breakage
    assert gone.message == "3 places still name it and will not find it"


def test_nothing_that_changed_is_said_to_be_nothing() -> None:
    assert changes(SHOP, SHOP).summary == "No definition changed."


def test_of_a_moved_function_who_names_it_where_it_was() -> None:
    code = (
        "def total(items, rate):\n    prices = [i.price for i in items]\n    return sum(prices)\n"
    )
    before = {"old.py": code, "b.py": "from old import total\ndef g(): total([], 1)\n"}
    after = {"new.py": code, "b.py": before["b.py"]}
    moved, gone = changes(before, after).breakage
    assert (moved.change, moved.target, moved.exact) == ("moved", "new.total", 2)
    assert (gone.target, gone.exact) == ("old.py", 3)


def test_of_a_rename_who_names_the_old_and_who_names_the_new() -> None:
    before = {"a.py": "def old(x): return x + 1\n", "b.py": "import a\ndef g(): a.old(1)\n"}
    after = {**before, "a.py": "def new(x): return x + 1\n"}
    (renamed,) = changes(before, after).breakage
    assert (renamed.change, renamed.target) == ("renamed", "a.new")


def test_changed_code_that_no_test_reaches_is_named() -> None:
    before = {
        "a.py": "def f(): return 1\ndef g(): return 1\n",
        "tests/test_a.py": "from a import f\ndef test_f(): assert f()\n",
    }
    after = {**before, "a.py": "def f(): return 2\ndef g(): return 2\n"}
    answer = changes(before, after)
    assert [item.qualified_name for item in answer.untested] == ["a.g"]
    assert [short(each.item.id) for each in answer.tests] == ["tests.test_a:test_f"]


def test_a_changed_test_is_to_be_run() -> None:
    before = {"tests/test_a.py": "def test_f(): assert 1\n"}
    after = {"tests/test_a.py": "def test_f(): assert 2\n"}
    (test,) = changes(before, after).tests
    assert (short(test.item.id), test.distance) == ("tests.test_a:test_f", 0)
    assert test.reasons == ("the test itself changed",)


def test_files_and_packages_are_counted() -> None:
    texts = {
        "shop/__init__.py": "",
        "shop/a.py": "def f(): ...\n",
        "shop/b.py": "from shop.a import f\ndef g(): f()\ndef h(): f()\n",
        "tests/test_b.py": "from shop.b import g\ndef test_g(): g()\n",
    }
    answer = impact(reading_of(texts), TOKEN, [ident("shop.a:f")])
    assert [(e.name, e.affected, e.tests) for e in answer.files] == [
        ("shop/b.py", 3, 0),
        ("tests/test_b.py", 0, 1),
    ]
    assert [(e.name, e.affected, e.tests) for e in answer.packages] == [
        ("shop", 3, 0),
        ("tests", 0, 1),
    ]
