"""COSE_Sign1 (RFC 9052) with Ed25519, in the one shape that grants and codes use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cbor2 import CBORTag
from cryptography.exceptions import InvalidSignature

from kiosk.sticker import cbor
from kiosk.sticker.keys import KID_BYTES, KeyRing, SigningKey

MAX_MESSAGE_BYTES: Final = 1024
"""Several times our longest message, and less than any QR code of readable size can carry."""

_SIGN1_TAG: Final = 18
_ALG: Final = 1
_KID: Final = 4
_EDDSA: Final = -8
_SIGNATURE_BYTES: Final = 64


class CoseProblem(StrEnum):
    """Why a message cannot be trusted."""

    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown-key"
    BAD_SIGNATURE = "bad-signature"


@dataclass(frozen=True, slots=True)
class Opened:
    """What was signed, and the id of the trusted key that signed it."""

    payload: bytes
    kid: bytes


@dataclass(frozen=True, slots=True)
class _Sign1:
    protected: bytes
    kid: bytes
    payload: bytes
    signature: bytes


def sign1(payload: bytes, key: SigningKey) -> bytes:
    """Return a tagged COSE_Sign1 message with algorithm and key id in the protected header."""
    protected = cbor.write({_ALG: _EDDSA, _KID: key.kid})
    signature = key.private.sign(_to_be_signed(protected, payload))
    return cbor.write(CBORTag(_SIGN1_TAG, [protected, {}, payload, signature]))


def open1(message: bytes, trusted: KeyRing) -> Opened | CoseProblem:
    """Verify a message against the trusted keys. Never raises, whatever the bytes.

    Strict, so that one payload has one message: no trailing bytes, no header but algorithm and key
    id, no algorithm but EdDSA, at most MAX_MESSAGE_BYTES.
    """
    parsed = _parse(message)
    if parsed is None:
        return CoseProblem.MALFORMED
    key = trusted.find(parsed.kid)
    if key is None:
        return CoseProblem.UNKNOWN_KEY
    try:
        key.verifier.verify(parsed.signature, _to_be_signed(parsed.protected, parsed.payload))
    except InvalidSignature:
        return CoseProblem.BAD_SIGNATURE
    return Opened(parsed.payload, parsed.kid)


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    # RFC 9052, section 4.4: context, protected header, external data (none), payload.
    return cbor.write(["Signature1", protected, b"", payload])


def _parse(message: bytes) -> _Sign1 | None:
    if len(message) > MAX_MESSAGE_BYTES:
        return None
    match cbor.read(message):
        case CBORTag(
            tag=18, value=[bytes() as protected, {**rest}, bytes() as payload, bytes() as signature]
        ) if not rest and len(signature) == _SIGNATURE_BYTES:
            kid = _kid(protected)
            return None if kid is None else _Sign1(protected, kid, payload, signature)
    return None


def _kid(protected: bytes) -> bytes | None:
    """Return the key id of a header that holds EdDSA and a key id and nothing else."""
    match cbor.read(protected):
        case {1: -8, 4: bytes() as kid, **rest} if not rest and len(kid) == KID_BYTES:
            return kid
    return None
