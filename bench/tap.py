"""From the tap to the paper, with a printer process and a printer of their own.

Commits are durable and stickers signed, as in service. The printer's own time is what the same
piece takes at its speed with nothing before it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.figure import Figure, median, p95, spread
from bench.press import Press, own_time_s, pressing
from kiosk.bootstrap import open_store, wire_desk
from kiosk.cli.demo_home import furnish
from kiosk.domain.decide import Eligible
from kiosk.domain.job import JobState
from kiosk.settings import load_settings
from kiosk.store.engine import reading
from kiosk.usecases.collecting import Desk
from kiosk.usecases.views import Found, JobView

SPEED_MM_S = 250
_UNITS = Path(__file__).parents[1] / "systemd"
_PATIENCE_S = 30
_POLL_S = 0.005


def results(*, quick: bool) -> list[Figure]:
    """Measure the taps."""
    taps, prints = (20, 6) if quick else (150, 40)
    with tempfile.TemporaryDirectory() as folder, office(Path(folder), None, taps) as at:
        first_ms = [1000 * at.print_one().to_first_byte_s for _ in range(taps)][3:]
        ready_s = [at.refill_s() for _ in range(3 if quick else 8)]
    with (
        tempfile.TemporaryDirectory() as folder,
        office(Path(folder), SPEED_MM_S, prints) as at,
    ):
        ratios = [at.print_one().of_own_time for _ in range(prints)][1:]
    return [
        Figure(
            "tap: to the first byte at the printer, p95",
            p95(first_ms),
            "ms",
            spread(first_ms),
            at_most=30,
            note=f"median {median(first_ms):.1f} ms, commits and signature included, {taps} taps",
        ),
        Figure(
            f"tap: to the cut, of the printer's own time at {SPEED_MM_S} mm/s",
            median(ratios),
            "x",
            spread(ratios),
            at_most=1.05,
            note=f"print, feed and cut; {prints} stickers",
        ),
        Figure(
            "roll in: until a sticker can be asked for",
            median(ready_s),
            "s",
            spread(ready_s),
            at_most=2,
            note="paper end mended, sensor to screen",
        ),
    ]


@dataclass(frozen=True, slots=True)
class Printed:
    """One tap's times."""

    to_first_byte_s: float
    of_own_time: float


@dataclass(slots=True)
class Office:
    """A kiosk whose printer process and printer run by themselves; the bench is the screen."""

    desk: Desk
    press: Press
    references: Sequence[str]
    printed: int = 0

    def print_one(self) -> Printed:
        """Tap once and wait for the sticker."""
        reference = self.references[self.printed]
        self.printed += 1
        _until(lambda: not self.desk.machine().reasons)
        tapped = time.monotonic()
        asked = self.desk.request_print(reference, f"visit {self.printed}")
        if not isinstance(asked, JobView):
            raise TypeError(f"{reference} is refused: {asked}")
        first = self.press.next("first_byte")["first_byte"]
        cut = self.press.next("cut")
        _until(lambda: self._is_printed(asked.id))
        own_s = own_time_s(cut["rows"], SPEED_MM_S)
        return Printed(first - tapped, (cut["cut"] - tapped) / own_s)

    def _is_printed(self, job_id: str) -> bool:
        view = self.desk.job(job_id)
        return view is not None and view.state is JobState.PRINTED

    def refill_s(self) -> float:
        """Take the paper away and put it back; return how long the screen needs to see it."""
        self.press.order("inject", fault="paper-out")
        _until(lambda: bool(self.desk.machine().reasons))
        self.press.order("refill")
        put_in = time.monotonic()
        _until(lambda: not self.desk.machine().reasons)
        return time.monotonic() - put_in


@contextmanager
def office(
    folder: Path,
    speed_mm_s: float | None,
    renewals: int,
    *,
    ports: tuple[int, int] = (0, 0),
    prepare: Callable[[Path], object] = Path.exists,
) -> Iterator[Office]:
    """Furnish a kiosk, start its printer process, and close it all at the end.

    `ports` are those of the screens and of sync. `prepare` is handed the database before any
    process opens it.
    """
    home = folder / "home"
    with pressing(folder / "tray", speed_mm_s) as press:
        furnish(
            home,
            port=ports[0],
            printer_port=press.port,
            sync_port=ports[1],
            speed_mm_s=SPEED_MM_S,
            records=2 * renewals,
        )
        settings = load_settings(home / "kiosk.toml")
        prepare(settings.kiosk.database)
        engine = open_store(settings)
        desk = wire_desk(settings, engine)
        with running(home, "printer"):
            yield Office(desk, press, _payable(desk, renewals))
        engine.dispose()


@contextmanager
def running(home: Path, part: str) -> Iterator[None]:
    """Run one of a kiosk's processes while this lasts, at the priority that its unit gives it."""
    log = (home / f"{part}.log").open("wb")
    program = "from kiosk.cli import main; main()"
    words = ["--config", str(home / "kiosk.toml"), "run", part]
    command = ["nice", "-n", _nice_of(part), sys.executable, "-c", program, *words]
    with log, subprocess.Popen(command, stdout=log, stderr=log) as child:
        try:
            yield
        finally:
            os.kill(child.pid, signal.SIGTERM)
            child.wait(_PATIENCE_S)


def _nice_of(part: str) -> str:
    unit = (_UNITS / f"kiosk-{part}.service").read_text(encoding="utf-8")
    found = re.search(r"^Nice=(-?\d+)$", unit, re.MULTILINE)
    return found[1] if found else "0"


def _payable(desk: Desk, count: int) -> list[str]:
    with reading(desk.engine) as connection:
        furnished = "SELECT reference FROM renewals ORDER BY id LIMIT ?"
        known = connection.exec_driver_sql(furnished, (10 * count,)).scalars().all()
    found: list[str] = []
    for reference in known:
        seen = desk.look(reference)
        if isinstance(seen, Found) and isinstance(seen.decision, Eligible):
            found.append(reference)
        if len(found) == count:
            break
    return found


def _until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError("the kiosk did not come to that")
        time.sleep(_POLL_S)
