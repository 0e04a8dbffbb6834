"""A kiosk on an emulated printer, over TCP, with paper to look at."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zxingcpp
from PIL import Image

from kiosk.domain.job import JobState
from kiosk.domain.renewal import PaidRecord
from kiosk.printer.adapter import EscposPrinter
from kiosk.printer.emulator.server import PrinterEmulator
from kiosk.printer.opening import open_printer
from kiosk.printer.process import run_spool
from kiosk.sticker.code import StickerClaims, read_sticker_code
from kiosk.store.people import Person
from kiosk.usecases.collecting import Desk
from kiosk.usecases.printing import Spool
from kiosk.usecases.recovery import gather_evidence
from kiosk.usecases.resolving import Statement, resolve
from kiosk.usecases.views import JobView

if TYPE_CHECKING:
    from tests.conftest import Home

REFERENCE = "REF0000001"
PATIENCE_S = 10


@dataclass
class Office:
    """The kiosk, its screen and its printer, and what people at it do and see."""

    home: Home
    desk: Desk
    emulator: PrinterEmulator
    printers: list[EscposPrinter] = field(default_factory=list)

    def spool(self, *, speed_mm_s: float = 1000, has_margins: bool = True) -> Spool:
        """Return the spool of a printer process that starts now: it locks, asks and probes."""
        printer = open_printer(
            self.emulator.address,
            name="sticker",
            speed_mm_s=speed_mm_s,
            has_margins=has_margins,
            locks=self.home.folder / "locks",
        )
        self.printers.append(printer)
        return self.home.spool(printer)

    def tap(self, reference: str = REFERENCE, visit: str = "visit") -> str:
        """Ask for the sticker, which must be allowed, and return the job."""
        asked = self.desk.request_print(reference, visit)
        assert isinstance(asked, JobView), asked
        return asked.id

    def screen(self, job_id: str) -> JobView:
        """Return what the screen shows of a job."""
        view = self.desk.job(job_id)
        assert view is not None
        return view

    def job(self) -> str:
        """Return the newest job's state, from the database."""
        return str(self.home.sql("SELECT state FROM jobs ORDER BY number DESC")[0][0])

    def valid(self) -> list[str]:
        """Return the serials of the issues that count, from the database."""
        query = "SELECT serial FROM issues WHERE validity = 'valid' ORDER BY id"
        return [row[0] for row in self.home.sql(query)]

    def paper(self) -> list[str]:
        """Return the serials of the whole stickers in the tray, read from their QR codes."""
        machine = self.emulator.machine
        assert machine.sensors.is_stopped or machine.wait_idle(PATIENCE_S)
        folder = self.home.folder / "tray"
        return [serial for path in sorted(folder.glob("*.png")) if (serial := self._serial(path))]

    def _serial(self, path: Path) -> str | None:
        with Image.open(path) as image:
            if "torn" in path.name or image.height < self.home.template.height:
                return None
            [code] = zxingcpp.read_barcodes(
                image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode
            )
        claims = read_sticker_code(code.text, self.home.site.ring)
        assert isinstance(claims, StickerClaims), claims
        return claims.serial

    def scraps(self) -> int:
        """Return how many pieces lie in the tray that are no whole sticker."""
        whole = len(self.paper())
        return len(list((self.home.folder / "tray").glob("*.png"))) - whole

    def gather(self, spool: Spool) -> None:
        """Let the printer process clear the printer and count its cuts."""
        gather_evidence(self.home.engine, spool.printer, self.home.clock, lambda: None)

    def resolve(
        self, job_id: str, outcome: JobState, by: Sequence[str], serial: str | None = None
    ) -> None:
        """Let people end a doubt. Raises ResolveProblem."""
        people = [
            Person(badge, badge, "technician", "", 0, None, self.home.clock.now, None)
            for badge in by
        ]
        statement = Statement(outcome, people, serial, "looked")
        resolve(self.home.engine, self.home.clock, job_id, statement, people_needed=2)

    def run_until(self, is_done: Callable[[], bool], spool: Spool) -> None:
        """Run the printer process from its start, as it runs for real, until something is so."""
        stop = threading.Event()
        thread = threading.Thread(target=run_spool, args=(spool, stop), kwargs={"settle_s": 0.05})
        thread.start()
        try:
            until = time.monotonic() + PATIENCE_S
            while not is_done():
                assert time.monotonic() < until, "it never came to that"
                assert thread.is_alive(), "the printer process died"
                time.sleep(0.01)
        finally:
            stop.set()
            thread.join()


@pytest.fixture
def emulator(kiosk_home: Home) -> Iterator[PrinterEmulator]:
    with PrinterEmulator(tray=kiosk_home.folder / "tray") as running:
        yield running


@pytest.fixture
def at(
    kiosk_home: Home, emulator: PrinterEmulator, record: Callable[..., PaidRecord]
) -> Iterator[Office]:
    """The office at the moment a payable renewal REF0000001 has come in."""
    record()
    office = Office(kiosk_home, kiosk_home.desk(), emulator)
    yield office
    for printer in office.printers:
        printer.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of a few megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mounting, check=False).returncode != 0:
        pytest.skip("mounting a small disk needs root")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.fixture
def fill() -> Callable[[Path], None]:
    """Leaves not one byte on a disk; the file `ballast` is what to remove."""

    def fill(disk: Path) -> None:
        with (disk / "ballast").open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 4096)

    return fill
