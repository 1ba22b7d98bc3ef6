"""Put a Neovim of a given Debian suite into the cache and print the path of its launcher.

Run as `fetch_neovim.py SUITE`. Debian's packages are unpacked into a directory of their own, with
their own C library, so that a newer Neovim runs on an older system and nothing is installed. It
needs apt-get and dpkg-deb, no root. A suite is fetched once; the launcher is written last, so that
an interrupted fetch is not taken for a whole one.
"""

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

LIBRARIES = "lib/x86_64-linux-gnu"


def neovim(suite: str) -> Path:
    """The launcher of the suite's Neovim, fetched if need be."""
    home = cache_directory() / f"neovim-{suite}"
    launcher = home / "nvim"
    if launcher.exists():
        return launcher
    shutil.rmtree(home, ignore_errors=True)
    for archive in downloaded(suite, home / "apt"):
        run(["dpkg-deb", "-x", str(archive), str(home / "root")])
    shutil.rmtree(home / "apt")
    launcher.write_text(launcher_script(home / "root"))
    launcher.chmod(launcher.stat().st_mode | stat.S_IXUSR)
    return launcher


def cache_directory() -> Path:
    """Where what the tests fetch is kept between runs, outside the repository."""
    chosen = os.environ.get("RAMIFY_TEST_CACHE")
    return Path(chosen) if chosen else Path.home() / ".cache" / "ramify-tests"


def downloaded(suite: str, apt: Path) -> list[Path]:
    """The packages that neovim needs, by an apt that knows this suite and nothing installed."""
    for part in ("lists/partial", "cache/archives/partial"):
        (apt / part).mkdir(parents=True)
    (apt / "status").touch()
    (apt / "sources.list").write_text(f"deb {mirror()} {suite} main\n")
    (apt / "apt.conf").write_text(
        f'Dir::Etc::sourcelist "{apt}/sources.list";\n'
        'Dir::Etc::sourceparts "-";\n'
        f'Dir::State::lists "{apt}/lists";\n'
        f'Dir::State::status "{apt}/status";\n'
        f'Dir::Cache "{apt}/cache";\n'
        'APT::Sandbox::User "root";\n'
        'APT::Architecture "amd64";\n'
        'Acquire::Languages "none";\n'
        'Acquire::Retries "3";\n'
    )
    environment = {**os.environ, "APT_CONFIG": str(apt / "apt.conf")}
    run(["apt-get", "-q", "update"], environment)
    options = ["-q", "-y", "--no-install-recommends", "--download-only"]
    run(["apt-get", *options, "install", "neovim"], environment)
    return sorted((apt / "cache" / "archives").glob("*.deb"))


def mirror() -> str:
    """The Debian mirror this machine uses already."""
    etc = Path("/etc/apt")
    for sources in [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*"))]:
        if sources.is_file():
            found = re.search(r"https?://\S+/debian/?(?=\s|$)", active_lines(sources))
            if found:
                return found[0]
    raise SystemExit("no Debian mirror in /etc/apt: the Neovim tests need Debian's packages")


def active_lines(sources: Path) -> str:
    lines = sources.read_text().splitlines()
    return "\n".join(line for line in lines if not line.startswith("#"))


def launcher_script(root: Path) -> str:
    """A shell script that starts nvim with the loader, libraries and runtime it came with."""
    merged, separate = root / "usr" / LIBRARIES, root / LIBRARIES
    loaders = [folder / "ld-linux-x86-64.so.2" for folder in (merged, separate)]
    loader = next(path for path in loaders if path.exists())
    return (
        "#!/bin/sh\n"
        f"export VIMRUNTIME='{root}/usr/share/nvim/runtime'\n"
        f"export LUA_CPATH='{merged}/lua/5.1/?.so;;' LUA_PATH='{root}/usr/share/lua/5.1/?.lua;;'\n"
        f"exec '{loader}' --library-path '{merged}:{separate}' "
        f"'{root}/usr/bin/nvim' \"$@\"\n"
    )


def run(command: list[str], environment: dict[str, str] | None = None) -> None:
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SystemExit(f"the Neovim tests could not run {command[0]}: {error}") from error
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.stdout.write(f"{neovim(sys.argv[1])}\n")
