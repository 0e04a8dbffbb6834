"""What leads the desk to its pictures of rolls: each step of loading one, and the blanks left."""

from __future__ import annotations

from kiosk.domain.printing import PrinterState
from kiosk.usecases import stocking
from tests.e2e.desk_stage import BY, DeskStage, Pose

OPENED = (PrinterState.COVER_OPEN,)
OPENED_AND_CLOSED = (*OPENED, PrinterState.READY)


def _load(*states: PrinterState, is_loaded: bool = False) -> Pose:
    """The walk up to its step after the printer went through some states."""

    def pose(stage: DeskStage) -> None:
        stage.pass_(seconds=1)
        stage.sign_in()
        stage.go("load")
        if not states:
            return
        stage.page.get_by_test_id("return-go").click()
        for state in states:
            stage.state(state)
        stage.pass_(seconds=1)
        stage.go("load")
        if is_loaded:
            stage.page.get_by_test_id("first").fill("C0000001")
            stage.page.get_by_test_id("last").fill("C0001000")
            stage.page.get_by_test_id("load-go").click()
            stage.page.wait_for_load_state()
            stage.page.evaluate("document.activeElement.blur()")

    return pose


def _load_done(stage: DeskStage) -> None:
    _load(*OPENED_AND_CLOSED, is_loaded=True)(stage)
    stage.page.get_by_test_id("read-in").fill("C0000003")
    stage.page.get_by_test_id("read-in-go").click()
    stage.page.wait_for_load_state()


def _serial_known(stage: DeskStage) -> None:
    _load(*OPENED_AND_CLOSED)(stage)
    stage.page.get_by_test_id("first").fill("A0000001")
    stage.page.get_by_test_id("last").fill("A0002000")
    stage.page.get_by_test_id("load-go").click()
    stage.page.get_by_test_id("told").wait_for()


def _few_left(stage: DeskStage) -> None:
    stocking.spoil_blanks(
        stage.engine, stage.clock, first="A0000001", last="A0001995", by=BY, why="maintenance"
    )
    stage.look()
    stage.sign_in()
    stage.go("stock")


def _none_left(stage: DeskStage) -> None:
    stocking.return_roll(stage.engine, stage.clock, by=BY, why="end-of-shift")
    stage.look()
    stage.sign_in()
    stage.go("stock")


def _spoiling(stage: DeskStage) -> None:
    stage.sign_in()
    stage.go("stock")
    stage.page.get_by_test_id("spoil").click()
    stage.page.get_by_test_id("spoil-first").click()


ROLL_POSES: dict[str, Pose] = {
    "load-return-old": _load(),
    "load-open-cover": _load(PrinterState.READY),
    "load-close-cover": _load(*OPENED),
    "load-wait-ready": _load(*OPENED, PrinterState.PAPER_OUT),
    "load-serials": _load(*OPENED_AND_CLOSED),
    "load-serial-known": _serial_known,
    "load-read-in": _load(*OPENED_AND_CLOSED, is_loaded=True),
    "load-done": _load_done,
    "stock-low": _few_left,
    "stock-none": _none_left,
    "stock-spoiling": _spoiling,
}
NUMBERED = {
    *("stock-numbered", "load-read-in", "load-done"),
    *(f"load-{step}" for step in ("return-old", "open-cover", "close-cover", "wait-ready")),
    *("load-serials", "load-serial-known"),
}
"""Poses with numbered blanks, whose number under the head is read in."""
