"""A small workspace and what happens to it, by a seed: edits, renames, deletions, switches."""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MODULES: Final = ("a", "b", "c", "pkg/d", "pkg/e", "pkg/sub/g", "src/h", "tests/test_a")
PACKAGES: Final = ("pkg/__init__", "pkg/sub/__init__")
BRANCHES: Final = 3


@dataclass(frozen=True, slots=True)
class Step:
    """What was done, and the paths that a watcher would have named."""

    kind: str
    paths: tuple[str, ...]


def begin(folder: Path, seed: int) -> None:
    """The workspace as it is before anything happens to it."""
    _switch(folder, random.Random(seed), 0)


def step(folder: Path, dice: random.Random) -> Step:
    """Does one thing to the workspace."""
    kind = dice.choices(KINDS, WEIGHTS)[0]
    files = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*.py") if path.is_file()
    )
    if not files or kind == "switch":
        return Step("switch", _switch(folder, dice, dice.randrange(BRANCHES)))
    path = dice.choice(files)
    if kind == "new":
        path = f"{dice.choice(('', 'pkg/', 'more/'))}n{dice.randrange(4)}.py"
    if kind in ("edit", "new"):
        _write(folder / path, _text(dice))
    elif kind == "shift":
        text = (folder / path).read_text()
        _write(folder / path, f"# {dice.randrange(10**6)}\n{text}")
    elif kind == "delete":
        (folder / path).unlink()
    elif kind == "touch":
        os.utime(folder / path)
    elif kind == "prune":
        shutil.rmtree(folder / "pkg" / "sub", ignore_errors=True)
        return Step(kind, ("pkg/sub",))
    elif kind == "rename":
        other = f"{path.removesuffix('.py')}_{dice.randrange(3)}.py"
        (folder / path).replace(folder / other)
        return Step(kind, (path, other))
    return Step(kind, (path,))


KINDS: Final = ("edit", "shift", "new", "delete", "rename", "touch", "prune", "switch")
WEIGHTS: Final = (40, 15, 10, 6, 8, 5, 2, 14)


def _switch(folder: Path, dice: random.Random, branch: int) -> tuple[str, ...]:
    """Every file of a branch, and none of the others: one load instead of rows."""
    gone = [path for path in folder.rglob("*.py") if path.is_file()]
    for path in gone:
        path.unlink()
    branched = random.Random(f"branch {branch} {dice.randrange(2)}")
    names = [f"{each}.py" for each in (*MODULES, *PACKAGES) if branched.random() < 0.85]
    for name in names:
        _write(folder / name, _text(branched))
    before = [path.relative_to(folder).as_posix() for path in gone]
    return tuple(sorted({*before, *names}))


def _text(dice: random.Random) -> str:
    """Code that imports, calls, inherits and looks up what may or may not be there."""
    lines: list[str] = []
    for _ in range(dice.randrange(4)):
        module = dice.choice(MODULES).replace("/", ".")
        name = dice.choice(("f0", "f1", "f2", "C0", "C1", "*"))
        form = f"from {module} import {name}" if dice.random() < 0.7 else f"import {module}"
        lines.append(form)
    for number in range(dice.randrange(1, 4)):
        call = dice.choice(("f0()", "f1(f2)", "C0().m()", "C1().n().m()", "a.f0()", "no.attr()"))
        lines += [
            "",
            f"def f{number}(x=None):",
            f"    # {dice.randrange(1000)}",
            f"    return {call}",
        ]
    for number in range(dice.randrange(3)):
        base = dice.choice(("", "(C0)", "(C1)", "(a.C0)"))
        lines += ["", f"class C{number}{base}:", "    def m(self):", "        return self.n()"]
        lines += ["", "    def n(self):", f"        return C{dice.randrange(3)}()"]
    if dice.random() < 0.3:
        lines += ["", f"value{dice.randrange(3)} = f0(C0)"]
    return "\n".join(lines) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
