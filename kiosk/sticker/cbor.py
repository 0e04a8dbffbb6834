"""CBOR that has one spelling only (RFC 8949, section 4.2), as signatures and comparison need it."""

from __future__ import annotations

from typing import Final

import cbor2

MAX_DEPTH: Final = 8
"""Deeper nesting than any message of ours; bounds the work on a stranger's bytes."""


def write(value: object) -> bytes:
    """Encode a value of our own in its only spelling."""
    return cbor2.dumps(value, canonical=True)


def read(encoded: bytes) -> object | None:
    """Decode bytes that spell a value the only way; None for anything else. Never raises.

    What decodes is written again and compared: trailing bytes, lengths of another form, double
    keys and floats that could be shorter all fail there.
    """
    try:
        value: object = cbor2.loads(
            encoded, max_depth=MAX_DEPTH, allow_indefinite=False, allow_duplicate_keys=False
        )
        return value if write(value) == encoded else None
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError):
        return None
