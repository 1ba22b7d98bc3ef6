"""The packages whose suites are run: pinned sources, and what their tests need.

Those to choose by may be looked at while Ramify is made better, those to report by may not.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from benchmarks.corpus import Corpus

Role = Literal["choose", "report"]


@dataclass(frozen=True)
class Target:
    role: Role
    corpus: Corpus
    sources: tuple[str, ...]
    """Folders whose functions are changed."""
    options: tuple[str, ...] = ()
    """For pytest."""


TARGETS: Final = {
    target.corpus.name: target
    for target in (
        Target(
            "choose",
            Corpus(
                "h11",
                "0.16.0",
                "4e35b956cf45792e4caa5885e69fba00bdbc6ffafbfa020300e549b208ee5ff1",
            ),
            ("h11",),
        ),
        Target(
            "choose",
            Corpus(
                "itsdangerous",
                "2.2.0",
                "e0050c0b7da1eea53ffaf149c0cfbb5c6e2e2b69c4bef22c81fa6eb73e5f6173",
            ),
            ("src/itsdangerous",),
        ),
        Target(
            "choose",
            Corpus(
                "wtforms",
                "3.3.2",
                "49bb51d10b7832d497e758736da4d56f7d129a015db24756f36f28992f175404",
            ),
            ("src/wtforms",),
        ),
        Target(
            "choose",
            Corpus(
                "sqlparse",
                "0.5.3",
                "09f67787f56a0b16ecdbde1bfc7f5d9c3371ca683cfeaa8e6ff60b4807ec9272",
            ),
            ("sqlparse",),
        ),
        Target(
            "choose",
            Corpus(
                "parse",
                "1.22.4",
                "706d458feed5a81b02768d3156e8070baf6cee7d150a3a3c0cd43101a875c3b5",
            ),
            ("parse",),
            ("-o", "addopts=--doctest-modules"),
        ),
        Target(
            "choose",
            Corpus(
                "semver",
                "3.1.1",
                "149b26cabada6f63212f97e94505d21578cb1d280cf714827f328d5e70765fea",
            ),
            ("src/semver",),
            ("-o", "addopts=--doctest-modules --import-mode=importlib"),
        ),
        Target(
            "choose",
            Corpus(
                "tabulate",
                "0.10.0",
                "e2cfde8f79420f6deeffdeda9aaec3b6bc5abce947655d17ac662b126e48a60d",
            ),
            ("tabulate",),
        ),
        Target(
            "choose",
            Corpus(
                "jaraco_collections",
                "5.2.1",
                "dab81970bad6f0ab53b20745f1b01da37926e4c0fcd425046aa45e0d8efa18ed",
            ),
            ("jaraco/collections",),
        ),
        Target(
            "choose",
            Corpus(
                "tinydb",
                "4.9.0",
                "6928b1fa785186bda7952a0ba05aaeedc883ede565ca9c7d608de44e5e75de70",
            ),
            ("tinydb",),
        ),
        Target(
            "choose",
            Corpus(
                "voluptuous",
                "0.16.0",
                "006535e22fed944aec17bef6e8725472476194743c87bd233e912eb463f8ff05",
            ),
            ("voluptuous",),
        ),
        Target(
            "choose",
            Corpus(
                "markdown",
                "3.11.3",
                "81eb91631dc97ad1efbc76019ef0f80fe90ca49ddf81546752d79989c3bfff3e",
            ),
            ("markdown",),
            ("--ignore=tests/test_syntax/extensions/test_md_in_html.py",),
        ),
        Target(
            "choose",
            Corpus(
                "boltons",
                "26.2.0",
                "d39cfd15c1a1c3bd4d705c82252fa9edb8e4f5e8cc039f8e39afac7b1b47e92c",
            ),
            ("boltons",),
        ),
        Target(
            "choose",
            Corpus(
                "pyrsistent",
                "0.20.0",
                "4c48f78f62ab596c679086084d0dd13254ae4f3d6c72a83ffdf5ebdef8f265a4",
            ),
            ("pyrsistent",),
        ),
        Target(
            "report",
            Corpus(
                "cachetools",
                "8.0.0",
                "5ed01bd676800d51f0025605e4fd8ad0891550513e7b0a4c3da478463764e5c3",
            ),
            ("src/cachetools",),
        ),
        Target(
            "report",
            Corpus(
                "jinja2",
                "3.1.6",
                "0137fb05990d35f1275a587e9aee6d56da821fc83491a0fb838183be43f66d6d",
            ),
            ("src/jinja2",),
        ),
        Target(
            "report",
            Corpus(
                "marshmallow",
                "4.4.0",
                "9e6ffa8511012ca89732324c1c253efd7b4d35632dcbdf80aa793fe01804af3e",
            ),
            ("src/marshmallow",),
        ),
        Target(
            "report",
            Corpus(
                "humanize",
                "4.17.0",
                "1d6a36c453dbfbb3f0b34601d2e0b4ce5d48d780305cd45714843f0068fde6ac",
            ),
            ("src/humanize",),
        ),
        Target(
            "report",
            Corpus(
                "mistune",
                "3.4.0",
                "2eaf7952af928ca8d33b779762effc1da517b62c6ad85ec8ca957e3b07b9782a",
            ),
            ("src/mistune",),
        ),
    )
}

NEEDED: Final = (
    "babel==2.18.0",
    "email-validator==2.4.0",
    "freezegun==1.5.5",
    "hypothesis==6.170.15",
    "jaraco.text==4.3.0",
    "markupsafe==3.0.4",
    "pytest==9.2.0",
    "pyyaml==6.0.3",
    "simplejson==4.3.0",
    "trio==0.35.0",
)
"""What the suites import beside their own packages."""


def environment_in(folder: Path) -> Path:
    """The Python of an environment with all that the suites need, made when it is not there."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *NEEDED], check=True)
    return python
