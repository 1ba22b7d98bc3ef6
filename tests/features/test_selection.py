"""What belongs to selected lines: `<[>` and `<]>` around them are no part of the text."""

from __future__ import annotations

from collections.abc import Mapping

from ramify.features.answers.common import Place
from ramify.features.answers.relations import Related
from ramify.features.selection import related_to_lines
from ramify.session.snapshot import Reading
from tests.features.reading import TOKEN, HashingModel, reading_of, short

LOOP = """\
    for path in sorted(paths):
        with open(path) as handle:
            rows.extend(parse_rows(handle))
"""
PARSE = "def parse_rows(handle):\n    return handle.readlines()\n"


def selected(texts: Mapping[str, str], *, pending_chunks: int = 0) -> Related:
    path, text = next((path, text) for path, text in texts.items() if "<[>" in text)
    start = text.index("<[>")
    end = text.index("<]>") - len("<[>")
    plain = text.replace("<[>", "").replace("<]>", "")
    reading = reading_of({**texts, path: plain}, pending_chunks=pending_chunks)
    return asked(reading, Place(path, start, end))


def asked(reading: Reading, place: Place) -> Related:
    answer = related_to_lines(reading, TOKEN, HashingModel(), place)
    assert answer is not None
    return answer


def groups(answer: Related) -> dict[str, list[tuple[str, str]]]:
    return {
        group.relation: [(short(item.id), item.reasons[0]) for item in group.items]
        for group in answer.groups
    }


def test_lines_lead_to_what_they_call_and_to_their_copies() -> None:
    answer = selected(
        {
            "a.py": (
                f"{PARSE}def first(paths):\n    rows = []\n    prepare()\n"
                f"<[>{LOOP}<]>    return rows\ndef prepare(): ...\n"
            ),
            "b.py": f"from a import parse_rows\n\ndef second(paths, rows):\n{LOOP}",
            "c.py": "def unlike():\n    raise KeyError\n",
        }
    )
    assert short(answer.target.id) == "a:first"
    found = groups(answer)
    assert found["callees"] == [("a:parse_rows", "called in these lines")]
    assert found["similar"][0] == ("b:second", "the same lines, 4 to 6")


def test_a_changed_copy_stands_before_what_is_only_similar() -> None:
    copy = LOOP.replace("handle", "file")
    long = "; ".join("x" + "y" * n for n in range(40))
    answer = selected(
        {
            "a.py": f"def first(paths):\n    rows = []\n<[>{LOOP}<]>",
            "b.py": f"def second(paths, rows):\n    {long}\n{copy}",
            "c.py": "def third(path, rows, handle):\n    rows.extend(parse_rows(open(path)))\n",
        }
    )
    (copied, why), (other, score) = groups(answer)["similar"]
    assert (copied, why) == ("b:second", "nearly the same lines, 3 to 5")
    assert (other, score.partition("(")[0]) == ("c:third", "similar code ")


def test_a_whole_definition_means_its_symbol() -> None:
    answer = selected(
        {"a.py": f"{PARSE}<[>def first(paths):\n    parse_rows(paths)\n<]>def g():\n    first(1)\n"}
    )
    assert short(answer.target.id) == "a:first"
    assert groups(answer)["callers"] == [("a:g", "calls it")]


def test_nothing_selected_means_the_place() -> None:
    answer = selected({"a.py": f"{PARSE}def g():\n    parse<[><]>_rows(1)\n"})
    assert short(answer.target.id) == "a:parse_rows"


def test_several_definitions_lead_to_what_all_of_them_call() -> None:
    answer = selected(
        {
            "a.py": "<[>def f():\n    g()\n    h()\n\ndef g():\n    h()\n<]>\ndef h(): ...\n",
        }
    )
    assert short(answer.target.id) == "a:"
    assert groups(answer)["callees"] == [("a:h", "called in these lines (2 sites)")]


def test_without_embeddings_copies_are_found_by_their_words_and_the_answer_says_so() -> None:
    answer = selected(
        {
            "a.py": f"def first(paths):\n    rows = []\n<[>{LOOP}<]>",
            "b.py": f"def second(paths, rows):\n{LOOP}",
        },
        pending_chunks=2,
    )
    assert groups(answer)["similar"] == [("b:second", "the same lines, 2 to 4")]
    assert answer.notes == ("similar code: the search index is being built",)


def test_there_is_no_answer_about_a_file_that_is_not_there() -> None:
    reading = reading_of({"a.py": PARSE})
    assert related_to_lines(reading, TOKEN, HashingModel(), Place("gone.py", 0, 9)) is None
