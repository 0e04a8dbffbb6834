"""A scanned code opens its vehicle, or the screen says why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord
from kiosk.sticker.code import collection_code
from kiosk.usecases.collecting import Desk
from kiosk.usecases.views import Denied, NeedsId, Opened

if TYPE_CHECKING:
    from tests.conftest import Home, SetClock

Record = Callable[..., PaidRecord]
REFERENCE = "REF0000001"


def test_a_signed_code_opens_its_vehicle_at_once(
    kiosk_home: Home, record: Record, desk: Desk, clock: SetClock
) -> None:
    record()
    code = collection_code(REFERENCE, clock.now + timedelta(days=1), kiosk_home.central)
    assert desk.open_by_code(code) == Opened(REFERENCE)
    assert kiosk_home.events()[-1] == "code-accepted"


def test_an_expired_code_is_told_apart_from_a_forged_one(
    kiosk_home: Home, record: Record, desk: Desk, clock: SetClock
) -> None:
    record()
    code = collection_code(REFERENCE, clock.now, kiosk_home.central)
    forged = collection_code(REFERENCE, clock.now + timedelta(days=1), kiosk_home.key)
    clock.pass_(seconds=1)
    assert desk.open_by_code(code) == Denied(Reason.CODE_EXPIRED)
    assert desk.open_by_code(forged) == Denied(Reason.CODE_FORGED)
    assert kiosk_home.events()[-2:] == ["code-refused"] * 2


def test_a_plain_code_fills_in_the_reference_and_the_id_is_asked(
    record: Record, desk: Desk
) -> None:
    record()
    assert desk.open_by_code(REFERENCE) == NeedsId(REFERENCE)
    assert desk.open_by_code(f"https://tax.example/{REFERENCE}") == NeedsId(REFERENCE)


@pytest.mark.parametrize("text", ["", "hello", "DLT1:", "DLT1:%%%", "\x00", "ก" * 5000])
def test_what_is_no_code_is_called_unreadable(desk: Desk, text: str) -> None:
    denied = desk.open_by_code(text)
    assert isinstance(denied, Denied)
    assert denied.reason in (Reason.CODE_UNREADABLE, Reason.CODE_FORGED)


def test_a_code_of_a_renewal_that_never_came_here_says_so(
    kiosk_home: Home, desk: Desk, clock: SetClock
) -> None:
    code = collection_code("REF0000009", clock.now + timedelta(days=1), kiosk_home.central)
    assert desk.open_by_code(code) == Denied(Reason.NOT_FOUND)


def test_a_reader_that_is_switched_off_is_not_used(
    kiosk_home: Home, record: Record, clock: SetClock
) -> None:
    record()
    desk = replace(kiosk_home.desk(), site=replace(kiosk_home.site, codes=("signed",)))
    assert desk.open_by_code(REFERENCE) == Denied(Reason.CODE_UNREADABLE)
