"""What goes wrong in one cycle, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from kiosk.domain.service import ServiceKind
from kiosk.usecases.failpoints import Point
from tests.torture.staff import StockAct

JOB_BYTES = 52_000
"""About as many bytes as a sticker's job has; a little beyond its end now and then does no harm."""

ROWS = 760
"""About as many rows as a sticker has."""

LATEST_KILL_S = 0.09
"""A kiosk that starts and prints is done by then, on a quiet machine."""

_VICTIMS = (("ui",), ("ui",), ("ui", "sync"), ("sync",), ("printer",), ("ui", "printer"))

_SPOOL_POINTS = (
    Point.REQUEST_WRITTEN, Point.REQUEST_COMMITTED, Point.CLAIM_WRITTEN, Point.CLAIM_COMMITTED,
    Point.PREPARED, Point.SENDING_WRITTEN, Point.SENDING_COMMITTED, Point.JOB_SENT,
    Point.OUTCOME_KNOWN, Point.OUTCOME_WRITTEN, Point.OUTCOME_COMMITTED,
    Point.SEEN_WRITTEN, Point.SEEN_COMMITTED,
)  # fmt: skip
_ERRAND_POINTS = (
    Point.SERVICE_ASKED_WRITTEN, Point.SERVICE_ASKED_COMMITTED, Point.SERVICE_START_WRITTEN,
    Point.SERVICE_START_COMMITTED, Point.JOB_SENT, Point.SERVICE_OVER, Point.SERVICE_END_WRITTEN,
    Point.SERVICE_END_COMMITTED, Point.CLEARED,
)  # fmt: skip
_SLIP_POINTS = (
    Point.SERVICE_ASKED_WRITTEN, Point.SERVICE_ASKED_COMMITTED, Point.SERVICE_START_WRITTEN,
    Point.SERVICE_START_COMMITTED, Point.SERVICE_OVER, Point.SERVICE_END_WRITTEN,
    Point.SERVICE_END_COMMITTED,
)  # fmt: skip
_RECOVERY_POINTS = (
    Point.CANCEL_WRITTEN, Point.CANCEL_COMMITTED, Point.DOUBT_WRITTEN, Point.DOUBT_COMMITTED,
    Point.CLEARED, Point.COUNTED, Point.EVIDENCE_WRITTEN, Point.EVIDENCE_COMMITTED,
    Point.SEEN_WRITTEN, Point.SERVICE_START_COMMITTED, Point.SERVICE_END_WRITTEN,
    Point.SERVICE_END_COMMITTED,
)  # fmt: skip
_ERRANDS = (
    ServiceKind.TEST_PRINT, ServiceKind.FEED, ServiceKind.CLEAR, ServiceKind.PROBE,
    ServiceKind.REPORT,
)  # fmt: skip
_STAFF_POINTS = (Point.RESOLVE_WRITTEN, Point.RESOLVE_COMMITTED)
_STOCK_POINTS = (Point.STOCK_WRITTEN, Point.STOCK_COMMITTED)


class Attack(StrEnum):
    """How a cycle begins."""

    NOTHING = "nothing"
    KILL_AT_POINT = "kill-at-point"
    KILL_AT_BYTE = "kill-at-byte"
    KILL_ANY_TIME = "kill-any-time"
    STOP_ANY_TIME = "stop-any-time"
    FAULT = "fault"
    FAULT_AND_KILL = "fault-and-kill"
    STILL_PRINTING = "still-printing"
    SCREENS_APART = "screens-apart"


