"""What of a question is worth comparing with code: not `where`, `does` or `which`.

Common words weigh little against one rare word, but five of them outweigh it; documentation, which
the model learned from, rarely asks. Where nothing is asked they say something: `to`, `into`.
Must never know what is indexed.
"""

import re
from typing import Final

COMMON_WORDS: Final = frozenset(
    """
    a about all an and any are as at be been being but by can code could did do does doing for from
    get gets got had has have having here how i if in into is it its me my of on or our should show
    so some such than that the their them then there these they this those to use used uses using
    was we were what when where which while who why will with would you your
    """.split()
)

_WORD: Final = re.compile(r"\w+")
_ASKS: Final = re.compile(
    r"^\W*(?:how|where|what|which|who|why|when|does|do|is|are|can|should)\b|\?\s*$", re.IGNORECASE
)


def telling(query: str) -> str:
    """Of a question the words that are not common, identifiers whole; all of them where none is
    left. What does not ask is kept as it is."""
    if not _ASKS.search(query):
        return query
    every = _WORD.findall(query)
    return " ".join([word for word in every if word.lower() not in COMMON_WORDS] or every)
