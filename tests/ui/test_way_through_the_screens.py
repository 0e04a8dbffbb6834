"""The collector's way, without a browser: what each step shows and what it keeps."""

from __future__ import annotations

import pytest

from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.usecases.views import Denied
from tests.ui.conftest import Visitor
from tests.ui.fake_desk import OTHER_ID, OWNER_ID, FakeDesk, signed_code

REFERENCE = "TX-00000001"


def printed(visitor: Visitor, desk: FakeDesk) -> str:
    visitor.scan(signed_code(REFERENCE))
    visitor.post("/print")
    job_id = next(reversed(desk.jobs))
    desk.move(job_id, JobState.PRINTED, serial="A0000043", seconds_left=0)
    return job_id


def test_the_first_screen_names_the_office_the_date_and_the_age_of_the_records(
    visitor: Visitor,
) -> None:
    page = visitor.get("/").text.replace("\u00a0", " ")
    assert "สำนักงานขนส่งกรุงเทพมหานครพื้นที่ ๕" in page
    assert "21 พฤศจิกายน 2569" in page
    assert "20:15 น." in page


def test_a_touch_leads_to_the_ways_in(visitor: Visitor) -> None:
    answer = visitor.post("/start")
    assert answer.request.path == "/collect"
    assert 'data-testid="reference"' in answer.text


def test_a_scanned_code_opens_its_vehicle_at_once_and_one_tap_prints(
    visitor: Visitor, desk: FakeDesk
) -> None:
    vehicle = visitor.scan(signed_code(REFERENCE))
    assert vehicle.request.path == "/vehicle"
    assert "1กข 1234" in vehicle.text
    assert visitor.post("/print").request.path == "/printing"
    assert [job.reference for job in desk.jobs.values()] == [REFERENCE]


def test_reference_and_id_open_the_vehicle(visitor: Visitor) -> None:
    answer = visitor.post("/collect", reference=REFERENCE, owner_id=OWNER_ID)
    assert answer.request.path == "/vehicle"


def test_a_plain_code_fills_in_the_reference_and_still_asks_for_the_id(visitor: Visitor) -> None:
    answer = visitor.scan(REFERENCE)
    assert answer.request.path == "/collect"
    assert f'value="{REFERENCE}"' in answer.text
    assert visitor.get("/vehicle").request.path == "/"


def test_a_wrong_id_is_said_beside_the_field_and_the_reference_stays(visitor: Visitor) -> None:
    answer = visitor.post("/collect", reference=REFERENCE, owner_id=OTHER_ID)
    assert answer.request.path == "/collect"
    assert "K-206" in answer.text
    assert f'value="{REFERENCE}"' in answer.text
    assert OTHER_ID not in answer.text


def test_too_many_tries_say_how_long_to_wait(visitor: Visitor, desk: FakeDesk) -> None:
    desk.denied = Denied(Reason.TOO_MANY_TRIES, retry_after_s=240)
    answer = visitor.post("/collect", reference=REFERENCE, owner_id=OWNER_ID)
    assert answer.request.path == "/notice"
    assert "4 นาที" in answer.text


def test_the_vehicle_screen_shows_nothing_personal(visitor: Visitor) -> None:
    visitor.post("/collect", reference=REFERENCE, owner_id=OWNER_ID)
    page = visitor.get("/vehicle").text
    assert "30 พฤศจิกายน 2570" in page
    assert OWNER_ID not in page
    assert REFERENCE not in page


def test_the_preview_is_the_visitors_own_or_nobodys(visitor: Visitor) -> None:
    assert visitor.client.get("/preview").status_code == 404
    visitor.scan(signed_code(REFERENCE))
    answer = visitor.client.get("/preview")
    assert answer.mimetype == "image/png"
    assert answer.data.startswith(b"\x89PNG")


def test_a_second_tap_on_print_finds_the_first_ones_job(visitor: Visitor, desk: FakeDesk) -> None:
    visitor.scan(signed_code(REFERENCE))
    visitor.post("/print")
    visitor.post("/print")
    assert desk.requests == 2
    assert len(desk.jobs) == 1


