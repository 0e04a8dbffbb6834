"""Kiosks whose interface for central is served on loopback, in a process of their own.

`python -m bench.serving FOLDER COUNT` prints their addresses, one a line, and serves until its
standard input ends. Their keys lie in FOLDER.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kiosk.sticker.key_making import new_key
from kiosk.sticker.keys import KeyRing, KeyRole, load_ring, load_signing_key
from kiosk.store.engine import open_engine
from kiosk.store.schema import prepare
from kiosk.sync.server.api import Exchange, create_api
from kiosk.sync.server.doorkeeper import Doorkeeper
from kiosk.sync.server.gate import Gate
from kiosk.sync.server.http import serve
from kiosk.sync.server.intake import Intake
from kiosk.sync.server.limits import Limits

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def peak_mb(process: int | str = "self") -> float:
    """Return the most memory that a process ever had resident, in MB.

    Not `ru_maxrss`: on Linux a new process begins with its parent's.
    """
    status = Path(f"/proc/{process}/status").read_text("ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1000 if found else 0.0


@dataclass(frozen=True, slots=True)
class Served:
    """Kiosks that are served: their addresses, and the process that does it."""

    urls: list[str]
    process: int

    def cpu_s(self) -> float:
        """Return the CPU time that the process has taken, all threads, user and system."""
        fields = Path(f"/proc/{self.process}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def name_of(number: int) -> str:
    """Return a kiosk's name."""
    return f"BKK-5-{number + 1}"


@contextmanager
def serving(folder: Path, count: int) -> Iterator[Served]:
    """Serve so many new kiosks while this lasts."""
    if not (folder / "central.pem").exists():
        for role in (KeyRole.CENTRAL, KeyRole.SYNC):
            new_key(folder, role, role.value, ring=folder / "ring")
    for number in range(count):
        for old in folder.glob(f"{name_of(number)}.db*"):
            old.unlink()
        prepare(folder / f"{name_of(number)}.db", name_of(number))
    command = [sys.executable, "-m", "bench.serving", str(folder), str(count)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            urls = [child.stdout.readline().strip() for _ in range(count)]
            yield Served(urls, child.pid)
        finally:
            child.stdin.close()
            child.wait(30)


def _now() -> datetime:
    return datetime.now(UTC)


def _start(folder: Path, number: int, ring: KeyRing, stop: threading.Event) -> threading.Thread:
    limits = Limits()
    gate = Gate(name_of(number), lambda: ring, _now, limits)
    engine = open_engine(folder / f"{name_of(number)}.db")
    intake = Intake(engine, folder / f"spool-{number}", _now, limits)
    key = load_signing_key(folder / "sync.pem")
    exchange = Exchange(name_of(number), "BKK-5", engine, gate, intake, key, _now)
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    keeper = Doorkeeper(gate, limits)
    thread = threading.Thread(target=serve, args=(create_api(exchange), listener, keeper, stop))
    thread.start()
    return thread


def main(folder: Path, count: int) -> None:
    """Serve until standard input ends."""
    stop = threading.Event()
    ring = load_ring(folder / "ring")
    threads = [_start(folder, number, ring, stop) for number in range(count)]
    sys.stdin.read()
    stop.set()
    for thread in threads:
        thread.join(10)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
