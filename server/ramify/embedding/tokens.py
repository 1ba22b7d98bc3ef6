"""From code and prose to identifier sub-tokens.

The one tokenisation that the embedding, full-text search and the training of the model share:
`parseHTTPHeader_v2` is `parse http header v 2` in all three.
Must never know where a text comes from or which language it is written in.
"""

import re

_UPPER = "A-ZÀ-ÖØ-Þ"
_LOWER = "a-zß-öø-ɏ"
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"

_SUBTOKEN = re.compile(
    rf"[{_UPPER}]?[{_LOWER}]+"  # word, Word
    rf"|[{_UPPER}]+s?(?![{_LOWER}])"  # HTTP of HTTPServer, URLs
    r"|[0-9]+"
    rf"|[{_UNSPACED}]"  # scripts without spaces: one character at a time
    rf"|(?:(?![{_UNSPACED}])[^\W\d_{_UPPER}{_LOWER}])+"  # other scripts: the run of letters
)

_ASCII_SUBTOKEN = re.compile(r"[a-z]+|[A-Z](?:[a-z]+|[A-Z]*s?(?![a-z]))|[0-9]+")
"""The same of a text that is all ASCII, twice as fast."""


def subtokens(text: str) -> list[str]:
    """The lower-case sub-tokens of `text`, in order, repetitions kept.

    Identifiers split at underscores, at changes of case and between letters and digits; everything
    that is neither letter nor digit separates. An empty list for a text without either.
    """
    return [token.lower() for token in raw_subtokens(text)]


def raw_subtokens(text: str) -> list[str]:
    """`subtokens` in the case in which they are written: for a caller that folds case itself."""
    pattern = _ASCII_SUBTOKEN if text.isascii() else _SUBTOKEN
    found: list[str] = pattern.findall(text)
    return found


def split_identifiers(text: str) -> str:
    """The sub-tokens of `text` joined by single spaces: the column that full-text search reads."""
    return " ".join(raw_subtokens(text)).lower()
