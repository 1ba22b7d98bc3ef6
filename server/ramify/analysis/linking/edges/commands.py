"""Commands and tasks that are run by their names.

A command is handed on to the group that it is put into, under its name; who invokes a group with
words follows them. Commands of an application, and tasks, are known by their names everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ramify.analysis.inference.constants import text_of
from ramify.analysis.inference.engine import EXTERNAL_REF, SYMBOL
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    CALLBACK,
    CLASS,
    DECLARED,
    LITERAL,
    REQUESTED,
    ROUTE,
    SERVED,
    Value,
)
from ramify.analysis.linking.edges.collecting import Targets, best
from ramify.analysis.linking.edges.routes import RouteEdges
from ramify.languages.python.commands import (
    ADDS_COMMAND,
    CALLS_COMMAND,
    COMMAND_CLASS,
    COMMAND_PLACE,
    INVOKES,
    MAKES_COMMAND,
    MAKES_TASK,
    NAME,
    OF_PROGRAM,
    RUN_OF_COMMAND,
    SENDS_TASK,
    WORDS,
)
from ramify.languages.python.persistence import MANAGED
from ramify.languages.python.routes import INCLUDES, OPENS, REGISTERS, REVERSES
from ramify.languages.python.views import REGISTERS_MODEL
from ramify_store.facts import ArgumentHow, EdgeKind, Op, SymbolKind

_COMMAND: Final = "<command> "
_TASK: Final = "task "
_ANYWHERE: Final = ""
_SUFFIXES: Final = ("_command", "_cmd", "_group", "_grp")
_MOST_WORDS: Final = 8
_MOST: Final = 4
_SITES: Final = (*ADDS_COMMAND, *INVOKES, *CALLS_COMMAND, *SENDS_TASK)


class CommandEdges(RouteEdges):
    """Edges from who runs a command or a task by its name."""

    def _commanded(self, e: int, sym: int) -> None:
        """`@cli.command("sell")` and `@app.task(name="sell")` name what they decorate."""
        unit = self.unit
        called = unit.ops[e] == Op.CALL
        name = self._naming(e)
        named = unit.a[e] if called else e
        if called and name == REGISTERS_MODEL and unit.symbols[sym].kind == SymbolKind.CLASS:
            cls = (CLASS, unit.path, sym, DECLARED)
            for _, argument in unit.arguments(e):
                models = {v: 0 for v in self._operand(argument) if v[0] == CLASS}
                self.flows_out.fill(cls, MANAGED, models)
        if name in MAKES_TASK:
            for keyword, argument in self._keywords(e) if called else ():
                text = text_of(self.inference, unit, argument) if keyword == NAME else None
                if text:
                    self._tell(_ANYWHERE, _TASK + text, (ROUTE, unit.path, sym, ""))
        elif name in MAKES_COMMAND and unit.ops[named] == Op.ATTR:
            words = self._names_of(e if called else -1, unit.symbols[sym].name)
            self._put_into(unit.a[named], words, (ROUTE, unit.path, sym, ""))

    def _names_of(self, call: int, function: str) -> list[str]:
        """The words for a command: what a CALL says, else what is made of its function's name."""
        unit = self.unit
        for how, argument in unit.arguments(call) if call >= 0 else ():
            if how == ArgumentHow.POSITIONAL or (how >= 0 and unit.names[how] == NAME):
                text = text_of(self.inference, unit, argument)
                if text:
                    return [text]
                break
        plain = function.lower()
        short = next((plain.removesuffix(s) for s in _SUFFIXES if plain.endswith(s)), plain)
        return list(dict.fromkeys(each.replace("_", "-") for each in (plain, short)))

    def _put_into(self, group: int, words: Iterable[str], command: Value) -> None:
        unit = self.unit
        if unit.ops[group] == Op.ATTR and unit.names[unit.b[group]] == OF_PROGRAM:
            for word in words:
                self._tell(_ANYWHERE, _COMMAND + word, command)
            return
        for ref in self.inference.expression(unit, group)[1]:
            if ref[0] == SYMBOL:
                symbol = self.inference.unit(ref[1]).symbols[ref[2]].path
                for word in words:
                    self.flows_out.given.append(((ref[1], symbol, _COMMAND + word), command))

    def _command_class(self, sym: int) -> None:
        """`management/commands/sell.py` makes a command of its class `Command`."""
        unit = self.unit
        symbol = unit.symbols[sym]
        if symbol.name == COMMAND_CLASS and COMMAND_PLACE in unit.path and symbol.parent == 0:
            word = unit.path.rpartition("/")[2].removesuffix(".py")
            self._tell(_ANYWHERE, _COMMAND + word, (ROUTE, unit.path, sym, ""))

    def _by_text(self, e: int, site: int) -> None:
        """What a CALL registers, asks for or runs by a text."""
        unit = self.unit
        callee = unit.a[e]
        op = unit.ops[callee]
        if op == Op.ATTR:
            index = unit.b[callee]
        elif op == Op.NAME:
            index = unit.a[callee]
        else:
            return
        if index not in _told_by_text(unit) or not unit.c[e]:
            return
        name = unit.names[index]
        self._routes(e, name, site)
        if name == REGISTERS_MODEL and unit.c[e] > 1:
            self._register_model(e)
        if name in ADDS_COMMAND and op == Op.ATTR:
            self._add(e, unit.a[callee])
        elif name in INVOKES and op == Op.ATTR:
            self._invoke(e, site)
        elif name in CALLS_COMMAND:
            self._run_anywhere(self._first_word(e), e, site)
        elif name in SENDS_TASK:
            for text in self._first_word(e):
                self._send(text, e, site)

    def _register_model(self, e: int) -> None:
        """`admin.site.register(Model, Admin)`."""
        model, admin = (self._operand(x) for _, x in self.unit.arguments(e)[:2])
        for cls in admin:
            if cls[0] == CLASS:
                self.flows_out.fill(cls, MANAGED, {v: 0 for v in model if v[0] == CLASS})

    def _first_word(self, e: int) -> list[str]:
        text = text_of(self.inference, self.unit, self.unit.arguments(e)[0][1])
        return [text] if text else []

    def _add(self, e: int, group: int) -> None:
        unit = self.unit
        argument = unit.arguments(e)[0][1]
        named = [text for keyword, x in self._keywords(e) if keyword == NAME
                 and (text := text_of(self.inference, unit, x))]  # fmt: skip
        for ref in self.inference.expression(unit, argument)[1]:
            if ref[0] == SYMBOL:
                words = named or self._own_names(ref)
                self._put_into(group, words, (ROUTE, ref[1], ref[2], ""))

    def _own_names(self, ref: Value) -> list[str]:
        """The words by which a command goes that is put into a group without saying so."""
        unit = self.unit
        symbol = self.inference.unit(ref[1]).symbols[ref[2]]
        if ref[1] == unit.path and symbol.kind == SymbolKind.FUNCTION:
            for e in unit.scopes[symbol.scope].decorators:
                if unit.ops[e] == Op.CALL and self._naming(e) in MAKES_COMMAND:
                    return self._names_of(e, symbol.name)
        return self._names_of(-1, symbol.name)

    def _invoke(self, e: int, site: int) -> None:
        """`runner.invoke(cli, ["sell", "--all"])` runs the command by which its words go on."""
        unit = self.unit
        words: list[str] = []
        for how, argument in unit.arguments(e):
            if how == ArgumentHow.POSITIONAL or (how >= 0 and unit.names[how] == WORDS):
                words = words or self._words(argument)
        if not words:
            return
        first = unit.arguments(e)[0]
        refs = self.inference.expression(unit, first[1])[1] if first[0] < 0 else {}
        groups = [ref for ref in refs if ref[0] == SYMBOL]
        if not groups:
            self._run_anywhere(words, e, site)
        for group in groups[:_MOST]:
            path, sym = group[1:3]
            for word in words[:_MOST_WORDS]:
                found = list(self.inference.few_reaching(path, sym, _COMMAND + word))
                if not 0 < len(found) <= _MOST:
                    continue
                for command in found:
                    self._run_command(command, e, site)
                path, sym = found[0][1:3]

    def _words(self, e: int) -> list[str]:
        """The plain words of a list of them, options left out."""
        unit = self.unit
        for value in {(LITERAL, unit.path, e): 0, **self._operand(e)}:
            listed = value[2] if value[:2] == (LITERAL, unit.path) else e
            if unit.ops[listed] in (Op.LIST, Op.TUPLE):
                texts = [unit.text_of_const(each) for each in unit.elements(listed)]
                return [text for text in texts if text and not text.startswith("-")]
        return []

    def _run_anywhere(self, words: list[str], e: int, site: int) -> None:
        for word in words[:1]:
            found = list(self.inference.told(_ANYWHERE, _COMMAND + word))
            if len(found) > 1:
                found = [each for each in found if self._is_installed(each)] or found
            for command in found if len(found) <= _MOST else ():
                self._run_command(command, e, site)

    def _is_installed(self, command: Value) -> bool:
        """Whether a command is none of an application that other tests install for themselves."""
        app, place, _ = command[1].partition(COMMAND_PLACE)
        around = f"{app.rpartition('/')[0]}/"
        is_test = self.inference.unit(command[1]).placed.is_test
        return not (place and is_test) or self.unit.path.startswith(around)

    def _run_command(self, command: Value, e: int, site: int) -> None:
        path, sym = command[1:3]
        targets: Targets = {}
        kind = self.inference.unit(path).symbols[sym].kind
        if kind in (SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.CLASS):
            best(targets, self._id(path, sym), False, REQUESTED)
        if kind == SymbolKind.CLASS:
            for name in RUN_OF_COMMAND:
                for function in self.inference.member_of_class((CLASS, path, sym, DECLARED), name):
                    best(targets, self._id(function[1], function[2]), False, REQUESTED)
        self._edges_to(targets, e, site)

    def _send(self, text: str, e: int, site: int) -> None:
        """`app.send_task("shop.tasks.sell")` runs the task of that name."""
        targets: Targets = {}
        told = list(self.inference.told(_ANYWHERE, _TASK + text))
        refs = [value[1:3] for value in told] or [
            ref[1:3] for ref in self.inference.dotted(text, self.unit) if ref[0] == SYMBOL
        ]
        for path, sym in refs[:_MOST]:
            best(targets, self._id(path, sym), False, CALLBACK)
        self._edges_to(targets, e, site)

    def _setting(self, e: int) -> None:
        """A text of a module of settings that is the whole path of something."""
        text = self.unit.text_of_const(e)
        if text and "." in text and text.replace(".", "_").isidentifier():
            for ref in self.inference.dotted(text, self.unit):
                target = self._target(ref)
                if target is not None and ref[0] != EXTERNAL_REF:
                    self._edge(self._owner(e), target, EdgeKind.USES, SERVED, e)


def _told_by_text(unit: Unit) -> frozenset[int]:
    """The names of a file by which its calls may tell something by a text."""
    found: frozenset[int] | None = unit.__dict__.get("told_by_text")
    if found is None:
        wanted = (
            *REGISTERS,
            *REVERSES,
            *INCLUDES,
            *_SITES,
            *(OPENS if unit.placed.is_test else ()),
        )
        found = frozenset(unit.name_index[name] for name in wanted if name in unit.name_index)
        unit.__dict__["told_by_text"] = found
    return found
