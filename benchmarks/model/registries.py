"""Where the ordinary clients of this machine fetch from: pip, npm and apt are asked.

The lists pin names, versions, files and digests; no address is written down anywhere.
"""

import os
import re
import subprocess
import sys
from functools import cache
from html import unescape
from urllib.parse import quote, urljoin
from urllib.request import urlopen

from benchmarks.model.packages import Package

DEBIAN = frozenset({"go", "rust", "java", "c", "cpp", "ruby", "php", "lua"})
"""Ecosystems whose packages come from Debian: their files are named by path from its root."""

_FILE = re.compile(r'<a\s[^>]*href="([^"#]+)[^"]*"[^>]*>\s*([^<\s]+)\s*</a>', re.IGNORECASE)
"""Of an index page (PEP 503): address and name."""


def address(package: Package, file: str) -> str:
    """Of one of the package's files. Raises ValueError where its registry has none of that name."""
    if package.ecosystem in DEBIAN:
        return f"{debian_mirror()}/{file}"
    if package.ecosystem == "npm":
        return f"{npm_registry()}/{quote(package.name, safe='@/')}/-/{file}"
    page = f"{pip_index()}/{package.name}/"
    with urlopen(page, timeout=60) as reply:
        listed = _FILE.findall(reply.read().decode())
    for where, name in listed:
        if name == file:
            return urljoin(page, unescape(where))
    raise ValueError(f"the index of pip has no {file}")


@cache
def pip_index() -> str:
    """The index that pip asks, by its own help: configured or built in."""
    said = _said(sys.executable, "-m", "pip", "download", "--help")
    return _found(r"--index-url <url>.*?\(default\s+(\S+?)\)", said)


@cache
def npm_registry() -> str:
    return _found(r"(\S+)\s*$", _said("npm", "config", "get", "registry"))


@cache
def debian_mirror() -> str:
    """The first mirror that apt knows with a suite of Debian's main archive."""
    return _found(r"(\S+)", _said("apt-get", "indextargets", "--format", "$(SITE)"))


def _said(*command: str) -> str:
    wide = {**os.environ, "COLUMNS": "1000"}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=wide).stdout


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.DOTALL)
    if match is None:
        raise ValueError("the client does not say where it fetches from")
    return match[1].rstrip("/")
