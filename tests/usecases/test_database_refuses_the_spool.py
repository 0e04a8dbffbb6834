"""The database refuses what the spool has to write."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.renewal import PaidRecord
from kiosk.printer.fakes import FakePrinter
from kiosk.store import reserve
from kiosk.store.errors import DatabaseBusy, DiskFull, StoreError
from kiosk.usecases import printing, recording
from kiosk.usecases.collecting import Desk
from kiosk.usecases.printing import Spool
from kiosk.usecases.views import JobView

if TYPE_CHECKING:
    from tests.conftest import Home

REFERENCE = "REF0000001"


@pytest.mark.parametrize(
    ("refusals", "pauses", "is_reserve_kept"),
    [
        ([DiskFull("full")], [], False),  # the reserve makes room at once
        ([DiskFull("full"), DiskFull("full")], [1], False),
        ([DatabaseBusy("busy"), DatabaseBusy("busy")], [0.2, 1], True),
    ],
)
def test_an_outcome_is_written_once_the_database_takes_it(
    kiosk_home: Home,
    asked: str,
    spool: Spool,
    monkeypatch: pytest.MonkeyPatch,
    refusals: list[StoreError],
    pauses: list[float],
    *,
    is_reserve_kept: bool,
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(recording.time, "sleep", slept.append)
    left = iter(refusals)
    really_call = recording.call_printed

    def call_printed(*args: object, **more: object) -> None:
        for refusal in left:
            raise refusal
        really_call(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(recording, "call_printed", call_printed)
    spool.do_one()
    assert kiosk_home.job()[0] == "printed"
    assert kiosk_home.one("SELECT count(*) FROM job_evidence") == 1
    assert slept == pauses
    assert reserve.is_kept(kiosk_home.folder / "kiosk.db") is is_reserve_kept


def test_an_outcome_that_cannot_be_written_becomes_a_doubt(
    kiosk_home: Home,
    asked: str,
    spool: Spool,
    fake: FakePrinter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recording, "RECORD_PAUSES_S", (0, 0))

    def refuse(*_: object, **__: object) -> None:
        raise DiskFull("full")

    with monkeypatch.context() as patched:
        patched.setattr(recording, "call_printed", refuse)
        with pytest.raises(StoreError, match="free disk space"):
            spool.do_one()
    assert kiosk_home.job()[0] == "sending"
    assert not spool.do_one()
    assert kiosk_home.job() == ("in_doubt", "the outcome could not be written down")
    assert len(fake.sent) == 1


def test_a_claim_that_could_be_neither_sent_nor_cancelled_is_cancelled_later(
    kiosk_home: Home,
    asked: str,
    spool: Spool,
    fake: FakePrinter,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise DiskFull("full")

    with monkeypatch.context() as patched:
        patched.setattr(printing, "record_step", refuse)
        with pytest.raises(StoreError):
            spool.do_one()
    kiosk_home.spool(FakePrinter("other")).do_one()  # not the other printer's to end
    assert kiosk_home.job()[0] == "claimed"
    assert kiosk_home.fate() == "left"
    spool.do_one()
    assert kiosk_home.job() == ("cancelled", "printer-not-ready")
    assert isinstance(desk.request_print(REFERENCE, "visit"), JobView)
    assert fake.sent == []


def test_the_database_itself_refuses_a_sending_that_the_code_would_let_pass(
    kiosk_home: Home,
    asked: str,
    spool: Spool,
    fake: FakePrinter,
    record: Callable[..., PaidRecord],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Spool, "_objection", lambda *_: None)
    record(version=2, status="refunded")
    with pytest.raises(Exception, match="not paid"):
        spool.do_one()
    assert fake.sent == []
    assert kiosk_home.validity() == []
