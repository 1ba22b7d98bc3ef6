"""The pinned package list: one line a package, tab separated."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.model.forbidden import is_forbidden


@dataclass(frozen=True, slots=True)
class Package:
    """One release. Source packages have several files and digests, separated by spaces.

    A file is named as in its registry, one of Debian's by its path in the archive. A digest is
    SHA-256 in hexadecimal, or an npm integrity string (`sha512-...` in base 64).
    """

    ecosystem: str
    name: str
    version: str
    licence: str
    files: str
    digests: str

    @property
    def key(self) -> str:
        return f"{self.ecosystem}:{self.name}"


def read_packages(path: Path) -> list[Package]:
    """The list in order. Raises ValueError when it names a forbidden package."""
    packages = read_pinned(path)
    named = [package.key for package in packages if is_forbidden(package.name)]
    if named:
        raise ValueError(f"take these forbidden packages out of {path.name}: {', '.join(named)}")
    return packages


def read_pinned(path: Path) -> list[Package]:
    """A list whose packages are never learned from, in order."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return [Package(*line.split("\t")) for line in lines]


def write_packages(path: Path, packages: list[Package]) -> None:
    fields = ["ecosystem", "name", "version", "licence", "files", "digests"]
    rows = [
        "\t".join(" ".join(str(getattr(package, field)).split()) for field in fields)
        for package in packages
    ]
    path.write_text("\n".join(["\t".join(fields), *rows]) + "\n", encoding="utf-8")
