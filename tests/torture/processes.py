"""The processes of a cycle: let them live, let them die, and see how each of them ended."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from kiosk.domain.service import ServiceKind
from kiosk.ui.server import listen
from kiosk.usecases import failpoints
from tests.torture.apart import newer_records, run_screens, run_sync
from tests.torture.child import BROKE, REFUSED_TO_START, SHOWN, fork, run_kiosk
from tests.torture.crash import cut_power, remember
from tests.torture.house import House
from tests.torture.plan import Plan
from tests.torture.planted import Bug
from tests.torture.verdict import Verdict, forgotten

_CHILD_LIFE_S = 20.0


@dataclass(frozen=True, slots=True)
class Processes:
    """Starts what runs at one house; a process that ends as none should is told to the verdict."""

    house: House
    address: str
    rng: Random
    bug: Bug | None

    def run(
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
                self.address,
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
        was_killed = wait(pid, verdict)
        if plan.loses_power and was_killed:
            cut_power(self.house.database, before, record, self.rng)
            verdict.lost += forgotten(self.house, shown)

    def live_apart(self, plan: Plan, wish: str | None, known: list[str], verdict: Verdict) -> None:
        """Let screens, sync and printer run as processes of their own, and some of them die."""
        house = self.house
        lines = newer_records(house, known)
        name = f"records {self.rng.random()}"
        house.engine.dispose()
        with listen("127.0.0.1", 0) as listener:
            port = listener.getsockname()[1]
            works = {
                "ui": lambda: run_screens(house, listener),
                "sync": lambda: run_sync(house, name, lines),
                "printer": lambda: run_kiosk(
                    house, self.address, wish=wish, by_screens=port, bug=self.bug
                ),
            }
            alive = {process: fork(work) for process, work in works.items()}
            time.sleep(plan.kill_after_s or 0)
            for victim in plan.victims:
                os.kill(alive[victim], signal.SIGKILL)
                wait(alive.pop(victim), verdict)
            alive |= {victim: fork(works[victim]) for victim in plan.victims if victim != "printer"}
            for process in ("printer", "sync"):
                if process in alive:
                    wait(alive[process], verdict)
            os.kill(alive["ui"], signal.SIGKILL)
            wait(alive["ui"], verdict)
        if not_there := set(lines) & set(newer_records(house, known)):
            verdict.lost.append(f"{len(not_there)} records that came in are not there")

    def die_at(self, failpoint: str, act: Callable[[], None], verdict: Verdict) -> None:
        """Let a process that staff works with die in the middle."""
        self.house.engine.dispose()

        def work() -> None:
            failpoints.arm(failpoint)
            act()

        wait(fork(work), verdict)


def wait(pid: int, verdict: Verdict) -> bool:
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
