"""From raw bytes to UTF-8 text, or the reason why there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramify.analysis.extraction.decode import Undecodable, decode


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        (b"x = 1\r\n\n\r", "x = 1\r\n\n\r"),
        ("é".encode(), "é"),
        (b"\xef\xbb\xbfx = 1", "x = 1"),
        (b"# coding: latin-1\nx = '\xe9'", "# coding: latin-1\nx = 'é'"),
        (b"#!/usr/bin/python\n# -*- coding: cp1252 -*-\n\x80", None),
        (b"\n# coding=koi8-r\n\xc1", "\n# coding=koi8-r\nа"),
        (b"x = 1\n# coding: koi8-r\n\xc1", "x = 1\n# coding: koi8-r\nÁ"),
        (b"# coding: utf-8\n'\xe9'", "# coding: utf-8\n'é'"),
        (b"# coding: no-such-codec\n'\xe9'", "# coding: no-such-codec\n'é'"),
        (b"# coding: ascii\n'\xc3\xa9'", "# coding: ascii\n'é'"),
        (b"# coding: rot13\nx", "# coding: rot13\nx"),
        ("x = 'é'".encode("utf-16"), "x = 'é'"),
        ("# coding: shift_jis\nx = 'あ'".encode("shift_jis"), "# coding: shift_jis\nx = 'あ'"),
        (b"# coding: utf-7\n'+2AA-'", "# coding: utf-7\n'+2AA-'"),
    ],
)
def test_text_is_decoded(raw: bytes, text: str | None) -> None:
    expected = "#!/usr/bin/python\n# -*- coding: cp1252 -*-\n€" if text is None else text

    assert decode(raw) == expected.encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"x = 1\0",
        b"\x7fELF\x02\x01\x01\0\0",
        b"\xef\xbb\xbfx\0",
        b"\xff\xfe\x00\xd8",
        bytes(range(1, 256)) * 10,
    ],
    ids=["NUL", "ELF", "NUL after BOM", "lone surrogate in UTF-16", "control characters"],
)
def test_binary_is_named(raw: bytes) -> None:
    assert decode(raw) == Undecodable("binary")


@given(st.binary(max_size=200))
def test_what_is_decoded_is_utf_8(raw: bytes) -> None:
    text = decode(raw)

    if not isinstance(text, Undecodable):
        assert text.decode("utf-8").encode("utf-8") == text
        assert b"\0" not in text
