"""The kiosk's own server on a kiosk's own database, and a line to it that breaks.

Checked against it: the whole wire of batches, status, print log and acknowledgement. What the fake
server of the folder above breaks on purpose is not repeated here.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from kiosk.printer.fakes import FakePrinter
from kiosk.sticker.key_making import new_key
from kiosk.sticker.keys import KeyRing, KeyRole, load_ring
from kiosk.sync.server.api import Exchange, create_api
from kiosk.sync.server.doorkeeper import Doorkeeper
from kiosk.sync.server.gate import Gate
from kiosk.sync.server.http import serve
from kiosk.sync.server.intake import Intake
from kiosk.sync.server.limits import Limits

if TYPE_CHECKING:
    from kiosk.usecases.collecting import Desk
    from tests.conftest import Home

BLOCK = 65536


@dataclass
class RealKiosk:
    """A kiosk with its interface served on loopback."""

    home: Home
    url: str
    ring: KeyRing

    def stored(self) -> dict[str, bytes]:
        """Return every record as it stands in the database."""
        return dict(self.home.sql("SELECT reference, record FROM renewals"))  # type: ignore[arg-type] # two columns

    def printed(self) -> list[int]:
        """Return the numbers of all facts in the outbox."""
        return [row[0] for row in self.home.sql("SELECT number FROM print_log ORDER BY number")]

    def print_stickers(self, count: int, desk: Desk) -> None:
        """Let visitors take stickers."""
        printer = FakePrinter("sticker")
        spool = self.home.spool(printer)
        for number in range(count):
            record = self.home.signed(reference=f"REF{number:07d}")
            self.home.take_in(record)
            desk.request_print(record.reference, "visit")
            assert spool.do_one()


@dataclass
class BreakingLine:
    """A TCP relay whose connections end after so many bytes up and down, in turn; then it holds."""

    target: int
    cuts: list[tuple[int, int]] = field(default_factory=list)
    broken: int = 0
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def run(self) -> None:
        """Relay until the listener is closed."""
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                cut = self.cuts.pop(0) if self.cuts else None
                self.broken += cut is not None
                threading.Thread(target=self._relay, args=(near, cut), daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _relay(self, near: socket.socket, cut: tuple[int, int] | None) -> None:
        far = socket.create_connection(("127.0.0.1", self.target))
        up, down = cut or (None, None)
        back = threading.Thread(target=_pass, args=(far, near, down), daemon=True)
        back.start()
        _pass(near, far, up)
        back.join()
        near.close()
        far.close()


def _pass(source: socket.socket, target: socket.socket, most: int | None) -> None:
    """Pass bytes on until the end, or until the limit breaks the line both ways."""
    left = most
    with suppress(OSError):
        while block := source.recv(BLOCK if left is None else min(BLOCK, left + 1)):
            if left is not None and len(block) > left:
                target.sendall(block[:left])
                break
            target.sendall(block)
            left = None if left is None else left - len(block)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def real(kiosk_home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[RealKiosk]:
    monkeypatch.delenv("http_proxy", raising=False)
    monkeypatch.delenv("HTTP_PROXY", raising=False)
    folder = kiosk_home.folder
    key = new_key(folder, KeyRole.SYNC, "sync", kiosk=kiosk_home.site.kiosk, ring=folder / "ring")
    ring = load_ring(folder / "ring")
    limits = Limits(per_s=10_000, burst=10_000)
    gate = Gate(kiosk_home.site.kiosk, lambda: ring, _now, limits)
    intake = Intake(kiosk_home.engine, folder / "spool", _now, limits)
    exchange = Exchange(kiosk_home.site.kiosk, "BKK-5", kiosk_home.engine, gate, intake, key, _now)
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    keeper = Doorkeeper(gate, limits)
    server = threading.Thread(target=serve, args=(create_api(exchange), listener, keeper, stop))
    server.start()
    yield RealKiosk(kiosk_home, f"http://127.0.0.1:{port}", ring)
    stop.set()
    server.join(10)


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def breaking_line(real: RealKiosk) -> Iterator[BreakingLine]:
    line = BreakingLine(int(real.url.rpartition(":")[2]))
    thread = threading.Thread(target=line.run)
    thread.start()
    yield line
    line.close()
    thread.join(10)


@pytest.fixture
def write_records(real: RealKiosk, tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of signed records."""

    def write(count: int, version: int = 1) -> Path:
        path = tmp_path / "paid.ndjson"
        with path.open("ab") as file:
            for number in range(count):
                record = real.home.signed(reference=f"P{number:07d}", version=version)
                file.write(msgspec.json.encode(record) + b"\n")
        return path

    return write
