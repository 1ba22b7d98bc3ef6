"""Where a call passes an argument by keyword: facts keep its name, and the tree its place."""

from __future__ import annotations

from collections.abc import Collection

from ramify.analysis.extraction.parse import Node, parse


def keyword_places(
    data: bytes, language: str, callees: Collection[int], name: str
) -> list[tuple[int, int]]:
    """Start and end byte of each `name` in `name=value` of the calls whose naming token starts at
    one of the bytes `callees`, in order."""
    root = parse(data, language).root_node
    wanted = name.encode()
    found = (_keyword(_call(root, callee), wanted) for callee in sorted(callees))
    return [place for place in found if place]


def _call(root: Node, callee: int) -> Node | None:
    """The innermost call whose function ends in this token."""
    node = root.named_descendant_for_byte_range(callee, callee + 1)
    while node is not None:
        function = node.child_by_field_name("function") if node.type == "call" else None
        if function is not None and function.start_byte <= callee < function.end_byte:
            return node
        node = node.parent
    return None


def _keyword(call: Node | None, name: bytes) -> tuple[int, int] | None:
    arguments = call.child_by_field_name("arguments") if call is not None else None
    for argument in arguments.named_children if arguments is not None else ():
        keyword = argument.child_by_field_name("name")
        if argument.type == "keyword_argument" and keyword is not None and keyword.text == name:
            return keyword.start_byte, keyword.end_byte
    return None
