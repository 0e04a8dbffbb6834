"""How the whole machine stands, for the people who look after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from kiosk.domain.job import JobState
from kiosk.domain.readiness import HEARTBEAT_LIMIT
from kiosk.domain.reasons import Reason
from kiosk.store import calls, conflicts, jobs, machine, outbox, service, stock
from kiosk.store.calls import Call
from kiosk.store.conflicts import Conflict
from kiosk.store.jobs import Job
from kiosk.store.machine import PrinterSeen
from kiosk.store.outbox import Backlog
from kiosk.store.service import ServiceRequest, ServiceStop
from kiosk.usecases.judging import machine_reasons
from kiosk.usecases.recovery import learned
from kiosk.usecases.site import Site


@dataclass(frozen=True, slots=True)
class PrinterPanel:
    """A printer as its process last saw it; `is_heard` while that process reports.

    `request` is the last thing that staff asked of it.
    """

    name: str
    seen: PrinterSeen | None
    is_heard: bool
    request: ServiceRequest | None


@dataclass(frozen=True, slots=True)
class StockPanel:
    """The loaded roll: how many blanks are left, and which comes next; `mode` None without a roll.

    `is_low` from the warning level down, empty included.
    """

    mode: str | None
    left: int
    next_serial: str | None
    is_read_in: bool
    is_low: bool


@dataclass(frozen=True, slots=True)
class DoubtView:
    """A print in doubt: why, and what the printer says of it; its serial is not told.

    Counters are None where the printer was not asked yet or does not tell.
    """

    job_id: str
    reference: str
    sent_at: datetime | None
    why: str
    was_asked: bool
    is_cleared: bool
    cuts_before: int | None
    cuts_after: int | None

    @property
    def may_be_nothing(self) -> bool:
        """Whether the evidence allows to say that nothing came out."""
        return (
            self.is_cleared
            and self.cuts_before is not None
            and (self.cuts_before == self.cuts_after)
        )


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the technician's first screen; `receipt` None where there is none."""

    reasons: tuple[Reason, ...]
    printer: PrinterPanel
    receipt: PrinterPanel | None
    stock: StockPanel
    doubts: tuple[DoubtView, ...]
    stop: ServiceStop | None
    data_as_of: datetime | None
    backlog: Backlog
    calls: tuple[Call, ...]
    conflicts: tuple[Conflict, ...]


def overview(connection: Connection, site: Site, receipt: str | None, now: datetime) -> Overview:
    """Gather how everything stands at one moment."""
    doubts = jobs.in_state(connection, JobState.IN_DOUBT)
    return Overview(
        reasons=machine_reasons(connection, site, now),
        printer=_printer(connection, site.printer, now),
        receipt=None if receipt is None else _printer(connection, receipt, now),
        stock=_stock(connection, site.stock_low),
        doubts=tuple(doubt_view(connection, job) for job in doubts),
        stop=service.open_stop(connection),
        data_as_of=machine.records_as_of(connection),
        backlog=outbox.backlog(connection),
        calls=tuple(calls.all_open(connection)),
        conflicts=tuple(conflicts.open_conflicts(connection)),
    )


def doubt_view(connection: Connection, job: Job) -> DoubtView:
    """Return what is known of a job in doubt."""
    known = learned(jobs.evidence(connection, job))
    return DoubtView(
        job_id=job.id,
        reference=job.reference,
        sent_at=job.sending_at,
        why=job.cause or "",
        was_asked=known is not None,
        is_cleared=known is not None and known.is_cleared,
        cuts_before=None if known is None else known.cuts_before,
        cuts_after=None if known is None else known.cuts_after,
    )


def _printer(connection: Connection, name: str, now: datetime) -> PrinterPanel:
    seen = machine.printer(connection, name)
    is_heard = seen is not None and now - seen.checked_at <= HEARTBEAT_LIMIT
    return PrinterPanel(name, seen, is_heard, service.latest(connection, name))


def _stock(connection: Connection, low: int) -> StockPanel:
    roll = stock.loaded_roll(connection)
    left = 0 if roll is None else roll.left
    return StockPanel(
        mode=None if roll is None else roll.mode,
        left=left,
        next_serial=stock.next_blank(connection),
        is_read_in=roll is not None and roll.read_in_at is not None,
        is_low=left <= low,
    )
