"""From the figures to the Markdown table that people read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

Figures = dict[str, Any]

HEADER = """\
# What Ramify costs

Written by `python -m benchmarks.run`; the figures with more digits stand beside this file as JSON.
CPU seconds count the whole process tree and hold on a busy machine; wall times and percentiles
also measure what else ran there (load average below). Memory counts shared pages once. Parsing
alone is tree-sitter over the same files in the same run, on one core: the floor.
"""


def table(results: Sequence[Figures]) -> str:
    return HEADER + "\n" + "\n".join(_lines(results)) + "\n"


def _lines(results: Sequence[Figures]) -> Iterator[str]:
    yield _row("", [each["package"] for each in results])
    yield _row("---", ["---:" for _ in results])
    for name, cell in _COSTS:
        yield _row(name, [cell(each) for each in results])
    yield ""
    yield "Requests over LSP, warm, milliseconds p50 / p95:"
    yield ""
    yield _row("", [each["package"] for each in results])
    yield _row("---", ["---:" for _ in results])
    for name in results[0]["requests"]:
        yield _row(f"`{name}`", [_percentiles(each["requests"].get(name, {})) for each in results])
    for name in results[0]["edits"]:
        yield _row(
            f"unsaved edit to right answer, {name}",
            [_percentiles(each["edits"].get(name, {})) for each in results],
        )
    if any("change" in each for each in results):
        cells = [_percentiles(each.get("change", {})) for each in results]
        yield _row("`ramify/impact` of ten changed files", cells)
    yield ""
    for each in results:
        machine = each["machine"]
        yield (
            f"- {each['package']}: measured {each['measured']}, {machine['system']}, "
            f"{machine['cores']} cores, Python {machine['python']}, load average "
            f"{machine['loadAverage'][0]}, niceness {machine['niceness']}."
        )


def _row(name: str, cells: Sequence[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def _percentiles(figures: Figures) -> str:
    if "p50Ms" not in figures:
        return "no answer"
    errors = f" ({figures['errors']} errors)" if figures.get("errors") else ""
    return f"{figures['p50Ms']:.1f} / {figures['p95Ms']:.1f}{errors}"


def _megabytes(count: float) -> str:
    return f"{count / 1e6:.1f} MB"


def _seconds(figures: Figures | None) -> str:
    return f"{figures['cpuSeconds']:.1f}" if figures else "not measured"


def _store(each: Figures) -> str:
    total, source = each["store"]["bytes"], each["source"]["bytes"]
    return f"{_megabytes(total)} ({total / source:.1f} times the source)"


def _stores(each: Figures) -> str:
    return ", ".join(
        f"{name} {_megabytes(size)}" for name, size in each["store"]["byStore"].items()
    )


_COSTS = (
    ("Python files", lambda each: f"{each['source']['files']:,}"),
    ("lines", lambda each: f"{each['source']['lines']:,}"),
    ("source", lambda each: _megabytes(each["source"]["bytes"])),
    ("parsing alone, CPU s", lambda each: f"{each['source']['parseCpuSeconds']:.2f}"),
    ("cold index with search, CPU s", lambda each: f"{each['cold']['cpuSeconds']:.1f}"),
    ("search alone, beside the graph, CPU s", lambda each: _seconds(each.get("search"))),
    ("cold index, wall s", lambda each: f"{each['cold']['wallSeconds']:.1f}"),
    ("peak memory of the process tree", lambda each: _megabytes(each["cold"]["peakBytes"])),
    ("stores on disk", _store),
    ("by store", _stores),
    (
        "`ramify index` again, nothing changed, CPU s / wall s",
        lambda each: f"{each['again']['cpuSeconds']:.2f} / {each['again']['wallSeconds']:.2f}",
    ),
    (
        "server restart to complete graph, CPU s / wall s",
        lambda each: f"{each['restart']['cpuSeconds']:.2f} / {each['restart']['wallSeconds']:.2f}",
    ),
    (
        "unknown workspace: `initialize` / first documentSymbol, ms",
        lambda each: (
            f"{each['unknownWorkspace']['initializeMs']:.0f} / "
            f"{each['unknownWorkspace']['firstDocumentSymbolMs']:.0f}"
        ),
    ),
    ("resident after all questions", lambda each: _megabytes(each["resident"]["bytes"])),
)
