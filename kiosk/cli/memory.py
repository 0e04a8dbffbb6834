"""Memory that was needed for a moment goes back to the system."""

from __future__ import annotations

import ctypes
from typing import Final

M_MMAP_THRESHOLD: Final = -3
"""The parameter's number in glibc's <malloc.h>."""

LARGE_BYTES: Final = 2**20


def give_memory_back() -> None:
    """Let each large block return to the system when it is freed, not only the first.

    Checking an ID number takes 16 MB for some 40 ms. Having seen one such block, glibc would keep
    as much for each thread for good, 130 MB in the process of the screens. A C library that has no
    `mallopt` is left as it is.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
