"""A real disk of a few megabytes, filled to its end while the paper is moving."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.printer.fakes import FakePrinter
from kiosk.store import reserve
from kiosk.usecases.stocking import load_roll
from kiosk.usecases.views import JobView
from tests.conftest import Home, SetClock


@pytest.fixture
def home(small_disk: Path, new_home: Callable[..., Home], clock: SetClock) -> Iterator[Home]:
    home = new_home(small_disk / "kiosk", clock)
    yield home
    home.engine.dispose()


def test_the_outcome_is_written_into_the_reserve_and_then_nothing_more_prints(
    home: Home, small_disk: Path, fill: Callable[[Path], None]
) -> None:
    load_roll(home.engine, home.clock, first="A0000001", last="A0000020", mode="plain")
    printer = FakePrinter("sticker")
    spool = home.spool(printer)
    home.take_in(home.signed(), home.signed(reference="REF0000002"))
    job = home.desk().request_print("REF0000001", "visit")
    assert isinstance(job, JobView)
    really_send = printer.send

    def send(encoded: bytes, *, process_id: int) -> object:
        outcome = really_send(encoded, process_id=process_id)
        fill(small_disk)
        return outcome

    printer.send = send  # type: ignore[method-assign]
    spool.do_one()
    assert home.one("SELECT state FROM jobs") == JobState.PRINTED
    assert not reserve.is_kept(Path(home.engine.url.database))
    assert Reason.DISK_FULL in home.desk().machine().reasons
    (small_disk / "ballast").unlink()
    spool.saw()
    assert home.desk().machine().reasons == ()
