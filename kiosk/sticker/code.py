"""What the codes say: the sticker's QR, and the code an owner collects with.

Both are COSE_Sign1 messages in base45 (RFC 9285), which a QR carries in alphanumeric mode. That a
sticker was voided is not in its code: whoever reads it asks that elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import base45

from kiosk.sticker import cbor
from kiosk.sticker.cose import MAX_MESSAGE_BYTES, CoseProblem, Opened, open1, sign1
from kiosk.sticker.grant import GrantClaims, from_base64url, read_claims
from kiosk.sticker.keys import KeyRing, KeyRole, SigningKey

COLLECTION_PREFIX: Final = "DLT1:"
"""Tells a collection code from any other text; its digit names the scheme."""

MAX_TEXT: Final = MAX_MESSAGE_BYTES * 3 // 2 + len(COLLECTION_PREFIX)
"""Characters; a longer text is no code of ours and is not looked at."""


class CodeProblem(StrEnum):
    """Why a code is not to be believed.

    `UNKNOWN_KEY` may mean that the reader's keys are older than the sticker's.
    """

    UNREADABLE = "unreadable"
    FORGED = "forged"
    UNKNOWN_KEY = "unknown-key"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class StickerClaims:
    """What a genuine sticker says of itself, and the ids of the two keys that say so."""

    grant: GrantClaims
    serial: str
    attempt: int
    issued_at: datetime
    central_kid: bytes
    kiosk_kid: bytes


@dataclass(frozen=True, slots=True)
class Collected:
    """A collection code that central signed and that has not expired."""

    reference: str


def sticker_code(
    grant: str, serial: str, attempt: int, issued_at: datetime, key: SigningKey
) -> str:
    """Return the text of a sticker's QR: this kiosk's signature over central's grant and the print.

    Raises ValueError on a grant that is not base64url or a time without offset.
    """
    message = from_base64url(grant)
    if message is None:
        raise ValueError("the grant is not base64url")
    claims = [message, serial, attempt, _unix(issued_at)]
    return _base45(sign1(cbor.write(claims), key))


def read_sticker_code(text: str, ring: KeyRing) -> StickerClaims | CodeProblem:
    """Verify a sticker's QR text with public keys alone. Never raises.

    Both signatures must hold, the kiosk's key must be the granted kiosk's (where the ring says
    whose it is) and must have been in its time.
    """
    outer = _open(text, ring.only(KeyRole.KIOSK))
    if isinstance(outer, CodeProblem):
        return outer
    match cbor.read(outer.payload):
        case [bytes() as grant, str() as serial, int() as attempt, int() as unix]:
            inner = _open_grant(grant, ring)
            issued_at = _from_unix(unix)
        case _:
            return CodeProblem.FORGED
    if isinstance(inner, CodeProblem):
        return inner
    claims, central_kid = inner
    key = ring.find(outer.kid, KeyRole.KIOSK)
    if key is None or issued_at is None or not key.may_have_signed_at(issued_at):
        return CodeProblem.FORGED
    if key.kiosk not in (None, claims.kiosk):
        return CodeProblem.FORGED
    return StickerClaims(claims, serial, attempt, issued_at, central_kid, outer.kid)


def collection_code(reference: str, expires_at: datetime, central: SigningKey) -> str:
    """Return the text of the QR that central gives an owner: enough by itself for its vehicle.

    Raises ValueError on a time without offset.
    """
    message = sign1(cbor.write([reference, _unix(expires_at)]), central)
    return COLLECTION_PREFIX + _base45(message)


def read_collection_code(text: str, ring: KeyRing, now: datetime) -> Collected | CodeProblem:
    """Verify a scanned collection code at an aware time. Never raises.

    UNREADABLE is any text that is not in our form, so that other readers may try it.
    """
    code = text.strip("\r\n\t")
    if not code.upper().startswith(COLLECTION_PREFIX):
        return CodeProblem.UNREADABLE
    opened = _open(code[len(COLLECTION_PREFIX) :], ring.only(KeyRole.CENTRAL))
    if isinstance(opened, CodeProblem):
        return CodeProblem.FORGED if opened is CodeProblem.UNKNOWN_KEY else opened
    match cbor.read(opened.payload):
        case [str() as reference, int() as unix]:
            return Collected(reference) if now.timestamp() <= unix else CodeProblem.EXPIRED
    return CodeProblem.FORGED


def read_plain_code(text: str, pattern: re.Pattern[str]) -> str | None:
    """Return the reference that an unsigned code names, or None.

    The pattern, with its group `reference`, must match the whole code, or stand between marks in
    a web address: the rest of a code whose first keys were lost must not name another renewal.
    Raises IndexError on a pattern without that group.
    """
    code = text.strip()
    if len(text) > MAX_TEXT:
        return None
    found = pattern.fullmatch(code)
    if found is None and "://" in code:
        within = (each for each in pattern.finditer(code) if _stands_alone(each))
        found = next(within, None)
    return None if found is None else found.group("reference")


def _stands_alone(found: re.Match[str]) -> bool:
    around = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    return not any(sign.isalnum() or sign == "-" for sign in around)


def _open(text: str, trusted: KeyRing) -> Opened | CodeProblem:
    for message in _spellings(text):
        opened = open1(message, trusted)
        if isinstance(opened, Opened):
            return opened
        if opened is CoseProblem.UNKNOWN_KEY:
            return CodeProblem.UNKNOWN_KEY
        if opened is CoseProblem.BAD_SIGNATURE:
            return CodeProblem.FORGED
    return CodeProblem.UNREADABLE


def _spellings(text: str) -> Iterator[bytes]:
    """Yield the bytes a base45 text can stand for.

    The space is a base45 digit: a form or a scanner that trims takes up to two from the end.
    Scanners may also send lower case, which base45 does not have.
    """
    if len(text) > MAX_TEXT:
        return
    code = text.strip("\r\n\t").upper()
    for trimmed in range(3):
        try:
            message: bytes = base45.b45decode(code + " " * trimmed)
        except ValueError:
            continue
        yield message


def _open_grant(message: bytes, ring: KeyRing) -> tuple[GrantClaims, bytes] | CodeProblem:
    opened = open1(message, ring.only(KeyRole.CENTRAL))
    if opened is CoseProblem.UNKNOWN_KEY:
        return CodeProblem.UNKNOWN_KEY
    if isinstance(opened, CoseProblem):
        return CodeProblem.FORGED
    claims = read_claims(opened.payload)
    return CodeProblem.FORGED if claims is None else (claims, opened.kid)


def _base45(message: bytes) -> str:
    text: str = base45.b45encode(message).decode()
    return text


def _unix(at: datetime) -> int:
    if at.utcoffset() is None:
        raise ValueError("a time without an offset names no moment; give an aware datetime")
    return int(at.timestamp())


def _from_unix(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
