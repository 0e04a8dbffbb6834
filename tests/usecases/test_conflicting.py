"""Central stops a renewal whose sticker is out: voided when refunded, and people are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Refused
from kiosk.domain.job import JobState
from kiosk.domain.printing import Doubt
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord, PaymentStatus
from kiosk.printer.fakes import FakePrinter
from kiosk.store import conflicts
from kiosk.store.engine import reading
from kiosk.usecases.collecting import Desk
from kiosk.usecases.conflicting import settle_conflict
from kiosk.usecases.printing import Spool
from kiosk.usecases.views import Found

if TYPE_CHECKING:
    from tests.conftest import Home

Record = Callable[..., PaidRecord]
VOIDS = "SELECT validity, void_reason FROM issues"


def printed(record: Record, desk: Desk, spool: Spool) -> PaidRecord:
    paid = record()
    desk.request_print(paid.reference, "visit")
    assert spool.do_one()
    return paid


@pytest.mark.parametrize("status", [PaymentStatus.REFUNDED, PaymentStatus.CANCELLED])
def test_a_refund_voids_the_sticker_that_is_out(
    kiosk_home: Home, record: Record, desk: Desk, spool: Spool, status: PaymentStatus
) -> None:
    paid = printed(record, desk, spool)
    record(version=2, status=status)
    assert kiosk_home.sql(VOIDS) == [("void", "refunded")]
    assert kiosk_home.events()[-3:-1] == ["conflict-raised", "issue-voided"]
    facts = kiosk_home.sql("SELECT kind FROM print_log ORDER BY number DESC LIMIT 1")
    assert facts == [("issue-voided",)]
    found = desk.look(paid.reference)
    assert isinstance(found, Found)
    assert isinstance(found.decision, Refused)


@pytest.mark.parametrize("is_known", [False, True])
def test_a_refund_voids_the_sticker_although_it_was_paid_again_in_the_same_slice(
    kiosk_home: Home, record: Record, desk: Desk, spool: Spool, *, is_known: bool
) -> None:
    """Whatever else is in the slice: it ends as if the records had come one by one."""
    paid = printed(record, desk, spool)
    refund = kiosk_home.signed(version=2, status=PaymentStatus.REFUNDED)
    again = kiosk_home.signed(version=3)
    kiosk_home.take_in(*([paid] if is_known else []), refund, again)
    assert kiosk_home.sql(VOIDS) == [("void", "refunded")]
    assert kiosk_home.sql("SELECT version, status FROM renewals") == [(3, "paid")]
    assert kiosk_home.sql("SELECT version, what FROM conflicts") == [(2, "refunded")]


def test_a_freeze_is_a_conflict_and_voids_nothing(
    kiosk_home: Home, record: Record, desk: Desk, spool: Spool
) -> None:
    paid = printed(record, desk, spool)
    record(version=2, frozen=True)
    assert kiosk_home.sql(VOIDS) == [("valid", None)]
    assert kiosk_home.sql("SELECT reference, what FROM conflicts") == [(paid.reference, "frozen")]
    found = desk.look(paid.reference)
    assert isinstance(found, Found)
    assert isinstance(found.decision, Refused)
    assert Reason.FROZEN in found.decision.reasons


def test_a_refund_said_twice_is_one_conflict(
    kiosk_home: Home, record: Record, desk: Desk, spool: Spool
) -> None:
    printed(record, desk, spool)
    record(version=2, status=PaymentStatus.REFUNDED)
    record(version=3, status=PaymentStatus.REFUNDED)
    assert kiosk_home.events().count("conflict-raised") == 1


def test_a_refund_while_the_sticker_is_in_doubt_waits_for_its_outcome(
    kiosk_home: Home, record: Record, desk: Desk, spool: Spool, fake: FakePrinter
) -> None:
    paid = record()
    fake.script(Doubt("silence", 10))
    desk.request_print(paid.reference, "visit")
    assert spool.do_one()
    assert kiosk_home.one("SELECT state FROM jobs") == JobState.IN_DOUBT
    record(version=2, status=PaymentStatus.REFUNDED)
    assert kiosk_home.sql(VOIDS) == [("valid", None)]
    assert kiosk_home.events().count("conflict-raised") == 1


def test_a_refund_while_the_sticker_is_sent_voids_it_when_it_is_out(
    kiosk_home: Home, record: Record, desk: Desk, spool: Spool, fake: FakePrinter
) -> None:
    paid = record()
    really_send = fake.send

    def refund_then_send(job: bytes, *, process_id: int) -> object:
        record(version=2, status=PaymentStatus.REFUNDED)
        assert kiosk_home.sql(VOIDS) == [("valid", None)]
        return really_send(job, process_id=process_id)

    fake.send = refund_then_send  # type: ignore[assignment,method-assign]
    desk.request_print(paid.reference, "visit")
    assert spool.do_one()
    assert kiosk_home.one("SELECT state FROM jobs") == JobState.PRINTED
    assert kiosk_home.sql(VOIDS) == [("void", "refunded")]


def test_people_settle_a_conflict_once(
    kiosk_home: Home,
    record: Record,
    desk: Desk,
    spool: Spool,
    hire: Callable[[str, str], str],
) -> None:
    printed(record, desk, spool)
    record(version=2, status=PaymentStatus.REFUNDED)
    with reading(kiosk_home.engine) as connection:
        [waiting] = conflicts.open_conflicts(connection)
    args = (kiosk_home.engine, waiting.id, "sticker handed back", kiosk_home.clock)
    registrar = hire("R-1", "registrar")
    assert settle_conflict(*args, actor=registrar)
    assert not settle_conflict(*args, actor=registrar)
    assert kiosk_home.events()[-1] == "conflict-settled"
    with reading(kiosk_home.engine) as connection:
        assert conflicts.count_open(connection) == 0
