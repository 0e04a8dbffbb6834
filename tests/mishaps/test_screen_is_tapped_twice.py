from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from kiosk.domain.decide import Refused
from kiosk.domain.reasons import Reason
from kiosk.usecases.views import JobView

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office


def test_both_taps_get_one_job_and_one_sticker(at: Office) -> None:
    spool = at.spool()
    jobs = {at.tap() for _ in range(3)}
    spool.do_one()
    jobs.add(at.tap())
    assert not spool.do_one()
    assert len(jobs) == 1
    assert at.paper() == at.valid() == ["A0000001"]


def test_taps_at_the_very_same_moment_get_one_job(at: Office) -> None:
    spool = at.spool()
    with ThreadPoolExecutor(4) as pool:
        views = list(pool.map(lambda _: at.desk.request_print("REF0000001", "visit"), range(8)))
    assert len({view.id for view in views if isinstance(view, JobView)}) == 1
    assert all(isinstance(view, JobView) for view in views)
    while spool.do_one():
        pass
    assert at.paper() == ["A0000001"]


def test_two_visitors_at_the_very_same_moment_get_one_sticker(at: Office) -> None:
    spool = at.spool()
    with ThreadPoolExecutor(4) as pool:
        asked = list(
            pool.map(lambda n: at.desk.request_print("REF0000001", f"visit {n}"), range(8))
        )
    refused = [answer for answer in asked if answer == Refused((Reason.PRINTING_NOW,))]
    assert len(refused) == len(asked) - 1
    while spool.do_one():
        pass
    assert at.paper() == ["A0000001"]
