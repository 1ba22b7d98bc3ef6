"""Frames in, values out, whatever comes."""

from io import BytesIO

import pytest

from ramify.lsp.frames import Broken
from ramify.lsp.wire import encoded, frame, messages

PING = b'{"jsonrpc":"2.0","id":7,"method":"ping"}'


def read(data: bytes, limit: int = 1000) -> list[object]:
    return list(messages(BytesIO(data), limit))


def framed(body: bytes, header: bytes = b"Content-Length: %d\r\n\r\n") -> bytes:
    return header % len(body) + body


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: %d\r\n\r\n",
        b"content-length:%d\r\n\r\n",
        b"CONTENT-LENGTH :  %d  \r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n",
        b"Content-Length: %d\n\n",
        b"\r\n\r\nContent-Length: %d\r\n\r\n",
    ],
)
def test_headers_are_read_as_clients_write_them(header):
    assert read(framed(PING, header)) == [{"jsonrpc": "2.0", "id": 7, "method": "ping"}]


@pytest.mark.parametrize(
    ("data", "code", "reason"),
    [
        (b"X: 1\r\n\r\n", -32600, "a header without a Content-Length"),
        (b"Content-Length: -4\r\n\r\n", -32600, "a header without a Content-Length"),
        (b"Content-Length: many\r\n\r\n", -32600, "a header without a Content-Length"),
        (framed(b"{nope"), -32700, "no JSON: "),
        (framed(b"\xff\xfe"), -32700, "no JSON: "),
        (framed(b"[" * 900), -32700, "no JSON: "),
    ],
)
def test_what_is_no_message_says_why_and_reading_goes_on(data, code, reason):
    broken, following = read(data + framed(b'"next"'))
    assert isinstance(broken, Broken)
    assert (broken.code, broken.id, broken.reason[: len(reason)]) == (code, None, reason)
    assert following == "next"


def test_a_message_over_the_limit_is_skipped_and_its_id_told():
    body = b'{"jsonrpc":"2.0","id":"a\\"b","method":"m","params":{"id":1,"x":"%b"}}' % (b"y" * 99)
    large, following = read(framed(body) + framed(b"1"), limit=50)
    assert large == Broken(
        -32600, f"a message of {len(body)} bytes is larger than the limit of 50", 'a"b'
    )
    assert following == 1


def test_the_id_of_a_large_notification_is_not_taken_from_its_params():
    body = b'{"jsonrpc":"2.0","method":"m","params":{"id":1,"x":"%b"}}' % (b"y" * 99)
    (large,) = read(framed(body), limit=50)
    assert isinstance(large, Broken)
    assert large.id is None


def test_half_of_a_surrogate_pair_is_read():
    assert read(framed(b'"\\ud83d"')) == ["\ud83d"]


@pytest.mark.parametrize("cut", range(1, len(framed(PING))))
def test_a_stream_that_ends_in_a_message_just_ends(cut):
    assert read(framed(PING)[:cut]) == []


def test_a_frame_counts_bytes_and_takes_encoded_pieces():
    message = {"id": 1, "result": encoded(["ä"])}
    assert frame(message) == b'Content-Length: 24\r\n\r\n{"id":1,"result":["\xc3\xa4"]}'
