"""The definitions of one file."""

from __future__ import annotations

from ramify.features.answers.navigation import SymbolTree
from ramify.features.outline import document_symbols
from tests.features.reading import TOKEN, drawn, shown, typed


def drawn_tree(trees: tuple[SymbolTree, ...], indent: str = "") -> str:
    lines = [
        f"{indent}{tree.kind.name.lower()} {tree.name}{tree.signature}\n"
        + drawn_tree(tree.children, indent + "  ")
        for tree in trees
    ]
    return "".join(lines)


def test_what_is_nested_stands_in_what_holds_it_in_order_of_position() -> None:
    text = (
        "LIMIT: int = 1\n"
        "class C(Base):\n"
        "    field = 1\n"
        "    def m(self):\n"
        "        def inner(): ...\n"
        "        return [lambda: 1]\n"
        "async def f(a, *b): ...\n"
    )
    assert drawn_tree(document_symbols(drawn({"a.py": text}), TOKEN, "a.py")) == (
        "variable LIMIT: int\n"
        "class C(Base)\n"
        "  field field\n"
        "  method m(self)\n"
        "    function inner()\n"
        "function f(a, *b)\n"
    )


def test_it_follows_the_live_text() -> None:
    live = typed(drawn({"a.py": "def f(): ...\n"}), {"a.py": "\ndef g(): ...\n"})
    (tree,) = document_symbols(live, TOKEN, "a.py")
    assert shown(live, tree.name_place) == "a.py:2:g"


def test_a_file_that_is_not_there_defines_nothing() -> None:
    assert document_symbols(drawn({}), TOKEN, "gone.py") == ()
