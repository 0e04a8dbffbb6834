"""systemd, told that a process is ready, lives and stops, as sd_notify(3) has it."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

USUAL_PAUSE_S: Final = 15.0
PINGS: Final = 4
"""So many pings fit into the time after which systemd gives up: one may be late, or lost."""

Alive = Callable[[], None]
"""Says that a part of the process has got on; call it as often as you like, in any thread."""


class Watchdog:
    """The watchdog of systemd, which starts a process anew when it hears nothing more of it.

    The process is ready once each of its parts was heard, and lives while each goes on being heard:
    no part speaks for another that hangs. Nobody is told anything where `NOTIFY_SOCKET` is not in
    the environment. `pause_s` is how long a part may well be silent.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) if address else None
        limit_us = int(environment.get("WATCHDOG_USEC", "0"))
        self.pause_s = limit_us / 1e6 / PINGS or USUAL_PAUSE_S
        self._parts: set[str] = set()
        self._heard: set[str] = set()
        self._lock = threading.Lock()
        self._next_at = 0.0
        self._is_ready = False

    @classmethod
    def of_this_process(cls) -> Watchdog:
        """Return the one that systemd set on this process, if it did."""
        return cls(os.environ)

    @property
    def is_there(self) -> bool:
        """Whether anybody is told."""
        return self._line is not None

    def part(self, name: str) -> Alive:
        """Count on a part of the process; nothing is told before it was heard."""
        with self._lock:
            self._parts.add(name)
        return partial(self._hear, name)

    def _hear(self, name: str) -> None:
        if time.monotonic() < self._next_at:
            return
        with self._lock:
            self._heard.add(name)
            has_all = self._heard >= self._parts
        if has_all:
            self.beat()

    def beat(self) -> None:
        """Tell that the whole process lives, whatever was heard of its parts."""
        with self._lock:
            if time.monotonic() < self._next_at:
                return
            if self._tell("WATCHDOG=1" if self._is_ready else "READY=1"):
                self._heard.clear()
                self._is_ready = True
                self._next_at = time.monotonic() + self.pause_s

    def stopping(self) -> None:
        """Tell that the process is about to end."""
        self._tell("STOPPING=1")

    def _tell(self, what: str) -> bool:
        """Return whether it was sent, or nobody wants to know."""
        try:
            if self._line is not None:
                self._line.sendto(what.encode(), socket.MSG_DONTWAIT, self._address)
        except OSError:
            return False  # systemd is behind, or being started anew; the next turn tells it
        return True


UNWATCHED: Final = Watchdog({})
"""Of a process that nobody watches: a demonstration's, a test's."""
