"""The menu's other services: how a renewal stands, calling staff, and the way in by plate."""

from __future__ import annotations

import pytest

from kiosk.domain.reasons import Reason
from kiosk.ui.notices import LONGEST_QUOTE, quoted
from kiosk.ui.provinces import initials
from kiosk.usecases.views import Denied, SlipView
from tests.ui.conftest import Visitor
from tests.ui.fake_desk import OTHER_ID, OWNER_ID, FakeDesk, signed_code

REFERENCE = "TX-00000001"
BANGKOK = "กรุงเทพมหานคร"


def test_the_status_is_shown_after_the_id_check(visitor: Visitor) -> None:
    visitor.post("/start", to="status")
    answer = visitor.post("/collect", reference="TX-00000030", owner_id=OWNER_ID)
    assert answer.request.path == "/status"
    for said in ("ชำระแล้ว", "K-110", "อยู่ระหว่างจัดส่ง", "EX123456785TH", "P012345678"):
        assert said in answer.text
    assert OWNER_ID not in answer.text
    assert "TX-00000030" not in answer.text


def see_status(visitor: Visitor, reference: str = "TX-00000030") -> str:
    visitor.post("/start", to="status")
    return visitor.post("/collect", reference=reference, owner_id=OWNER_ID).text


def unmarked(page: str) -> str:
    """Return a page without what keeps the words of a phrase together."""
    return page.replace('</span> <span class="phrase">', " ")


def test_central_s_own_text_is_quoted_on_status_and_refusal(visitor: Visitor) -> None:
    told = "เอกสารประกันภัยไม่ครบ กรุณายื่น พ.ร.บ. &amp; ใบรับรองที่สำนักงานขนส่ง"
    assert told in unmarked(see_status(visitor, "TX-00000031"))
    visitor.post("/finish")
    refusal = visitor.scan(signed_code("TX-00000031")).text
    assert told in unmarked(refusal)
    assert "K-118" in refusal
    assert 'data-testid="quoted"' not in visitor.scan(signed_code("TX-00000006")).text


def test_central_s_text_is_bounded_and_on_one_line() -> None:
    assert quoted("a\n\u202eb\x00 c") == "a b c"
    assert len(quoted("ก" * 500)) == LONGEST_QUOTE


def test_the_slip_is_offered_where_a_printer_is_ready_for_it(
    visitor: Visitor, desk: FakeDesk
) -> None:
    assert "print-slip" not in see_status(visitor)
    desk.prints_slips = True
    assert "print-slip" in visitor.get("/status").text


def test_the_slip_says_what_the_screen_says_and_no_whole_reference(
    visitor: Visitor, desk: FakeDesk
) -> None:
    desk.prints_slips = True
    see_status(visitor)
    answer = visitor.post("/status/slip")
    assert "slip-open" in answer.text
    assert "print-slip" not in answer.text
    assert visitor.get("/status/slip").json == {"is_open": True}
    [rows] = desk.slip_rows
    said = " ".join(f"{row.text} {row.value}" for row in rows)
    for expected in ("21 พฤศจิกายน 2569", "ชำระแล้ว", "K-110", "EX123456785TH", "P012345678"):
        assert expected in said
    assert "••••0030" in said
    assert "TX-00000030" not in said
    assert OWNER_ID not in said


def test_the_slip_is_in_the_visitors_language(visitor: Visitor, desk: FakeDesk) -> None:
    desk.prints_slips = True
    visitor.post("/display", language="en", back="/")
    see_status(visitor)
    visitor.post("/status/slip")
    [rows] = desk.slip_rows
    assert rows[0].text == "Status of this renewal"
    assert rows[1].text == "Bangkok Area Transport Office 5"


def test_a_printed_slip_is_to_be_taken_and_not_offered_again(
    visitor: Visitor, desk: FakeDesk
) -> None:
    desk.prints_slips = True
    desk.slip_view = SlipView(is_open=False, is_printed=True, may_ask_again=False)
    see_status(visitor)
    text = visitor.post("/status/slip").text
    assert "slip-done" in text
    assert "print-slip" not in text


@pytest.mark.parametrize("may_ask_again", [True, False])
def test_a_slip_that_failed_says_so_and_the_visit_goes_on(
    visitor: Visitor, desk: FakeDesk, *, may_ask_again: bool
) -> None:
    desk.prints_slips = True
    desk.slip_view = SlipView(is_open=False, is_printed=False, may_ask_again=may_ask_again)
    see_status(visitor)
    text = visitor.post("/status/slip").text
    assert "K-405" in text
    assert ("print-slip" in text) is may_ask_again
    assert 'data-testid="status-ems"' in text


def test_a_busy_printer_is_said_once(visitor: Visitor, desk: FakeDesk) -> None:
    desk.prints_slips = True
    desk.slip_denied = Denied(Reason.PRINTER_BUSY)
    see_status(visitor)
    assert "K-317" in visitor.post("/status/slip").text
    assert "K-317" not in visitor.get("/status").text


