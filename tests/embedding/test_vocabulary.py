"""Which known words a text is made of."""

from ramify.embedding.tokens import raw_subtokens
from ramify.embedding.vocabulary import Vocabulary

WORDS = ["parse", "url", "open", "opener", "file"]


def words_of(text: str) -> list[str]:
    return [WORDS[number] for number in Vocabulary(WORDS).numbers(raw_subtokens(text))]


def test_known_words_in_any_case_and_repeated() -> None:
    assert words_of("parseFile(FILE)") == ["parse", "file", "file"]


def test_an_unknown_word_is_its_longest_known_pieces() -> None:
    assert words_of("urlopener") == ["url", "opener"]


def test_letters_between_known_pieces_are_skipped() -> None:
    assert words_of("xxurlqfiles") == ["url", "file"]


def test_unknown_words_and_numbers_have_no_number() -> None:
    assert words_of("zebra 12345 yy") == []
