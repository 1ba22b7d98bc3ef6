"""Facts as a compact readable text, so that a test states them in a line."""

from __future__ import annotations

from array import array

from ramify.analysis.extraction.extract import extract
from ramify_store.facts import (
    NONE,
    ArgumentHow,
    BindingFact,
    BindingKind,
    Body,
    CompKind,
    FileFacts,
    Op,
    ScopeKind,
    SymbolFlag,
)

_NAMING = {
    Op.NAME,
    Op.ATTR,
    Op.CALL,
    Op.IMPORT,
    Op.STAR_IMPORT,
    Op.STORE_NAME,
    Op.STORE_ATTR,
    Op.STORE_ITEM,
}


class Reader:
    """Decoded columns of one file's facts."""

    def __init__(self, text: str | bytes) -> None:
        self.data = text.encode() if isinstance(text, str) else text
        self.facts: FileFacts = extract(self.data, "python")
        body: Body = self.facts.body
        self.body = body
        self.outline = self.facts.outline
        self.names = body.names
        self.ops = [Op(op) for op in body.ops]
        self.a, self.b, self.c, self.pool = (
            _ints(column) for column in (body.a, body.b, body.c, body.pool)
        )
        self.starts, self.ends = self.outline.sites()

    def site(self, index: int) -> str:
        """The text of an expression's site."""
        return self.data[self.starts[index] : self.ends[index]].decode()

    def show(self, index: int) -> str:
        """An expression written out with its operands."""
        if index == NONE:
            return "-"
        op, a, b, c = self.ops[index], self.a[index], self.b[index], self.c[index]
        names = self.names
        match op:
            case Op.NAME | Op.STORE_NAME:
                return names[a]
            case Op.ATTR | Op.STORE_ATTR:
                return f"{self.show(a)}.{names[b]}"
            case Op.CALL:
                pairs = self._pairs(b, c)
                return f"{self.show(a)}({', '.join(self._argument(*pair) for pair in pairs)})"
            case Op.SUBSCRIPT | Op.STORE_ITEM:
                return f"{self.show(a)}[{self.show(b)}]"
            case Op.CONST:
                return names[a] if b == NONE else f"{names[a]}:{names[b]}"
            case Op.TUPLE | Op.LIST | Op.SET | Op.FORMAT:
                inner = ", ".join(self.show(each) for each in self.pool[b : b + c])
                return f"{op.name}({inner})"
            case Op.DICT:
                pairs = self._pairs(b, c)
                inner = ", ".join(
                    f"**{self.show(v)}" if k == NONE else f"{self.show(k)}: {self.show(v)}"
                    for k, v in pairs
                )
                return f"DICT({inner})"
            case Op.COMP:
                return f"COMP {CompKind(b).name} {c}({self.show(a)})"
            case Op.DICT_COMP:
                return f"DICT_COMP {c}({self.show(a)}: {self.show(b)})"
            case Op.LAMBDA:
                return f"LAMBDA {a}"
            case Op.BINARY | Op.COMPARE:
                return f"({self.show(a)} {names[c]} {self.show(b)})"
            case Op.BOOL:
                return f"({self.show(a)} {names[c]} {self.show(b)})"
            case Op.UNARY:
                return f"{names[c]}({self.show(a)})"
            case Op.COND:
                return f"({self.show(a)} if {self.show(c)} else {self.show(b)})"
            case Op.IMPORT:
                what = "" if b == NONE else f":{names[b]}"
                return f"IMPORT {'.' * c}{names[a]}{what}"
            case Op.STAR_IMPORT:
                return f"STAR_IMPORT {'.' * c}{names[a]}"
            case Op.ITEM | Op.REST:
                return f"{op.name}({self.show(a)}, {b})"
            case Op.ITER | Op.ENTER:
                return f"{'ASYNC ' if b else ''}{op.name}({self.show(a)})"
            case Op.NAMED:
                return f"({self.show(b)} := {self.show(a)})"
            case Op.MATCH_CLASS:
                return f"MATCH_CLASS({self.show(a)}, {self.show(b)})"
            case Op.TYPE_PARAMETER:
                return f"TYPE_PARAMETER {names[b]}({self.show(a)})"
            case Op.SLICE:
                return f"SLICE({self.show(a)}, {self.show(b)}, {self.show(c)})"
            case _:
                return op.name if a == NONE else f"{op.name}({self.show(a)})"

    def _pairs(self, start: int, count: int) -> list[tuple[int, int]]:
        pairs = self.pool[start : start + 2 * count]
        return list(zip(pairs[::2], pairs[1::2], strict=True))

    def _argument(self, how: int, value: int) -> str:
        if how >= 0:
            return f"{self.names[how]}={self.show(value)}"
        stars = {ArgumentHow.POSITIONAL: "", ArgumentHow.SPLAT: "*", ArgumentHow.DOUBLE_SPLAT: "**"}
        return stars[ArgumentHow(how)] + self.show(value)

    def scope_name(self, index: int) -> str:
        scope = self.body.scopes[index]
        owner = self.outline.symbols[scope.symbol].path or "module"
        if scope.kind is ScopeKind.COMPREHENSION:
            return f"{owner}[{index}]"
        return owner

    def binding(self, fact: BindingFact) -> str:
        kind = "" if fact.kind is BindingKind.ASSIGN else f" {fact.kind.name}"
        line = f"{self.scope_name(fact.scope)}: {self.show(fact.target)}"
        if fact.annotation != NONE:
            line += f": {self.show(fact.annotation)}"
        line += f" <-{kind}"
        if fact.value != NONE:
            line += f" {self.show(fact.value)}"
        if fact.symbol != NONE:
            line += f" = {self.outline.symbols[fact.symbol].path}"
        return line

    def bindings(self) -> list[str]:
        """`scope: target: annotation <- KIND value = symbol`, a kind of ASSIGN left out."""
        return [self.binding(fact) for fact in self.body.bindings]

    def symbols(self) -> list[str]:
        """`KIND path signature FLAGS`, the module left out."""
        return [
            " ".join(
                part
                for part in (
                    symbol.kind.name.lower(),
                    symbol.path,
                    symbol.signature,
                    "|".join(flag.name or "" for flag in SymbolFlag(symbol.flags)),
                )
                if part
            )
            for symbol in self.outline.symbols[1:]
        ]

    def expressions(self) -> list[str]:
        """What is no other expression's operand, in order of evaluation."""
        used = {operand for index in range(len(self.ops)) for operand in self.operands(index)}
        return [self.show(i) for i in range(len(self.ops)) if i not in used]

    def operands(self, index: int) -> list[int]:
        op, a, b, c = self.ops[index], self.a[index], self.b[index], self.c[index]
        match op:
            case Op.NAME | Op.STORE_NAME | Op.CONST | Op.IMPORT | Op.STAR_IMPORT | Op.LAMBDA:
                return []
            case Op.CALL:
                return [a, *self.pool[b + 1 : b + 2 * c : 2]]
            case Op.DICT:
                return list(self.pool[b : b + 2 * c])
            case Op.TUPLE | Op.LIST | Op.SET | Op.FORMAT:
                return list(self.pool[b : b + c])
            case Op.SUBSCRIPT | Op.BINARY | Op.COMPARE | Op.BOOL | Op.DICT_COMP | Op.NAMED:
                return [a, b]
            case Op.COND | Op.SLICE:
                return [a, b, c]
            case _:
                return [a]

    def sites(self) -> list[str]:
        """`expression @ its naming token`, of everything that names something."""
        return [
            f"{self.ops[i].name} {self.show(i)} @ {self.site(i)}"
            for i in range(len(self.ops))
            if self.ops[i] in _NAMING
        ]

    def scopes(self) -> list[str]:
        """`kind owner first..last: what is known of it`."""
        lines = []
        for index, scope in enumerate(self.body.scopes):
            line = f"{scope.kind.name.lower()} {self.scope_name(index)}"
            inside = [
                self.names[self.a[i]]
                for i in range(scope.first, scope.last)
                if self.ops[i] is Op.NAME
            ]
            line += f" uses({' '.join(inside)})"
            for word in ("returns", "yields", "raises", "decorators", "bases"):
                found = getattr(scope, word)
                if found:
                    line += f" {word}({', '.join(self.show(each) for each in found)})"
            for name, value in scope.keywords:
                line += f" {self.names[name]}={self.show(value)}"
            if scope.return_annotation != NONE:
                line += f" -> {self.show(scope.return_annotation)}"
            for word, names in (("global", scope.global_names), ("nonlocal", scope.nonlocal_names)):
                line += "".join(f" {word} {self.names[name]}" for name in names)
            lines.append(line)
        return lines

    def parameters(self) -> list[str]:
        """`scope: name KIND : annotation = default`."""
        return [
            " ".join(
                part
                for part in (
                    f"{self.scope_name(index)}:",
                    self.names[param.name],
                    param.kind.name,
                    "" if param.annotation == NONE else f": {self.show(param.annotation)}",
                    "" if param.default == NONE else f"= {self.show(param.default)}",
                )
                if part
            )
            for index, scope in enumerate(self.body.scopes)
            for param in scope.params
        ]

    def exported(self) -> list[str]:
        return list(self.body.exported or ())

    def notes(self) -> list[str]:
        return list(self.outline.notes)

    def blocks(self) -> list[str]:
        """`parent group guard flags: names used in it`, block 0 left out."""
        lines = []
        for index, block in enumerate(self.body.blocks[1:], 1):
            parts = [f"{index} in {block.parent}"]
            if block.group != NONE:
                parts.append(f"of {block.group}")
            if block.guard != NONE:
                parts.append(f"{'unless' if block.negated else 'if'} {self.show(block.guard)}")
            parts += ["loop"] * block.loop + [("skips", "ends")[block.ends - 1]] * (block.ends > 0)
            parts += ["dead"] * block.dead
            inner = [
                self.names[self.a[i]]
                for i in range(block.first, block.last)
                if self.ops[i] is Op.NAME
            ]
            lines.append(f"{' '.join(parts)}: {' '.join(inner)}".rstrip())
        return lines


def _ints(column: bytes) -> array[int]:
    values = array("i")
    values.frombytes(column)
    return values
