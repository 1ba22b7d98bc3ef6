"""Writes constraints.txt: the exact version of everything that Ramify, its build and its tests use.

Run it with the Python that the project supports oldest, after a change of the dependencies:
`python .ci/pin.py`. It asks pip to resolve without installing, so the versions are the newest that
pyproject.toml allows. The file names versions and nothing else, so that any index can serve them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
HEADER = "# Every version that the tests ran with. Written by .ci/pin.py; do not edit.\n"


def main() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    own = project["project"]["name"]
    build = [*project["build-system"]["requires"], "editables"]
    pins = resolved([f"{PROJECT}[test]"]) | resolved(build)
    lines = [f"{name}=={version}\n" for name, version in sorted(pins.items()) if name != own]
    (PROJECT / "constraints.txt").write_text(HEADER + "".join(lines))
    print(f"constraints.txt: {len(lines)} pins")


def resolved(requirements: list[str]) -> dict[str, str]:
    """Normalised name to version of what pip would install for these into an empty environment."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
    report = subprocess.run(
        [*pip, "--report", "-", *requirements], check=True, capture_output=True, text=True
    ).stdout
    entries = [entry["metadata"] for entry in json.loads(report)["install"]]
    return {entry["name"].lower().replace("_", "-"): entry["version"] for entry in entries}


if __name__ == "__main__":
    main()
