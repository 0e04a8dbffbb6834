"""Staff at the machine: who gets in, what they see, and what the log says they did."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.job import JobState
from kiosk.domain.printing import PrinterState
from kiosk.domain.renewal import PaidRecord, PaymentStatus
from kiosk.printer.fakes import FakePrinter
from kiosk.store.engine import writing
from kiosk.usecases.attending import Attendant
from kiosk.usecases.printing import Spool
from kiosk.usecases.recovery import gather_evidence
from kiosk.usecases.staffing import disable_staff

if TYPE_CHECKING:
    from tests.conftest import Home
    from tests.ui.technician.conftest import Technician

PAGES = ("", "printer/sticker", "stock", "jobs", "log", "report", "load")


def last(home: Home, event: str) -> tuple[str, dict[str, object]]:
    """Return who caused the last event of that name, and its payload."""
    actor, payload = home.sql(
        "SELECT actor, payload FROM audit_events WHERE event = ? ORDER BY number DESC", event
    )[0]
    return actor, json.loads(payload)


def told(text: str) -> str:
    """Say whether the page tells of success: `yes`, `no`, or nothing."""
    found = re.search(r'data-good="(yes|no)"', text)
    return "" if found is None else found[1]


# who gets in


@pytest.mark.parametrize("page", PAGES)
def test_nobody_sees_the_inside_without_badge_and_pin(stranger: Technician, page: str) -> None:
    answer = stranger.get(f"/technician/{page}")
    assert answer.request.path == "/technician/sign-in"
    assert stranger.client.get("/technician/state").status_code == 401


def test_nobody_acts_without_badge_and_pin(kiosk_home: Home, stranger: Technician) -> None:
    stranger.post("/technician/service", to="stop", why="maintenance")
    stranger.post("/technician/printer/sticker/ask", kind="feed", why="maintenance")
    assert kiosk_home.sql("SELECT 1 FROM service_stops") == []
    assert kiosk_home.sql("SELECT 1 FROM service_requests") == []


def test_staff_get_in_with_badge_and_pin(kiosk_home: Home, stranger: Technician) -> None:
    assert stranger.sign_in("t-101 ".strip(), "271828").request.path == "/technician/"
    assert last(kiosk_home, "staff-signed-in")[0] == "staff:T-101"


@pytest.mark.parametrize(("badge", "pin"), [("T-101", "111112"), ("X-1", "271828"), ("", "")])
def test_wrong_pin_does_not_say_what_is_wrong(stranger: Technician, badge: str, pin: str) -> None:
    answer = stranger.sign_in(badge, pin or "-")
    assert "เลขบัตรหรือรหัส PIN ไม่ถูกต้อง" in answer.text
    assert pin not in answer.text or not pin


def test_ten_wrong_pins_lock_for_longer_each_time(kiosk_home: Home, stranger: Technician) -> None:
    def seconds() -> int:
        found = re.search(r"รออีก (\d+) วินาที", stranger.sign_in("T-101").text)
        return 0 if found is None else int(found[1])

    waits = []
    for _ in range(10):
        stranger.sign_in("T-101", "000001")
        if wait := kiosk_home.one(
            "SELECT locked_until IS NOT NULL FROM staff WHERE badge LIKE 'T%'"
        ):
            wait = seconds()
            kiosk_home.clock.wait(wait)  # type: ignore[attr-defined] # the clock of tests/ui
        waits.append(wait)
    locked = [wait for wait in waits if wait]
    assert locked == sorted(set(locked))
    assert locked[0] >= 30
    assert len(locked) >= 6


def test_desk_closes_after_two_idle_minutes_though_its_page_polls(
    kiosk_home: Home, technician: Technician
) -> None:
    for _ in range(5):
        kiosk_home.clock.wait(25)  # type: ignore[attr-defined] # the clock of tests/ui
        state = technician.client.get("/technician/state").status_code
    assert state == 401
    assert technician.get().request.path == "/technician/sign-in"


def test_disabled_member_of_staff_is_out_at_once(kiosk_home: Home, technician: Technician) -> None:
    disable_staff(kiosk_home.engine, kiosk_home.clock, "T-101")
    assert technician.get().request.path == "/technician/sign-in"


def test_signing_out_closes_the_desk(technician: Technician) -> None:
    assert technician.post("/technician/leave").request.path == "/"
    assert technician.get().request.path == "/technician/sign-in"


def test_public_visit_does_not_open_the_desk(technician: Technician) -> None:
    """The cookie of staff is sent to the desk alone."""
    cookie = technician.client.get_cookie("kiosk_staff", path="/technician")
    assert cookie is not None
    assert cookie.http_only
    assert technician.client.get_cookie("kiosk_staff", path="/") is None


# what they see


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_there_in_both_languages(technician: Technician, page: str) -> None:
    for language in ("en", "th"):
        technician.post("/display", language=language, back=f"/technician/{page}")
        answer = technician.get(f"/technician/{page}")
        assert answer.status_code == 200
        assert answer.request.path == f"/technician/{page}"
        assert "tech." not in answer.text.replace("tech-", "")


@pytest.mark.parametrize("state", PrinterState)
def test_each_state_of_the_printer_has_its_own_panel(
    technician: Technician, spool: Spool, fake: FakePrinter, state: PrinterState
) -> None:
    fake.state = state
    spool.saw()
    page = technician.get().text
    assert f'data-state="{state.value}"' in page
    technician.post("/display", language="en", back="/technician/")
    assert technician.get().text != page


def test_silent_printer_process_is_not_taken_for_a_ready_printer(
    kiosk_home: Home, technician: Technician, spool: Spool
) -> None:
    assert 'data-state="ready"' in technician.get().text
    kiosk_home.clock.wait(11)  # type: ignore[attr-defined] # the clock of tests/ui
    assert 'data-state="down"' in technician.get().text


def test_state_tells_a_page_that_it_is_outdated(
    technician: Technician, spool: Spool, fake: FakePrinter
) -> None:
    before = technician.client.get("/technician/state").json
    assert technician.client.get("/technician/state").json == before
    fake.state = PrinterState.PAPER_OUT
    spool.saw()
    assert technician.client.get("/technician/state").json != before


def test_backlog_of_the_outbox_is_on_the_first_page(
    kiosk_home: Home,
    technician: Technician,
    record: Callable[..., PaidRecord],
    spool: Spool,
) -> None:
    assert "ไม่มีรายการค้างส่ง" in technician.get().text
    kiosk_home.desk().request_print(record().reference, "visit")
    spool.do_one()
    assert "2 รายการ" in technician.get().text


def test_a_sticker_that_central_stopped_is_on_the_first_page(
    kiosk_home: Home,
    technician: Technician,
    record: Callable[..., PaidRecord],
    spool: Spool,
) -> None:
    kiosk_home.desk().request_print(record().reference, "visit")
    spool.do_one()
    before = technician.client.get("/technician/state").json
    assert "A0000001 · REF0000001" not in technician.get().text
    record(version=2, status=PaymentStatus.REFUNDED)
    assert technician.client.get("/technician/state").json != before
    page = technician.get().text
    assert "ป้ายเป็นโมฆะ" in page
    assert "REF0000001" in page


def test_a_sticker_that_central_stopped_is_seen_to(
    kiosk_home: Home,
    technician: Technician,
    record: Callable[..., PaidRecord],
    spool: Spool,
) -> None:
    kiosk_home.desk().request_print(record().reference, "visit")
    spool.do_one()
    record(version=2, status=PaymentStatus.REFUNDED)
    technician.sign_in("S-201")
    assert 'data-testid="conflict"' in technician.get().text
    number = kiosk_home.one("SELECT id FROM conflicts")
    technician.post("/technician/conflicts", conflict=str(number), why="nonsense")
    assert 'data-testid="conflict"' in technician.get().text
    technician.post("/technician/conflicts", conflict=str(number), why="other", note="ไปพบเจ้าของ")
    assert 'data-testid="conflict"' not in technician.get().text
    assert kiosk_home.sql("SELECT settled_by, settled_how FROM conflicts") == [
        ("staff:S-201", "other: ไปพบเจ้าของ")
    ]


def test_low_stock_is_warned_of(kiosk_home: Home, technician: Technician) -> None:
    assert "เหลือ 20 แผ่น" in technician.get().text
    technician.post("/technician/stock/spoil", first="A0000001", last="A0000018", why="maintenance")
    assert "เหลือน้อย: 2 แผ่น" in technician.get().text


def test_blank_that_nobody_can_account_for_is_named(
    kiosk_home: Home, technician: Technician
) -> None:
    assert 'data-holds="yes"' in technician.get("/technician/stock").text
    with writing(kiosk_home.engine) as connection:
        connection.exec_driver_sql("UPDATE blanks SET fate = 'issued' WHERE serial = 'A0000007'")
    page = technician.get("/technician/stock").text
    assert 'data-holds="no"' in page
    assert "A0000007" in page


def test_last_jobs_mask_the_serial_of_a_doubt(technician: Technician, doubt: str) -> None:
    page = technician.get("/technician/jobs").text
    assert 'data-state="in_doubt"' in page
    assert "A0000001" not in page


def test_log_masks_the_serial_of_a_doubt(technician: Technician, doubt: str) -> None:
    assert "serial •••" in technician.get("/technician/log").text
    assert "serial A0000001" not in technician.get("/technician/log").text


def test_log_shows_its_end(technician: Technician) -> None:
    assert 'data-event="staff-signed-in"' in technician.get("/technician/log").text


# what they do


def test_service_is_stopped_and_resumed_with_who_and_why(
    kiosk_home: Home, technician: Technician
) -> None:
    page = technician.post("/technician/service", to="stop", why="other", note="painting the wall")
    assert told(page.text) == "yes"
    assert last(kiosk_home, "service-stopped") == (
        "staff:T-101",
        {"why": "other: painting the wall"},
    )
    assert "K-312" in technician.get("/").text
    technician.post("/technician/service", to="resume", why="maintenance")
    assert last(kiosk_home, "service-resumed")[1] == {"why": "maintenance"}
    assert "K-312" not in technician.get("/").text


@pytest.mark.parametrize("why", ["", "because", "other"])
def test_nothing_is_done_without_a_reason(
    kiosk_home: Home, technician: Technician, why: str
) -> None:
    page = technician.post("/technician/service", to="stop", why=why)
    assert told(page.text) == "no"
    assert kiosk_home.sql("SELECT 1 FROM service_stops") == []


def test_test_print_comes_out_and_is_judged(
    kiosk_home: Home, technician: Technician, attendant: Attendant, fake: FakePrinter
) -> None:
    where = "/technician/printer/sticker"
    technician.post(f"{where}/ask", kind="test-print", why="new-roll", back="printer:sticker")
    assert fake.paper == []
    attendant.do_one()
    assert len(fake.paper) == 1
    page = technician.get(where).text
    assert 'data-testid="looks-good"' in page
    technician.post(f"{where}/judge", request="1", verdict="bad", back="printer:sticker")
    assert last(kiosk_home, "test-judged") == (
        "staff:T-101",
        {"printer": "sticker", "request": 1, "verdict": "bad"},
    )
    assert 'data-testid="looks-good"' not in technician.get(where).text


def test_second_request_waits_for_the_first(technician: Technician) -> None:
    fields = {"kind": "clear", "why": "maintenance", "back": "printer:sticker"}
    assert told(technician.post("/technician/printer/sticker/ask", **fields).text) == "yes"
    assert told(technician.post("/technician/printer/sticker/ask", **fields).text) == "no"


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("printer/other/ask", {"kind": "feed", "why": "maintenance"}, 404),
        ("printer/sticker/ask", {"kind": "sticker", "why": "maintenance"}, 400),
        ("printer/sticker/judge", {"request": "x", "verdict": "good"}, 400),
    ],
)
def test_foreign_printer_or_wish_is_refused(
    technician: Technician, path: str, fields: dict[str, str], status: int
) -> None:
    assert technician.post(f"/technician/{path}", **fields).status_code == status


def test_offsets_are_kept_with_who_and_why(kiosk_home: Home, technician: Technician) -> None:
    fields = {"right_mm": "1", "down_mm": "2", "density": "-1", "why": "bad-print"}
    page = technician.post("/technician/printer/sticker/tune", **fields)
    assert told(page.text) == "yes"
    assert last(kiosk_home, "printer-tuned") == (
        "staff:T-101",
        {"printer": "sticker", "right_mm": 1, "down_mm": 2, "density": -1, "why": "bad-print"},
    )


@pytest.mark.parametrize(
    "wrong", [{"right_mm": "3"}, {"right_mm": "-2"}, {"down_mm": "-1"}, {"density": "x"}]
)
def test_offsets_that_would_spoil_stickers_are_refused(
    kiosk_home: Home, technician: Technician, wrong: dict[str, str]
) -> None:
    fields = {"right_mm": "0", "down_mm": "0", "density": "0", "why": "bad-print"} | wrong
    page = technician.post("/technician/printer/sticker/tune", back="printer:sticker", **fields)
    assert told(page.text) == "no"
    assert kiosk_home.sql("SELECT 1 FROM printer_tunings") == []


def test_report_is_printed_where_there_is_plain_paper(
    kiosk_home: Home, technician: Technician, receipt_app: Technician
) -> None:
    assert 'data-testid="ask-report"' not in technician.get("/technician/report").text
    assert 'data-testid="ask-report"' in receipt_app.get("/technician/report").text
    page = receipt_app.post(
        "/technician/printer/receipt/ask", kind="report", why="end-of-shift", back="report"
    )
    assert told(page.text) == "yes"
    assert kiosk_home.one("SELECT printer FROM service_requests") == "receipt"


# loading a roll


def test_roll_is_loaded_as_the_sensors_see_it(
    kiosk_home: Home, technician: Technician, spool: Spool, fake: FakePrinter
) -> None:
    def step() -> str:
        kiosk_home.clock.wait(1)  # type: ignore[attr-defined] # the clock of tests/ui
        found = re.search(r'data-step="([a-z-]+)"', technician.get("/technician/load").text)
        assert found is not None
        return found[1]

    assert step() == "return-old"
    technician.post("/technician/stock/return", why="new-roll", back="load")
    assert step() == "open-cover"
    fake.state = PrinterState.COVER_OPEN
    spool.saw()
    assert step() == "close-cover"
    fake.state = PrinterState.PAPER_OUT
    spool.saw()
    assert step() == "wait-ready"
    fake.state = PrinterState.READY
    spool.saw()
    assert step() == "serials"
    page = technician.post(
        "/technician/load", first="b0001", last="b0100", why="new-roll", back="load"
    )
    assert told(page.text) == "yes"
    assert step() == "done"
    actor, payload = last(kiosk_home, "stock-loaded")
    assert actor == "staff:T-101"
    assert payload["first"] == "B0001"
    technician.post("/technician/load/end")
    assert step() == "return-old"


def test_roll_is_loaded_by_hand_where_no_sensor_tells(
    kiosk_home: Home, technician: Technician, spool: Spool
) -> None:
    technician.get("/technician/load")
    technician.post("/technician/stock/return", why="new-roll", back="load")
    technician.post("/technician/load/by-hand")
    technician.post("/technician/load", first="C01", last="C05", why="new-roll", back="load")
    assert last(kiosk_home, "stock-loaded")[1]["why"] == "new-roll (cover not seen)"


@pytest.mark.parametrize(
    ("first", "end", "says"),
    [
        ("A0000001", "A0000009", "A0000001 เคยใส่มาแล้ว"),
        ("C09", "C01", "เลขสุดท้ายมาก่อนเลขแรก"),
        ("C01", "D02", "ไม่เหมือนกัน"),
        ("", "", "ยังไม่ได้ใส่เลข"),
        ("0-0'", "<b>", "เลขแผ่นคือตัวอักษร"),
    ],
)
def test_wrong_range_is_said_in_words_and_loads_nothing(
    kiosk_home: Home, technician: Technician, spool: Spool, first: str, end: str, says: str
) -> None:
    technician.get("/technician/load")
    technician.post("/technician/stock/return", why="new-roll", back="load")
    technician.post("/technician/load/by-hand")
    page = technician.post("/technician/load", first=first, last=end, why="new-roll", back="load")
    assert says in page.text
    assert len(kiosk_home.sql("SELECT 1 FROM rolls")) == 1


# a print in doubt

WHOLE = {"seen": "whole", "serial": "a-0000001", "why": "seen-whole"}
SECOND = {"badge_2": "S-201", "pin_2": "314159"}


def test_doubt_is_on_the_first_page_and_shows_neither_serial_nor_code(
    technician: Technician, doubt: str
) -> None:
    assert f"/technician/doubts/{doubt}" in technician.get().text
    page = technician.get(f"/technician/doubts/{doubt}")
    assert "A0000001" not in page.text
    picture = technician.get(f"/technician/doubts/{doubt}/picture")
    assert picture.mimetype == "image/png"


def test_two_people_call_a_sticker_printed(
    kiosk_home: Home, technician: Technician, doubt: str
) -> None:
    page = technician.post(f"/technician/doubts/{doubt}", **WHOLE, **SECOND)
    assert told(page.text) == "yes"
    assert kiosk_home.one("SELECT state FROM jobs") == JobState.PRINTED
    people = [row[0] for row in kiosk_home.sql("SELECT by FROM job_evidence WHERE kind = 'staff'")]
    assert people == ["staff:T-101", "staff:S-201"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"pin_2": "000000"},
        {"badge_2": "T-101", "pin_2": "271828"},
        {"badge_2": "", "pin_2": ""},
        {"serial": "A0000002"},
        {"serial": ""},
        {"why": ""},
        {"seen": ""},
        {"seen": "none"},
    ],
)
def test_doubt_stays_while_anything_is_missing(
    kiosk_home: Home, technician: Technician, doubt: str, wrong: dict[str, str]
) -> None:
    form = WHOLE | SECOND | wrong | {"back": f"doubt:{doubt}"}
    page = technician.post(f"/technician/doubts/{doubt}", **form)
    assert told(page.text) == "no"
    assert kiosk_home.one("SELECT state FROM jobs") == JobState.IN_DOUBT


def test_what_was_typed_is_not_typed_again_but_pins_are(technician: Technician, doubt: str) -> None:
    form = WHOLE | SECOND | {"pin_2": "909090", "note": "by the slot", "back": f"doubt:{doubt}"}
    page = technician.post(f"/technician/doubts/{doubt}", **form).text
    for kept in ("a-0000001", "S-201", "by the slot"):
        assert f'value="{kept}"' in page
    assert "909090" not in page
    assert "by the slot" not in technician.get(f"/technician/doubts/{doubt}").text


def test_half_a_sticker_is_spoiled_and_its_right_is_free(
    kiosk_home: Home, technician: Technician, doubt: str
) -> None:
    form = {"seen": "half", "serial": "A0000001", "why": "jam"} | SECOND
    technician.post(f"/technician/doubts/{doubt}", **form)
    assert kiosk_home.one("SELECT validity FROM issues") == "void"
    assert kiosk_home.one("SELECT fate FROM blanks WHERE serial = 'A0000001'") == "spoiled"


def test_nothing_came_out_takes_the_printers_word_and_one_person(
    kiosk_home: Home,
    technician: Technician,
    doubt: str,
    spool: Spool,
    fake: FakePrinter,
) -> None:
    form = {"seen": "none", "why": "paper-end", "back": f"doubt:{doubt}"}
    assert told(technician.post(f"/technician/doubts/{doubt}", **form).text) == "no"
    gather_evidence(kiosk_home.engine, fake, kiosk_home.clock, lambda: None)
    technician.post(f"/technician/doubts/{doubt}", **form)
    assert kiosk_home.one("SELECT state FROM jobs") == JobState.NO_OUTPUT


def test_doubt_resolved_elsewhere_meanwhile_leads_home(technician: Technician, doubt: str) -> None:
    technician.post(f"/technician/doubts/{doubt}", **WHOLE, **SECOND)
    assert technician.get(f"/technician/doubts/{doubt}").request.path == "/technician/"


# the next person


def test_sticker_left_in_the_slot_is_named_to_the_next_person(
    kiosk_home: Home,
    technician: Technician,
    record: Callable[..., PaidRecord],
    spool: Spool,
) -> None:
    visit = "visit"
    job = kiosk_home.desk().request_print(record().reference, visit)
    assert 'data-testid="left-in-slot"' not in technician.get("/").text
    spool.do_one()
    assert 'data-testid="left-in-slot"' in technician.get("/").text
    kiosk_home.desk().taken(job.id)  # type: ignore[union-attr] # it was eligible
    assert 'data-testid="left-in-slot"' not in technician.get("/").text


def test_sticker_is_not_named_for_ever(
    kiosk_home: Home,
    technician: Technician,
    record: Callable[..., PaidRecord],
    spool: Spool,
) -> None:
    kiosk_home.desk().request_print(record().reference, "visit")
    spool.do_one()
    kiosk_home.clock.wait(601)  # type: ignore[attr-defined] # the clock of tests/ui
    spool.saw()
    assert 'data-testid="left-in-slot"' not in technician.get("/").text
