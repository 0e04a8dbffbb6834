"""How one row of the log is chained to the next."""

from __future__ import annotations

import hashlib

GENESIS = b"\x00" * 32
"""The previous hash of the first row."""


def payload_digest(salt: bytes, payload: str) -> bytes:
    """Return the salted digest that stands for a payload in the chain."""
    return hashlib.sha256(salt + payload.encode()).digest()


def row_hash(
    *, number: int, at: str, event: str, actor: str, digest: bytes, previous: bytes
) -> bytes:
    """Return the hash of one row: its own columns and the hash before it.

    Columns are length-prefixed, so that no two different rows give the same bytes.
    """
    parts = (str(number).encode(), at.encode(), event.encode(), actor.encode(), digest, previous)
    framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hashlib.sha256(framed).digest()
