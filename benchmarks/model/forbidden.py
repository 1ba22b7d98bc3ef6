"""What the model must never see: the packages that evaluations use, and everything made of them.

Names are compared part by part, and long names also inside other names, so that plugins, forks and
stubs fall with the package they belong to. A harmless package lost to that costs nothing.
"""

import re

FORBIDDEN = frozenset(
    """
    aiohttp attrs black bottle celery click cryptography django fastapi flask httpx jinja2
    marshmallow matplotlib model2vec networkx pandas pluggy poetry pydantic pytest redis requests
    rich scikit-learn scrapy sqlalchemy starlette tomlkit tornado transformers typer urllib3
    werkzeug
    axios express redux trpc vitest zod
    gin cobra chi
    tokio serde axum
    gson jackson jackson-databind commons-lang
    curl libuv fmt nlohmann-json abseil
    """.split()
)

# The names under which the same code is imported, packaged or forked.
ALIASES = frozenset(
    """
    attr attrs2 cattrs sklearn jinja nlohmann absl uv1 libuv1 libcurl spdlog expressjs reduxjs
    hiredis valkey keydb niquests quart djangorestframework drf commons-lang3 libcommons-lang3-java
    fasterxml semble geopandas dask modin fmtlib
    alembic itemloaders itemadapter parsel queuelib kombu
    """.split()
)

_NAMES = FORBIDDEN | ALIASES
_LONG = tuple(
    sorted(
        {re.sub(r"[^a-z0-9]", "", name) for name in _NAMES if len(name) >= 5} - {"express", "attrs"}
    )
)
_SHORT = frozenset(name for name in _NAMES if "-" not in name)

_VENDORED = frozenset(
    "vendor vendored _vendor _vendored vendors third_party thirdparty third-party 3rdparty extern "
    "externals external deps node_modules bower_components site-packages subprojects".split()
)


def is_forbidden(name: str) -> bool:
    """Whether a package or module of this name is, or is built upon, a forbidden one."""
    lowered = name.lower()
    parts = re.split(r"[^a-z0-9]+", lowered)
    if any(part in _SHORT or part.rstrip("0123456789") in _SHORT for part in parts if part):
        return True
    squeezed = re.sub(r"[^a-z0-9]", "", lowered)
    return any(long in squeezed for long in _LONG)


def is_forbidden_path(path: str) -> bool:
    """Whether a file inside a package belongs to a vendored or a forbidden package."""
    directories = path.lower().replace("\\", "/").split("/")
    directories[-1] = directories[-1].partition(".")[0]
    return any(part in _VENDORED or part in _NAMES for part in directories)
