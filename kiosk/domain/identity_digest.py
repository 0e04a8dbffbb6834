"""The digest that stands for an owner's ID number wherever it is stored or sent."""

from __future__ import annotations

import hashlib

_COST = 2**14
_BLOCK = 8
_PARALLEL = 1
_MEMORY = 64 * 1024 * 1024  # twice what n = 2^14, r = 8 takes


def owner_digest(number: str, fleet_key: bytes) -> str:
    """Return scrypt of an ID number under the fleet's key, as 64 hexadecimal digits.

    Slow on purpose (tens of milliseconds): an HMAC over 13 digits could be searched by whoever
    steals the disk with the key.
    """
    return hashlib.scrypt(
        number.encode(),
        salt=fleet_key,
        n=_COST,
        r=_BLOCK,
        p=_PARALLEL,
        maxmem=_MEMORY,
        dklen=32,
    ).hex()
