"""What people do about refused records: look at them, try them again, give one up."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.staff import Act
from kiosk.store import batches, conflicts, holds, imports, log
from kiosk.store.batches import Watermark
from kiosk.store.conflicts import Conflict
from kiosk.store.engine import reading, writing
from kiosk.store.holds import OpenHold
from kiosk.store.imports import Import, Reject, Tally
from kiosk.store.renewals import Rejected, RenewalRow
from kiosk.usecases.applying import Decode, Slice, release
from kiosk.usecases.permitting import permit
from kiosk.usecases.ports import Clock


@dataclass(frozen=True, slots=True)
class RetryResult:
    """How many refused lines were tried again, and how many of them are settled now."""

    tried: int
    settled: int


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """Where the records stand: the last imports, newest first, and what waits for people."""

    imports: Sequence[Import]
    open_rejects: int
    open_holds: Sequence[OpenHold]
    watermarks: Sequence[Watermark]
    open_conflicts: Sequence[Conflict]


class _StillRefusedError(Exception):
    """Rolls back a retry that would only write the same dead letter again."""


def status(engine: Engine) -> SyncStatus:
    """Return where the records stand."""
    with reading(engine) as connection:
        return SyncStatus(
            imports.recent(connection),
            imports.count_open_rejects(connection),
            holds.open_holds(connection),
            batches.all_watermarks(connection),
            conflicts.open_conflicts(connection),
        )


def list_rejects(engine: Engine) -> list[Reject]:
    """Return the refused lines that wait for people, oldest first."""
    with reading(engine) as connection:
        return imports.open_rejects(connection)


def retry_rejects(
    engine: Engine,
    ids: Sequence[int] | None,
    decode: Decode,
    clock: Clock,
    *,
    actor: str = Actor.SYSTEM,
) -> RetryResult:
    """Try refused lines again, all or those of `ids`; settle those that are records now.

    A line is read anew and meets what is stored by now, so it helps after an update of this
    program and after records that were missing came in. Raises StoreError.
    """
    with reading(engine) as connection:
        waiting = imports.open_rejects(connection, ids)
    settled = sum(_retry(engine, reject, decode, clock(), actor) for reject in waiting)
    return RetryResult(len(waiting), settled)


def discard_reject(
    engine: Engine, reject_id: int, clock: Clock, *, actor: str = Actor.SYSTEM
) -> bool:
    """Give a refused line up and lift its hold: somebody knows that it does not matter.

    The only way out for a line whose version cannot be read. False if it does not wait. Raises
    NotAllowed for a role that does not look after the register.
    """
    permit(engine, clock, Act.GIVE_UP_RECORD, by=actor)
    with writing(engine) as connection:
        found = imports.open_rejects(connection, [reject_id])
        for reject in found:
            _settle(connection, reject, "discarded", clock(), actor)
    return bool(found)


def _retry(engine: Engine, reject: Reject, decode: Decode, now: datetime, actor: str) -> bool:
    row = decode(reject.raw)
    if not isinstance(row, Rejected):
        with suppress(_StillRefusedError):
            _apply(engine, reject, row, now, actor)
            return True
    with writing(engine) as connection:
        payload = {"reject": reject.id, "result": "still-refused"}
        log.append(connection, now, AuditEvent.REJECT_RETRIED, actor, payload)
    return False


def _apply(engine: Engine, reject: Reject, row: RenewalRow, now: datetime, actor: str) -> None:
    """Apply a line that is a record now, unless another record has settled it meanwhile."""
    with writing(engine) as connection:
        if not imports.open_rejects(connection, [reject.id]):
            return
        # Lifted before the row is applied: a hold that the row itself places must stay.
        release(connection, _holds_of(connection, reject), "retried", now)
        tally = Slice(connection, reject.source, now, is_exact=True).apply([row])
        if tally.rejected:
            raise _StillRefusedError
        _settle(connection, reject, _outcome(tally), now, actor)


def _settle(connection: Connection, reject: Reject, how: str, now: datetime, actor: str) -> None:
    release(connection, _holds_of(connection, reject), how, now)
    imports.settle(connection, [reject.id], how, now)
    payload = {"reject": reject.id, "result": how}
    log.append(connection, now, AuditEvent.REJECT_RETRIED, actor, payload)


def _holds_of(connection: Connection, reject: Reject) -> list[OpenHold]:
    if reject.reference is None:
        return []
    found = holds.open_for(connection, [reject.reference])
    return [hold for hold in found if hold.reject_id == reject.id]


def _outcome(tally: Tally) -> str:
    if tally.conflicts:
        return "conflict"
    return "applied" if tally.applied else "known-already"
