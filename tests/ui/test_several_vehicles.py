"""Several vehicles: found by the owner's ID or scanned one by one, printed in a row."""

from __future__ import annotations

import pytest

from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from tests.ui.conftest import Visitor
from tests.ui.fake_desk import OWNER_ID, FakeDesk, signed_code

FIRST = "TX-00000020"


def gather(visitor: Visitor) -> str:
    visitor.post("/collect", reference=FIRST, owner_id=OWNER_ID)
    return visitor.post("/vehicles/gather").text


def done(desk: FakeDesk) -> str:
    job_id = next(reversed(desk.jobs))
    desk.move(job_id, JobState.PRINTED, seconds_left=0, serial="A0000043")
    return job_id


def test_the_owner_sees_the_other_vehicles_and_may_choose(visitor: Visitor) -> None:
    vehicle = visitor.post("/collect", reference=FIRST, owner_id=OWNER_ID).text
    assert "รถคันอื่นของเจ้าของเดียวกัน 3 คัน" in vehicle
    page = visitor.post("/vehicles/gather").text
    for plate in ("1กก 11", "2ขข 22", "3คค 33", "4งง 44"):
        assert plate in page
    assert "K-105" in page
    assert page.count("checked") == 1
    assert page.count("disabled") == 1
    assert OWNER_ID not in page
    assert FIRST not in page


def test_a_code_alone_shows_its_own_vehicle_only(visitor: Visitor) -> None:
    page = visitor.scan(signed_code(FIRST)).text
    assert "รถคันอื่นของเจ้าของเดียวกัน" not in page
    page = visitor.post("/vehicles/gather").text
    assert "1กก 11" in page
    assert "2ขข 22" not in page


def test_code_after_code_joins_the_list(visitor: Visitor) -> None:
    visitor.scan(signed_code(FIRST))
    visitor.post("/vehicles/gather")
    answer = visitor.scan(signed_code("TX-00000002"))
    assert answer.request.path == "/vehicles"
    assert "1กก 11" in answer.text
    assert "กขค 123" in answer.text
    assert answer.text.count("checked") == 2


def test_a_bad_code_is_said_and_loses_nothing(visitor: Visitor) -> None:
    visitor.scan(signed_code(FIRST))
    visitor.post("/vehicles/gather")
    answer = visitor.scan("DLT1:NOSUCH*0")
    assert answer.request.path == "/vehicles"
    assert "K-203" in answer.text
    assert "1กก 11" in answer.text


def test_without_the_wish_to_add_the_next_code_is_the_next_persons(visitor: Visitor) -> None:
    visitor.scan(signed_code(FIRST))
    visitor.scan(signed_code("TX-00000002"))
    page = visitor.post("/vehicles/gather").text
    assert "1กก 11" not in page


def test_stickers_are_printed_one_after_the_other(visitor: Visitor, desk: FakeDesk) -> None:
    gather(visitor)
    token = visitor.token()
    fields = {"csrf_token": token, "pick": ["0", "2"]}
    page = visitor.client.post("/vehicles", data=fields, follow_redirects=True)
    assert page.request.path == "/printing"
    assert page.text.count("row__one--") == 2
    assert len(desk.jobs) == 1
    done(desk)
    assert 'id="next-form"' in visitor.get("/printing").text
    assert visitor.get("/take").request.path == "/printing"
    page = visitor.post("/next")
    assert [job.reference for job in desk.jobs.values()] == [FIRST, "TX-00000022"]
    assert page.text.count('data-state="printed"') == 1
    done(desk)
    page = visitor.get("/printing")
    assert page.request.path == "/take"
    visitor.post("/finish")
    assert desk.taken_jobs == ["job-1", "job-2"]


def test_a_second_next_finds_the_job_of_the_first(visitor: Visitor, desk: FakeDesk) -> None:
    gather(visitor)
    visitor.client.post("/vehicles", data={"csrf_token": visitor.token(), "pick": ["0", "1", "2"]})
    done(desk)
    visitor.post("/next")
    visitor.post("/next")
    assert len(desk.jobs) == 2


