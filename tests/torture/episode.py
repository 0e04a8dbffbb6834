"""One kiosk's life: a few hundred cycles, each with something that goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from kiosk.domain.job import JobState
from kiosk.domain.service import ServiceKind
from kiosk.printer.emulator.machine import CLONE, FULL
from kiosk.store import jobs, service
from kiosk.store.engine import reading
from tests.torture.apart import show_once
from tests.torture.child import run_kiosk
from tests.torture.house import PRINTER, House, reference
from tests.torture.paper import Sheet, read_tray
from tests.torture.plan import Attack, Plan, Taste, draw_plan
from tests.torture.planted import Bug
from tests.torture.printer_side import PrinterSide
from tests.torture.processes import Processes
from tests.torture.receipts import RECEIPTS
from tests.torture.staff import Staff
from tests.torture.verdict import Verdict, judge, outcomes

SETTLE_S = 0.45
"""Twice the longest print of a printer that crawls at the speeds of a plan."""

_CRAWLING = (Attack.STILL_PRINTING, Attack.SCREENS_APART)
_STILL_S = 5.0
_LOG_EVERY = 25


@dataclass(slots=True)
class Episode:
    """State of one life. Everything is drawn from `rng`."""

    house: House
    printer: PrinterSide
    staff: Staff
    processes: Processes
    rng: Random
    taste: Taste
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
            self.processes.die_at(
                plan.in_stock, lambda: self.staff.see_to_stock(plan.stock_act), verdict
            )
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
            wish = wish or self._wish(replace(plan, is_alone=False))
            known = [reference(number) for number in range(self.next_wish)]
            self.processes.live_apart(plan, wish, known, verdict)
        else:
            slip = self._slip_of(plan, wish)
            self.processes.run(
                plan, verdict, wish=wish, errand=plan.errand, slip=slip, failpoint=plan.failpoint
            )

    def _slip_of(self, plan: Plan, wish: str | None) -> str | None:
        """Say of which renewal somebody wants a slip: the one that is printed, or an old one."""
        return (wish or reference(0)) if plan.wants_slip else None

    def _restart(self, plan: Plan, settle_s: float, verdict: Verdict) -> None:
        """Start again until every doubt is recorded and has its evidence."""
        if plan.mends_first and plan.attack not in _CRAWLING:
            self.printer.do("mend")
        if plan.in_recovery and self._is_unsettled():
            calm = Plan(plan.attack, loses_power=plan.loses_power)
            self.processes.run(calm, verdict, failpoint=plan.in_recovery, settle_s=settle_s)
        if self._is_unsettled():
            self.processes.run(Plan(plan.attack), verdict, settle_s=settle_s)
        if not plan.mends_first or plan.attack in _CRAWLING:
            self.printer.do("mend")
            if self._is_unsettled():
                self.processes.run(Plan(plan.attack), verdict)

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
            self.processes.die_at(
                plan.in_resolving, lambda: self.staff.end_doubt(job, fallen, self.rng), verdict
            )
        if self.staff.doubt() is not None:
            self.staff.end_doubt(job, fallen, self.rng)

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
    processes = Processes(house, printer.address, rng, bug)
    episode = Episode(house, printer, staff, processes, rng, taste)
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
