"""Requests judged while they come in: by their headers first, then by their size and their time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from waitress.parser import HTTPRequestParser
from waitress.receiver import ChunkedReceiver
from waitress.utilities import RequestEntityTooLarge

from kiosk.sync.server.api import BATCHES
from kiosk.sync.server.gate import SCHEME, Gate
from kiosk.sync.server.limits import FRAMING_BYTES, SMALL_BODY_BYTES, Limits
from kiosk.sync.server.problems import ApiProblem, Kind


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Judges a request by its headers alone, before a byte of its body is taken."""

    gate: Gate
    limits: Limits

    def most_bytes(self, request: Any) -> int:  # noqa: ANN401 - waitress has no types
        """Return how large the body of a request may be."""
        return self.limits.body_bytes if _is_batch(request) else SMALL_BODY_BYTES

    def objection(self, request: Any) -> ApiProblem | None:  # noqa: ANN401 - as above
        """Return why a request is refused, None to take its body in."""
        if request.content_length > self.most_bytes(request):
            return self.too_large(request)
        try:
            self.gate.admit(_signature(request))
            if _is_batch(request):
                self.gate.offer(request.headers.get("BATCH_SIGNATURE"))
        except ApiProblem as problem:
            return problem
        return None

    def too_large(self, request: Any) -> ApiProblem:  # noqa: ANN401 - as above
        """Return what is said of a body that is longer than it may be."""
        return ApiProblem(Kind.TOO_LARGE, f"It may have {self.most_bytes(request)} bytes.")


def _is_batch(request: Any) -> bool:  # noqa: ANN401 - waitress has no types
    return (request.command, request.path) == ("POST", BATCHES)


def _signature(request: Any) -> str | None:  # noqa: ANN401 - as above
    found = request.headers.get("BATCH_SIGNATURE") or request.headers.get("AUTHORIZATION")
    return None if found is None else str(found).removeprefix(SCHEME)


class RequestParser(HTTPRequestParser):
    """Asks the doorkeeper once the headers are in, and gives a request its time and no more."""

    doorkeeper: Doorkeeper
    error: Any
    is_judged = False
    began_at: float | None = None

    def received(self, data: bytes) -> int:
        """Take bytes in and return how many were of this request."""
        if self.began_at is None:
            self.began_at = time.monotonic()
        consumed = self._read(data)
        if self.headers_finished and not self.is_judged:
            self.is_judged = True
            self._judge()
        elif self.error is None:
            self._refuse(self._excess() or self._delay(time.monotonic() - self.began_at))
        return consumed

    def _read(self, data: bytes) -> int:
        try:
            consumed: int = super().received(data)  # type: ignore[no-untyped-call] # waitress has no types
        except ValueError:  # numbers of thousands of digits, addresses with half a bracket
            self._refuse(ApiProblem(Kind.MALFORMED, "Address or Content-Length is none."))
            self.headers_finished = True
            return len(data)
        return consumed

    def _judge(self) -> None:
        if self.empty:  # it would be waited for another one, and another
            self.empty = False
            self._refuse(ApiProblem(Kind.MALFORMED, "It begins with an empty line."))
        elif self.error is None or isinstance(self.error, RequestEntityTooLarge):
            self._refuse(self.doorkeeper.objection(self))
        else:
            self.expect_continue = False  # or it would be asked to go on

    def _excess(self) -> ApiProblem | None:
        """Return what is said of a body without length that has become too long by now."""
        if not self.headers_finished:
            return None
        if self.body_bytes_received > self.doorkeeper.most_bytes(self):
            return self.doorkeeper.too_large(self)
        body = self.body_rcv
        if isinstance(body, ChunkedReceiver) and (
            max(len(body.control_line), len(body.trailer)) > FRAMING_BYTES
        ):
            return ApiProblem(Kind.MALFORMED, "What stands between its chunks does not end.")
        return None

    def _delay(self, taken_s: float) -> ApiProblem | None:
        limits = self.doorkeeper.limits
        limit_s = limits.body_s if self.headers_finished else limits.head_s
        if self.completed or taken_s <= limit_s:
            return None
        what = "It was" if self.headers_finished else "Its headers were"
        return ApiProblem(Kind.TOO_SLOW, f"{what} not here after {limit_s:g} s.")

    def _refuse(self, problem: ApiProblem | None) -> None:
        if problem is not None:
            self.error = problem
            self.completed = True
            self.expect_continue = False