def test_one_that_may_not_print_any_more_is_passed_over(visitor: Visitor, desk: FakeDesk) -> None:
    gather(visitor)
    visitor.client.post("/vehicles", data={"csrf_token": visitor.token(), "pick": ["0", "1", "2"]})
    desk.add(desk.records["TX-00000021"], Reason.REFUNDED)
    done(desk)
    visitor.post("/next")
    done(desk)
    page = visitor.get("/printing")
    assert page.request.path == "/take"
    assert page.text.count('data-state="not"') == 1
    assert page.text.count('data-state="printed"') == 3


@pytest.mark.parametrize("state", [JobState.IN_DOUBT, JobState.NO_OUTPUT, JobState.CANCELLED])
def test_a_fault_in_the_middle_stops_the_row_and_says_how_far_it_came(
    visitor: Visitor, desk: FakeDesk, state: JobState
) -> None:
    gather(visitor)
    visitor.client.post("/vehicles", data={"csrf_token": visitor.token(), "pick": ["0", "1", "2"]})
    done(desk)
    visitor.post("/next")
    desk.move("job-2", state, cause="printer-not-ready")
    page = visitor.get("/printing")
    assert page.request.path == "/notice"
    assert 'data-state="printed"' in page.text
    assert 'data-state="waiting"' in page.text
    assert len(desk.jobs) == 2


def test_what_is_not_on_the_list_cannot_be_chosen(visitor: Visitor, desk: FakeDesk) -> None:
    gather(visitor)
    fields = {"csrf_token": visitor.token(), "pick": ["9", "-1", "x", "TX-00000001"]}
    visitor.client.post("/vehicles", data=fields)
    assert not desk.jobs


MANY = "TX-00000040"


def turn(visitor: Visitor, page: int, *pick: int) -> str:
    fields = {"csrf_token": visitor.token(), "turn": str(page), "pick": [str(n) for n in pick]}
    return visitor.client.post("/vehicles", data=fields, follow_redirects=True).text


def test_many_vehicles_come_in_pages_and_what_was_picked_stays(
    visitor: Visitor, desk: FakeDesk
) -> None:
    visitor.post("/collect", reference=MANY, owner_id=OWNER_ID)
    page = visitor.post("/vehicles/gather").text
    assert "หน้า 1 จาก 3" in page
    assert page.count('name="pick"') == 6
    page = turn(visitor, 1, 0, 2)
    assert "6ฉฉ 46" in page
    assert '<span id="chosen">2</span>' in page
    turn(visitor, 0, 7)
    page = turn(visitor, 2, 0)
    assert page.count('name="pick"') == 2
    assert '<span id="chosen">2</span>' in page
    visitor.client.post("/vehicles", data={"csrf_token": visitor.token(), "pick": ["13"]})
    for _ in range(2):
        done(desk)
        visitor.post("/next")
    done(desk)
    asked = [job.reference for job in desk.jobs.values()]
    assert asked == [MANY, "TX-00000047", "TX-00000053"]


@pytest.mark.parametrize("turned", ["99", "-1", "x", "٣"])
def test_a_page_that_is_not_there_is_no_dead_end(visitor: Visitor, turned: str) -> None:
    gather(visitor)
    fields = {"csrf_token": visitor.token(), "turn": turned}
    answer = visitor.client.post("/vehicles", data=fields, follow_redirects=True)
    assert answer.request.path == "/vehicles"


def test_a_long_row_shows_how_far_it_has_come(visitor: Visitor, desk: FakeDesk) -> None:
    visitor.post("/collect", reference=MANY, owner_id=OWNER_ID)
    visitor.post("/vehicles/gather")
    turn(visitor, 1, 0, 1, 2, 3, 4, 5)
    picked = [str(number) for number in range(6, 12)]
    visitor.client.post("/vehicles", data={"csrf_token": visitor.token(), "pick": picked})
    for _ in range(7):
        done(desk)
        page = visitor.post("/next").text
    assert "คันที่ 8 จาก 12" in page
    assert page.count("row__one--") == 3
    assert page.count("row__one--printing") == 1


def test_the_list_is_gone_with_the_visit(visitor: Visitor) -> None:
    gather(visitor)
    visitor.post("/finish")
    assert visitor.get("/vehicles").request.path == "/"
