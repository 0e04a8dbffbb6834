"""Several vehicles of one owner: chosen on one screen, printed one after another."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.job import JobState
from tests.e2e.stage import Pose, Stage
from tests.ui.fake_desk import OWNER_ID


def _vehicles(stage: Stage) -> None:
    stage.start()
    stage.ask("TX-00000020", OWNER_ID)
    stage.page.get_by_test_id("more").click()
    stage.page.wait_for_url("**/vehicles")


def _many(stage: Stage) -> None:
    stage.start()
    stage.ask("TX-00000040", OWNER_ID)
    stage.page.get_by_test_id("more").click()
    stage.page.wait_for_url("**/vehicles")


def _long_row(stage: Stage) -> None:
    _many(stage)
    for _ in range(2):
        for box in stage.page.locator(".pick input").all():
            box.check()
        stage.page.get_by_test_id("page-on").click()
        stage.page.wait_for_load_state()
    stage.page.get_by_test_id("print-row").click()
    stage.page.wait_for_url("**/printing")
    for number in range(1, 8):
        _until(stage, lambda number=number: f"job-{number}" in stage.desk.jobs)
        stage.desk.move(f"job-{number}", JobState.PRINTED, seconds_left=0)
    stage.page.locator("[data-testid=row-place]", has_text="8").wait_for()


def _long_row_taken(stage: Stage) -> None:
    _long_row(stage)
    for number in range(8, 13):
        _until(stage, lambda number=number: f"job-{number}" in stage.desk.jobs)
        stage.desk.move(f"job-{number}", JobState.PRINTED, seconds_left=0)
    stage.page.wait_for_url("**/take")


def _row(stage: Stage) -> None:
    _vehicles(stage)
    for number in (1, 2):
        stage.page.locator(".pick input").nth(number).check()
    stage.page.get_by_test_id("print-row").click()
    stage.page.wait_for_url("**/printing")


def _second_of_row(stage: Stage) -> None:
    _row(stage)
    stage.desk.move("job-1", JobState.PRINTED, seconds_left=0)
    stage.page.locator("[data-state=printed]").first.wait_for()
    stage.page.locator("[data-testid=job-state][data-state=requested]").wait_for()


def _all_of_row(stage: Stage) -> None:
    _row(stage)
    for number in (1, 2, 3):
        _until(stage, lambda number=number: f"job-{number}" in stage.desk.jobs)
        stage.desk.move(f"job-{number}", JobState.PRINTED, seconds_left=0)
    stage.page.wait_for_url("**/take")


def _until(stage: Stage, is_so: Callable[[], bool]) -> None:
    for _ in range(100):
        if is_so():
            return
        stage.page.wait_for_timeout(50)
    raise AssertionError("it did not become so")


ROW_POSES: dict[str, Pose] = {
    "vehicles": _vehicles,
    "vehicles-many": _many,
    "row-long": _long_row,
    "row-long-taken": _long_row_taken,
    "row": _second_of_row,
    "row-taken": _all_of_row,
}
