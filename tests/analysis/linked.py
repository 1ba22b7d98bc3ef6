"""Linking, asked in text: files in, relations out as lines a person can read.

`program` splits one text into files at lines `# file: name.py` (without such a line it is
`main.py`) and places them; `calls`, `relations` and `unresolved` link it and print what they find.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cached_property

from blake3 import blake3

from ramify.analysis.extraction.extract import extract
from ramify.analysis.linking.link import Linker
from ramify_store.facts import Edge, EdgeKind, FileFacts, FileLinks, Placed

_FILE = re.compile(r"^# file: (\S+)\n", re.MULTILINE)


class Token:
    def check(self) -> None:
        pass


class Texts:
    """A Program over texts in memory. `src/` and the folder itself are import roots."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = dict(texts)
        self._facts: dict[str, FileFacts] = {}

    def placed(self, path: str) -> Placed | None:
        if path not in self.texts:
            return None
        root, _, inside = path.rpartition("src/") if path.startswith("src/") else ("", "", path)
        del root
        parts = inside.removesuffix(".py").removesuffix(".pyi").split("/")
        is_package = parts[-1] == "__init__"
        name = parts[-1]
        return Placed(
            path=path,
            hash=blake3(self.texts[path].encode()).hexdigest(),
            language="python",
            root="src" if path.startswith("src/") else ".",
            module=".".join(parts[:-1] if is_package else parts),
            is_package=is_package,
            is_stub=path.endswith(".pyi"),
            is_test=name.startswith("test_") or name == "conftest" or "tests" in parts,
            size=len(self.texts[path]),
            mtime_ns=0,
        )

    def facts(self, path: str) -> FileFacts | None:
        if path not in self.texts:
            return None
        if path not in self._facts:
            self._facts[path] = extract(self.texts[path].encode(), "python")
        return self._facts[path]

    @cached_property
    def _modules(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for path in sorted(self.texts):
            placed = self.placed(path)
            assert placed is not None
            found.setdefault(placed.module, path)
        return found

    def find_module(self, name: str, root: str) -> str | None:
        return self._modules.get(name)

    def is_namespace(self, name: str, root: str) -> bool:
        return name not in self._modules and any(m.startswith(name + ".") for m in self._modules)

    def submodules(self, name: str, root: str) -> Collection[str]:
        prefix = name + "."
        return sorted({m[len(prefix) :] for m in self._modules if m.startswith(prefix)})


def program(text: str) -> Texts:
    pieces = _FILE.split(text)
    if len(pieces) == 1:
        return Texts({"main.py": text})
    return Texts(dict(zip(pieces[1::2], pieces[2::2], strict=True)))


def linked(text: str) -> Mapping[str, FileLinks]:
    made = program(text)
    return Linker().link(made, sorted(made.texts), Token()).links


def short(symbol: str) -> str:
    """`python . pkg.mod/C.f` as `pkg.mod.C.f`; an external as it is."""
    if " " not in symbol:
        return symbol
    module, _, path = symbol.split(" ", 2)[2].partition("/")
    return f"{module}.{path}" if path else module


def relations(text: str, *kinds: EdgeKind) -> list[str]:
    """`a -> b` lines of edges of these kinds inside the workspace, sorted."""
    return sorted(
        {
            f"{short(e.source)} -> {short(e.target)}"
            for e in edges(text)
            if e.kind in kinds and " " in e.target
        }
    )


def calls(text: str) -> list[str]:
    return relations(text, EdgeKind.CALLS)


def edges(text: str) -> list[Edge]:
    return [edge for links in linked(text).values() for edge in links.edges]


def why(text: str, arrow: str) -> list[str]:
    """`certainty: reason` of the edges that an `a -> b` line stands for, calls first."""
    return [
        f"{edge.certainty.name.lower()}: {edge.why}"
        for edge in sorted(edges(text), key=lambda e: e.kind)
        if f"{short(edge.source)} -> {short(edge.target)}" == arrow
    ]


def unresolved(text: str) -> list[str]:
    """`source: name (certainty)` lines of what nobody could resolve, sorted."""
    return sorted(
        f"{short(x.source)}: {x.name} ({x.certainty.name.lower()})"
        for links in linked(text).values()
        for x in links.lookups
    )
