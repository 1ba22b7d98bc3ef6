"""The literate cases: each section of `cases/*.md` is a small program, of the category of its file.

A case is one block of Python, split into files at lines `# file: name.py`; without such a line it
is `main.py`. Whatever stands in `main.py` is what is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "cases"

_FILE: Final = re.compile(r"^# file: (\S+)\n", re.MULTILINE)
_BLOCK: Final = re.compile(r"```python\n(.*?)```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Case:
    category: str
    title: str
    texts: Mapping[str, str]
    """By path."""


def cases() -> Iterator[Case]:
    """All of them, by category, in the order in which they are written."""
    for file in sorted(FOLDER.glob("*.md")):
        for section in re.split(r"^## ", file.read_text(), flags=re.MULTILINE)[1:]:
            title, _, rest = section.partition("\n")
            blocks = _BLOCK.findall(rest)
            if len(blocks) != 1:
                raise ValueError(f"{file.name}: {title} has {len(blocks)} programs, not one")
            yield Case(file.stem, title, _files(blocks[0]))


def _files(text: str) -> Mapping[str, str]:
    pieces = _FILE.split(text)
    if len(pieces) == 1:
        return {"main.py": text}
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))
