"""Processes as systemd starts them, a real socket that hears them, and places where they hang."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import pytest

from kiosk.processes.ready import Ready
from kiosk.processes.watchdog import Watchdog
from kiosk.settings import Settings, load_settings
from kiosk.sticker.key_making import new_key
from kiosk.sticker.keys import KeyRole

if TYPE_CHECKING:
    from tests.conftest import Home

PATIENCE_S = 10.0

P = ParamSpec("P")
R = TypeVar("R")


class Systemd:
    """Hears a process whose watchdog gives up after `limit_s`."""

    def __init__(self, address: str, limit_s: float = 1.0) -> None:
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._line.bind("\0" + address[1:] if address.startswith("@") else address)
        self.limit_s = limit_s
        self.environment = {
            "NOTIFY_SOCKET": address,
            "WATCHDOG_USEC": str(int(limit_s * 1_000_000)),
        }

    def watchdog(self) -> Watchdog:
        return Watchdog(self.environment)

    def hear(self, timeout_s: float) -> str | None:
        """Return what comes next, None if nothing does in time."""
        self._line.settimeout(timeout_s)
        try:
            return self._line.recv(1000).decode()
        except (TimeoutError, BlockingIOError):
            return None

    def hears_it_live(self) -> bool:
        """Say whether a sign of life comes; on a busy machine it may be late for such a limit."""
        self.forget()
        return self.hear(PATIENCE_S) == "WATCHDOG=1"

    def hears_it_hang(self) -> bool:
        """Say whether the signs of life end, so that the watchdog gives up."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if self.hear(self.limit_s) is None:
                return True
        return False

    def forget(self) -> None:
        """Pass over what was said so far."""
        while self.hear(0) is not None:
            pass

    def close(self) -> None:
        self._line.close()


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    heard = Systemd(str(tmp_path / "notify"), limit_s=0.4)
    yield heard
    heard.close()


@pytest.fixture
def patient_systemd(tmp_path: Path) -> Iterator[Systemd]:
    """One that gives a whole process time for its signs of life."""
    heard = Systemd(str(tmp_path / "notify"), limit_s=1.2)
    yield heard
    heard.close()


SETTINGS = """
[kiosk]
id = "BKK-5-1"
office = "BKK-5"
[ui]
port = 0
[printer.sticker]
device = "{sticker}"
[printer.receipt]
device = "{receipt}"
[keys]
ring = "ring"
kiosk = "kiosk.pem"
sync = "sync.pem"
fleet = "fleet.key"
[sync]
listen = "{listen}"
"""


@pytest.fixture
def configure(kiosk_home: Home) -> Callable[..., Settings]:
    """Makes the settings of a kiosk that has everything, with devices and a port as wanted."""
    folder = kiosk_home.folder
    (folder / "fleet.key").write_text("66" * 32, "ascii")
    new_key(folder, KeyRole.SYNC, "sync", kiosk="BKK-5-1", ring=folder / "ring")

    def make(
        sticker: str = "tcp://127.0.0.1:1", receipt: str = "", listen: str = "", sync: str = ""
    ) -> Settings:
        path = folder / "kiosk.toml"
        text = SETTINGS.format(sticker=sticker, receipt=receipt, listen=listen)
        path.write_text(text + sync, "utf-8")
        return load_settings(path)

    return make


@pytest.fixture
def run() -> Iterator[Callable[[Ready], None]]:
    """Runs a process in a thread until the test is over."""
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def start(ready: Ready) -> None:
        threads.append(threading.Thread(target=ready.run, args=(stop,)))
        threads[-1].start()

    yield start
    stop.set()
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


class Hang:
    """A place where whoever comes by is stuck, from `begin` until `end`."""

    def __init__(self) -> None:
        self._may_pass = threading.Event()
        self.end()

    def begin(self) -> None:
        self._may_pass.clear()

    def end(self) -> None:
        self._may_pass.set()

    def before(self, really: Callable[P, R]) -> Callable[P, R]:
        """Return the function with the place in front of it."""

        def reached(*arguments: P.args, **named: P.kwargs) -> R:
            self._may_pass.wait(3 * PATIENCE_S)
            return really(*arguments, **named)

        return reached


@pytest.fixture
def hang() -> Iterator[Hang]:
    place = Hang()
    yield place
    place.end()