def test_a_print_refused_at_the_tap_says_why(visitor: Visitor, desk: FakeDesk) -> None:
    visitor.scan(signed_code(REFERENCE))
    desk.reasons = (Reason.PAPER_OUT,)
    answer = visitor.post("/print")
    assert answer.request.path == "/notice"
    assert "K-303" in answer.text


def test_a_printed_sticker_is_shown_where_it_lies(visitor: Visitor, desk: FakeDesk) -> None:
    printed(visitor, desk)
    answer = visitor.get("/printing")
    assert answer.request.path == "/take"
    assert "A0000043" in answer.text


def test_finish_records_that_the_sticker_was_taken_and_forgets_everything(
    visitor: Visitor, desk: FakeDesk
) -> None:
    job_id = printed(visitor, desk)
    assert visitor.post("/finish").request.path == "/"
    assert desk.taken_jobs == [job_id]
    assert visitor.get("/vehicle").request.path == "/"
    assert visitor.client.get(f"/jobs/{job_id}").status_code == 404


def test_a_screen_that_closes_by_itself_claims_nothing(visitor: Visitor, desk: FakeDesk) -> None:
    printed(visitor, desk)
    visitor.post("/finish", by="timer")
    assert desk.taken_jobs == []


@pytest.mark.parametrize("path", ["/", "/collect", "/vehicle", "/take"])
def test_no_way_leads_out_of_a_running_print(visitor: Visitor, path: str) -> None:
    visitor.scan(signed_code(REFERENCE))
    visitor.post("/print")
    assert visitor.get(path).request.path == "/printing"


def test_a_scan_during_a_print_does_not_disturb_it(visitor: Visitor, desk: FakeDesk) -> None:
    visitor.scan(signed_code(REFERENCE))
    visitor.post("/print")
    assert visitor.scan(signed_code("TX-00000002")).request.path == "/printing"
    assert next(iter(desk.jobs.values())).state is JobState.REQUESTED


@pytest.mark.parametrize(
    ("state", "cause", "code"),
    [
        (JobState.IN_DOUBT, None, "K-401"),
        (JobState.NO_OUTPUT, None, "K-402"),
        (JobState.CANCELLED, "printer-not-ready", "K-403"),
        (JobState.CANCELLED, "waited-too-long", "K-404"),
    ],
)
def test_a_print_that_ends_otherwise_says_how(
    visitor: Visitor, desk: FakeDesk, state: JobState, cause: str | None, code: str
) -> None:
    visitor.scan(signed_code(REFERENCE))
    visitor.post("/print")
    desk.move("job-1", state, cause=cause)
    answer = visitor.get("/printing")
    assert answer.request.path == "/notice"
    assert code in answer.text


def test_already_printed_is_calm_and_says_when(visitor: Visitor) -> None:
    page = visitor.scan(signed_code("TX-00000005")).text
    assert "screen--calm" in page
    assert "พิมพ์แล้วเมื่อ 19\u00a0พฤศจิกายน\u00a02569 เวลา\u00a010:05\u00a0น." in page
    assert 'data-testid="print"' not in page


def test_a_refusal_lists_every_reason(visitor: Visitor) -> None:
    page = visitor.scan(signed_code("TX-00000006")).text
    assert "screen--stop" in page
    for code in ("K-105", "K-106", "K-119"):
        assert code in page


def test_the_other_office_is_named(visitor: Visitor) -> None:
    page = visitor.scan(signed_code("TX-00000007")).text
    assert "สำนักงานขนส่งกรุงเทพมหานครพื้นที่ ๒" in page


def test_out_of_service_lists_every_reason_and_comes_back(visitor: Visitor, desk: FakeDesk) -> None:
    desk.reasons = (Reason.PAPER_OUT, Reason.PRINTER_IN_DOUBT)
    page = visitor.get("/").text
    assert "ตู้นี้งดให้บริการชั่วคราว" in page
    assert "K-303" in page
    assert "K-311" in page
    desk.reasons = ()
    assert 'data-testid="start"' in visitor.get("/").text
