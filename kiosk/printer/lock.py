"""One owner per physical printer, across processes.

The kernel drops the lock when its holder dies, however it dies, so no lock is ever stale.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
from pathlib import Path


class PrinterBusyError(RuntimeError):
    """Another process, or another owner in this one, holds the printer."""


class DeviceLock:
    """The exclusive lock on one device, by its physical address."""

    def __init__(self, folder: Path, physical: str, holder: str) -> None:
        slug = re.sub(r"[^A-Za-z0-9.]+", "-", physical).strip("-")[-40:]
        digest = hashlib.sha256(physical.encode()).hexdigest()[:12]
        self._path = folder / f"{slug}-{digest}.lock"
        self._physical = physical
        self._holder = holder
        self._handle: int | None = None

    def acquire(self) -> None:
        """Take the lock at once. Raises `PrinterBusyError` that names the holder."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 200, 0).decode(errors="replace") or "another process"
            os.close(handle)
            raise PrinterBusyError(f"{self._physical} is held by {holder}") from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{self._holder} (process {os.getpid()})".encode(), 0)
        self._handle = handle

    def release(self) -> None:
        """Give the lock back; the file stays, since removing it could hand out two locks."""
        if self._handle is None:
            return
        with contextlib.suppress(OSError):
            os.ftruncate(self._handle, 0)
        os.close(self._handle)
        self._handle = None
