"""From a few names to the pinned package list: `packages.tsv`.

Follows dependencies outwards from the seeds on PyPI and npm and takes the most needed Go, Rust,
Java, C and C++ packages of a Debian release. Only permissive licences, never a forbidden package.
The
list is committed; running this again gives a newer list, so everything after it reads the file.
"""

import json
import lzma
import re
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

from benchmarks.model import archives, licences, seeds
from benchmarks.model.forbidden import is_forbidden, needs_forbidden_framework
from benchmarks.model.packages import Package, write_packages

LIMITS = {"pypi": 2000, "npm": 900, "go": 260, "rust": 300, "java": 200, "c": 300}
LARGEST_DOWNLOAD = 6_000_000
LARGEST_FAMILY = 12  # airflow-providers-*, types-*, @babel/*: more of the same teaches little
PYPI_FILES = "https://files.pythonhosted.org/packages/"
DEBIAN = "https://deb.debian.org/debian/"
SUITE = "bookworm"


def discover(target: Path, cache: Path) -> None:
    """Write the package list to `target`; what has to be downloaded on the way stays in `cache`."""
    packages = [
        *from_registry("pypi", seeds.PYTHON.split(), LIMITS["pypi"]),
        *from_registry("npm", seeds.NPM.split(), LIMITS["npm"]),
        *from_debian(cache),
    ]
    write_packages(target, packages)


def from_registry(ecosystem: str, names: list[str], limit: int) -> list[Package]:
    """Breadth first from `names` along dependencies, until `limit` packages qualify."""
    describe = {"pypi": describe_pypi, "npm": describe_npm}[ecosystem]
    waiting, seen, found = deque(names), set(names), list[Package]()
    families = Counter[str]()
    with ThreadPoolExecutor(4) as pool:
        while waiting and len(found) < limit:
            batch = [waiting.popleft() for _ in range(min(32, len(waiting)))]
            for package, needs in pool.map(describe, [n for n in batch if not is_forbidden(n)]):
                family = re.split(r"[-_./]", package.name)[0] if package else ""
                if package is not None and families[family] < LARGEST_FAMILY:
                    families[family] += 1
                    found.append(package)
                fresh = [name for name in dict.fromkeys(needs) if name not in seen]
                seen.update(fresh)
                waiting.extend(fresh)
    return found[:limit]


def describe_pypi(name: str) -> tuple[Package | None, list[str]]:
    """The newest release of a PyPI project, if it qualifies, and the projects it asks for."""
    document = _json(f"https://pypi.org/pypi/{quote(name)}/json")
    if document is None:
        return None, []
    info = document["info"]
    needs = [
        re.sub(r"[-_.]+", "-", match[0]).lower()
        for line in info.get("requires_dist") or ()
        if (match := re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line))
    ]
    classifiers = info.get("classifiers") or ()
    licence = licences.of_python(info.get("license_expression"), classifiers, info.get("license"))
    if licence is None or needs_forbidden_framework(classifiers):
        return None, needs
    files = [
        file
        for file in document["urls"]
        if file["size"] <= LARGEST_DOWNLOAD and file["filename"].endswith((".whl", ".tar.gz"))
    ]
    if not files:
        return None, needs
    best = min(files, key=lambda f: (not f["filename"].endswith(".whl"), f["size"], f["filename"]))
    address = PYPI_FILES + re.sub(r"^.*packages/(?=[0-9a-f]{2}/)", "", best["url"])
    digest = best["digests"]["sha256"]
    return Package("pypi", name, info["version"], licence, address, digest), needs


def describe_npm(name: str) -> tuple[Package | None, list[str]]:
    """The latest version of an npm package, if it qualifies, and the packages it asks for."""
    document = _json(f"https://registry.npmjs.org/{quote(name, safe='@')}/latest")
    if document is None:
        return None, []
    needs = [*(document.get("dependencies") or ()), *(document.get("devDependencies") or ())]
    licence = document.get("license")
    unpacked = document["dist"].get("unpackedSize") or 0
    if not isinstance(licence, str) or not licences.is_permissive(licence) or unpacked > 12_000_000:
        return None, needs
    dist = document["dist"]
    digest = dist.get("integrity") or "sha1-" + dist["shasum"]
    return Package("npm", name, document["version"], licence, dist["tarball"], digest), needs


