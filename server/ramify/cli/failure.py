"""How "no answer" is shown: words and candidates on stderr, or one JSON object on stdout."""

from __future__ import annotations

from dataclasses import asdict

from ramify.cli.around import Around
from ramify.cli.outcome import UnansweredError
from ramify.cli.terminal import console, write


def say(error: UnansweredError, around: Around, *, as_json: bool, plain: bool) -> None:
    """With `--json`: `{"error": {"message": ..., "candidates": [{name, kind, place}]}}`."""
    if as_json:
        import msgspec

        candidates = [asdict(candidate) for candidate in error.candidates]
        body = {"error": {"message": error.message, "candidates": candidates}}
        around.out.write(msgspec.json.encode(body).decode() + "\n")
        return
    from rich.text import Text

    width = max((len(candidate.name) for candidate in error.candidates), default=0)
    rows = [
        Text.assemble(
            f"  {candidate.name:<{width}}  ",
            (f"{candidate.kind:<9}", "dim"),
            "  ",
            (candidate.place, "cyan"),
        )
        for candidate in error.candidates
    ]
    out = console(around.err, plain)
    write(out, [Text(f"ramify: {error.message}", "red"), *rows])
