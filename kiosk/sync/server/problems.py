"""Everything the interface can refuse, as problem documents (RFC 9457)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:kiosk:sync:"


class Kind(StrEnum):
    """What is wrong; the last part of a document's `type`."""

    MALFORMED = "malformed"
    UNSIGNED = "unsigned"
    UNKNOWN_KEY = "unknown-key"
    BAD_SIGNATURE = "bad-signature"
    RETIRED_KEY = "retired-key"
    STALE_REQUEST = "stale-request"
    WRONG_AUDIENCE = "wrong-audience"
    NOT_FOUND = "not-found"
    WRONG_METHOD = "wrong-method"
    TOO_SLOW = "too-slow"
    GAP = "gap"
    OVERLAP = "overlap"
    LOG_BEHIND = "log-behind"
    HEAD_DIFFERS = "head-differs"
    TOO_LARGE = "too-large"
    WRONG_TYPE = "wrong-type"
    BAD_ENVELOPE = "bad-envelope"
    BAD_CONTENT = "bad-content"
    TOO_MANY = "too-many"
    HEADERS_TOO_LARGE = "headers-too-large"
    INTERNAL = "internal"
    NOT_IMPLEMENTED = "not-implemented"
    BUSY = "busy"
    DISK_FULL = "disk-full"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Meaning:
    """Status and title of a kind; `permanent`: the same request will never succeed."""

    status: int
    title: str
    permanent: bool


MEANINGS: Final[dict[Kind, Meaning]] = {
    Kind.MALFORMED: Meaning(400, "The request cannot be read", permanent=True),
    Kind.UNSIGNED: Meaning(401, "The request carries no signature", permanent=True),
    Kind.UNKNOWN_KEY: Meaning(401, "This kiosk does not trust the key", permanent=True),
    Kind.BAD_SIGNATURE: Meaning(401, "The signature is wrong", permanent=True),
    Kind.RETIRED_KEY: Meaning(401, "The key's time is over", permanent=True),
    Kind.STALE_REQUEST: Meaning(401, "The request was signed at another time", permanent=False),
    Kind.WRONG_AUDIENCE: Meaning(403, "The batch is for another kiosk", permanent=True),
    Kind.NOT_FOUND: Meaning(404, "There is nothing here", permanent=True),
    Kind.WRONG_METHOD: Meaning(405, "This is asked for in another way", permanent=True),
    Kind.TOO_SLOW: Meaning(408, "The request took too long to arrive", permanent=False),
    Kind.GAP: Meaning(409, "Records before this batch are missing", permanent=True),
    Kind.OVERLAP: Meaning(409, "Some of these numbers were used already", permanent=True),
    Kind.LOG_BEHIND: Meaning(409, "This kiosk's log ends before that number", permanent=True),
    Kind.HEAD_DIFFERS: Meaning(409, "This kiosk's log has no such head", permanent=True),
    Kind.TOO_LARGE: Meaning(413, "The body is too large", permanent=True),
    Kind.WRONG_TYPE: Meaning(415, "The body is of another type", permanent=True),
    Kind.BAD_ENVELOPE: Meaning(422, "The envelope cannot be read", permanent=True),
    Kind.BAD_CONTENT: Meaning(422, "The records are not those of the envelope", permanent=True),
    Kind.TOO_MANY: Meaning(429, "Too many requests", permanent=False),
    Kind.HEADERS_TOO_LARGE: Meaning(431, "The headers are too large", permanent=True),
    Kind.INTERNAL: Meaning(500, "The kiosk met a fault of its own", permanent=False),
    Kind.NOT_IMPLEMENTED: Meaning(501, "This way of sending is not known here", permanent=True),
    Kind.BUSY: Meaning(503, "The kiosk is busy", permanent=False),
    Kind.DISK_FULL: Meaning(503, "The kiosk's disk is full", permanent=False),
    Kind.UNUSABLE: Meaning(503, "The kiosk's database cannot be used", permanent=False),
}

_WAITS_S: Final = {Kind.TOO_MANY: 1, Kind.BUSY: 5, Kind.DISK_FULL: 60, Kind.UNUSABLE: 60}
_BY_STATUS: Final = {
    400: Kind.MALFORMED,
    404: Kind.NOT_FOUND,
    405: Kind.WRONG_METHOD,
    413: Kind.TOO_LARGE,
    415: Kind.WRONG_TYPE,
    431: Kind.HEADERS_TOO_LARGE,
    501: Kind.NOT_IMPLEMENTED,
}


class ApiProblem(Exception):  # noqa: N818 - in this house a problem is a value or a sentence for people
    """A request that is refused; `detail` is one sentence, `members` more fields of the document.

    It answers waitress as one of waitress's own errors would (`to_response`).
    """

    def __init__(self, kind: Kind, detail: str, **members: object) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.members = members

    @property
    def status(self) -> int:
        """The HTTP status."""
        return MEANINGS[self.kind].status

    def headers(self) -> dict[str, str]:
        """Return the headers of the answer."""
        found = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"}
        if self.kind in _WAITS_S:
            found["Retry-After"] = str(_WAITS_S[self.kind])
        if self.status == 401:  # noqa: PLR2004 - it must name a way (RFC 9110, section 11.6.1)
            found["WWW-Authenticate"] = "COSE"
        return found

    def document(self) -> bytes:
        """Return the problem document."""
        meaning = MEANINGS[self.kind]
        return json.dumps(
            {
                "type": TYPE_PREFIX + self.kind,
                "title": meaning.title,
                "status": meaning.status,
                "detail": self.detail,
                "permanent": meaning.permanent,
                **self.members,
            },
            ensure_ascii=False,
        ).encode()

    def to_response(self, _ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Return status line, headers and body."""
        title = MEANINGS[self.kind].title
        return f"{self.status} {title}", list(self.headers().items()), self.document()


def of_status(status: int, detail: str) -> ApiProblem:
    """Return the problem that another layer's status and words stand for."""
    return ApiProblem(_BY_STATUS.get(status, Kind.INTERNAL), detail)
