"""From annotations in stubs to the texts that the shapes of the library hold types as.

`A|B` is a union, `C[A,B]` an instance of a generic class, `~T` a type variable, `@` the receiver's
own class, `(A,B>R)` a callable, `...` any number of what stands before it (in tuples) or any
arguments (in callables), `'text'` a literal, `?` anything at all.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache

from tools.library.stubs import Import, Stub, exports, looked_up, module_names, stub

UNKNOWN = "?"
_LITERAL = re.compile(r"[\w.+:/-]*")
_UNWRAPPED = frozenset(
    {"Annotated", "ClassVar", "Final", "Required", "NotRequired", "ReadOnly", "InitVar", "Unpack"}
)
_UNKNOWN = frozenset(
    {"Any", "object", "NoReturn", "Never", "Incomplete", "Unused", "ParamSpec", "Concatenate",
     "TypeVarTuple", "LiteralString", "MaybeNone", "sentinel"}
)  # fmt: skip
_VARIABLES = frozenset({"TypeVar", "ParamSpec", "TypeVarTuple"})
_TEXTS = frozenset({"LiteralString"})
_DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Meant:
    """What a name leads to: its definition, or a whole module (without a name)."""

    module: str
    name: str
    node: ast.AST | None


_asked: list[tuple[str, str]] = []
"""Names being followed: stubs import each other in circles."""


@cache
def meaning(module: str, name: str) -> Meant | None:
    """The definition that a name of a module leads to, through imports and plain aliases."""
    if (module, name) in _asked:
        return None
    _asked.append((module, name))
    try:
        return _followed(module, name)
    finally:
        _asked.pop()


def _followed(module: str, name: str) -> Meant | None:
    head, _, rest = name.partition(".")
    found = looked_up(module, head)
    if found is None:
        return _inside(f"{module}.{head}", rest) if stub(f"{module}.{head}") is not None else None
    of, nodes = found
    node = nodes[0]
    if isinstance(node, Import):
        if node.name is None:
            return _inside(node.module, rest)
        if (node.module, node.name) == (of.name, head):  # `from . import inner`
            return _inside(f"{of.name}.{head}", rest)
        meant = meaning(node.module, node.name)
        if rest and meant is not None:
            return meaning(meant.module, f"{meant.name}.{rest}" if meant.name else rest)
        return meant
    if isinstance(node, ast.ClassDef) and rest:
        return Meant(of.name, name, _inner(node, rest))
    target = aliased(node)
    if target and target != name:
        meant = meaning(of.name, target) or meaning("builtins", target)
        if meant is not None and isinstance(meant.node, _DEFINITIONS):
            return meant
    return Meant(of.name, head, node)


def _inside(module: str, rest: str) -> Meant | None:
    return meaning(module, rest) if rest else Meant(module, "", None)


def _inner(cls: ast.ClassDef, path: str) -> ast.AST | None:
    head, _, rest = path.partition(".")
    for node in cls.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == head:
            return _inner(node, rest) if rest and isinstance(node, ast.ClassDef) else node
    return None


def aliased(node: ast.AST) -> str:
    """The name that an assignment gives another name to; empty for any other value."""
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        plain = isinstance(node, ast.Assign) or "TypeAlias" in ast.dump(node.annotation)
        return dotted(node.value) if plain else ""
    return ""


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""


@cache
def public_names() -> dict[tuple[str, str], str]:
    """By definition: the name that people know it by, the shortest one."""
    found: dict[tuple[str, str], list[tuple[tuple[object, ...], str]]] = {}
    for module in module_names():
        if any(part.startswith("_") for part in module.split(".")):
            continue
        for name in exports(module):
            meant = meaning(module, name)
            if meant is not None and isinstance(meant.node, _DEFINITIONS):
                rank = (
                    meant.name != name,
                    module != "builtins",
                    module.count("."),
                    meant.module != module,
                    len(module),
                    module,
                )
                found.setdefault((meant.module, meant.name), []).append((rank, f"{module}.{name}"))
    return {place: min(names)[1] for place, names in found.items()}


def public(module: str, name: str) -> str:
    """The name of a definition, as people know it."""
    head, _, rest = name.partition(".")
    known = public_names().get((module, head)) or f"{module}.{head}"
    return f"{known}.{rest}" if rest else known


@dataclass(frozen=True)
class Reading:
    """Where an annotation stands."""

    of: Stub
    classes: tuple[str, ...] = ()
    """Around it, outermost first."""
    known: tuple[tuple[str, str], ...] = ()
    """What type variables of an alias stand for."""
    within: tuple[str, ...] = ()
    """Aliases that are being spelled out."""


def type_of(node: ast.expr | None, at: Reading) -> str:
    """The text of a type."""
    parts = _parts(node, at)
    told = list(dict.fromkeys(parts))
    return "|".join(sorted(told, key=lambda part: (part == UNKNOWN, part == "None")))


def _parts(node: ast.expr | None, at: Reading) -> list[str]:
    if node is None:
        return [UNKNOWN]
    if isinstance(node, ast.Constant):
        if node.value is None:
            return ["None"]
        if isinstance(node.value, str):
            return _parts(ast.parse(node.value, mode="eval").body, at)
        return [UNKNOWN]
    if isinstance(node, ast.BinOp):
        return _parts(node.left, at) + _parts(node.right, at)
    if isinstance(node, ast.Subscript):
        return _subscript(node, at)
    name = dotted(node)
    return _named(name, [], at) if name else [UNKNOWN]


def _subscript(node: ast.Subscript, at: Reading) -> list[str]:
    name = dotted(node.value)
    last = name.rpartition(".")[2]
    arguments = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if last == "Literal":
        return [literal(each) for each in arguments]
    if last == "Optional":
        return [*_parts(arguments[0], at), "None"]
    if last == "Union":
        return [part for each in arguments for part in _parts(each, at)]
    if last in _UNWRAPPED:
        return _parts(arguments[0], at)
    if last in ("TypeGuard", "TypeIs"):
        return ["bool"]
    if last == "Callable" and len(arguments) == 2:
        return [f"({_given(arguments[0], at)}>{type_of(arguments[1], at)})"]
    return _named(name, [_argument(each, at) for each in arguments], at)


def _argument(node: ast.expr, at: Reading) -> str:
    if isinstance(node, ast.Constant) and node.value is Ellipsis:
        return "..."
    if isinstance(node, ast.List):
        return UNKNOWN
    return type_of(node, at)


def _given(node: ast.expr, at: Reading) -> str:
    if isinstance(node, ast.List):
        return ",".join(type_of(each, at) for each in node.elts)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):  # Concatenate
        return ",".join(_given(each, at) for each in node.slice.elts)
    return type_of(node, at) if dotted(node) else "..."


def literal(node: ast.expr) -> str:
    """A literal as type: its text, or where nobody would ask for that its class."""
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, str) and _LITERAL.fullmatch(value):
            return f"'{value}'"
        if isinstance(value, bool):
            return str(value)
        return "None" if value is None else type(value).__name__
    return "int" if isinstance(node, ast.UnaryOp) else UNKNOWN


def _named(name: str, arguments: list[str], at: Reading) -> list[str]:
    head, _, rest = name.partition(".")
    if rest in ("args", "kwargs"):
        return [f"~{head}"]
    known = dict(at.known)
    if name in known:
        return known[name].split("|") if "[" not in known[name] else [known[name]]
    for depth in range(len(at.classes), 0, -1):
        inner = ".".join([*at.classes[:depth], name])
        meant = meaning(at.of.name, inner)
        if meant is not None and isinstance(meant.node, ast.ClassDef):
            return [_instance(public(meant.module, meant.name), arguments)]
    meant = meaning(at.of.name, name) or meaning("builtins", name)
    if meant is None or meant.node is None:
        return [UNKNOWN]
    if meant.module == "typing" or meant.module == "typing_extensions":
        if meant.name == "Self":
            return ["@"]
        if meant.name in _TEXTS:
            return ["str"]
        if meant.name in _UNKNOWN:
            return [UNKNOWN]
        if meant.name == "Callable":
            return ["(...>?)"]
        if meant.name == "Type":
            return [_instance("type", arguments)]
        if meant.name == "Tuple":
            return [_instance("tuple", arguments)]
    if isinstance(meant.node, ast.ClassDef):
        full = public(meant.module, meant.name)
        if full == "builtins.object":
            return [UNKNOWN]
        return [_instance(full, arguments)]
    return _aliased(meant, arguments, at)


def _instance(full: str, arguments: list[str]) -> str:
    short = full.removeprefix("builtins.")
    return f"{short}[{','.join(arguments)}]" if arguments else short


def _aliased(meant: Meant, arguments: list[str], at: Reading) -> list[str]:
    """What a type variable or the name of an alias stands for."""
    node = meant.node
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    if value is None or meant.name in _UNKNOWN or meant.name in at.within:
        return [UNKNOWN]
    of = _stub(meant.module)
    within = (*at.within, meant.name)
    if isinstance(value, ast.Call):
        kind = dotted(value.func).rpartition(".")[2]
        if kind in _VARIABLES:
            return [f"~{meant.name}"]
        if kind == "NewType":
            return _parts(value.args[1], Reading(of, within=within))
        return [UNKNOWN]
    variables = _variables(value, of) if arguments else []
    known = tuple(zip(variables, arguments, strict=False))
    return _parts(value, Reading(of, known=known, within=within))


def _stub(module: str) -> Stub:
    found = stub(module)
    assert found is not None, module
    return found


def _variables(value: ast.expr, of: Stub) -> list[str]:
    """Type variables in an expression, in order."""
    found: dict[str, None] = {}
    names = sorted(
        (n for n in ast.walk(value) if isinstance(n, ast.Name)),
        key=lambda n: (n.lineno, n.col_offset),
    )
    for each in names:
        if is_variable(each.id, of):
            found[each.id] = None
    return list(found)


def is_variable(name: str, of: Stub) -> bool:
    meant = meaning(of.name, name)
    if meant is None or not isinstance(meant.node, ast.Assign):
        return False
    value = meant.node.value
    return isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] in _VARIABLES
