"""What of a question is compared with code."""

from ramify.embedding.questions import telling


def test_words_that_only_ask_are_left_out() -> None:
    assert telling("Where does QuerySet.filter use the cache?") == "Query Set filter cache"


def test_a_question_of_common_words_alone_is_kept() -> None:
    assert telling("how to use it") == "how to use it"
    assert telling("?!") == ""
