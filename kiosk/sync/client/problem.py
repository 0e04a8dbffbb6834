"""What can go wrong between central and a kiosk, and whether trying again could help."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import msgspec

_TEMPORARY: Final = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
"""Answers without a problem document after which another try may succeed."""

_SHOWN_CHARACTERS: Final = 300
"""Enough of a stranger's sentence for one line of a cron mail."""


class ClientProblem(Exception):  # noqa: N818 - in this house a problem is a value or a sentence for people
    """A kiosk could not be served; the text is one sentence.

    `permanent`: the same request will never succeed. `status`: the HTTP status, None when no
    answer came. `expected_seq`: the sequence number a kiosk waits for, after a gap.
    `retry_after_s`: how long the kiosk asked to be left alone.
    """

    def __init__(
        self,
        sentence: str,
        *,
        permanent: bool,
        status: int | None = None,
        expected_seq: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(sentence)
        self.permanent = permanent
        self.status = status
        self.expected_seq = expected_seq
        self.retry_after_s = retry_after_s


class _Document(msgspec.Struct):
    """The members of a problem document (RFC 9457) that the client reads."""

    title: str = ""
    detail: str = ""
    permanent: bool | None = None
    expected_seq: int | None = None


_decoder = msgspec.json.Decoder(_Document)


def read_problem(
    status: int, headers: Mapping[str, str], body: bytes, now: datetime
) -> ClientProblem:
    """Read an answer that is no success, with or without a problem document; never raises."""
    document = _document(headers.get("content-type", ""), body)
    permanent = document.permanent
    if permanent is None:
        permanent = status not in _TEMPORARY
    said = ": ".join(part for part in (document.title, document.detail) if part)
    return ClientProblem(
        _one_line(said) or _plain_sentence(status),
        permanent=permanent,
        status=status,
        expected_seq=document.expected_seq,
        retry_after_s=_seconds(headers.get("retry-after", ""), now),
    )


def _document(content_type: str, body: bytes) -> _Document:
    if "json" not in content_type:
        return _Document()
    try:
        return _decoder.decode(body)
    except (ValueError, RecursionError):
        return _Document()


def _one_line(text: str) -> str:
    """Make a stranger's sentence safe for a terminal and a log."""
    shown = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(shown.split())[:_SHOWN_CHARACTERS]


def _plain_sentence(status: int) -> str:
    try:
        phrase = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = str(status)
    return f"it answered {phrase} without saying why; is this the address of its sync process?"


def _seconds(text: str, now: datetime) -> float | None:
    """Read Retry-After: seconds or a date (RFC 9110, section 10.2.3); None for anything else."""
    try:
        wait_s = float(text)
    except ValueError:
        pass
    else:
        return max(wait_s, 0.0) if math.isfinite(wait_s) else None
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max((at - now).total_seconds(), 0.0)
