"""Kiosks whose interface for central is served on loopback, in a process of their own.

`python -m bench.serving FOLDER COUNT` prints their addresses, one a line, and serves until its
standard input ends. Their keys lie in FOLDER.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from kiosk.sticker.keys import KeyRing, KeyRole, load_ring, load_signing_key, new_key
from kiosk.store.engine import open_engine
from kiosk.store.schema import prepare
from kiosk.sync.server.api import Exchange, create_api
from kiosk.sync.server.gate import Gate
from kiosk.sync.server.http import Doorkeeper, serve
from kiosk.sync.server.intake import Intake
from kiosk.sync.server.limits import Limits

PEAK = "server-peak-mb"


def peak_mb() -> float:
    """Return the most memory that this process ever had resident, in MB.

    Not `ru_maxrss`: on Linux a new process begins with its parent's.
    """
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    return int(found[1]) / 1000 if found else 0.0


def name_of(number: int) -> str:
    """Return a kiosk's name."""
    return f"BKK-5-{number + 1}"


@contextmanager
def serving(folder: Path, count: int) -> Iterator[list[str]]:
    """Serve so many new kiosks while this lasts; yields their addresses."""
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
            yield [child.stdout.readline().strip() for _ in range(count)]
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
    (folder / PEAK).write_text(f"{peak_mb()}\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
