"""The source distributions that are measured: fetched by pip, pinned by version and digest."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Corpus:
    name: str
    version: str
    sha256: str
    """Of the source distribution."""

    @property
    def label(self) -> str:
        return f"{self.name} {self.version}"


CORPORA = {
    corpus.name: corpus
    for corpus in (
        Corpus(
            "flask", "3.1.1", "284c7b8f2f58cb737f0cf1c30fd7eaf0ccfcde196099d24ecede3fc2005aa59e"
        ),
        Corpus(
            "django", "5.2.1", "57fe1f1b59462caed092c80b3dd324fd92161b620d59a9ba9181c34746c97284"
        ),
    )
}


def unpacked(corpus: Corpus, cache: Path, into: Path) -> Path:
    """A fresh copy of the sources in `into`. The archive is fetched into `cache` once.

    Raises ValueError when the archive is not the pinned one.
    """
    archive = _archive(corpus, cache)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != corpus.sha256:
        raise ValueError(f"{archive} has digest {digest}, not the pinned {corpus.sha256}")
    with tarfile.open(archive) as tar:
        tar.extractall(into, filter="data")
    return into / f"{corpus.name}-{corpus.version}"


def _archive(corpus: Corpus, cache: Path) -> Path:
    path = cache / f"{corpus.name}-{corpus.version}.tar.gz"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary=:all:"]
        subprocess.run([*pip, "-d", cache, f"{corpus.name}=={corpus.version}"], check=True)
    return path


def source_files(folder: Path) -> list[Path]:
    """Every Python file, sorted."""
    return sorted(path for path in folder.rglob("*.py") if path.is_file())
