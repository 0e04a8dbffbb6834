"""The shift report: what was put out since the last one, and the equation of the stock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.domain.printing import Doubt
from kiosk.domain.renewal import PaidRecord
from kiosk.printer.fakes import FakePrinter
from kiosk.store import log
from kiosk.store.engine import reading, writing
from kiosk.store.proof import Broken, Verified, verify
from kiosk.usecases.collecting import Desk
from kiosk.usecases.printing import Spool
from kiosk.usecases.reporting import publish_head, report_now
from kiosk.usecases.reports_drawn import head_code, report_rows

if TYPE_CHECKING:
    from tests.conftest import Home


def test_report_counts_what_ended_since_the_last_printed_one(
    kiosk_home: Home,
    record: Callable[..., PaidRecord],
    desk: Desk,
    spool: Spool,
    fake: FakePrinter,
) -> None:
    home = kiosk_home
    desk.request_print(record().reference, "visit")
    spool.do_one()
    home.clock.pass_(minutes=1)
    first = report_now(home.engine, home.clock, home.site)
    assert (first.since, first.printed, first.in_doubt) == (None, 1, 0)
    with writing(home.engine) as connection:
        publish_head(connection, first, by="staff:T-1", where="receipt", at=home.clock())
    home.clock.pass_(minutes=1)
    spool.saw()
    fake.script(Doubt("line lost", 5))
    desk.request_print(record(reference="REF0000002").reference, "visit")
    spool.do_one()
    second = report_now(home.engine, home.clock, home.site)
    assert second.since is not None
    assert (second.printed, second.in_doubt) == (0, 1)
    [roll] = second.rolls
    assert roll.blanks == roll.issued + roll.spoiled + roll.returned + roll.left


def test_report_names_the_head_in_letters_and_for_a_scanner(kiosk_home: Home) -> None:
    report = report_now(kiosk_home.engine, kiosk_home.clock, kiosk_home.site)
    with reading(kiosk_home.engine) as connection:
        number, hashed = log.head(connection)
    assert head_code(report) == f"HEAD:BKK-5-1:{number}:{hashed.hex()}".upper()
    text = "".join(row.text for row in report_rows(report))
    assert hashed.hex() in text


def test_log_cut_short_of_a_printed_head_is_found_out(kiosk_home: Home) -> None:
    home = kiosk_home
    report = report_now(home.engine, home.clock, home.site)
    with reading(home.engine) as connection:
        assert isinstance(verify(connection), Verified)
        later = (report.head_number + 5, bytes.fromhex(report.head_hash))
        assert isinstance(verify(connection, [later]), Broken)
    with writing(home.engine) as connection:
        publish_head(connection, report, by="staff:T-1", where="receipt", at=home.clock())
    with reading(home.engine) as connection:
        assert isinstance(verify(connection), Verified)
