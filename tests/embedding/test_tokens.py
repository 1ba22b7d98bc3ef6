"""Which sub-tokens a text has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramify.embedding.tokens import split_identifiers, subtokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("snake_case", ["snake", "case"]),
        ("camelCase", ["camel", "case"]),
        ("PascalCase", ["pascal", "case"]),
        ("HTTPServer", ["http", "server"]),
        ("parseHTTPHeader_v2", ["parse", "http", "header", "v", "2"]),
        ("userIDs and URLs", ["user", "ids", "and", "urls"]),
        ("MAX_RETRIES", ["max", "retries"]),
        ("__init__", ["init"]),
        ("sha256sum", ["sha", "256", "sum"]),
        ("don't (stop): x+=1", ["don", "t", "stop", "x", "1"]),
        ("Größe ÉtatCivil Ключ", ["größe", "état", "civil", "ключ"]),
        ("解析 url", ["解", "析", "url"]),
        ("", []),
        ("\x00 \t\n--->", []),
    ],
)
def test_subtokens(text: str, expected: list[str]) -> None:
    assert subtokens(text) == expected


def test_split_identifiers_is_the_same_tokens_joined() -> None:
    text = "def fromHTTP(self, max_size=10): ..."
    assert split_identifiers(text) == "def from http self max size 10"
    assert split_identifiers(text).split(" ") == subtokens(text)


@given(text=st.text(st.sampled_from("absZABS09_ .\n"), max_size=30))
def test_a_text_beyond_ascii_is_split_in_the_same_way(text: str) -> None:
    assert subtokens(f"{text} ключ") == [*subtokens(text), "ключ"]
