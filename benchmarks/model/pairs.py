"""A question and the code that answers it: the unit of training and of evaluation."""

import re
from dataclasses import dataclass

from ramify.embedding.tokens import subtokens

LONGEST_CODE = 1500
LONGEST_QUERY = 300


@dataclass(frozen=True, slots=True)
class Pair:
    """`query` never occurs in `code`.

    `kind` says where the question comes from: `summary` (first sentence of the documentation),
    `detail` (the sentences after it), `comment` (a comment inside the code), `name` (the name of
    undocumented code, which is then taken out of the code), or `none` (no question: a candidate).
    """

    kind: str
    language: str
    path: str
    name: str
    query: str
    code: str


_MARKUP = re.compile(
    r"</?[a-z]+[^>]*>"  # HTML
    r"|:[a-z:+-]+:(?=`)"  # roles of reStructuredText
    r"|\{@\w+\s+|[`*{}]|\\[a-z]+\s|@\w+(?=\s)"  # Javadoc, Markdown, Doxygen
)
_SENTENCE_END = re.compile(r"(?<=[^.][.!?])\s+(?=[A-Z\"'(])|\n\s*\n")
_SECTION = re.compile(
    r"^\s*(@(param|returns?|throws|type|example|see|since|author|deprecated|api|private|internal)\b"
    r"|[\\@](brief|file|par|retval|details)\b|:(param|type|return|rtype|raises)|>>>|-{3,}|={3,}|```"
    r"|(args|arguments|parameters|returns?|raises|yields|examples?|notes?|see also|usage"
    r"|references|attributes|# .*)\s*:?\s*$|\.\. )",
    re.IGNORECASE | re.MULTILINE,
)


def sentences(documentation: str) -> tuple[str, str]:
    """The first sentence of a documentation text and what prose follows it, markup removed."""
    text = documentation.replace("\\brief", "").replace("@brief", "").strip()
    cut = _SECTION.search(text)
    prose = (text[: cut.start()] if cut else text)[:2000]
    first, *rest = _SENTENCE_END.split(prose, maxsplit=1)
    detail = rest[0] if rest else ""
    return _plain(first)[:LONGEST_QUERY], _plain(detail)[:LONGEST_QUERY]


def is_question(text: str) -> bool:
    """Whether a sentence says enough to be asked: three words, mostly letters, not a licence."""
    words = subtokens(text)
    letters = sum(character.isalpha() for character in text)
    return (
        len(words) >= 3
        and letters >= 0.6 * len(text)
        and not re.search(r"copyright|licen[sc]e|todo|fixme|eslint|noqa|istanbul", text, re.I)
    )


def _plain(text: str) -> str:
    return " ".join(_MARKUP.sub(" ", text).split())
