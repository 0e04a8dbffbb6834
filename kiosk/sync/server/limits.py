"""What the interface bears of one request, and of all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEBIBYTE: Final = 1024 * 1024
ENVELOPE_BYTES: Final = 4096
"""Ten times the envelope's usual length."""
SMALL_BODY_BYTES: Final = 4096
"""Bodies of everything but a batch."""
FRAMING_BYTES: Final = 4096
"""Between two chunks of a body, and after the last; a size takes a few bytes and is all we read."""
LINGER_S: Final = 2.0
"""Time for a refused caller to notice; a sender with a mobile line's delay needs half of it."""
PAGE_FACTS: Final = 500
LARGEST_PAGE_FACTS: Final = 5000
"""About 2 MB."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on size, rate and time; the defaults suit a kiosk.

    `body_bytes` of a batch as sent, `unpacked_bytes` when unpacked, and at most `ratio` times what
    was sent once that passes a mebibyte. `per_s` requests of central's are served on average,
    `burst` at once, and as many of strangers'. `silent_s`: no byte for so long closes a connection;
    `head_s` for the headers of a request and `body_s` for all of it, so that a sender of a byte a
    second is not waited for. `busy_s`: how long a batch waits for the one before it. `spare_bytes`
    of the disk are left to the log.
    """

    body_bytes: int = 64 * MEBIBYTE
    unpacked_bytes: int = 1024 * MEBIBYTE
    ratio: int = 200
    per_s: float = 20.0
    burst: int = 60
    silent_s: float = 30.0
    head_s: float = 10.0
    body_s: float = 300.0
    connections: int = 40
    threads: int = 6
    busy_s: float = 10.0
    spare_bytes: int = 64 * MEBIBYTE
