"""Who may come in: central's signatures on batches and requests, and how many requests a second."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from kiosk.sticker import cbor
from kiosk.sticker.cose import CoseProblem, Opened, open1
from kiosk.sticker.grant import from_base64url
from kiosk.sticker.keys import KeyRing, KeyRole
from kiosk.store.batches import Offer
from kiosk.sync.server.limits import ENVELOPE_BYTES, Limits
from kiosk.sync.server.problems import ApiProblem, Kind
from kiosk.sync.wire import MAX_INTEGER
from kiosk.usecases.ports import Clock

VALID_FOR: Final = timedelta(minutes=5)
"""How far the times of a signed request and of this kiosk may lie apart, either way."""
SCHEME: Final = "COSE "
_CLAIMS: Final = "[method, path with query, time, SHA-256 of the body]"
_REFUSALS: Final = {
    CoseProblem.MALFORMED: (
        Kind.BAD_SIGNATURE,
        "The signature is no base64url of a COSE_Sign1 message.",
    ),
    CoseProblem.UNKNOWN_KEY: (
        Kind.UNKNOWN_KEY,
        "The key is unknown here, revoked, or not one of central's; look at `kiosk keys list`.",
    ),
    CoseProblem.BAD_SIGNATURE: (Kind.BAD_SIGNATURE, "The signature does not fit what it signs."),
}

_Seq = Annotated[int, Meta(ge=0, le=MAX_INTEGER)]


class Envelope(msgspec.Struct, frozen=True):
    """First line of a batch; `sha256` (hex) is over every byte after it, `made_at` has an offset.

    Fields that are not named here are ignored, so central may add some.
    """

    source: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    audience: Annotated[str, Meta(min_length=1, max_length=64)]
    first_seq: Annotated[int, Meta(ge=1, le=MAX_INTEGER)]
    last_seq: _Seq
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    snapshot: bool
    made_at: Annotated[datetime, Meta(tz=True)]


class _Allowance:
    """Requests that may still come, of one sort of callers."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._left = float(limits.burst)
        self._filled_at = time.monotonic()

    def take(self) -> bool:
        """Count a request; False when there were too many."""
        with self._lock:
            now = time.monotonic()
            gained = (now - self._filled_at) * self._limits.per_s
            self._left = min(self._left + gained, float(self._limits.burst))
            self._filled_at = now
            if self._left < 1:
                return False
            self._left -= 1
            return True