def test_no_slip_without_the_id_check(visitor: Visitor, desk: FakeDesk) -> None:
    desk.prints_slips = True
    visitor.scan(signed_code("TX-00000030"))
    visitor.post("/status/slip")
    assert desk.slip_rows == []
    assert visitor.get("/status/slip").status_code == 404


def test_a_slip_is_withdrawn_when_the_visit_ends(visitor: Visitor, desk: FakeDesk) -> None:
    desk.prints_slips = True
    see_status(visitor)
    visitor.post("/status/slip")
    [(reference, visit)] = desk.slips
    assert reference == "TX-00000030"
    assert desk.ended == []
    visitor.post("/finish")
    assert desk.ended == [visit]


def test_a_printed_sticker_is_told_with_its_number(visitor: Visitor) -> None:
    visitor.post("/start", to="status")
    answer = visitor.post("/collect", reference="TX-00000005", owner_id=OWNER_ID)
    shown = answer.text.replace("\u00a0", " ")
    assert "พิมพ์แล้วเมื่อ 19 พฤศจิกายน 2569 เวลา 10:05 น. เลขที่ A0000042" in shown
    assert 'data-testid="to-vehicle"' not in answer.text


def test_a_wrong_id_shows_no_status_and_the_purpose_stays(visitor: Visitor) -> None:
    visitor.post("/start", to="status")
    assert "K-206" in visitor.post("/collect", reference=REFERENCE, owner_id=OTHER_ID).text
    assert visitor.get("/status").request.path == "/"
    visitor.post("/start", to="status")
    visitor.post("/collect", reference=REFERENCE, owner_id=OTHER_ID)
    answer = visitor.post("/collect", reference=REFERENCE, owner_id=OWNER_ID)
    assert answer.request.path == "/status"


def test_a_code_opens_its_vehicle_and_never_the_status(visitor: Visitor) -> None:
    visitor.post("/start", to="status")
    assert visitor.scan(signed_code("TX-00000030")).request.path == "/vehicle"
    assert visitor.get("/status").request.path == "/"


def test_the_status_can_be_asked_while_the_printer_is_out_of_order(
    visitor: Visitor, desk: FakeDesk
) -> None:
    desk.reasons = (Reason.PAPER_OUT,)
    assert 'data-testid="status"' in visitor.get("/").text
    assert visitor.post("/start", to="status").request.path == "/collect"
    answer = visitor.post("/collect", reference=REFERENCE, owner_id=OWNER_ID)
    assert answer.request.path == "/status"
    assert 'data-testid="to-vehicle"' not in answer.text


def test_calling_staff_is_said_and_reaches_the_desk(visitor: Visitor, desk: FakeDesk) -> None:
    visitor.get("/")
    answer = visitor.post("/call", about="")
    assert answer.request.path == "/called"
    assert "เรียกเจ้าหน้าที่แล้ว" in answer.text
    assert desk.calls == [None]


def test_a_call_from_a_refusal_names_its_code_and_leads_back(
    visitor: Visitor, desk: FakeDesk
) -> None:
    visitor.scan(signed_code("TX-00000006"))
    answer = visitor.post("/call", about="K-105")
    assert desk.calls == [Reason.FROZEN]
    assert 'href="/vehicle"' in answer.text
    assert "K-105" in visitor.get("/vehicle").text


def test_a_made_up_code_is_called_about_nothing(visitor: Visitor, desk: FakeDesk) -> None:
    visitor.post("/call", about="<script>")
    assert desk.calls == [None]


def test_plate_province_and_id_open_the_vehicle(visitor: Visitor) -> None:
    visitor.post("/start")
    answer = visitor.post("/plate", plate="1กข 1234", province=BANGKOK, owner_id=OWNER_ID)
    assert answer.request.path == "/vehicle"
    assert "1กข 1234" in answer.text


@pytest.mark.parametrize(
    ("plate", "owner_id", "code"),
    [("", OWNER_ID, "K-209"), ("1กข1234", OTHER_ID, "K-206"), ("1กข1234", "1", "K-205")],
)
def test_what_was_typed_wrong_is_said_beside_the_plate(
    visitor: Visitor, plate: str, owner_id: str, code: str
) -> None:
    visitor.post("/start")
    answer = visitor.post("/plate", plate=plate, province=BANGKOK, owner_id=owner_id)
    assert answer.request.path == "/plate"
    assert code in answer.text
    assert owner_id not in answer.text or owner_id == "1"


def test_bangkok_stands_first_and_every_province_under_its_letter() -> None:
    thai = initials("th")
    letters = dict(thai["letters"])  # type: ignore[call-overload] # a template's value
    assert thai["bangkok"] == BANGKOK
    assert "เชียงใหม่" in letters["ช"]
    assert sum(len(names) for names in letters.values()) == 77
    english = dict(initials("en")["letters"])  # type: ignore[call-overload] # as above
    assert english["B"] == ["Betong", "Bueng Kan", "Buri Ram"]
