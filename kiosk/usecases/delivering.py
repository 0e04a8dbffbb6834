"""The print log on its way back to central: pages of facts, and heads of the log that arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine

from kiosk.domain.audit import Actor
from kiosk.store import batches, conflicts, holds, imports, log, machine, outbox, renewals
from kiosk.store.batches import Watermark
from kiosk.store.engine import reading, writing
from kiosk.store.outbox import Backlog, Fact
from kiosk.usecases.facts import record_head
from kiosk.usecases.failpoints import Point, reach
from kiosk.usecases.ports import Clock

CENTRAL: Final = "central"
"""Where a head stands that central has acknowledged."""


@dataclass(frozen=True, slots=True)
class Page:
    """Facts after a number, and the head of the log at the same moment."""

    facts: Sequence[Fact]
    last: int
    head: tuple[int, bytes]
    is_more: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """Central has seen later numbers than this log has: it was cut, or an old copy runs here."""

    head: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a kiosk stands in its exchange with central."""

    watermarks: Sequence[Watermark]
    records: int
    rejected_open: int
    holds_open: int
    conflicts_open: int
    print_log: Backlog
    data_as_of: datetime | None


def page(engine: Engine, after: int, limit: int, clock: Clock) -> Page | Behind:
    """Return the facts that follow `after`; asking for them says that those before arrived."""
    with reading(engine) as connection:
        head = log.head(connection)
        if after > head[0]:
            return Behind(head[0])
        facts = outbox.facts_after(connection, after, limit + 1)
        is_news = outbox.has_undelivered(connection, after)
    if is_news:
        with writing(engine) as connection:
            outbox.mark_delivered(connection, after, clock())
    shown = facts[:limit]
    last = shown[-1].number if shown else after
    return Page(shown, last, head, is_more=len(facts) > limit)


def acknowledge(engine: Engine, number: int, hashed: bytes, clock: Clock) -> bool:
    """Remember that central keeps this head of the log; False if the log has no such row.

    The log may not end before it any more. Any number of times.
    """
    with writing(engine) as connection:
        if outbox.hash_of(connection, number) != hashed:
            return False
        now = clock()
        outbox.mark_delivered(connection, number, now)
        if not outbox.is_anchored(connection, number, CENTRAL):
            record_head(connection, number, hashed, where=CENTRAL, at=now, actor=Actor.CENTRAL)
        reach(Point.HEAD_WRITTEN)
    reach(Point.HEAD_COMMITTED)
    return True


def standing(engine: Engine) -> Standing:
    """Return where this kiosk stands."""
    with reading(engine) as connection:
        return Standing(
            watermarks=batches.all_watermarks(connection),
            records=renewals.count(connection),
            rejected_open=imports.count_open_rejects(connection),
            holds_open=holds.count_open(connection),
            conflicts_open=conflicts.count_open(connection),
            print_log=outbox.backlog(connection),
            data_as_of=machine.records_as_of(connection),
        )
