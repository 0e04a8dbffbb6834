"""Reference and ID open a vehicle; wrong tries are counted, slowed and forgiven."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord
from kiosk.usecases.collecting import Desk
from kiosk.usecases.views import Denied, Opened

if TYPE_CHECKING:
    from tests.conftest import Home, SetClock

Record = Callable[..., PaidRecord]
REFERENCE = "REF0000001"
OWNER_ID = "1101700230708"
OTHER_ID = "1101700230716"


@pytest.mark.parametrize(
    ("reference", "owner_id"),
    [
        (REFERENCE, OWNER_ID),
        ("ref 000 0001", "1-1017-00230-70-8"),
        ("REF-0000001", "1 1017 00230 70 8"),
        ("REF๐๐๐๐๐๐๑", "๑๑๐๑๗๐๐๒๓๐๗๐๘"),
    ],
)
def test_reference_and_id_open_however_they_are_typed(
    record: Record, desk: Desk, reference: str, owner_id: str
) -> None:
    record()
    assert desk.open_by_reference(reference, owner_id) == Opened(REFERENCE)


@pytest.mark.parametrize(
    ("reference", "owner_id", "reason"),
    [
        ("", OWNER_ID, Reason.REFERENCE_MALFORMED),
        ("X" * 41, OWNER_ID, Reason.REFERENCE_MALFORMED),
        (REFERENCE, "", Reason.ID_MALFORMED),
        (REFERENCE, "1101700230709", Reason.ID_MALFORMED),
        ("REF0000009", OWNER_ID, Reason.NOT_FOUND),
        (REFERENCE, OTHER_ID, Reason.ID_MISMATCH),
    ],
)
def test_what_was_typed_wrong_is_named(
    record: Record, desk: Desk, reference: str, owner_id: str, reason: Reason
) -> None:
    record()
    denied = desk.open_by_reference(reference, owner_id)
    assert isinstance(denied, Denied)
    assert denied.reason is reason


def try_wrong(desk: Desk, times: int, reference: str = REFERENCE) -> None:
    for _ in range(times):
        denied = desk.open_by_reference(reference, OTHER_ID)
        assert isinstance(denied, Denied)
        assert denied.reason is not Reason.TOO_MANY_TRIES


def test_three_wrong_ids_cost_nothing_and_the_fourth_costs_30_seconds(
    kiosk_home: Home, record: Record, desk: Desk, clock: SetClock
) -> None:
    record()
    try_wrong(desk, 4)
    denied = desk.open_by_reference(REFERENCE, OWNER_ID)
    assert denied == Denied(Reason.TOO_MANY_TRIES, 30, {"seconds": "30"})
    clock.pass_(seconds=29)
    denied = desk.open_by_reference(REFERENCE, OWNER_ID)
    assert denied == Denied(Reason.TOO_MANY_TRIES, 1, {"seconds": "1"})
    clock.pass_(seconds=1)
    assert desk.open_by_reference(REFERENCE, OWNER_ID) == Opened(REFERENCE)
    assert kiosk_home.events().count("owner-mismatch") == 4


def test_each_further_wrong_id_doubles_the_wait_up_to_a_quarter_of_an_hour(
    record: Record, desk: Desk, clock: SetClock
) -> None:
    record()
    try_wrong(desk, 3)
    waits = []
    for _ in range(8):
        try_wrong(desk, 1)
        denied = desk.open_by_reference(REFERENCE, OWNER_ID)
        assert isinstance(denied, Denied)
        waits.append(denied.retry_after_s)
        clock.pass_(seconds=denied.retry_after_s or 0)
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_the_right_id_forgives_the_wrong_ones(record: Record, desk: Desk) -> None:
    record()
    for _ in range(3):
        try_wrong(desk, 3)
        assert desk.open_by_reference(REFERENCE, OWNER_ID) == Opened(REFERENCE)


def test_the_wait_of_one_vehicle_is_not_another_ones(record: Record, desk: Desk) -> None:
    record()
    record(reference="REF0000002")
    try_wrong(desk, 4)
    assert desk.open_by_reference("REF0000002", OWNER_ID) == Opened("REF0000002")


def test_guessing_over_many_vehicles_makes_everybody_wait(record: Record, desk: Desk) -> None:
    references = [f"REF{number:07}" for number in range(1, 7)]
    for reference in references:
        record(reference=reference)
    for reference in references[:5]:
        try_wrong(desk, 3, reference)
    try_wrong(desk, 1, references[5])
    denied = desk.open_by_reference(references[5], OWNER_ID)
    assert denied == Denied(Reason.TOO_MANY_TRIES, 30, {"seconds": "30"})


def test_a_try_is_counted_before_it_is_judged(
    kiosk_home: Home, record: Record, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    record()

    def plug_is_pulled(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("kiosk.usecases.opening.owner_digest", plug_is_pulled)
    with pytest.raises(KeyboardInterrupt):
        desk.open_by_reference(REFERENCE, OTHER_ID)
    assert kiosk_home.one("SELECT wrong FROM tries WHERE subject = ?", REFERENCE) == 1


def test_no_id_number_gets_into_the_database(kiosk_home: Home, record: Record, desk: Desk) -> None:
    record()
    desk.open_by_reference(REFERENCE, OWNER_ID)
    desk.open_by_reference(REFERENCE, OTHER_ID)
    kiosk_home.sql("PRAGMA wal_checkpoint")
    for file in kiosk_home.folder.glob("kiosk.db*"):
        content = file.read_bytes()
        assert OWNER_ID.encode() not in content
        assert OTHER_ID.encode() not in content
