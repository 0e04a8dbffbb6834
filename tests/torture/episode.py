"""One kiosk's life: a few hundred cycles, each with something that goes wrong."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from kiosk.domain.job import JobState
from kiosk.domain.service import ServiceKind
from kiosk.printer.emulator.machine import CLONE, FULL
from kiosk.store import jobs, service
from kiosk.store.engine import reading
from kiosk.ui.server import listen
from kiosk.usecases import failpoints
from tests.torture.apart import newer_records, run_screens, run_sync, show_once
from tests.torture.child import BROKE, REFUSED_TO_START, SHOWN, fork, run_kiosk
from tests.torture.crash import cut_power, remember
from tests.torture.house import PRINTER, House, reference
from tests.torture.paper import Sheet, read_tray
from tests.torture.plan import Attack, Plan, Taste, draw_plan
from tests.torture.planted import Bug
from tests.torture.printer_side import PrinterSide
from tests.torture.receipts import RECEIPTS
from tests.torture.staff import Staff
from tests.torture.verdict import Verdict, forgotten, judge, outcomes

SETTLE_S = 0.45
"""Twice the longest print of a printer that crawls at the speeds of a plan."""

_CRAWLING = (Attack.STILL_PRINTING, Attack.SCREENS_APART)
_STILL_S = 5.0
_LOG_EVERY = 25
_CHILD_LIFE_S = 20.0


@dataclass(slots=True)
class Episode:
    """State of one life. Everything is drawn from `rng`."""

    house: House
    printer: PrinterSide
    staff: Staff
    rng: Random
    taste: Taste
    bug: Bug | None
    sheets: dict[str, Sheet] = field(default_factory=dict)
    open_wishes: list[str] = field(default_factory=list)
    next_wish: int = 0
    plan: Plan | None = None

    @property
    def tray(self) -> Path:
        return self.house.folder / "tray"

    def cycle(self, number: int) -> Verdict:
        """Break it, restart it, let staff see to it, and look at what lies there."""
        self.plan = plan = draw_plan(self.rng, self.taste)
        verdict = Verdict(cycles=1)
        self._see_to_stock(plan, verdict)
        wish = self._wish(plan)
        settle_s = SETTLE_S if plan.attack in _CRAWLING else 0.0
        self._attack(plan, wish, verdict)
        self._restart(plan, settle_s, verdict)
        self._resolve(plan, verdict)
        if self._is_unsettled():
            verdict.broken.append("something stays open though people did all they can")
        self.printer.do("state", wait_s=_STILL_S)
        self._look()
        is_due = number % _LOG_EVERY == 0 or plan.loses_power
        verdict += judge(self.house, self.sheets.values(), with_log=is_due)
        is_printed = self._note_end(wish)
        if plan.wants_slip and plan.is_undisturbed and not is_printed:
            verdict.lost.append(f"{wish} was not printed beside a slip")
        return verdict

    def _see_to_stock(self, plan: Plan, verdict: Verdict) -> None:
        if plan.in_stock:
            self._die_at(plan.in_stock, lambda: self.staff.see_to_stock(plan.stock_act), verdict)
            self.staff.see_to_stock()
        else:
            self.staff.see_to_stock(plan.stock_act)

    def _wish(self, plan: Plan) -> str | None:
        if plan.is_alone:
            return None
        if plan.asks_again and self.open_wishes:
            return self.rng.choice(self.open_wishes)
        self.next_wish += 1
        return reference(self.next_wish - 1)

    def _attack(self, plan: Plan, wish: str | None, verdict: Verdict) -> None:
        if plan.fault:
            self.printer.do("inject", fault=plan.fault)
        if plan.victims:
            self._live_apart(plan, wish or self._wish(replace(plan, is_alone=False)), verdict)
        else:
            slip = self._slip_of(plan, wish)
            self._run(
                plan, verdict, wish=wish, errand=plan.errand, slip=slip, failpoint=plan.failpoint
            )

    def _slip_of(self, plan: Plan, wish: str | None) -> str | None:
        """Say of which renewal somebody wants a slip: the one that is printed, or an old one."""
        return (wish or reference(0)) if plan.wants_slip else None

    def _live_apart(self, plan: Plan, wish: str, verdict: Verdict) -> None:
        """Let screens, sync and printer run as processes of their own, and some of them die."""
        house, printer = self.house, self.printer
        known = [reference(number) for number in range(self.next_wish)]
        lines = newer_records(house, known)
        name = f"records {self.rng.random()}"
        house.engine.dispose()
        with listen("127.0.0.1", 0) as listener:
            port = listener.getsockname()[1]
            works = {
                "ui": lambda: run_screens(house, listener),
                "sync": lambda: run_sync(house, name, lines),
                "printer": lambda: run_kiosk(
                    house, printer.address, wish=wish, by_screens=port, bug=self.bug
                ),
            }
            alive = {process: fork(work) for process, work in works.items()}
            time.sleep(plan.kill_after_s or 0)
            for victim in plan.victims:
                os.kill(alive[victim], signal.SIGKILL)
                self._wait(alive.pop(victim), verdict)
            alive |= {victim: fork(works[victim]) for victim in plan.victims if victim != "printer"}
            for process in ("printer", "sync"):
                if process in alive:
                    self._wait(alive[process], verdict)
            os.kill(alive["ui"], signal.SIGKILL)
            self._wait(alive["ui"], verdict)
        if not_there := set(lines) & set(newer_records(house, known)):
            verdict.lost.append(f"{len(not_there)} records that came in are not there")

    def _restart(self, plan: Plan, settle_s: float, verdict: Verdict) -> None:
        """Start again until every doubt is recorded and has its evidence."""
        if plan.mends_first and plan.attack not in _CRAWLING:
            self.printer.do("mend")
        if plan.in_recovery and self._is_unsettled():
            calm = Plan(plan.attack, loses_power=plan.loses_power)
            self._run(calm, verdict, failpoint=plan.in_recovery, settle_s=settle_s)
        if self._is_unsettled():
            self._run(Plan(plan.attack), verdict, settle_s=settle_s)
        if not plan.mends_first or plan.attack in _CRAWLING:
            self.printer.do("mend")
            if self._is_unsettled():
                self._run(Plan(plan.attack), verdict)

    def _is_unsettled(self) -> bool:
        with reading(self.house.engine) as connection:
            going = (JobState.SENDING, JobState.CLAIMED, JobState.REQUESTED, JobState.IN_DOUBT)
            asked = any(service.open_for(connection, printer) for printer in (PRINTER, RECEIPTS))
            return asked or bool(jobs.in_state(connection, *going))

    def _resolve(self, plan: Plan, verdict: Verdict) -> None:
        job = self.staff.doubt()
        if job is None:
            return
        if not plan.looks_early:
            self.printer.do("state", wait_s=_STILL_S)
        self.printer.do("tear")
        fallen = self._look()
        if plan.in_resolving:
            self._die_at(
                plan.in_resolving, lambda: self.staff.end_doubt(job, fallen, self.rng), verdict
            )
        if self.staff.doubt() is not None:
            self.staff.end_doubt(job, fallen, self.rng)

    def _die_at(self, failpoint: str, act: Callable[[], None], verdict: Verdict) -> None:
        """Let a process that staff works with die in the middle."""
        self.house.engine.dispose()

        def work() -> None:
            failpoints.arm(failpoint)
            act()

        self._wait(fork(work), verdict)

    def _look(self) -> list[Sheet]:
        return read_tray(self.tray, self.sheets, self.house.site.ring, self.house.drawn)

    def _note_end(self, wish: str | None) -> bool:
        """Keep a wish that is still open; True if it is printed."""
        if wish is None:
            return False
        with reading(self.house.engine) as connection:
            latest = jobs.latest_for(connection, wish)
        is_over = latest is not None and latest.state is JobState.PRINTED
        if not is_over and wish not in self.open_wishes:
            self.open_wishes.append(wish)
        if is_over and wish in self.open_wishes and self.rng.random() < 0.7:
            self.open_wishes.remove(wish)  # the others ask once more for what they have
        return is_over

    def _run(
        self,
        plan: Plan,
        verdict: Verdict,
        *,
        wish: str | None = None,
        errand: ServiceKind | None = None,
        slip: str | None = None,
        failpoint: str = "",
        settle_s: float = 0.0,
    ) -> None:
        """Let one process live as long as the plan allows; then perhaps its disk forgets."""
        self.house.engine.dispose()
        before, record = self.house.folder / "before", self.house.folder / "record"
        shown = self.house.folder / SHOWN
        shown.unlink(missing_ok=True)
        if plan.loses_power:
            remember(self.house.database, before)
            record.write_bytes(b"")

        def live() -> None:
            run_kiosk(
                self.house,
                self.printer.address,
                wish=wish,
                errand=errand,
                slip=slip,
                failpoint=failpoint,
                record=record if plan.loses_power else None,
                settle_s=settle_s,
                bug=self.bug,
            )

        pid = fork(live)
        for after_s, how in (
            (plan.kill_after_s, signal.SIGKILL),
            (plan.stop_after_s, signal.SIGTERM),
        ):
            if after_s is not None:
                time.sleep(after_s)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, how)
        was_killed = self._wait(pid, verdict)
        if plan.loses_power and was_killed:
            cut_power(self.house.database, before, record, self.rng)
            verdict.lost += forgotten(self.house, shown)

    def _wait(self, pid: int, verdict: Verdict) -> bool:
        """Wait for a child; True if it was killed. One that hangs or fails is a broken promise."""
        until = time.monotonic() + _CHILD_LIFE_S
        while True:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                break
            if time.monotonic() > until:
                until += _CHILD_LIFE_S
                verdict.broken.append("a kiosk process did not end")
                os.kill(pid, signal.SIGABRT)
            time.sleep(0.002)
        code = os.waitstatus_to_exitcode(status)
        if code == REFUSED_TO_START:
            verdict.broken.append("the kiosk refuses its database")
        if code == BROKE:
            verdict.broken.append("a kiosk process ended by an error")
        return code == -signal.SIGKILL


def warm_up(house: House) -> None:
    """Print once and fail once in this process, so that its children find everything loaded."""
    printer = PrinterSide(house.folder / "tray", FULL)
    staff = Staff(house, "plain")
    staff.see_to_stock()
    run_kiosk(
        house, printer.address, wish=reference(0), errand=ServiceKind.TEST_PRINT, slip=reference(0)
    )
    printer.do("inject", fault="disconnect@5000")
    run_kiosk(house, printer.address, wish=reference(1))
    run_kiosk(house, printer.address, wish=None)
    job = staff.doubt()
    if job is not None:
        staff.end_doubt(job, [], Random(1))
    show_once(house)
    judge(house, read_tray(house.folder / "tray", {}, house.site.ring, house.drawn), with_log=True)
    printer.close()
    house.engine.dispose()


def live(house: House, seed: str, cycles: int, taste: Taste, bug: Bug | None) -> Verdict:
    """Run one episode in a house that nobody lived in."""
    rng = Random(seed)
    abilities = CLONE if rng.random() < 0.15 else FULL
    printer = PrinterSide(house.folder / "tray", abilities)
    staff = Staff(house, "numbered" if rng.random() < 0.3 else "plain")
    episode = Episode(house, printer, staff, rng, taste, bug)
    verdict = Verdict()
    try:
        for number in range(cycles):
            found = episode.cycle(number)
            for line in found.lines():
                print(f"cycle {number} of {seed}: {line}", flush=True)
            if not found.is_clean:
                print(f"  {episode.plan}", flush=True)
            verdict += found
            if not found.is_clean:
                break
        verdict.outcomes.update(outcomes(house))
        if verdict.is_clean:
            verdict += judge(house, episode.sheets.values(), with_log=True)
    finally:
        printer.close()
        house.engine.dispose()
    return verdict
