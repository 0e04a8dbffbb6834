"""What the doctor reads in the database: what waits for people, and what is overdue."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine

from kiosk.domain.job import JobState
from kiosk.domain.readiness import CLOCK_SLACK, is_older
from kiosk.domain.reasons import Reason
from kiosk.domain.thai import BANGKOK
from kiosk.store import (
    conflicts,
    holds,
    imports,
    jobs,
    log,
    machine,
    outbox,
    people,
    reports,
    stock,
)
from kiosk.store.engine import reading
from kiosk.store.schema import HEAD, check_ready
from kiosk.upkeep.backup import ANCHORED_AT
from kiosk.upkeep.doctor import Ailment
from kiosk.usecases.judging import machine_reasons
from kiosk.usecases.site import Site

FIRST_YEAR: Final = 2026
"""No kiosk ran before; an earlier clock has lost its battery."""

TWICE_MISSED: Final = timedelta(hours=50)
"""What comes once a day was missed twice: the nightly backup, central's job that collects."""


def database(engine: Engine, kiosk: str) -> str:
    """Check that the database is there, this kiosk's, current, and has all its rules."""
    for problem in check_ready(engine, kiosk):
        raise Ailment(problem)
    return f"{engine.url.database} is ready, version {HEAD}"


def blanks(engine: Engine, low: int) -> str:
    """Check that a roll is loaded, has blanks left and its number is known."""
    with reading(engine) as connection:
        if stock.loaded(connection) is None:
            raise Ailment("no roll of blanks is loaded: `kiosk stock load FIRST LAST`")
        left, is_read_in = stock.left(connection), stock.is_read_in(connection)
    if not left:
        raise Ailment("the roll is used up: `kiosk stock return`, then load another")
    if not is_read_in:
        raise Ailment("the number under the head is not known: `kiosk stock read-in SERIAL`")
    return f"{left} blanks left{', which is few' if left <= low else ''}"


def doubts(engine: Engine) -> str:
    """Check that no sticker is in doubt."""
    with reading(engine) as connection:
        waiting = jobs.in_state(connection, JobState.IN_DOUBT)
    for job in waiting:
        raise Ailment(f"the sticker of job {job.id} is in doubt: `kiosk job resolve {job.id}`")
    return "none"


def service(engine: Engine) -> str:
    """Check that nobody took the kiosk out of service."""
    with reading(engine) as connection:
        if machine.is_out_of_service(connection):
            raise Ailment("people took the kiosk out of service: resume it on the staff's screen")
    return "in service"


def staff(engine: Engine, needed: int) -> str:
    """Check that enough people may resolve a doubt."""
    with reading(engine) as connection:
        active = [one for one in people.everybody(connection) if one.disabled_at is None]
    if len(active) < needed:
        raise Ailment(
            f"{len(active)} people may act here and a doubt takes {needed}: `kiosk staff add`"
        )
    return f"{len(active)} people may act here"


def records(engine: Engine, stale_after: timedelta | None, now: datetime) -> str:
    """Check that records have come in, and lately; `stale_after` None means at any time."""
    with reading(engine) as connection:
        as_of = machine.records_as_of(connection)
    if as_of is None:
        raise Ailment("no records came in yet: `kiosk sync import FILE`")
    if is_older(as_of, stale_after, now):
        raise Ailment(
            f"the newest are of {_local(as_of)}, older than sync.stale_after_h: see whether "
            "central's job runs and reaches this kiosk"
        )
    return f"as of {_local(as_of)}"


def waiting(engine: Engine) -> str:
    """Check that nothing about records waits for people."""
    with reading(engine) as connection:
        counted = (
            (
                conflicts.count_open(connection),
                "stickers that central stopped",
                "conflicts",
            ),
            (imports.count_open_rejects(connection), "refused records", "rejected"),
            (holds.count_open(connection), "renewals held", "status"),
        )
    found = [f"{count} {what}: `kiosk sync {verb}`" for count, what, verb in counted if count]
    if found:
        raise Ailment("; ".join(found))
    return "nothing waits for people"


def print_log(engine: Engine, now: datetime) -> str:
    """Check that central collects what was printed."""
    with reading(engine) as connection:
        backlog = outbox.backlog(connection)
    if backlog.oldest_at is None:
        return "central has all of it"
    if now - backlog.oldest_at > TWICE_MISSED:
        raise Ailment(
            f"central has not collected {backlog.undelivered} facts, the oldest of "
            f"{_local(backlog.oldest_at)}: see whether its job runs and reaches this kiosk"
        )
    return f"{backlog.undelivered} facts since {_local(backlog.oldest_at)} wait for central"


def backup(engine: Engine, now: datetime) -> str:
    """Check that `kiosk db backup` made a copy lately, if there is anything to copy."""
    with reading(engine) as connection:
        last = reports.last_published_at(connection, ANCHORED_AT)
        unsaved_since = last or _began_at(connection)
    if unsaved_since is not None and now - unsaved_since > TWICE_MISSED:
        which = "there is none" if last is None else f"the last is of {_local(last)}"
        raise Ailment(f"{which}: `kiosk db backup FILE`, or start kiosk-backup.timer")
    return "none yet" if last is None else f"the last is of {_local(last)}"


def _began_at(connection: Connection) -> datetime | None:
    first = next(iter(log.rows(connection, 1, 1)), None)
    return None if first is None else datetime.fromisoformat(first.at)


def clock(engine: Engine, now: datetime) -> str:
    """Check that the clock does not run behind what is written down."""
    with reading(engine) as connection:
        last = machine.last_event_at(connection, machine.records_as_of(connection))
    if now.year < FIRST_YEAR or (last is not None and now < last - CLOCK_SLACK):
        raise Ailment(f"the clock says {_local(now)}, before the last event: set it right")
    return _local(now)


def ready(engine: Engine, site: Site, now: datetime) -> str:
    """Check that the kiosk may print, with the codes that its screen shows where it may not."""
    with reading(engine) as connection:
        reasons = machine_reasons(connection, site, now)
    # A kiosk that is not running may be well; whether its printer answers is a check of its own.
    found = [reason for reason in reasons if reason is not Reason.PRINTER_PROCESS_DOWN]
    if found:
        codes = ", ".join(f"{one} ({one.name.lower().replace('_', ' ')})" for one in found)
        raise Ailment(f"nothing is printed because of {codes}")
    return "nothing known here keeps it from printing"


def _local(at: datetime) -> str:
    return f"{at.astimezone(BANGKOK):%Y-%m-%d %H:%M} in Bangkok"
