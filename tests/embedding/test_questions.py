"""What of a question is compared with code."""

from ramify.embedding.questions import telling


def test_words_that_only_ask_are_left_out() -> None:
    assert telling("Where does QuerySet.filter use the cache?") == "QuerySet filter cache"


def test_identifiers_stay_whole() -> None:
    assert telling("what does get_or_create do?") == "get_or_create"


def test_a_question_of_common_words_alone_is_kept() -> None:
    assert telling("how to use it") == "how to use it"


def test_what_does_not_ask_is_kept() -> None:
    assert telling("Convert a path from one root to another.") == (
        "Convert a path from one root to another."
    )
