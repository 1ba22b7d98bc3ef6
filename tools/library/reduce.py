"""From the stubs of a module to the entries that `library.bin` keeps of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import msgspec

from ramify.languages.python.shapes import (
    ALIAS,
    CLASS,
    EITHER,
    FUNCTION,
    KEYWORD,
    KEYWORDS,
    MODULE,
    OF_CLASS,
    POSITIONAL,
    PROPERTY,
    REST,
    STATIC,
    VALUE,
    Entry,
    Param,
    Signature,
)
from tools.library.stubs import Bound, Import, Stub, bound, exports, module_names, stub
from tools.library.types import (
    UNKNOWN,
    Reading,
    dotted,
    is_variable,
    meaning,
    public,
    type_of,
)

_PROPERTIES = frozenset({"property", "cached_property", "DynamicClassAttribute", "getter"})
_ACCESSORS = frozenset({"setter", "deleter"})
_SILENT = frozenset({"__slots__", "__match_args__", "__doc__", "__all__", "__hash__"})
_LEFT_OUT = frozenset({"encodings", "lib2to3", "msilib", "pydoc_data"})
"""Large, and nobody's callee."""
_TOLD = re.compile(r"[~@(']|\b(?:True|False)\b")
"""In the type of a parameter: a variable, a callable or a literal."""
_REFERRED = re.compile(r"[A-Za-z_][\w.]*\.\w+")


def entries() -> dict[str, dict[str, Entry]]:
    """By module: what its names are. Private modules only as far as others speak of them."""
    made = {module: _module(module) for module in module_names() if _is_told(module)}
    pending = {name for each in made.values() for name in _referred(each)}
    seen: set[str] = set()
    while pending - seen:
        name = min(pending - seen)
        seen.add(name)
        place = _private(name)
        if place is None:
            continue
        module, head = place
        entry = made.setdefault(module, {}).get(head) or _own(module, head)
        if entry is not None:
            made[module][head] = entry
            pending |= _referred({head: entry})
    return {module: made[module] for module in sorted(made) if made[module]}


def _is_told(module: str) -> bool:
    parts = module.split(".")
    return parts[0] not in _LEFT_OUT and not any(part.startswith("_") for part in parts)


def _private(name: str) -> tuple[str, str] | None:
    """Module and name of a definition that no public module has."""
    parts = name.split(".")
    for at in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:at])
        if stub(module) is not None:
            private = any(part.startswith("_") for part in parts[: at + 1])
            return (module, parts[at]) if private else None
    return None


def _referred(of: dict[str, Entry]) -> set[str]:
    """The dotted names that types of entries speak of."""
    found: set[str] = set()
    for entry in of.values():
        texts = [entry.type, *entry.bases]
        if entry.kind == ALIAS and "[" not in entry.type:
            found.add(entry.type)
        for signature in entry.signatures:
            texts += [signature.gives, *(param.type for param in signature.params)]
        for text in texts:
            found.update(_REFERRED.findall(text))
        found |= _referred(entry.members)
    return found


def _module(module: str) -> dict[str, Entry]:
    made: dict[str, Entry] = {}
    for name in exports(module):
        entry = _own(module, name)
        if entry is not None:
            made[name] = entry
    of = stub(module)
    for name, nodes in of.names.items() if of is not None else ():
        is_module = isinstance(nodes[0], Import) and stub(f"{module}.{name}") is not None
        if name not in made and is_module:
            made[name] = Entry(MODULE, f"{module}.{name}")
    return dict(sorted(made.items()))


def _own(module: str, name: str) -> Entry | None:
    """What a name of a module is; another name for what it only passes on."""
    meant = meaning(module, name)
    if meant is None:
        return None
    if not meant.name:
        return Entry(MODULE, meant.module)
    full = public(meant.module, meant.name)
    if full != f"{module}.{name}" and isinstance(
        meant.node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    ):
        return Entry(ALIAS, full)
    if full != f"{module}.{name}" and (meant.module, meant.name) != (module, name):
        return Entry(ALIAS, f"{meant.module}.{meant.name}")
    of = stub(meant.module)
    assert of is not None
    nodes = of.names.get(meant.name.partition(".")[0])
    return _entry(nodes, of, ()) if nodes else None


