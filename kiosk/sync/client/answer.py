"""How long an answer is waited for, and what may come instead of one."""

from __future__ import annotations

import re
import ssl
import time
from typing import Final

import httpx

from kiosk.sync.client.problem import ClientProblem

CONNECT_S: Final = 10.0
"""A kiosk answers from the next room or over a mobile line; longer means it is not there."""

SEND_S: Final = 30.0
"""One block of a body; a line that takes none for so long is down."""

SILENT_S: Final = 30.0
"""Without a byte of an answer. A kiosk's database may be busy for ten seconds."""

ANSWER_S: Final = 120.0
"""The same for a batch: it is in the database before it is answered, and yields to visitors."""

WHOLE_S: Final = 300.0
"""From the first byte of an answer to its last, as long as a kiosk gives a request of ours."""

MAX_ANSWER_BYTES: Final = 64 * 1024 * 1024
"""Far more than the longest page; memory must not grow with what a stranger sends."""

_ERRNO: Final = re.compile(r"\[Errno -?\d+\] ?")


def waits(silent_s: float) -> httpx.Timeout:
    """Return how long each step may take; a place among the connections may take any time."""
    return httpx.Timeout(silent_s, connect=CONNECT_S, write=SEND_S, pool=None)


def bounded(answer: httpx.Response) -> bytes:
    """Return the body of an answer. Raises ClientProblem when it does not come to its end."""
    got = bytearray()
    ends_at = time.monotonic() + WHOLE_S
    for block in answer.iter_raw():
        got += block
        if len(got) > MAX_ANSWER_BYTES:
            raise ClientProblem("its answer does not end", permanent=True)
        if time.monotonic() > ends_at:
            raise ClientProblem(f"its answer took more than {WHOLE_S:g} s", permanent=False)
    return bytes(got)


def is_untrusted(error: BaseException) -> bool:
    """Say whether the certificate was refused: waiting makes it no better."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def no_answer(error: Exception) -> str:
    """Return the sentence for a line that broke, or over which nothing came."""
    if isinstance(error, httpx.ConnectTimeout):
        return f"no connection within {CONNECT_S:g} s"
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    return f"no answer ({_ERRNO.sub('', str(error)) or type(error).__name__})"