def from_debian(cache: Path) -> list[Package]:
    """The most needed source packages of a release in each language, licences read from within."""
    found: list[Package] = []
    for ecosystem, candidates in _debian_candidates().items():
        kept: list[Package] = []
        with ThreadPoolExecutor(4) as pool:
            for package in pool.map(lambda each: _with_licence(each, cache), candidates):
                if package is not None and len(kept) < LIMITS[ecosystem]:
                    kept.append(package)
        found += kept
    return found


def _with_licence(package: Package, cache: Path) -> Package | None:
    try:
        text = archives.debian_copyright(package, cache)
    except HTTPError:  # the index is sometimes ahead of the pool
        return None
    terms = licences.of_debian(text) if text else None
    return None if terms is None else package.with_licence(terms[0])


def _debian_candidates() -> dict[str, list[Package]]:
    binaries = list(_stanzas("main/binary-amd64/Packages.xz"))
    wanted = Counter(
        name
        for stanza in binaries
        for name in set(re.findall(r"[a-z0-9][a-z0-9+.-]+", stanza.get("Depends", "")))
    )
    by_need = sorted(binaries, key=lambda s: (-wanted[s["Package"]], s["Package"]))
    candidates: dict[str, list[Package]] = {"go": [], "rust": [], "java": [], "c": []}
    for stanza in by_need:
        name, size = stanza["Package"], int(stanza["Size"])
        ecosystem = {"golang": "go", "librust": "rust"}.get(name.partition("-")[0])
        is_source = name.endswith("-dev") and 12_000 < size < 2_000_000
        if ecosystem and is_source and not is_forbidden(name):
            url = DEBIAN + stanza["Filename"]
            candidates[ecosystem].append(
                Package(ecosystem, name, stanza["Version"], "", url, stanza["SHA256"])
            )
    sources = {stanza["Package"]: stanza for stanza in _stanzas("main/source/Sources.xz")}
    names = {"java": seeds.JAVA.split(), "c": seeds.C_AND_CPP.split()}
    for stanza in by_need:
        source = stanza.get("Source", stanza["Package"]).split(" ")[0]
        if re.fullmatch(r"lib.*-java", stanza["Package"]):
            names["java"].append(source)
        elif re.fullmatch(r"lib.*-dev", stanza["Package"]) and stanza["Section"] == "libdevel":
            names["c"].append(source)
    for ecosystem, listed in names.items():
        for name in dict.fromkeys(listed):
            if name in sources and not is_forbidden(name):
                package = _source_package(ecosystem, sources[name])
                if package:
                    candidates[ecosystem].append(package)
    return {each: found[: 3 * LIMITS[each]] for each, found in candidates.items()}


def _source_package(ecosystem: str, stanza: dict[str, str]) -> Package | None:
    files = [line.split() for line in stanza.get("Checksums-Sha256", "").strip().splitlines()]
    tarballs = [f for f in files if re.search(r"\.(orig|debian)\.tar\.(gz|xz|bz2)$", f[2])]
    if len(tarballs) != 2 or sum(int(f[1]) for f in tarballs) > LARGEST_DOWNLOAD:
        return None
    base = f"{DEBIAN}{stanza['Directory']}/"
    return Package(
        ecosystem,
        stanza["Package"],
        stanza["Version"],
        "",
        " ".join(base + f[2] for f in tarballs),
        " ".join(f[0] for f in tarballs),
    )


def _stanzas(index: str) -> Iterator[dict[str, str]]:
    with urlopen(f"{DEBIAN}dists/{SUITE}/{index}", timeout=120) as reply:
        text = lzma.decompress(reply.read()).decode()
    for block in text.split("\n\n"):
        fields = re.findall(r"^([A-Za-z0-9-]+):[ ]?(.*(?:\n[ \t].*)*)", block, re.MULTILINE)
        if fields:
            yield dict(fields)


def _json(url: str) -> dict[str, Any] | None:
    try:
        with urlopen(url, timeout=60) as reply:
            document: dict[str, Any] = json.load(reply)
            return document
    except (HTTPError, TimeoutError, json.JSONDecodeError):
        return None
