"""The menu's other services: how a renewal stands, calling staff, and the way in by plate."""

from __future__ import annotations

import pytest

from kiosk.domain.reasons import Reason
from kiosk.ui.provinces import initials
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


def test_a_printed_sticker_is_told_with_its_number(visitor: Visitor) -> None:
    visitor.post("/start", to="status")
    answer = visitor.post("/collect", reference="TX-00000005", owner_id=OWNER_ID)
    assert "พิมพ์แล้วเมื่อ 19 พฤศจิกายน 2569 เวลา 10:05 น. เลขที่ A0000042" in answer.text
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
