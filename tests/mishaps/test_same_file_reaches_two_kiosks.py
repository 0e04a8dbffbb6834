from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Refused
from kiosk.domain.reasons import Reason
from kiosk.printer.fakes import FakePrinter
from kiosk.store.engine import open_engine
from kiosk.store.schema import prepare
from kiosk.usecases.stocking import load_roll
from kiosk.usecases.views import JobView

if TYPE_CHECKING:
    from tests.conftest import Home


@pytest.fixture
def neighbour(kiosk_home: Home) -> Iterator[Home]:
    """The kiosk beside ours, BKK-5-2, at the same office and trusting the same central."""
    prepare(kiosk_home.folder / "neighbour.db", "BKK-5-2")
    engine = open_engine(kiosk_home.folder / "neighbour.db")
    load_roll(engine, kiosk_home.clock, first="N01", last="N09", mode="plain")
    yield replace(kiosk_home, engine=engine, site=replace(kiosk_home.site, kiosk="BKK-5-2"))
    engine.dispose()


def test_the_one_that_the_grant_names_prints_and_the_other_sends_people_there(
    kiosk_home: Home, neighbour: Home
) -> None:
    paid = kiosk_home.signed()
    stickers = []
    for home in (kiosk_home, neighbour):
        printer = FakePrinter("sticker")
        spool = home.spool(printer)
        home.take_in(paid)
        asked = home.desk().request_print(paid.reference, "visit")
        spool.do_one()
        assert isinstance(asked, JobView) or asked == Refused((Reason.OTHER_KIOSK,))
        stickers.append(len(printer.paper))
    assert stickers == [1, 0]


def test_a_record_that_was_rewritten_for_the_other_kiosk_has_no_genuine_grant(
    kiosk_home: Home, neighbour: Home
) -> None:
    printer = FakePrinter("sticker")
    spool = neighbour.spool(printer)
    rewritten = replace(kiosk_home.signed(), kiosk="BKK-5-2")
    neighbour.take_in(rewritten)
    asked = neighbour.desk().request_print(rewritten.reference, "visit")
    assert asked == Refused((Reason.GRANT_INVALID,))
    assert not spool.do_one()
    assert printer.paper == []
