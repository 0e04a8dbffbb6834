from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.printing import PrinterState, PrinterStatus
from kiosk.domain.readiness import CentralClock, MachineFacts, not_ready
from kiosk.domain.reasons import Reason

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
READY = MachineFacts(
    printer=PrinterStatus(PrinterState.READY),
    checked_at=NOW,
    now=NOW,
    last_event_at=NOW,
    blanks_left=1,
    stock_read_in=True,
    has_doubt=False,
    out_of_service=False,
    has_keys=True,
)

BY_STATE = {
    PrinterState.READY: None,
    PrinterState.NEAR_END: None,
    PrinterState.PAPER_OUT: Reason.PAPER_OUT,
    PrinterState.COVER_OPEN: Reason.COVER_OPEN,
    PrinterState.CUTTER_ERROR: Reason.CUTTER_ERROR,
    PrinterState.RECOVERABLE_ERROR: Reason.PRINTER_ERROR,
    PrinterState.UNRECOVERABLE_ERROR: Reason.PRINTER_ERROR,
    PrinterState.FEEDING: Reason.PRINTER_OFFLINE,
    PrinterState.OFFLINE: Reason.PRINTER_OFFLINE,
    PrinterState.UNREACHABLE: Reason.PRINTER_UNREACHABLE,
    PrinterState.UNKNOWN: Reason.PRINTER_UNKNOWN,
}


def test_a_machine_with_nothing_wrong_is_ready() -> None:
    assert not_ready(READY) == ()


def test_without_room_to_write_an_outcome_down_nothing_is_printed() -> None:
    assert not_ready(replace(READY, disk_has_room=False)) == (Reason.DISK_FULL,)


@pytest.mark.parametrize("state", PrinterState)
def test_each_state_of_the_printer_has_its_words(state: PrinterState) -> None:
    reason = BY_STATE[state]
    facts = replace(READY, printer=PrinterStatus(state))
    assert not_ready(facts) == (() if reason is None else (reason,))


@given(
    state=st.sampled_from(PrinterState),
    is_down=st.booleans(),
    has_doubt=st.booleans(),
    blanks_left=st.integers(0, 2),
    read_in=st.booleans(),
    stopped=st.booleans(),
    clock_is_wrong=st.booleans(),
    has_keys=st.booleans(),
)
def test_all_reasons_are_named_together_and_none_else(
    *,
    state: PrinterState,
    is_down: bool,
    has_doubt: bool,
    blanks_left: int,
    read_in: bool,
    stopped: bool,
    clock_is_wrong: bool,
    has_keys: bool,
) -> None:
    facts = MachineFacts(
        printer=PrinterStatus(state),
        checked_at=None if is_down else NOW,
        now=NOW,
        last_event_at=NOW + timedelta(days=clock_is_wrong),
        blanks_left=blanks_left,
        stock_read_in=read_in,
        has_doubt=has_doubt,
        out_of_service=stopped,
        has_keys=has_keys,
    )
    stock = None if read_in else Reason.STOCK_NOT_READ_IN
    expected = [
        Reason.OUT_OF_SERVICE if stopped else None,
        # A printer seen long ago says nothing: the silence is the reason.
        Reason.PRINTER_PROCESS_DOWN if is_down else BY_STATE[state],
        Reason.PRINTER_IN_DOUBT if has_doubt else None,
        Reason.NO_STOCK if blanks_left == 0 else stock,
        Reason.CLOCK_WRONG if clock_is_wrong else None,
        None if has_keys else Reason.KEYS_MISSING,
    ]
    assert not_ready(facts) == tuple(reason for reason in expected if reason is not None)


def test_a_printer_process_that_fell_silent_is_noticed() -> None:
    on_time = replace(READY, checked_at=NOW - timedelta(seconds=10))
    assert not_ready(on_time) == ()
    late = replace(READY, checked_at=NOW - timedelta(seconds=11))
    assert not_ready(late) == (Reason.PRINTER_PROCESS_DOWN,)


def test_a_clock_behind_the_log_is_noticed_and_a_small_correction_is_not() -> None:
    corrected = replace(READY, last_event_at=NOW + timedelta(minutes=5))
    assert not_ready(corrected) == ()
    behind = replace(READY, last_event_at=NOW + timedelta(minutes=5, seconds=1))
    assert not_ready(behind) == (Reason.CLOCK_WRONG,)
    assert not_ready(replace(READY, last_event_at=None)) == ()


def test_old_records_stop_the_kiosk_only_past_the_set_age() -> None:
    now = READY.now
    for seconds, is_stopped in ((0, False), (1, True)):
        as_of = now - timedelta(hours=72, seconds=seconds)
        facts = replace(READY, data_as_of=as_of, stop_after=timedelta(hours=72))
        assert not_ready(facts) == ((Reason.DATA_STALE,) if is_stopped else ())
    assert not_ready(replace(READY, data_as_of=now - timedelta(days=999))) == ()
    assert not_ready(replace(READY, data_as_of=None, stop_after=timedelta(hours=1))) == ()


@pytest.mark.parametrize(
    ("said", "heard", "is_wrong"),
    [
        (timedelta(0), timedelta(0), False),
        (timedelta(minutes=5), timedelta(0), False),
        (timedelta(minutes=5, seconds=1), timedelta(0), True),  # this clock is behind central's
        (timedelta(hours=-24), timedelta(0), False),  # it was on its way for long
        (timedelta(hours=-24, seconds=-1), timedelta(0), True),  # this clock is far ahead
        (timedelta(days=-3650), timedelta(0), True),
        (timedelta(days=-3650), timedelta(minutes=5), True),  # and was corrected a little
        (timedelta(days=-3650), timedelta(days=-3650), False),  # nothing was heard for long
        (timedelta(0), timedelta(days=3650), False),  # it was far ahead, and is right again
    ],
)
def test_a_clock_far_from_centrals_is_wrong(
    said: timedelta, heard: timedelta, *, is_wrong: bool
) -> None:
    central = CentralClock(said_at=READY.now + said, heard_at=READY.now + heard)
    assert not_ready(replace(READY, central=central)) == ((Reason.CLOCK_WRONG,) if is_wrong else ())
