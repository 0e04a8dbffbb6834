"""What leads the desk to each of its pictures.

Everything a picture shows was brought about by the use cases themselves, so that none shows what
cannot happen.
"""

from __future__ import annotations

from datetime import timedelta

from kiosk.domain.printing import PrinterState
from kiosk.domain.reasons import Reason
from kiosk.store import conflicts
from kiosk.store.engine import writing
from kiosk.usecases import calling, servicing, stocking
from tests.e2e.desk_rolls import ROLL_POSES
from tests.e2e.desk_stage import BY, PINS, RECEIPT, STICKER, DeskStage, Pose


def _home(stage: DeskStage) -> None:
    stage.sign_in()


def _at(where: str, badge: str = "T-101") -> Pose:
    def pose(stage: DeskStage) -> None:
        stage.sign_in(badge)
        stage.go(where)

    return pose


def _wrong_pin(stage: DeskStage) -> None:
    stage.sign_in(pin="000001")


def _locked(stage: DeskStage) -> None:
    for _ in range(5):
        stage.sign_in(pin="000001")


def _printer_is(state: PrinterState) -> Pose:
    def pose(stage: DeskStage) -> None:
        stage.state(state)
        stage.sign_in()
        stage.go(f"printer/{STICKER}")

    return pose


def _first_page_while(state: PrinterState) -> Pose:
    def pose(stage: DeskStage) -> None:
        stage.state(state)
        stage.sign_in()

    return pose


def _silent(stage: DeskStage) -> None:
    stage.clock.now += timedelta(minutes=1)
    stage.sign_in()
    stage.go(f"printer/{STICKER}")


def _called(stage: DeskStage) -> None:
    calling.call_staff(stage.engine, stage.clock, Reason.PAPER_OUT)
    stage.sign_in()


def _in_doubt(stage: DeskStage) -> None:
    stage.doubt()
    stage.sign_in()


def _doubt(*, seen: str | None = None, is_asked: bool = True) -> Pose:
    def pose(stage: DeskStage) -> None:
        job_id = stage.doubt(is_asked=is_asked)
        stage.sign_in()
        stage.go(f"doubts/{job_id}")
        if seen is not None:
            stage.page.get_by_test_id(f"seen-{seen}").check(force=True)

    return pose


def _doubt_refused(stage: DeskStage) -> None:
    _doubt(seen="whole")(stage)
    page = stage.page
    page.get_by_test_id("serial").fill("A0000009")
    page.locator("[data-act=done]").click()  # the keys would cover what is touched next
    page.locator(".chip input[value=seen-whole]").check(force=True)
    page.get_by_test_id("badge-2").fill("S-201")
    page.get_by_test_id("pin-2").fill(PINS["S-201"])
    page.get_by_test_id("resolve").click()
    page.get_by_test_id("told").wait_for()


def _conflicts(badge: str) -> Pose:
    def pose(stage: DeskStage) -> None:
        for what in ("refunded", "frozen"):
            job = stage.desk.job(stage.print())
            assert job is not None
            with writing(stage.engine) as connection:
                conflicts.add(
                    connection,
                    reference=job.reference,
                    version=2,
                    serial=job.serial or "",
                    what=what,
                    at=stage.clock(),
                )
        stage.sign_in(badge)
        stage.page.get_by_test_id("conflict").first.check(force=True)

    return pose


def _stopped(stage: DeskStage) -> None:
    servicing.stop_service(stage.engine, stage.clock, by=BY, why="other: ซ่อมพื้นหน้าตู้")
    stage.sign_in()


def _stopping(stage: DeskStage) -> None:
    stage.sign_in()
    stage.page.get_by_test_id("service").click()


def _asked(stage: DeskStage) -> None:
    stage.sign_in()
    stage.ask("test-print")


def _judge(stage: DeskStage) -> None:
    _asked(stage)
    stage.attendants[STICKER].do_one()
    stage.look()
    stage.go(f"printer/{STICKER}")


def _test_failed(stage: DeskStage) -> None:
    stage.sign_in()
    stage.state(PrinterState.COVER_OPEN)
    stage.ask("test-print")
    stage.attendants[STICKER].do_one()
    stage.go(f"printer/{STICKER}")


def _worked(stage: DeskStage) -> None:
    """A day's work: stickers, a test print, spoiled blanks."""
    for _ in range(4):
        stage.print()
    _judge(stage)
    stage.page.get_by_test_id("looks-good").click()
    stocking.spoil_blanks(
        stage.engine, stage.clock, first="A0000007", last="A0000008", by=BY, why="bad-print"
    )
    stage.doubt()
    stage.sign_in()


def _after_work(where: str) -> Pose:
    def pose(stage: DeskStage) -> None:
        _worked(stage)
        stage.go(where)

    return pose


def _receipt_out(stage: DeskStage) -> None:
    stage.receipt.state = PrinterState.PAPER_OUT
    stage.look()
    stage.sign_in()
    stage.go(f"printer/{RECEIPT}")


def _report_printed(stage: DeskStage) -> None:
    _worked(stage)
    stage.go("report")
    stage.page.get_by_test_id("ask-report").click()
    stage.attendants[RECEIPT].do_one()
    stage.go("report")


def _idle(stage: DeskStage) -> None:
    stage.sign_in()
    stage.page.evaluate("document.getElementById('idle').showModal()")


DESK_POSES: dict[str, Pose] = {
    "sign-in": lambda stage: stage.go("sign-in"),
    "sign-in-wrong": _wrong_pin,
    "sign-in-locked": _locked,
    "home": _home,
    "home-paper-out": _first_page_while(PrinterState.PAPER_OUT),
    "home-called": _called,
    "home-in-doubt": _in_doubt,
    "home-stopping": _stopping,
    "home-stopped": _stopped,
    "home-conflicts": _conflicts("S-201"),
    "home-conflicts-technician": _conflicts("T-101"),
    "home-registrar": _at("", "R-301"),
    "idle": _idle,
    **{f"printer-{state.value}": _printer_is(state) for state in PrinterState},
    "printer-down": _silent,
    "printer-registrar": _at(f"printer/{STICKER}", "R-301"),
    "test-asked": _asked,
    "test-judge": _judge,
    "test-failed": _test_failed,
    **ROLL_POSES,
    "stock": _after_work("stock"),
    "stock-numbered": _at("stock"),
    "stock-registrar": _at("stock", "R-301"),
    "doubt": _doubt(),
    "doubt-not-asked": _doubt(is_asked=False),
    **{f"doubt-{seen}": _doubt(seen=seen) for seen in ("whole", "none", "lost")},
    "doubt-refused": _doubt_refused,
    "jobs": _after_work("jobs"),
    "log": _after_work("log"),
    "report": _report_printed,
    "receipt-ready": _at(f"printer/{RECEIPT}"),
    "receipt-paper-out": _receipt_out,
}
