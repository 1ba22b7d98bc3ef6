"""Circles of imports, and the import that is cheapest to part with."""

from __future__ import annotations

from ramify.features.answers.common import Page
from ramify.features.answers.overviews import Circle, Circles
from ramify.features.cycles import circular_imports, import_circles
from tests.features.reading import TOKEN, reading_of


def circles(**files: str) -> Circles:
    """Of files by module name."""
    return import_circles(reading_of({f"{name}.py": text for name, text in files.items()}), TOKEN)


def names(circle: Circle) -> list[str]:
    return [item.name for item in circle.modules]


def cut(circle: Circle) -> str:
    assert circle.cut is not None
    return f"{circle.cut.source.name} > {circle.cut.target.name}, {circle.cut.uses} uses"


def way(circle: Circle) -> list[str]:
    return [link.source.name for link in circle.example]


def test_the_cheapest_import_is_the_one_that_least_is_needed_of() -> None:
    found = circles(
        a="import b\ndef f():\n    b.g()\n    b.g()\n",
        b="from a import f\ndef g():\n    f()\n",
    )
    (circle,) = found.items
    assert names(circle) == ["a", "b"]
    assert cut(circle) == "b > a, 1 uses"
    assert (circle.left, circle.imports, found.modules) == (0, 2, 2)
    assert circle.cut is not None
    assert [(site.path, site.start) for site in circle.cut.sites] == [("b.py", 5), ("b.py", 14)]


def test_what_a_module_has_from_elsewhere_is_needed_of_it_too() -> None:
    (circle,) = circles(
        a="import json as helper, re\nimport b\nb.g()\nb.g()\nb.g()\nb.g()\n",
        b="from a import helper, re\ndef g():\n    helper.dumps(re)\n    re.compile(helper.x)\n",
    ).items
    assert {link.source.name: link.uses for link in circle.example}["b"] == 4


def test_a_longer_way_round_is_shown_in_order() -> None:
    (circle,) = circles(
        a="import b\nb.x\n", b="import c\nc.x\n", c="import a\n", d="import a\n"
    ).items
    assert names(circle) == ["a", "b", "c"]
    assert way(circle) == ["c", "a", "b"]


def test_an_import_in_a_function_is_no_part_of_a_circle() -> None:
    assert circles(a="import b\n", b="def f():\n    import a\n").total == 0


def test_an_import_for_type_checkers_is_no_part_of_a_circle() -> None:
    plain = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import A\n"
    dotted = "import typing\nif typing.TYPE_CHECKING:\n    import a\n"
    assert circles(a="import b\nclass A: ...\n", b=plain).total == 0
    assert circles(a="import b\n", b=dotted).total == 0
    assert circles(a="import b\n", b=dotted + "else:\n    import a\n").total == 1


def test_a_package_is_not_needed_by_who_takes_a_sibling_from_it() -> None:
    package = {"p/__init__.py": "from p import a\n", "p/b.py": ""}
    sibling = reading_of({**package, "p/a.py": "from . import b\n"})
    name = reading_of({**package, "p/a.py": "from . import a\nfrom . import x\n"})
    assert import_circles(sibling, TOKEN).total == 0
    assert import_circles(name, TOKEN).total == 0
    needed = {**package, "p/__init__.py": "x = 1\nfrom p import a\n"}
    assert import_circles(reading_of({**needed, "p/a.py": "from . import x\n"}), TOKEN).total == 1


def test_a_circle_that_no_single_import_opens_says_so() -> None:
    every = {name: f"import {', '.join(sorted({'a', 'b', 'c'} - {name}))}\n" for name in "abc"}
    (circle,) = circles(**every).items
    assert (circle.cut, circle.left, len(circle.example)) == (None, 3, 2)


def test_what_stays_in_a_circle_is_counted() -> None:
    (circle,) = circles(a="import b\n", b="import a, c\n", c="import b\nb.x\nb.y\n").items
    assert (names(circle), cut(circle), circle.left) == (["a", "b", "c"], "a > b, 0 uses", 2)


def test_the_largest_comes_first_and_pages_count_all() -> None:
    pair = {"x": "import y\n", "y": "import x\n"}
    three = {"a": "import b\n", "b": "import c\n", "c": "import a\n"}
    assert [names(each) for each in circles(**pair, **three).items] == [["a", "b", "c"], ["x", "y"]]
    reading = reading_of({f"{n}.py": text for n, text in {**pair, **three}.items()})
    second = import_circles(reading, TOKEN, Page(1, 1))
    assert ([names(each) for each in second.items], second.total) == ([["x", "y"]], 2)


def test_the_imports_of_one_file_that_are_part_of_a_circle() -> None:
    reading = reading_of({"a.py": "import b\nimport c\n", "b.py": "import a\n", "c.py": ""})
    (found,) = circular_imports(reading, TOKEN, "a.py")
    assert (found.way, [site.start for site in found.sites]) == (("a", "b", "a"), [7])
    assert circular_imports(reading, TOKEN, "c.py") == ()


def test_an_import_whose_way_back_is_for_type_checkers_is_no_part_of_a_circle() -> None:
    back = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import A\n"
    reading = reading_of({"a.py": "import b\nclass A: ...\n", "b.py": back})
    assert circular_imports(reading, TOKEN, "a.py") == ()
