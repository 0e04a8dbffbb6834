"""How an ID number is kept: a digest that can be compared and not searched."""

from __future__ import annotations

import hashlib
from typing import Final

SCRYPT_N: Final = 2**14
SCRYPT_R: Final = 8
SCRYPT_P: Final = 1
"""About 40 ms and 16 MB a try. A national ID has only 10¹² values, so a fast digest could be
searched by whoever steals the disk together with the fleet key."""

DIGEST_BYTES: Final = 32


def owner_digest(number: str, fleet_key: bytes) -> str:
    """Return the digest of a folded ID number under the fleet's key: 64 hexadecimal digits.

    Takes tens of milliseconds on purpose.
    """
    digest = hashlib.scrypt(
        number.encode(), salt=fleet_key, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P, dklen=DIGEST_BYTES
    )
    return digest.hex()
