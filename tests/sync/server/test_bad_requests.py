"""What strangers can send to the port: refused early, in flat memory, and nobody waits for them."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.sync.server.limits import Limits

if TYPE_CHECKING:
    from tests.sync.server.conftest import Central

pytestmark = pytest.mark.usefixtures("unharmed")
HEAD = "POST /sync/v1/batches HTTP/1.1\r\nHost: kiosk\r\n"
LITTLE = 32 * 2**20
"""What may lie in the buffers of a line on a busy machine; half of the largest batch."""
ENDLESS = b"POST /sync/v1/print-log/ack HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"


def kind(answer: bytes) -> tuple[int, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    document = json.loads(body)
    assert f" {document['status']} ".encode() in head.partition(b"\r\n")[0]
    return document["status"], document["type"].rpartition(":")[2]


def test_ten_gigabytes_of_body_are_refused_before_they_come(central: Central) -> None:
    _, signature = central.sealed(central.envelope(central.some(1)))
    head = f"{HEAD}Batch-Signature: {signature}\r\nContent-Type: application/gzip\r\n"
    for more in ("", "Expect: 100-continue\r\n"):
        length = f"Content-Length: {10 * 2**30}\r\n"
        answer = central.raw(f"{head}{more}{length}\r\n".encode())
        assert kind(answer) == (413, "too-large")


def test_strangers_send_no_body_at_all(central: Central) -> None:
    head = f"{HEAD}Content-Length: 1000000\r\nExpect: 100-continue\r\n\r\n"
    assert kind(central.raw(head.encode())) == (401, "unsigned")
    big = "POST /sync/v1/print-log/ack HTTP/1.1\r\nContent-Length: 100000\r\n\r\n"
    assert kind(central.raw(big.encode())) == (413, "too-large")


def test_a_body_without_length_that_does_not_end(
    serve: Callable[..., Any], central: Central
) -> None:
    with serve(Limits(body_bytes=100_000, per_s=1000, burst=1000)) as small:
        _, signature = small.sealed(small.envelope(small.some(1)))
        head = f"{HEAD}Batch-Signature: {signature}\r\nTransfer-Encoding: chunked\r\n\r\n"
        block = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
        assert kind(small.raw(head.encode(), block * 8)) == (413, "too-large")


def test_a_silent_sender_is_shown_out(serve: Callable[..., Any], central: Central) -> None:
    with serve(Limits(silent_s=1, per_s=1000, burst=1000)) as quiet:
        began = time.monotonic()
        assert quiet.raw(b"POST /sync/v1/batches HT") == b""
        assert time.monotonic() - began < 6


def test_lines_that_are_no_http(central: Central) -> None:
    assert kind(central.raw(b"\x16\x03\x01\x02\x00\x01\r\n\r\n"))[0] == 400
    assert kind(central.raw(b"GET / HTTP/1.1\r\nX: " + b"y" * 300_000 + b"\r\n\r\n"))[0] == 431
    strange = f"{HEAD}Transfer-Encoding: gzip\r\n\r\n"
    assert kind(central.raw(strange.encode())) == (501, "not-implemented")


@pytest.mark.parametrize(
    ("begins", "block"),
    [
        (b"", b"4000\r\n" + b"x" * 0x4000 + b"\r\n"),
        (b"1", b"0" * 2**16),
        (b"1;", b"a" * 2**16),
        (b"0\r\n", b"A: b\r\n" * 2**13),
    ],
)
def test_a_body_that_does_not_end_is_refused_before_it_is_large(
    central: Central, begins: bytes, block: bytes
) -> None:
    """Without a signature nobody may make this kiosk keep more than a few kilobytes."""
    line, sent = flood(central, ENDLESS + begins, block)
    assert kind(line) == (413, "too-large")
    assert sent < LITTLE


def test_a_chunk_without_end_is_refused_of_central_too(central: Central) -> None:
    _, signature = central.sealed(central.envelope(central.some(1)))
    head = f"{HEAD}Batch-Signature: {signature}\r\nTransfer-Encoding: chunked\r\n\r\n1;"
    line, sent = flood(central, head.encode(), b"a" * 2**16)
    assert kind(line) == (400, "malformed")
    assert sent < LITTLE


def flood(central: Central, head: bytes, block: bytes) -> tuple[bytes, int]:
    """Send blocks until something is answered; return that, and how much had been sent."""
    host, port = central.url.rpartition("//")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(head)
        line.settimeout(0)
        sent, ends_at = 0, time.monotonic() + 10
        while time.monotonic() < ends_at:
            try:
                if got := line.recv(65536):
                    return rest(line, got), sent
            except BlockingIOError:
                pass
            try:
                sent += line.send(block)
            except BlockingIOError:
                time.sleep(0.001)
    raise AssertionError(f"nothing was answered to {sent} bytes")


def rest(line: socket.socket, answer: bytes) -> bytes:
    """Return an answer that has begun, whole."""
    line.settimeout(10)
    while not answer.endswith(b"}"):
        block = line.recv(65536)
        assert block, answer
        answer += block
    return answer


@pytest.mark.parametrize(
    "head",
    [
        "\r\n" * 3,
        f"POST / HTTP/1.1\r\nContent-Length: {'9' * 5000}\r\n\r\n",
        "GET http://[::1 HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\n",
    ],
)
def test_headers_that_make_no_sense(central: Central, head: str) -> None:
    assert kind(central.raw(head.encode())) == (400, "malformed")


def test_headers_that_drip_in_keep_a_place_for_moments_only(
    serve: Callable[..., Any], central: Central
) -> None:
    with serve(Limits(head_s=0.2, body_s=60, per_s=1000, burst=1000)) as hasty:
        began = time.monotonic()
        host, port = hasty.url.rpartition("//")[2].split(":")
        with socket.create_connection((host, int(port)), timeout=10) as line:
            line.settimeout(0.05)
            got = b""
            while not got and time.monotonic() < began + 10:
                line.sendall(b"X")
                with suppress(TimeoutError):
                    got = line.recv(65536)
            got = rest(line, got)
        assert kind(got) == (408, "too-slow")
        assert time.monotonic() - began < 5
