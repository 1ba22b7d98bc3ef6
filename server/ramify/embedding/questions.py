"""What of a question is worth comparing with code: not `where`, `does` or `which`.

Common words weigh little against one rare word, but five of them outweigh it; documentation, which
the model learned from, rarely asks. Must never know what is indexed.
"""

from typing import Final

from ramify.embedding.tokens import raw_subtokens

COMMON_WORDS: Final = frozenset(
    """
    a about all an and any are as at be been being but by can code could did do does doing for from
    get gets got had has have having here how i if in into is it its me my of on or our should show
    so some such than that the their them then there these they this those to use used uses using
    was we were what when where which while who why will with would you your
    """.split()
)


def telling(question: str) -> str:
    """The sub-tokens that are not common, as they are written; all of them where none is left."""
    every = raw_subtokens(question)
    return " ".join([word for word in every if word.lower() not in COMMON_WORDS] or every)
