"""A printer process that is killed at one point of one sticker; tests start it as a program.

Usage: victim.py SETTINGS POINT TIME. It dies by its own SIGKILL, as nothing else is so exact.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.bootstrap import open_printer, open_store, wire_spool
from kiosk.settings import load_settings
from kiosk.usecases import printing, recording
from kiosk.usecases.printing import Spool

SOON_S = 0.3  # what was written reaches the printer before the line is gone


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after_claim(spool: Spool) -> None:
    spool.printer.status = die  # type: ignore[method-assign, assignment]


def inside_the_sending_transaction(_: Spool) -> None:
    printing.record_step = die  # type: ignore[assignment]


def before_the_first_byte(spool: Spool) -> None:
    spool.printer.send = die  # type: ignore[method-assign, assignment]


def in_the_middle(spool: Spool) -> None:
    device: Any = spool.printer._device  # type: ignore[attr-defined]
    really_write = device.write

    def write(raw: bytes) -> None:
        if len(raw) < 1000:
            really_write(raw)
            return
        really_write(raw[: len(raw) // 2])
        time.sleep(SOON_S)
        die()

    device.write = write


def after_the_cut(spool: Spool) -> None:
    really_send = spool.printer.send

    def send(job: bytes, *, process_id: int) -> None:
        really_send(job, process_id=process_id)
        die()

    spool.printer.send = send  # type: ignore[method-assign, assignment]


def inside_the_printed_transaction(_: Spool) -> None:
    recording.call_printed = die


def after_printed(_: Spool) -> None:
    recording.log_line = type("Killer", (), {"info": die})


POINTS: dict[str, Callable[[Spool], None]] = {
    point.__name__: point
    for point in (
        after_claim,
        inside_the_sending_transaction,
        before_the_first_byte,
        in_the_middle,
        after_the_cut,
        inside_the_printed_transaction,
        after_printed,
    )
}


def main(settings_file: str, point: str, time_iso: str) -> None:
    settings = load_settings(Path(settings_file))
    now = datetime.fromisoformat(time_iso)
    spool = wire_spool(settings, open_store(settings), open_printer(settings), lambda: now)
    spool.saw()
    POINTS[point](spool)
    spool.do_one()


if __name__ == "__main__":
    main(*sys.argv[1:])
