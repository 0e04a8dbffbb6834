"""A ring that follows its folder: a key that is revoked there counts no more, without a restart."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from kiosk.sticker.keys import KeyProblem, KeyRing, PublicKey, load_ring

LOOK_EVERY_S: Final = 1.0
"""A revocation waits no longer; looking takes some 20 µs, and decisions come by the second."""

log_line = structlog.get_logger("kiosk.keys")


class LiveRing(KeyRing):
    """The keys of a folder as they are now, looked at again at most once a second.

    While the folder cannot be read the keys that were read last stay, and the process's log says
    so: a file half written by hand must not close a kiosk. Raises KeyProblem at first.
    """

    def __init__(self, folder: Path, seconds: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._seconds = seconds
        self._looked_at = seconds()
        self._seen = self._look()
        super().__init__(load_ring(folder))

    def _known(self) -> dict[bytes, PublicKey]:
        now = self._seconds()
        if now - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = now
            seen = self._look()
            if seen != self._seen:
                self._seen = seen
                self._read()
        return self._keys

    def _read(self) -> None:
        try:
            self._keys = {key.kid: key for key in load_ring(self._folder)}
        except KeyProblem as problem:
            log_line.warning("trusted keys not read again", why=str(problem))

    def _look(self) -> tuple[tuple[str, int, int], ...]:
        try:
            with os.scandir(self._folder) as entries:
                found = [(entry.name, entry.stat()) for entry in entries]
        except OSError:  # gone, or a key was replaced at this moment: looked at again in a second
            return ()
        return tuple(sorted((name, stat.st_mtime_ns, stat.st_ino) for name, stat in found))
