"""One slice of incoming records, applied in the order in which it came.

Versions decide, never arrival: a slice leaves the newest version of each renewal, whatever the
order, and holds every renewal about which central said something that cannot be taken as said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.store import holds, imports, log, renewals
from kiosk.store.holds import HoldCause
from kiosk.store.imports import Tally
from kiosk.store.renewals import Known, Rejected, RenewalRow
from kiosk.usecases.conflicting import meet_issued

SUPERSEDED: Final = "superseded"
"""How a reject is settled when a good record of its version or a later one came after it."""


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that is no record: its number in the file, its bytes and what is wrong.

    A record that takes a fence back has number 0: no row carries its line, for the sake of speed,
    and its reference tells as well which it is.
    """

    line: int
    raw: bytes
    why: Rejected


Entry = RenewalRow | RefusedLine

Decode = Callable[[bytes], RenewalRow | Rejected]
"""Reads one line of a file; never raises for what stands in it."""


class NotAllNewError(Exception):
    """Some rows of a slice were not newer: the slice is to be rolled back and applied exactly."""


@dataclass(slots=True)
class Slice:
    """Applies entries inside one open transaction.

    `is_exact` looks up what is stored before judging each row. Without it the rows are taken for
    new, which is nearly always true and half the work; NotAllNewError tells when it was not.
    """

    connection: Connection
    source: str
    now: datetime
    is_exact: bool
    tally: Tally = field(default_factory=Tally)

    def apply(self, entries: Sequence[Entry]) -> Tally:
        """Apply all entries in their order. Raises NotAllNewError, unless exact."""
        rows: list[RenewalRow] = []
        for entry in entries:
            if isinstance(entry, RenewalRow):
                rows.append(entry)
                continue
            self._apply_rows(rows)
            rows = []
            self._refuse(entry)
        self._apply_rows(rows)
        return self.tally

    def _apply_rows(self, rows: Sequence[RenewalRow]) -> None:
        if not rows:
            return
        if self.is_exact:
            self._apply_exactly(rows)
        else:
            self._apply_as_new(rows)

    def _apply_as_new(self, rows: Sequence[RenewalRow]) -> None:
        if renewals.upsert(self.connection, rows, self.now) != len(rows):
            raise NotAllNewError
        self.tally.applied += len(rows)
        if holds.is_any_open(self.connection):
            self._release({row.reference: row.version for row in rows})
        meet_issued(self.connection, [row for row in rows if row.stops], self.now)

    def _apply_exactly(self, rows: Sequence[RenewalRow]) -> None:
        stored = renewals.known(self.connection, {row.reference for row in rows})
        newer: list[RenewalRow] = []
        confirmed: dict[str, int] = {}
        for row in rows:
            before = stored.get(row.reference)
            if before is not None and row.version < before.version:
                self.tally.older += 1
            elif before is None or (row.version > before.version and row.fence >= before.fence):
                newer.append(row)
                stored[row.reference] = Known(row.version, row.fence, row.record)
                confirmed[row.reference] = row.version
            elif row.version == before.version and row.record == before.record:
                self.tally.repeated += 1
                confirmed[row.reference] = row.version
            else:
                self._doubt(row, before)
        self.tally.applied += renewals.upsert(self.connection, newer, self.now)
        self._release(confirmed)
        meet_issued(self.connection, [row for row in newer if row.stops], self.now)

    def _doubt(self, row: RenewalRow, before: Known) -> None:
        """Hold a renewal for a row that contradicts what is known.

        A good version later in the same slice lifts the hold with the others.
        """
        if row.version == before.version:
            self.tally.conflicts += 1
            what = f"version {row.version} came again with other content"
            self._hold(row.reference, HoldCause.CONFLICT, row.version + 1, None)
        else:
            self.tally.rejected += 1
            what = f"version {row.version} takes fence {before.fence} back to {row.fence}"
            reason = f"fence {row.fence} is lower than {before.fence}, which is known already"
            why = Rejected("fence", reason, row.reference, row.version)
            self._dead_letter(RefusedLine(0, row.record, why), is_held=True)
        self._log(AuditEvent.CONFLICT_RAISED, reference=row.reference, what=what)

    def _refuse(self, refused: RefusedLine) -> None:
        self.tally.rejected += 1
        reference, version = refused.why.reference, refused.why.version
        is_overtaken = False
        if reference is not None and version is not None:
            known = renewals.known(self.connection, [reference]).get(reference)
            is_overtaken = known is not None and version < known.version
        self._dead_letter(refused, is_held=not is_overtaken)

    def _dead_letter(self, refused: RefusedLine, *, is_held: bool) -> None:
        reject_id = imports.add_reject(
            self.connection,
            refused.why,
            source=self.source,
            line=refused.line,
            raw=refused.raw,
            received_at=self.now,
        )
        reference = refused.why.reference
        if reference is not None and is_held:
            self._hold(reference, HoldCause.REJECTED, refused.why.version, reject_id)

    def _hold(
        self, reference: str, cause: HoldCause, version: int | None, reject_id: int | None
    ) -> None:
        if reject_id is None and any(
            hold.cause is cause and hold.release_version == version
            for hold in holds.open_for(self.connection, [reference])
        ):
            return
        holds.place(
            self.connection,
            reference,
            cause,
            release_version=version,
            reject_id=reject_id,
            placed_at=self.now,
        )
        self._log(AuditEvent.HOLD_PLACED, reference=reference, cause=cause.value)

    def _release(self, confirmed: Mapping[str, int]) -> None:
        """Lift the holds that good records answer, and settle the rejects they came from."""
        found = holds.releasable(holds.open_for(self.connection, confirmed), confirmed)
        release(self.connection, found, SUPERSEDED, self.now)

    def _log(self, event: AuditEvent, **payload: object) -> None:
        log.append(self.connection, self.now, event, Actor.CENTRAL, payload)


def release(
    connection: Connection, found: Sequence[holds.OpenHold], how: str, now: datetime
) -> None:
    """Lift holds, settle the rejects that placed them, and log it as one event."""
    if not found:
        return
    holds.release(connection, [hold.id for hold in found], now)
    settled = [hold.reject_id for hold in found if hold.reject_id is not None]
    imports.settle(connection, settled, how, now)
    references = sorted({hold.reference for hold in found})
    payload = {"references": references}
    log.append(connection, now, AuditEvent.HOLDS_RELEASED, Actor.CENTRAL, payload)