class Gate:
    """Checks signatures against the ring as it is now, so that a revoked key is out at once."""

    def __init__(
        self, kiosk: str, ring: Callable[[], KeyRing], clock: Clock, limits: Limits
    ) -> None:
        self._kiosk = kiosk
        self._ring = ring
        self._clock = clock
        self._limits = limits
        self._central = _Allowance(limits)
        self._strangers = _Allowance(limits)

    def admit(self, signature: str | None) -> None:
        """Count a request by whose signature it bears. Raises ApiProblem when there were too many.

        Strangers are counted apart, so that they cannot keep central out.
        """
        allowance = self._central if self._is_central(signature) else self._strangers
        if not allowance.take():
            raise ApiProblem(
                Kind.TOO_MANY, f"More than {self._limits.per_s:g} requests a second came in."
            )

    def _is_central(self, signature: str | None) -> bool:
        try:
            return signature is not None and bool(self._opened(signature))
        except ApiProblem:
            return False

    def offer(self, signature: str | None) -> tuple[Offer, bytes]:
        """Return the batch that a `Batch-Signature` announces, and its envelope line.

        Raises ApiProblem when it is not central's or not for this kiosk.
        """
        if not signature:
            raise ApiProblem(Kind.UNSIGNED, "The header Batch-Signature is missing.")
        opened = self._opened(signature)
        envelope = _read_envelope(opened.payload)
        self._check_time(opened.kid, envelope.made_at)
        self._check_future(envelope.made_at)
        if envelope.audience != self._kiosk:
            raise ApiProblem(
                Kind.WRONG_AUDIENCE,
                f"It is for {envelope.audience!r}, and this is {self._kiosk}.",
            )
        offer = Offer(
            envelope.source,
            envelope.first_seq,
            envelope.last_seq,
            envelope.sha256,
            envelope.snapshot,
            envelope.made_at,
        )
        return offer, opened.payload

    def authorise(self, header: str | None, method: str, target: str, body: bytes = b"") -> None:
        """Pass a request whose `Authorization` central signed just now, for exactly this body.

        Raises ApiProblem.
        """
        if not header or not header.startswith(SCHEME):
            raise ApiProblem(
                Kind.UNSIGNED,
                "The header Authorization is missing; it is `COSE ` and a signature over "
                f"{_CLAIMS}.",
            )
        opened = self._opened(header.removeprefix(SCHEME))
        now = self._clock()
        self._check_time(opened.kid, now)
        match cbor.read(opened.payload):
            case [str() as signed_method, str() as signed_target, int() as unix, bytes() as digest]:
                if (signed_method, signed_target) != (method, target):
                    raise ApiProblem(
                        Kind.BAD_SIGNATURE,
                        f"It was signed for {signed_method} {signed_target}.",
                    )
                if digest != hashlib.sha256(body).digest():
                    raise ApiProblem(Kind.BAD_SIGNATURE, "It was signed for another body.")
                if abs(now.timestamp() - unix) > VALID_FOR.total_seconds():
                    raise ApiProblem(
                        Kind.STALE_REQUEST,
                        f"It was signed at {unix}, and this kiosk's clock says "
                        f"{int(now.timestamp())}; they may differ by {VALID_FOR.seconds} s.",
                    )
            case _:
                raise ApiProblem(Kind.BAD_SIGNATURE, f"What was signed is not {_CLAIMS}.")

    def _opened(self, text: str) -> Opened:
        message = from_base64url(text.strip().rstrip("="))
        opened = (
            CoseProblem.MALFORMED
            if message is None
            else open1(message, self._ring().only(KeyRole.CENTRAL))
        )
        if isinstance(opened, CoseProblem):
            raise ApiProblem(*_REFUSALS[opened])
        return opened

    def _check_time(self, kid: bytes, made_at: datetime) -> None:
        key = self._ring().find(kid, KeyRole.CENTRAL)
        now = self._clock()
        if key is None or not (key.may_have_signed_at(made_at) and key.may_have_signed_at(now)):
            raise ApiProblem(
                Kind.RETIRED_KEY, "The key was retired; what it signs now does not count."
            )

    def _check_future(self, made_at: datetime) -> None:
        """Refuse a batch from a time to come: once heard, it would stop this kiosk until then."""
        now = self._clock()
        if made_at > now + VALID_FOR:
            raise ApiProblem(
                Kind.STALE_REQUEST,
                f"It was made at {made_at:%Y-%m-%dT%H:%M:%SZ}, and this kiosk's clock says "
                f"{now:%Y-%m-%dT%H:%M:%SZ}; it may be {VALID_FOR.seconds} s ahead.",
            )


def _read_envelope(line: bytes) -> Envelope:
    if len(line) > ENVELOPE_BYTES or b"\n" in line:
        raise ApiProblem(Kind.BAD_ENVELOPE, "The envelope is wrong: it is no single short line.")
    try:
        envelope = msgspec.json.decode(line, type=Envelope)
    except (ValueError, RecursionError) as error:
        raise ApiProblem(Kind.BAD_ENVELOPE, f"The envelope is wrong: {error}.") from error
    if envelope.last_seq < envelope.first_seq - 1:
        raise ApiProblem(Kind.BAD_ENVELOPE, "The envelope is wrong: last_seq is before first_seq.")
    try:
        made_at = envelope.made_at.astimezone(UTC)
    except OverflowError as error:  # in the calendar's first or last hours
        raise ApiProblem(Kind.BAD_ENVELOPE, "The envelope is wrong: made_at.") from error
    return msgspec.structs.replace(envelope, made_at=made_at)
