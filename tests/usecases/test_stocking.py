from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Refused
from kiosk.domain.printing import Doubt, PrinterState
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord
from kiosk.printer.fakes import FakePrinter
from kiosk.store.engine import writing
from kiosk.usecases.stocking import StockProblem, load_roll, read_in, reconcile, return_roll

if TYPE_CHECKING:
    from tests.conftest import Home

Record = Callable[..., PaidRecord]


def load(home: Home, first: str, last: str, mode: str = "plain") -> int:
    return load_roll(home.engine, home.clock, first=first, last=last, mode=mode)


def fates(home: Home) -> list[str]:
    return [row[0] for row in home.sql("SELECT fate FROM blanks ORDER BY position")]


def test_a_loaded_roll_makes_the_kiosk_ready(bare_home: Home) -> None:
    bare_home.spool(FakePrinter("sticker"))
    desk = bare_home.desk()
    assert desk.machine().reasons == (Reason.NO_STOCK,)
    assert load(bare_home, "a-0000001", "a 0000003") == 3
    assert desk.machine().reasons == ()
    [roll] = reconcile(bare_home.engine)
    assert roll.holds
    assert (roll.roll.blanks, roll.roll.left) == (3, 3)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("", "A0000002", "missing"),
        ("A0000002", "A0000001", "last comes before the first"),
        ("A0000001", "B0000002", "different letters"),
        ("A001", "A0002", "different numbers of digits"),
        ("A00000", "A99999", "at most 10,000"),
        ("hello world", "A1", "letters, then digits"),
    ],
)
def test_a_wrong_range_is_refused_in_words(
    bare_home: Home, first: str, last: str, words: str
) -> None:
    with pytest.raises(StockProblem, match=words):
        load(bare_home, first, last)
    assert fates(bare_home) == bare_home.events() == []


def test_a_second_roll_waits_until_the_first_is_returned(bare_home: Home) -> None:
    load(bare_home, "A01", "A05")
    with pytest.raises(StockProblem, match="roll is loaded"):
        load(bare_home, "B01", "B05")
    assert return_roll(bare_home.engine, bare_home.clock) == 5
    assert load(bare_home, "B01", "B05") == 5


@pytest.mark.parametrize(("first", "last"), [("A05", "A09"), ("A01", "A01"), ("A02", "A03")])
def test_a_serial_is_never_loaded_twice(bare_home: Home, first: str, last: str) -> None:
    load(bare_home, "A01", "A05")
    return_roll(bare_home.engine, bare_home.clock)
    with pytest.raises(StockProblem, match=r"A0\d was loaded before"):
        load(bare_home, first, last)


def test_other_letters_or_other_widths_are_other_serials(bare_home: Home) -> None:
    load(bare_home, "A01", "A05")
    return_roll(bare_home.engine, bare_home.clock)
    assert load(bare_home, "A001", "A005") == 5
    return_roll(bare_home.engine, bare_home.clock)
    assert load(bare_home, "AB01", "AB05") == 5


def test_no_roll_can_be_returned_or_read_in_where_none_is(bare_home: Home) -> None:
    with pytest.raises(StockProblem, match="no roll"):
        return_roll(bare_home.engine, bare_home.clock)
    with pytest.raises(StockProblem, match="no roll"):
        read_in(bare_home.engine, bare_home.clock, "A01")


def test_a_roll_stays_while_a_print_is_in_doubt(kiosk_home: Home, record: Record) -> None:
    paid = record()
    fake = FakePrinter("sticker")
    spool = kiosk_home.spool(fake)
    fake.script(Doubt("line lost", 100))
    kiosk_home.desk().request_print(paid.reference, "visit")
    spool.do_one()
    with pytest.raises(StockProblem, match="resolve it"):
        return_roll(kiosk_home.engine, kiosk_home.clock)


def test_a_blank_that_contradicts_its_sticker_is_named(kiosk_home: Home, record: Record) -> None:
    paid = record()
    spool = kiosk_home.spool(FakePrinter("sticker"))
    kiosk_home.desk().request_print(paid.reference, "visit")
    spool.do_one()
    assert all(roll.holds for roll in reconcile(kiosk_home.engine))
    with writing(kiosk_home.engine) as connection:
        connection.exec_driver_sql("UPDATE blanks SET fate = 'spoiled' WHERE serial = 'A0000001'")
        connection.exec_driver_sql("UPDATE blanks SET fate = 'issued' WHERE serial = 'A0000005'")
    [roll] = reconcile(kiosk_home.engine)
    assert (roll.holds, roll.strays) == (False, ("A0000001", "A0000005"))


# Numbered rolls: which blank lies under the head must be known.


@pytest.fixture
def numbered(bare_home: Home) -> Home:
    load(bare_home, "N01", "N06", "numbered")
    return bare_home


def test_a_numbered_roll_is_read_in_before_the_first_print(numbered: Home) -> None:
    numbered.spool(FakePrinter("sticker"))
    numbered.take_in(numbered.signed())
    desk = numbered.desk()
    refused = Refused((Reason.STOCK_NOT_READ_IN,))
    assert desk.request_print("REF0000001", "visit") == refused
    assert read_in(numbered.engine, numbered.clock, "n03") == ["N01", "N02"]
    assert desk.machine().reasons == ()
    assert fates(numbered) == ["spoiled", "spoiled", "left", "left", "left", "left"]
    assert all(roll.holds for roll in reconcile(numbered.engine))


@pytest.mark.parametrize("serial", ["N99", "N01", "M03"])
def test_only_a_free_blank_of_the_roll_can_lie_under_the_head(numbered: Home, serial: str) -> None:
    read_in(numbered.engine, numbered.clock, "N02")
    with pytest.raises(StockProblem, match=f"{serial} is not a free blank"):
        read_in(numbered.engine, numbered.clock, serial)


@pytest.mark.parametrize(
    "state",
    [
        PrinterState.PAPER_OUT,
        PrinterState.COVER_OPEN,
        PrinterState.CUTTER_ERROR,
        PrinterState.UNREACHABLE,
    ],
)
def test_after_hands_were_at_the_paper_the_number_is_read_in_again(
    numbered: Home, state: PrinterState
) -> None:
    fake = FakePrinter("sticker")
    spool = numbered.spool(fake)
    read_in(numbered.engine, numbered.clock, "N01")
    fake.state = state
    spool.saw()
    fake.state = PrinterState.READY
    spool.saw()
    assert numbered.desk().machine().reasons == (Reason.STOCK_NOT_READ_IN,)


def test_a_plain_roll_needs_no_reading_in(kiosk_home: Home) -> None:
    fake = FakePrinter("sticker")
    spool = kiosk_home.spool(fake)
    fake.state = PrinterState.COVER_OPEN
    spool.saw()
    fake.state = PrinterState.READY
    spool.saw()
    assert kiosk_home.desk().machine().reasons == ()


def test_after_a_pause_that_nobody_watched_the_number_is_read_in_again(numbered: Home) -> None:
    spool = numbered.spool(FakePrinter("sticker"))
    read_in(numbered.engine, numbered.clock, "N01")
    numbered.clock.pass_(seconds=10)
    spool.wake()
    assert numbered.desk().machine().reasons == ()
    numbered.clock.pass_(seconds=1)
    spool.wake()
    spool.saw()
    assert numbered.desk().machine().reasons == (Reason.STOCK_NOT_READ_IN,)
