"""What leads a visitor to each public screen, before a desk with the sticker's own pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser

from kiosk.domain.job import JobState
from kiosk.domain.printing import Picture
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord
from kiosk.domain.sticker import sticker_fields
from kiosk.sticker.layout import load_template
from kiosk.sticker.picture import draw
from kiosk.ui.settings import UiSettings
from kiosk.usecases.views import Denied, SlipView
from tests.e2e.row_poses import ROW_POSES
from tests.e2e.stage import Pose, Stage, new_context, served, visiting
from tests.ui.fake_desk import OTHER_ID, OWNER_ID, furnished


def real_picture() -> Callable[[PaidRecord], Picture]:
    """Return the sticker's own renderer: the preview is part of the screen's look."""
    template = load_template()

    def picture(record: PaidRecord) -> Picture:
        office_name = "สำนักงานขนส่งกรุงเทพมหานครพื้นที่ ๕"
        fields = sticker_fields(record, office_name=office_name, is_specimen=True)
        return draw(fields, template, None).picture

    return picture


def _reference(stage: Stage) -> None:
    stage.start()
    stage.page.get_by_test_id("reference").fill("TX-00000001")


def _owner(stage: Stage) -> None:
    _reference(stage)
    stage.page.get_by_test_id("owner-id").fill(OWNER_ID)


def _where(stage: Stage) -> None:
    stage.start()
    stage.page.locator("#where").click()


def _mismatch(stage: Stage) -> None:
    stage.start()
    stage.ask("TX-00000001", OTHER_ID)
    stage.page.locator("#problem").wait_for()


def _vehicle(number: int) -> Pose:
    return lambda stage: stage.open(number)


def _denied(denied: Denied) -> Pose:
    def pose(stage: Stage) -> None:
        stage.desk.denied = denied
        stage.start()
        stage.ask("TX-00000001", OWNER_ID)
        stage.page.wait_for_url("**/notice")

    return pose


def _sending(stage: Stage) -> None:
    job_id = stage.print()
    stage.desk.move(job_id, JobState.SENDING, seconds_left=3)
    stage.page.locator("[data-testid=job-state][data-state=sending]").wait_for()


def _ended(state: JobState, serial: str | None = None) -> Pose:
    def pose(stage: Stage) -> None:
        job_id = stage.print()
        stage.desk.move(job_id, state, seconds_left=0, serial=serial)
        stage.page.wait_for_url("**/take" if state is JobState.PRINTED else "**/notice")

    return pose


def _left(stage: Stage) -> None:
    stage.desk.has_left_sticker = True
    stage.page.reload()


def _out(stage: Stage) -> None:
    stage.desk.reasons = (Reason.PAPER_OUT, Reason.PRINTER_IN_DOUBT)
    stage.page.reload()


def _idle(stage: Stage) -> None:
    stage.start()
    stage.page.evaluate("document.getElementById('idle').showModal()")


def _unknown(stage: Stage) -> None:
    stage.page.goto(f"{stage.address}/nowhere")


def _plate(stage: Stage) -> None:
    stage.start()
    stage.page.get_by_test_id("by-plate").click()
    stage.page.get_by_test_id("plate").fill("1กก")


def _vowels(stage: Stage) -> None:
    _plate(stage)
    stage.page.locator("[data-act=vowels]").click()


def _province(stage: Stage) -> None:
    _plate(stage)
    stage.page.get_by_test_id("province").focus()
    stage.page.locator("[data-letter]:visible").nth(-3).click()


def _status(number: int) -> Pose:
    def pose(stage: Stage) -> None:
        stage.page.get_by_test_id("status").click()
        stage.ask(f"TX-{number:08d}", OWNER_ID)
        stage.page.wait_for_url("**/status")

    return pose


def _slip(number: int, *, has_failed: bool = False) -> Pose:
    """Offer the slip; or have asked for it in vain."""

    def pose(stage: Stage) -> None:
        stage.desk.prints_slips = True
        stage.desk.slip_view = SlipView(is_open=False, is_printed=False, may_ask_again=True)
        _status(number)(stage)
        if has_failed:
            stage.page.get_by_test_id("print-slip").click()
            stage.page.get_by_test_id("slip-failed").wait_for()

    return pose


def _called(stage: Stage) -> None:
    stage.page.get_by_test_id("call").click()
    stage.page.wait_for_url("**/called")


POSES: dict[str, Pose] = {
    "attract": lambda _: None,
    "attract-left": _left,
    "plate": _plate,
    "plate-vowels": _vowels,
    "plate-province": _province,
    "status": _status(1),
    "status-by-post": _status(30),
    "status-slip": _slip(30),
    "status-quoted": _slip(31, has_failed=True),
    "called": _called,
    **ROW_POSES,
    "collect": Stage.start,
    "collect-reference": _reference,
    "collect-owner": _owner,
    "collect-where": _where,
    "collect-mismatch": _mismatch,
    "vehicle": _vehicle(1),
    "vehicle-motorcycle": _vehicle(2),
    "vehicle-truck": _vehicle(3),
    "vehicle-personalised": _vehicle(4),
    "printing": _sending,
    "take": _ended(JobState.PRINTED, "A0000043"),
    "in-doubt": _ended(JobState.IN_DOUBT),
    "already-printed": _vehicle(5),
    "refused": _vehicle(6),
    "refused-quoted": _vehicle(31),
    "other-office": _vehicle(7),
    "not-found": _denied(Denied(Reason.NOT_FOUND)),
    "too-many-tries": _denied(Denied(Reason.TOO_MANY_TRIES, 240)),
    "out-of-service": _out,
    "idle": _idle,
    "page-unknown": _unknown,
}


@contextmanager
def posed(browser: Browser, size: str, *, is_demo: bool = False) -> Iterator[Stage]:
    """A page of a size before a fresh desk, with real sticker pictures."""
    desk = furnished(real_picture())
    settings = UiSettings(is_demo=is_demo, idle_s=3600, done_s=20)
    with served(desk, settings) as address:
        context = new_context(browser, size)
        with visiting(context, desk, address) as stage:
            yield stage
        context.close()
