"""Rolls: loaded in the order the sensors see, spoiled and returned to the last blank."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.printing import Doubt, PrinterState
from kiosk.domain.renewal import PaidRecord
from kiosk.printer.fakes import FakePrinter
from kiosk.store.engine import reading
from kiosk.usecases.collecting import Desk
from kiosk.usecases.loading import LoadStep, LoadWalk, begin_walk, next_step
from kiosk.usecases.printing import Spool
from kiosk.usecases.stocking import (
    StockProblem,
    load_roll,
    read_in,
    reconcile,
    return_roll,
    spoil_blanks,
)

if TYPE_CHECKING:
    from tests.conftest import Home

BY = "staff:T-101"

pytestmark = pytest.mark.usefixtures("technician")


def begin(home: Home) -> LoadWalk:
    home.clock.pass_(seconds=1)
    with reading(home.engine) as connection:
        return begin_walk(connection, home.clock())


def step(home: Home, walk: LoadWalk) -> LoadStep:
    with reading(home.engine) as connection:
        return next_step(connection, "sticker", walk)


def test_cover_opened_between_two_looks_of_the_page_still_counts(
    bare_home: Home, fake: FakePrinter
) -> None:
    spool = bare_home.spool(fake)
    walk = begin(bare_home)
    assert step(bare_home, walk) is LoadStep.OPEN_COVER
    for state in (PrinterState.COVER_OPEN, PrinterState.READY):
        fake.state = state
        spool.saw()
    assert step(bare_home, walk) is LoadStep.SERIALS


def test_cover_opened_before_the_walk_does_not_count(bare_home: Home, fake: FakePrinter) -> None:
    spool = bare_home.spool(fake)
    for state in (PrinterState.COVER_OPEN, PrinterState.READY):
        fake.state = state
        spool.saw()
    assert step(bare_home, begin(bare_home)) is LoadStep.OPEN_COVER


def test_numbered_roll_is_read_in_last(bare_home: Home, fake: FakePrinter) -> None:
    spool = bare_home.spool(fake)
    walk = begin(bare_home)
    fake.state = PrinterState.COVER_OPEN
    spool.saw()
    fake.state = PrinterState.READY
    spool.saw()
    bare_home.clock.pass_(seconds=1)
    load_roll(bare_home.engine, bare_home.clock, first="A1", last="A5", mode="numbered", by=BY)
    assert step(bare_home, walk) is LoadStep.READ_IN
    read_in(bare_home.engine, bare_home.clock, "A2", by=BY)
    assert step(bare_home, walk) is LoadStep.DONE
    fake.state = PrinterState.COVER_OPEN
    spool.saw()
    assert step(bare_home, walk) is LoadStep.READ_IN


def test_kiosk_whose_printer_was_never_seen_waits_for_it(bare_home: Home) -> None:
    walk = begin(bare_home)
    assert step(bare_home, walk) is LoadStep.OPEN_COVER
    by_hand = LoadWalk(walk.after, walk.begun_at, by_hand=True)
    assert step(bare_home, by_hand) is LoadStep.WAIT_READY


def test_spoiled_blanks_are_named_one_by_one_in_the_log(kiosk_home: Home) -> None:
    count = spoil_blanks(
        kiosk_home.engine, kiosk_home.clock, first="A0000003", last="A0000005", by=BY, why="torn"
    )
    assert count == 3
    assert kiosk_home.events().count("blank-spoiled") == 3
    [found] = reconcile(kiosk_home.engine)
    assert found.holds
    assert (found.roll.spoiled, found.roll.left) == (3, 17)


@pytest.mark.parametrize(
    ("first", "last", "why", "says"),
    [
        ("A0000019", "A0000021", "torn", "A0000021 is not a free blank"),
        ("A0000001", "A0000001", " ", "say why"),
        ("A0000005", "A0000001", "torn", "the last comes before the first"),
    ],
)
def test_wrong_spoil_changes_nothing(
    kiosk_home: Home, first: str, last: str, why: str, says: str
) -> None:
    with pytest.raises(StockProblem, match=says):
        spoil_blanks(kiosk_home.engine, kiosk_home.clock, first=first, last=last, by=BY, why=why)
    assert "blank-spoiled" not in kiosk_home.events()
    assert kiosk_home.one("SELECT count(*) FROM blanks WHERE fate = 'left'") == 20


def test_roll_with_a_doubt_on_it_stays(
    kiosk_home: Home,
    record: Callable[..., PaidRecord],
    desk: Desk,
    spool: Spool,
    fake: FakePrinter,
) -> None:
    desk.request_print(record().reference, "visit")
    fake.script(Doubt("line lost", 5))
    spool.do_one()
    with pytest.raises(StockProblem, match="in doubt") as problem:
        return_roll(kiosk_home.engine, kiosk_home.clock, by=BY, why="x")
    assert problem.value.code == "printing"
    with pytest.raises(StockProblem, match="in doubt"):
        spoil_blanks(
            kiosk_home.engine, kiosk_home.clock, first="A0000002", last="A0000002", by=BY, why="x"
        )


def test_reasons_of_loading_and_returning_stand_in_the_log(kiosk_home: Home) -> None:
    return_roll(kiosk_home.engine, kiosk_home.clock, by=BY, why="new-roll")
    load_roll(
        kiosk_home.engine, kiosk_home.clock, first="B1", last="B2", mode="plain", by=BY, why="new"
    )
    said = kiosk_home.sql(
        "SELECT payload ->> 'why' FROM audit_events WHERE event LIKE 'stock-%' ORDER BY number"
    )
    assert said[-2:] == [("new-roll",), ("new",)]
