"""Writing to a device of the kernel's, which takes what it has room for."""

from __future__ import annotations

import os
import select

from kiosk.printer.links.link import WRITE_WAIT_S, LinkLostError


def write_some(handle: int, raw: bytes | memoryview) -> int:
    """Write to an open device that does not block, as `Link.write` does. Raises LinkLostError."""
    try:
        is_ready = select.select([], [handle], [], WRITE_WAIT_S)[1]
        return os.write(handle, raw) if is_ready else 0
    except BlockingIOError:
        return 0
    except OSError as error:
        raise LinkLostError(str(error.strerror)) from None