def _entry(nodes: Bound, of: Stub, classes: tuple[str, ...]) -> Entry | None:
    """What the definitions of one name make."""
    node = nodes[0]
    at = Reading(of, classes)
    if isinstance(node, ast.ClassDef):
        return _class(node, of, classes)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        functions = [n for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        return _function(functions, at)
    if isinstance(node, ast.AnnAssign):
        told = type_of(node.annotation, at)
        return Entry(VALUE, "" if told == UNKNOWN else told)
    if isinstance(node, ast.Assign):
        other = dotted(node.value)
        if classes and other:
            return Entry(ALIAS, other)
        head, _, rest = other.partition(".")
        meant = meaning(of.name, head) if rest else None
        return Entry(ALIAS, _joined(meant.module, meant.name, rest)) if meant else Entry(VALUE)
    return None


def _joined(*parts: str) -> str:
    return ".".join(part for part in parts if part)


def _class(node: ast.ClassDef, of: Stub, classes: tuple[str, ...]) -> Entry:
    inside = (*classes, node.name)
    at = Reading(of, classes)
    members: dict[str, Entry] = {}
    for name, nodes in bound(node.body, Stub("", False)).items():
        entry = _entry(nodes, of, inside) if name not in _SILENT else None
        if entry is not None:
            members[name] = entry
    bases = [type_of(base, at) for base in node.bases if not _is_form(base)]
    return Entry(
        CLASS,
        params=_params(node, of),
        bases=tuple(bases),
        members=dict(sorted(members.items())),
    )


def _is_form(base: ast.expr) -> bool:
    """Whether a base only declares type variables, or that there need be no base."""
    named = dotted(base.value if isinstance(base, ast.Subscript) else base)
    return named.rpartition(".")[2] in ("Generic", "Protocol", "object")


def _params(node: ast.ClassDef, of: Stub) -> tuple[str, ...]:
    """The type variables of a class: those of `Generic` or `Protocol`, else in order."""
    found: dict[str, None] = {}
    for base in node.bases:
        named = dotted(base.value) if isinstance(base, ast.Subscript) else ""
        ordered = sorted(
            (each for each in ast.walk(base) if isinstance(each, ast.Name)),
            key=lambda each: (each.lineno, each.col_offset),
        )
        variables = [each.id for each in ordered if is_variable(each.id, of)]
        if named.rpartition(".")[2] in ("Generic", "Protocol"):
            return tuple(dict.fromkeys(variables))
        found.update(dict.fromkeys(variables))
    return tuple(found)


def _function(nodes: list[ast.FunctionDef | ast.AsyncFunctionDef], at: Reading) -> Entry | None:
    names = [{dotted(_called(d)).rpartition(".")[2] for d in node.decorator_list} for node in nodes]
    if names[0] & _PROPERTIES:
        return Entry(PROPERTY, _known(type_of(nodes[0].returns, at)))
    overloads = [node for node, of in zip(nodes, names, strict=True) if "overload" in of]
    overloads = [node for node in overloads if not _narrows(node)]
    kind = STATIC if "staticmethod" in names[0] else FUNCTION
    if "classmethod" in names[0] or nodes[0].name in ("__init_subclass__", "__class_getitem__"):
        kind = OF_CLASS
    signatures = dict.fromkeys(_signature(node, at, kind) for node in overloads or nodes[:1])
    if len({signature.gives for signature in signatures}) == 1 and not any(
        _TOLD.search(param.type) for signature in signatures for param in signature.params
    ):
        return Entry(kind, signatures=(Signature(next(iter(signatures)).gives),))
    return Entry(kind, signatures=tuple(_telling(list(signatures))))


def _narrows(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether an overload is for functions that tell one type from another."""
    return any(dotted(n).startswith(("TypeGuard", "TypeIs")) for n in ast.walk(node.args))


def _telling(signatures: list[Signature]) -> Iterator[Signature]:
    """The same without the types of parameters that neither say which overload is meant nor
    bear on what is given."""
    types: dict[str, set[str]] = {}
    for signature in signatures:
        for param in signature.params:
            types.setdefault(param.name, set()).add(param.type)
    for signature in signatures:
        params = [
            param
            if _TOLD.search(param.type) or len(types[param.name]) > 1 or param.kind == REST
            else msgspec.structs.replace(param, type="")
            for param in signature.params
        ]
        yield msgspec.structs.replace(signature, params=tuple(params))


def _called(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _known(told: str) -> str:
    return "" if told == UNKNOWN else told


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef, at: Reading, kind: str) -> Signature:
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args]
    required = [True] * (len(named) - len(arguments.defaults)) + [False] * len(arguments.defaults)
    positional = [
        (each, POSITIONAL if each in arguments.posonlyargs or _is_private(each) else EITHER, needed)
        for each, needed in zip(named, required, strict=True)
    ]
    gives = type_of(node.returns, at)
    receiver = ""
    if at.classes and kind != STATIC and positional:
        first = positional.pop(0)[0]
        receiver = type_of(first.annotation, at) if first.annotation is not None else ""
    params = [_param(each, how, needed, at) for each, how, needed in positional]
    if arguments.vararg is not None:
        params.append(_param(arguments.vararg, REST, False, at))
    for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        params.append(_param(each, KEYWORD, default is None, at))
    if arguments.kwarg is not None:
        params.append(_param(arguments.kwarg, KEYWORDS, False, at))
    if node.name == "__init__":
        gives, receiver = receiver, ""
    elif receiver.startswith(("~", "type[~")):
        itself = receiver.removeprefix("type[").removesuffix("]")
        gives = re.sub(re.escape(itself) + r"\b", "@", gives)
    if isinstance(node, ast.AsyncFunctionDef) and not _yields(gives):
        gives = f"typing.Coroutine[?,?,{gives}]"
    is_of_some = receiver.endswith("]") and "~" not in receiver
    return Signature(_known(gives), tuple(params), receiver if is_of_some else "")


def _yields(gives: str) -> bool:
    return gives.startswith(("typing.AsyncGenerator", "typing.AsyncIterator"))


def _is_private(arg: ast.arg) -> bool:
    return arg.arg.startswith("__") and not arg.arg.endswith("__")


def _param(arg: ast.arg, kind: int, required: bool, at: Reading) -> Param:
    return Param(arg.arg, kind, _known(type_of(arg.annotation, at)), required)
