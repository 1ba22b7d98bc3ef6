"""The console script: serves a client, or runs a command; imports nothing of the other.

Starting the server must cost nothing of the command line.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

_INTERRUPTED: Final = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Runs `ramify` with these arguments (the process's own by default); returns its exit code.

    With `--stdio` it serves and does not return.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    # Has to be said before numpy is loaded. Our matrices are small: a second thread costs more in
    # waiting for the first than it takes off, and much more on a busy machine.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if "--stdio" in words:
        _serve(words)
    try:
        from ramify.serving.front import command_line

        return command_line(words)
    except KeyboardInterrupt:
        return _INTERRUPTED


def _serve(words: Sequence[str]) -> NoReturn:
    from ramify.serving.stdio import serve_stdio

    if words == ["--stdio"]:
        serve_stdio([], memory=False)
    from ramify.cli.arguments import parser

    arguments = parser().parse_args(words)
    root = getattr(arguments, "root", None)
    in_memory = getattr(arguments, "store", "disk") == "memory"
    serve_stdio([root] if root else [], memory=in_memory)
