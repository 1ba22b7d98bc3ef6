"""`python -m tools.library`: makes the shapes of the standard library anew from typeshed.

Run it after raising typeshed-client in `pyproject.toml` and `constraints.txt`; it takes some
seconds and writes `server/ramify/languages/python/library.bin`, which is committed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools.library.write import written

_TARGET = Path(__file__).parents[2] / "server/ramify/languages/python/library.bin"


def main() -> None:
    data = written()
    _TARGET.write_bytes(data)
    sys.stdout.write(f"{_TARGET.name}: {len(data):,} bytes\n")


main()
