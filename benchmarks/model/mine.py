"""From the package list to pairs: one compressed file of JSON lines for each package."""

import gzip
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from fnmatch import fnmatch
from pathlib import Path
from urllib.error import URLError

from benchmarks.model import licences
from benchmarks.model.archives import debian_copyright, downloads, texts
from benchmarks.model.brace_pairs import LANGUAGES, brace_pairs
from benchmarks.model.forbidden import is_forbidden_path
from benchmarks.model.packages import Package
from benchmarks.model.pairs import Pair
from benchmarks.model.python_pairs import python_pairs
from benchmarks.model.registries import DEBIAN

MOST_SUMMARIES = 1500
MOST_OTHERS = 500
_IGNORED = (".min.js", ".d.ts", ".bundle.js", ".umd.js", "_pb2.py", ".pb.go", "bindata.go")


def mine(packages: list[Package], cache: Path) -> None:
    """Write what is missing under `cache`; a package that cannot be read is named and left out."""
    missing = [package for package in packages if not pairs_file(package, cache).exists()]
    with ThreadPoolExecutor(4) as pool:
        arrivals = pool.map(lambda package: _download(package, cache), missing)
        for package, failure in zip(missing, arrivals, strict=True):
            if failure:
                print(f"{package.key}: {failure}")
            else:
                _write(pairs_file(package, cache), package_pairs(package, cache))


def package_pairs(package: Package, cache: Path) -> Iterator[Pair]:
    """The pairs of one package: files in an order of its own, capped, without vendored code."""
    unfree = _unfree_files(package, cache)
    files = [
        (path, text)
        for path, text in texts(package, cache, (".py", *LANGUAGES))
        if not is_forbidden_path(path) and not path.endswith(_IGNORED) and not unfree(path)
    ]
    random.Random(package.key).shuffle(files)
    seen: set[int] = set()
    counts = Counter[bool]()
    for path, text in files:
        extract = python_pairs if path.endswith(".py") else brace_pairs
        for pair in extract(path, text):
            is_summary = pair.kind == "summary"
            fingerprint = hash((pair.kind, pair.query, "".join(pair.code.split())))
            if fingerprint not in seen and counts[is_summary] < _MOST[is_summary]:
                seen.add(fingerprint)
                counts[is_summary] += 1
                yield pair


_MOST = {True: MOST_SUMMARIES, False: MOST_OTHERS}


def _unfree_files(package: Package, cache: Path) -> Callable[[str], bool]:
    """Which files of a Debian package stand under other terms than the package at large."""
    statement = debian_copyright(package, cache) if package.ecosystem in DEBIAN else None
    terms = licences.of_debian(statement) if statement else None
    patterns = terms[1] if terms else ()
    return lambda path: any(fnmatch(path.partition("/")[2], pattern) for pattern in patterns)


def pairs_file(package: Package, cache: Path) -> Path:
    name = f"{package.key}-{package.version}".replace("/", "~").replace(":", "~")
    return cache / "pairs" / f"{name}.jsonl.gz"


def read_pairs(path: Path) -> list[Pair]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [Pair(**json.loads(line)) for line in lines]


def _download(package: Package, cache: Path) -> str:
    try:
        return "" if list(downloads(package, cache)) else "nothing to download"
    except (URLError, TimeoutError, ValueError) as error:
        return str(error)


def _write(path: Path, pairs: Iterator[Pair]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    with gzip.open(partial, "wt", encoding="utf-8", compresslevel=4) as out:
        for pair in pairs:
            out.write(json.dumps(asdict(pair), ensure_ascii=True) + "\n")
    partial.rename(path)