_WEIGHTS = {
    Attack.NOTHING: 5,
    Attack.KILL_AT_POINT: 28,
    Attack.KILL_AT_BYTE: 16,
    Attack.KILL_ANY_TIME: 16,
    Attack.STOP_ANY_TIME: 5,
    Attack.FAULT: 15,
    Attack.FAULT_AND_KILL: 10,
    Attack.STILL_PRINTING: 5,
    Attack.SCREENS_APART: 6,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """One cycle. `failpoint` kills from within, `kill_after_s` and `stop_after_s` from outside.

    `in_recovery` and `in_resolving` kill once more later on; `loses_power` takes from the disk what
    was not synced; `mends_first` says whether staff repairs before the kiosk starts again.
    Before all that staff does `stock_act` and dies at `in_stock`; beside the collector, or alone,
    staff asks the printer for `errand`; `wants_slip` adds a visitor at the printer on plain paper.
    `victims` are the processes that die where screens, sync
    and printer run apart.
    """

    attack: Attack
    failpoint: str = ""
    kill_after_s: float | None = None
    stop_after_s: float | None = None
    fault: str = ""
    in_recovery: str = ""
    in_resolving: str = ""
    loses_power: bool = False
    mends_first: bool = True
    looks_early: bool = False
    asks_again: bool = False
    errand: ServiceKind | None = None
    is_alone: bool = False
    victims: tuple[str, ...] = ()
    stock_act: StockAct | None = None
    in_stock: str = ""
    wants_slip: bool = False

    @property
    def is_undisturbed(self) -> bool:
        """Whether nothing keeps a sticker that is asked for now from being printed."""
        return self.attack is Attack.NOTHING and self.errand is None and not self.is_alone


@dataclass(frozen=True, slots=True)
class Taste:
    """What cycles are drawn from: one attack or all of them, and the share of power cuts."""

    attack: Attack | None = None
    power_cuts: float = 0.25


def draw_plan(rng: Random, taste: Taste) -> Plan:
    """Draw a cycle. Takes the same numbers from `rng` whatever it draws of them."""
    attack = rng.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    attack = taste.attack or attack
    point = rng.choice(_SPOOL_POINTS)
    at_byte = f"{Point.JOB_BYTES}:{rng.randint(1, JOB_BYTES)}"
    moment_s = rng.uniform(0, LATEST_KILL_S)
    fault = _fault(rng)
    victims = rng.choice(_VICTIMS)
    crawl = f"prints-on@{rng.randint(800, 2000)}"
    in_recovery = rng.choice(_RECOVERY_POINTS) if rng.random() < 0.3 else ""
    in_resolving = rng.choice(_STAFF_POINTS) if rng.random() < 0.15 else ""
    kills = {
        Attack.KILL_AT_POINT: {"failpoint": point.value},
        Attack.KILL_AT_BYTE: {"failpoint": at_byte},
        Attack.KILL_ANY_TIME: {"kill_after_s": moment_s},
        Attack.STOP_ANY_TIME: {"stop_after_s": moment_s},
        Attack.FAULT: {"fault": fault},
        Attack.FAULT_AND_KILL: {"fault": fault, "kill_after_s": moment_s},
        Attack.STILL_PRINTING: {
            "fault": crawl,
            "failpoint": rng.choice((Point.JOB_SENT.value, at_byte)),
        },
        Attack.SCREENS_APART: {
            "kill_after_s": moment_s * 6,  # a visit takes several pages
            "victims": victims,
            "fault": crawl,
        },
    }
    plan = Plan(
        attack,
        in_recovery=in_recovery,
        in_resolving=in_resolving,
        loses_power=rng.random() < taste.power_cuts and attack is not Attack.SCREENS_APART,
        mends_first=rng.random() < 0.7,
        looks_early=rng.random() < 0.3,
        asks_again=rng.random() < 0.4,
        **kills.get(attack, {}),  # type: ignore[arg-type] # names and types are those above
    )
    return _with_staff(plan, rng)


def _with_staff(plan: Plan, rng: Random) -> Plan:
    """Draw what staff does meanwhile."""
    kind, is_alone = rng.choice(_ERRANDS), rng.random() < 0.5
    point, meets_kill = rng.choice(_ERRAND_POINTS), rng.random() < 0.7
    act, in_stock = rng.choice(list(StockAct)), f"{rng.choice(_STOCK_POINTS)}:{rng.randint(1, 3)}"
    if rng.random() < 0.25:
        plan = replace(plan, errand=kind, is_alone=is_alone)
        if meets_kill and plan.attack is Attack.KILL_AT_POINT:
            plan = replace(plan, failpoint=point.value)
    if rng.random() < 0.15:
        plan = replace(plan, stock_act=act)
    plan = replace(plan, in_stock=in_stock if rng.random() < 0.15 else "")
    return _with_slip(plan, rng)


def _with_slip(plan: Plan, rng: Random) -> Plan:
    """Draw whether a visitor wants a slip, and whether the kiosk dies at it."""
    point, wants, meets_kill = rng.choice(_SLIP_POINTS), rng.random() < 0.25, rng.random() < 0.5
    if not wants:
        return plan
    plan = replace(plan, wants_slip=True)
    if meets_kill and plan.errand is None and plan.attack is Attack.KILL_AT_POINT:
        plan = replace(plan, failpoint=point.value)
    return plan


def _fault(rng: Random) -> str:
    row, byte = rng.randrange(ROWS), rng.randint(1, JOB_BYTES)
    # Those that keep the kiosk waiting for an answer that never comes cost seconds: they are rarer.
    swift = (
        f"power-cut@{row}", f"power-cut-at-byte@{byte}", f"disconnect@{byte}",
        f"paper-out@{row}", f"cover-open@{row}", f"unrecoverable@{row}", "cutter-jam",
        "near-end", "duplicate-replies", "no-process-id",
    )  # fmt: skip
    slow = ("lost-acknowledgement", "garbage-replies", "half-replies", "foreign-ids", "silent")
    return rng.choice(slow if rng.random() < 0.1 else swift)
