"""Which licence statements are permissive, in the spellings of PyPI, npm and Debian.

Anything not recognised is not permissive.
"""

import re

_PERMISSIVE = re.compile(
    r"(the )?(new |modified |revised |simplified )?("
    r"mit(-0|-cmu| license| licence| no attribution)?|mit license \(mit\)|expat( license)?|x11"
    r"|bsd([- ]?[0-4][- ]?clause)?( license| licence)?|[0-4]-clause[- ]bsd( license)?|0bsd"
    r"|bsd-3-clause-[a-z]+|zero-clause bsd"
    r"|apache([- ]?(2|2\.0))?|apache[- ]software[- ]license([, ]*(version )?2(\.0)?)?"
    r"|apache[- ]licen[sc]e[-, ]*(version )?(v)?2?(\.0)?|apache 2\.0( license)?|asl-?2(\.0)?"
    r"|isc( license)?( \(iscl\))?|zlib([/-]libpng)?( license)?|bsl-1\.0|boost(-1\.0)?"
    r"|boost software license 1\.0 \(bsl-1\.0\)"
    r"|python software foundation license|psf(-2\.0)?|python-2\.0(\.1)?"
    r"|unlicense|the unlicense \(unlicense\)|cc0([- ]1\.0)?( universal)?|public[- ]domain"
    r"|hpnd|historical permission notice and disclaimer \(hpnd\)|blueoak-1\.0\.0|upl-1\.0|ncsa"
    r")",
    re.IGNORECASE,
)


def is_permissive(statement: str) -> bool:
    """Whether an expression such as `MIT OR Apache-2.0` can be used on permissive terms alone."""
    text = statement.strip().strip("()").strip()
    if not text or len(text) > 120:
        return False
    if _PERMISSIVE.fullmatch(text):
        return True
    either = re.split(r"\s+or\s+|/|\s*\|\s*", text, flags=re.IGNORECASE)
    if len(either) > 1:
        return any(is_permissive(part) for part in either)
    every = re.split(r"\s+and/or\s+|\s+and\s+|\s*,\s*", text, flags=re.IGNORECASE)
    return len(every) > 1 and all(is_permissive(part) for part in every)


def of_debian(copyright_text: str) -> tuple[str, tuple[str, ...]] | None:
    """What a machine-readable `debian/copyright` grants, where the package at large is permissive.

    The permissive licences joined, and the patterns of the files under any other licence.
    """
    permitted: set[str] = set()
    excluded: list[str] = []
    at_large = False
    for paragraph in re.split(r"\n\s*\n", copyright_text):
        files = re.search(r"^Files:(.*(?:\n[ \t].*)*)", paragraph, re.MULTILINE)
        licence = re.search(r"^License:[ \t]*(\S.*)", paragraph, re.MULTILINE)
        if files is None or files[1].split() == ["debian/*"]:
            continue
        if licence is None or not is_permissive(licence[1].strip()):
            excluded += files[1].split()
        else:
            permitted.add(licence[1].strip())
            at_large |= "*" in files[1].split()
    return (" AND ".join(sorted(permitted)), tuple(excluded)) if at_large else None
