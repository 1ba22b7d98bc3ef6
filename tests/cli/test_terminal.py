"""What reaches a terminal: lines, and nothing that steers it."""

from __future__ import annotations

from io import StringIO

from rich.text import Text

from ramify.cli.terminal import console, write


def written(line: str) -> str:
    out = StringIO()
    write(console(out, plain=True), [Text(line)])
    return out.getvalue()


def test_a_name_with_a_line_break_stays_in_its_line() -> None:
    assert written("new\nline.py:1:5") == "new␊line.py:1:5\n"


def test_text_of_a_file_cannot_steer_the_terminal() -> None:
    assert written("a\x1b[31mred\x7f\x9b0m") == "a␛[31mred␡\ufffd0m\n"


def test_styles_stay_where_they_were() -> None:
    line = Text.assemble(("a\nb", "bold"), " c")
    write(console(StringIO(), plain=True), [line])
    assert (line.plain, [(span.start, span.end) for span in line.spans]) == ("a␊b c", [(0, 3)])
