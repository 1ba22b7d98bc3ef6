"""Python, as files show it."""

from __future__ import annotations

from ramify.languages.python.entry_points import ENTRY_POINTS
from ramify.languages.spec import LanguageSpec, Layout

PYTHON = LanguageSpec(
    name="python",
    extensions=(".py", ".pyi", ".pyw"),
    file_names=("sconstruct", "sconscript", "wscript"),
    interpreters=("python", "pypy"),
    parsed=True,
    entry_points=ENTRY_POINTS,
    layout=Layout(
        nothing=frozenset({"comment", "line_continuation", ";"}),
        grouping=frozenset({"parenthesized_expression", "with_item", "type", "type_parameter"}),
        singles=frozenset({"tuple_pattern"}),
        spread={"tuple": "with_item"},
        bracketed=frozenset(
            {"tuple", "tuple_pattern", "import_from_statement", "with_clause", "class_definition"}
        ),
        listing=frozenset({"subscript", "type_parameter"}),
        alike={
            "expression_list": "tuple",
            "pattern_list": "tuple_pattern",
            "generic_type": "subscript",
            "union_type": "binary_operator",
            "member_type": "attribute",
        },
        omitted=frozenset({"argument_list"}),
        verbatim=frozenset({"format_specifier"}),
        caseless=frozenset({"integer", "float"}),
        strings=frozenset({"string", "concatenated_string"}),
    ),
)
