"""What is exact, what is inferred, what is possible and what is unresolved."""

from __future__ import annotations

import pytest

from tests.analysis.linked import calls, unresolved, why

CLASS = "class C:\n    def go(self): pass\n"


@pytest.mark.parametrize(
    ("use", "reason"),
    [
        ("def use(c: C): c.go()", "exact: annotation"),
        ("def use(): C.go(None)", "exact: member"),
        ("def use():\n    c = C()\n    c.go()", "inferred: constructed here"),
        ("def make(): return C()\ndef use(): make().go()", "inferred: constructed here"),
        ("def use(x):\n    if isinstance(x, C): x.go()", "inferred: narrowed"),
        ("def use():\n    for c in [C()]: c.go()", "inferred: constructed here"),
        ("def use(many: list[C]):\n    for c in many: c.go()", "exact: annotation"),
        ("class D(C):\n    def use(self): self.go()\ndef use(): D().use", "exact: own class"),
    ],
)
def test_a_method_call(use: str, reason: str) -> None:
    text = CLASS + use + "\n"
    source = "main.D.use" if "class D" in use else "main.use"
    assert why(text, f"{source} -> main.C.go")[0] == reason


def test_more_than_eight_targets_are_only_possible() -> None:
    classes = "".join(f"class C{n}:\n    def go(self): pass\n" for n in range(9))
    declared = " | ".join(f"C{n}" for n in range(9))
    text = classes + f"def use(c: '{declared}'): c.go()\n"
    assert calls(text) == []
    assert unresolved(text) == ["main.use: go (possible)"]


def test_eight_targets_are_edges() -> None:
    classes = "".join(f"class C{n}:\n    def go(self): pass\n" for n in range(8))
    declared = " | ".join(f"C{n}" for n in range(8))
    text = classes + f"def use(c: '{declared}'): c.go()\n"
    assert len(calls(text)) == 8
    assert unresolved(text) == []


def test_a_name_nobody_binds_is_unresolved() -> None:
    assert unresolved("def use(): go(), value\n") == [
        "main.use: go (unresolved)",
        "main.use: value (unresolved)",
    ]


def test_a_member_of_something_unknown_is_possible() -> None:
    assert unresolved("def use(x): x.go(), x.value\n") == [
        "main.use: go (possible)",
        "main.use: value (possible)",
    ]


def test_a_member_of_a_class_with_an_unknown_base_is_possible() -> None:
    text = "class C(missing()): pass\ndef use(c: C): c.go()\n"
    assert unresolved(text) == [
        "main.use: go (possible)",
        "main: missing (unresolved)",
    ]
