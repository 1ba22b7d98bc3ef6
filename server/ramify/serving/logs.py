"""What a process that serves says of itself: warnings, on stderr."""

from __future__ import annotations

import logging
import os
import sys


def log_to_stderr() -> None:
    """More than warnings with RAMIFY_LOG=info or debug. pygls stays quiet: it would log bodies."""
    level = os.environ.get("RAMIFY_LOG", "warning").upper()
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    known = level in ("DEBUG", "INFO", "WARNING", "ERROR")
    logging.getLogger("ramify").setLevel(level if known else "WARNING")
