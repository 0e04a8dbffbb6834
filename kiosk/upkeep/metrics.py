"""Figures about a kiosk for those who watch many: the Prometheus text format, from the database.

Nothing listens for this: a file that a node's collector reads needs no open port.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import Connection, func, select

from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.store import calls, conflicts, holds, imports, log, machine, outbox, reports, stock
from kiosk.store.tables.jobs import jobs
from kiosk.upkeep.backup import ANCHORED_AT

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
    for name, meaning, value in (*_counts(connection), *_ages(connection, now)):
        gauge(name, meaning, value)
    return generate_latest(registry)


def _counts(connection: Connection) -> Iterator[tuple[str, str, float]]:
    yield "kiosk_blanks_left", "Blanks left on the loaded roll.", stock.left(connection)
    refused = imports.count_open_rejects(connection)
    yield "kiosk_rejects_open", "Records refused and not settled.", refused
    yield "kiosk_holds_open", "Renewals that are held.", holds.count_open(connection)
    stopped = conflicts.count_open(connection)
    yield "kiosk_conflicts_open", "Stickers that central stopped, not seen to.", stopped
    yield "kiosk_calls_open", "Calls for staff not answered.", len(calls.all_open(connection))
    yield "kiosk_log_rows", "Rows of the audit log.", log.head(connection)[0]


def _ages(connection: Connection, now: datetime) -> Iterator[tuple[str, str, float]]:
    backlog = outbox.backlog(connection)
    yield "kiosk_print_log_undelivered", "Facts that central has not taken.", backlog.undelivered
    since_s = _age_s(backlog.oldest_at, now)
    yield "kiosk_print_log_age_seconds", "Age of the oldest of them; -1 if none.", since_s
    records_s = _age_s(machine.records_as_of(connection), now)
    yield "kiosk_records_age_seconds", "Time since records last came in; -1 if never.", records_s
    backup_s = _age_s(reports.last_published_at(connection, ANCHORED_AT), now)
    yield "kiosk_backup_age_seconds", "Time since the last backup; -1 if never.", backup_s


def _jobs_by_state(connection: Connection) -> dict[str, int]:
    counted = connection.execute(select(jobs.c.state, func.count()).group_by(jobs.c.state))
    found: dict[str, int] = {row[0]: row[1] for row in counted}
    return {state.value: found.get(state.value, 0) for state in JobState}


def _age_s(at: datetime | None, now: datetime) -> float:
    return _NEVER_S if at is None else max(0.0, (now - at).total_seconds())
