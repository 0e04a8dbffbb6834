"""The kiosk is started when its disk has not one byte left: the screen comes up and says so."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.cli.run import run_until, wire
from kiosk.domain.reasons import Reason
from kiosk.printer.emulator.server import PrinterEmulator
from kiosk.processes import ready
from kiosk.settings import Settings, load_settings
from kiosk.store import reserve
from tests.conftest import Home, SetClock

PATIENCE_S = 10
SETTINGS = """
[kiosk]
id = "BKK-5-1"
office = "BKK-5"
[ui]
port = 0
[printer.sticker]
device = "{device}"
[keys]
ring = "ring"
kiosk = "kiosk.pem"
"""


@pytest.fixture
def home(small_disk: Path, new_home: Callable[..., Home], clock: SetClock) -> Home:
    home = new_home(small_disk / "kiosk", clock)
    home.engine.dispose()  # nobody has the database open, so that its index has to be made anew
    return home


@pytest.fixture
def settings(home: Home) -> Iterator[Settings]:
    (home.folder / "keys").mkdir()
    (home.folder / "keys" / "fleet.key").write_text("66" * 32, "ascii")
    with PrinterEmulator() as emulator:
        path = home.folder / "kiosk.toml"
        path.write_text(SETTINGS.format(device=emulator.address), "utf-8")
        yield load_settings(path)


@contextmanager
def running(settings: Settings, processes: Sequence[str]) -> Iterator[str]:
    """Run the kiosk, and yield the address of its screens."""
    stop = threading.Event()
    made = wire(settings, processes)
    thread = threading.Thread(target=run_until, args=(made, stop))
    thread.start()
    try:
        yield next(one.address for one in made if one.address)
        assert thread.is_alive()
    finally:
        stop.set()
        thread.join()


def get(address: str, path: str) -> tuple[int, str]:
    line = http.client.HTTPConnection(address.removeprefix("http://").rstrip("/"), timeout=5)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read().decode()
    finally:
        line.close()


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.05)


def starts(home: Home) -> list[tuple[str, ...]]:
    rows = home.sql("SELECT payload FROM audit_events WHERE event = 'process-started'")
    home.engine.dispose()
    return sorted(rows)


def test_the_reserve_makes_room_for_the_start(
    home: Home, settings: Settings, small_disk: Path, fill: Callable[[Path], None]
) -> None:
    assert reserve.keep(settings.kiosk.database)
    fill(small_disk)
    with running(settings, ("ui", "printer", "sync")) as address:
        wait_until(lambda: Reason.DISK_FULL in get(address, "/health")[1])
        assert get(address, "/")[0] == 200
        assert len(starts(home)) == 3


def test_without_a_reserve_the_screen_says_so_and_begins_once_there_is_room(
    home: Home,
    settings: Settings,
    small_disk: Path,
    fill: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ready, "ROOM_S", 0.05)
    fill(small_disk)
    with running(settings, ("ui", "printer", "sync")) as address:
        for path in ("/", "/health", "/technician"):
            status, page = get(address, path)
            assert (status, Reason.DISK_FULL in page) == (507, True), page
        assert "พื้นที่จัดเก็บเต็ม" in page
        style = page[page.index("/static/") :].partition('"')[0]
        assert get(address, style)[0] == 200
        (small_disk / "ballast").unlink()
        wait_until(lambda: get(address, "/")[0] == 200)
        wait_until(lambda: len(starts(home)) == 3)
