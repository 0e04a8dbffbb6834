"""From start to the first page, and how much memory the screens keep."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.figure import Figure, median, spread
from kiosk.cli.demo import free_port
from kiosk.cli.demo_home import furnish

GIVE_UP_S = 30


def results(*, quick: bool) -> list[Figure]:
    """Start `kiosk run ui` on a furnished kiosk again and again."""
    rounds = 3 if quick else 10
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "kiosk"
        port = free_port(18080)
        furnish(
            home, port=port, printer_port=port + 1, sync_port=port + 2, speed_mm_s=250, records=100
        )
        runs = [_start_once(home, port) for _ in range(rounds)]
    seconds = [second for second, _ in runs]
    megabytes = [megabyte for _, megabyte in runs]
    return [
        Figure(
            "start to first page",
            median(seconds),
            "s",
            spread(seconds),
            at_most=0.8,
            note=f"`kiosk run ui`, new process each time, {rounds} rounds",
        ),
        Figure(
            "memory of the screens' process",
            median(megabytes),
            "MB",
            spread(megabytes),
            at_most=90,
            note="resident, after the first page",
        ),
    ]


def _start_once(home: Path, port: int) -> tuple[float, float]:
    started = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "--config", str(home / "kiosk.toml"), "run", "ui"],
        stdout=subprocess.DEVNULL,
    )
    try:
        _first_page(f"http://127.0.0.1:{port}/", started)
        spent_s = time.perf_counter() - started
        return spent_s, _resident_mb(child.pid)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(GIVE_UP_S)


def _first_page(address: str, started: float) -> None:
    while time.perf_counter() - started < GIVE_UP_S:
        try:
            with urllib.request.urlopen(address, timeout=5) as page:  # noqa: S310 - our own loopback
                page.read()
                return
        except OSError:
            time.sleep(0.01)
    raise TimeoutError(f"no page from {address} within {GIVE_UP_S} s")


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    if found is None:
        raise OSError(f"process {pid} is gone ({os.getpid()} looked)")
    return int(found[1]) / 1000
