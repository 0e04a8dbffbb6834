"""Figures about a kiosk for those who watch many: the Prometheus text format, from the database.

Nothing listens for this: a file that a node's collector reads needs no open port.
"""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import Connection, func, select

from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.store import calls, log, machine, stock
from kiosk.store.tables.jobs import jobs
from kiosk.store.tables.log import print_log
from kiosk.store.tables.records import holds, rejects

_NEVER_S = -1.0  # an age of something that has not happened yet


def exposition(
    connection: Connection, kiosk: str, reasons: tuple[Reason, ...], now: datetime
) -> bytes:
    """Return every figure of this kiosk; `reasons` are why it may not print, none if it may."""
    registry = CollectorRegistry()
    families: dict[str, Gauge] = {}

    def gauge(name: str, meaning: str, value: float, **labels: str) -> None:
        if name not in families:
            families[name] = Gauge(name, meaning, ("kiosk", *labels), registry=registry)
        families[name].labels(kiosk, *labels.values()).set(value)

    gauge("kiosk_ready", "1 when the kiosk may print.", float(not reasons))
    for reason in Reason:
        if reason.startswith("K-3"):
            meaning = "1 while this reason keeps the kiosk from printing."
            gauge("kiosk_not_ready", meaning, float(reason in reasons), reason=reason.value)
    for state, count in _jobs_by_state(connection).items():
        gauge("kiosk_jobs", "Print jobs by state.", count, state=state)
    gauge("kiosk_blanks_left", "Blanks left on the loaded roll.", stock.left(connection))
    gauge("kiosk_rejects_open", "Records refused and not settled.", _open_rejects(connection))
    gauge("kiosk_holds_open", "Renewals that are held.", _open_holds(connection))
    gauge(
        "kiosk_print_log_undelivered",
        "Facts that central has not taken yet.",
        _undelivered(connection),
    )
    gauge("kiosk_calls_open", "Calls for staff not answered.", len(calls.all_open(connection)))
    gauge("kiosk_log_rows", "Rows of the audit log.", log.head(connection)[0])
    gauge(
        "kiosk_records_age_seconds",
        "Time since records last came in; -1 if never.",
        _age_s(machine.records_as_of(connection), now),
    )
    return generate_latest(registry)


def _jobs_by_state(connection: Connection) -> dict[str, int]:
    counted = connection.execute(select(jobs.c.state, func.count()).group_by(jobs.c.state))
    found: dict[str, int] = {row[0]: row[1] for row in counted}
    return {state.value: found.get(state.value, 0) for state in JobState}


def _open_rejects(connection: Connection) -> int:
    query = select(func.count()).select_from(rejects).where(rejects.c.settled_at.is_(None))
    return connection.execute(query).scalar_one()


def _open_holds(connection: Connection) -> int:
    query = select(func.count()).select_from(holds).where(holds.c.released_at.is_(None))
    return connection.execute(query).scalar_one()


def _undelivered(connection: Connection) -> int:
    query = select(func.count()).select_from(print_log).where(print_log.c.delivered_at.is_(None))
    return connection.execute(query).scalar_one()


def _age_s(at: datetime | None, now: datetime) -> float:
    return _NEVER_S if at is None else max(0.0, (now - at).total_seconds())
