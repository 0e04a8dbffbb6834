"""A collector at the screen: open a renewal by code or ID, look at it, ask for its sticker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.decide import Refused
from kiosk.domain.job import JobState
from kiosk.domain.printing import Picture
from kiosk.domain.readiness import is_older, not_ready
from kiosk.domain.reasons import Reason
from kiosk.domain.sticker import sticker_fields
from kiosk.sticker.layout import Template
from kiosk.sticker.picture import draw
from kiosk.sticker.receipt import Row
from kiosk.store import jobs, log, renewals, reports
from kiosk.store.engine import reading, writing
from kiosk.usecases import calling, opening, requesting, slips
from kiosk.usecases.judging import judge, machine_facts
from kiosk.usecases.ports import Clock
from kiosk.usecases.site import Site
from kiosk.usecases.views import (
    Denied,
    Found,
    JobView,
    MachineView,
    NeedsId,
    Opened,
    SlipView,
)

LEFT_FOR = timedelta(minutes=10)
"""So long the next people are told of a sticker that may still lie in the slot."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the public screens ask for; each call is one transaction.

    `receipt` names the printer on plain paper, None where there is none.
    """

    engine: Engine
    site: Site
    template: Template
    clock: Clock
    receipt: str | None = None

    def open_by_code(self, text: str) -> Opened | NeedsId | Denied:
        """Read a scanned code with each reader in turn; a signed one opens its renewal."""
        return opening.open_by_code(self.engine, self.site, self.clock(), text)

    def open_by_reference(self, reference: str, owner_id: str) -> Opened | Denied:
        """Open a renewal for the person who knows its reference and its owner's ID."""
        now = self.clock()
        return opening.open_by_reference(self.engine, self.site, now, reference, owner_id)

    def open_by_plate(self, plate: str, province: str, owner_id: str) -> Opened | Denied:
        """Open a vehicle for the person who knows its plate, province and owner's ID."""
        now = self.clock()
        return opening.open_by_plate(self.engine, self.site, now, plate, province, owner_id)

    def look(self, reference: str) -> Found | Denied:
        """Return the renewal's newest record and the decision with all reasons."""
        with reading(self.engine) as connection:
            return self._found(connection, reference) or Denied(Reason.NOT_FOUND)

    def count_others(self, reference: str) -> int:
        """Count the paid renewals of the same owner here besides this one, without judging them.

        To be asked only after the owner's ID was verified, as `of_same_owner`.
        """
        with reading(self.engine) as connection:
            asked = renewals.find(connection, reference)
            if asked is None:
                return 0
            digest = asked.record.owner.id_digest
            return max(0, renewals.count_by_owner(connection, digest, self.site.kiosk) - 1)

    def of_same_owner(self, reference: str) -> tuple[str, ...]:
        """Return the paid renewals held by this kiosk whose owner is that of `reference`.

        The one asked for comes first, then those without a sticker, then the others; none of them
        is judged. To be asked only after the owner's ID was verified: a code alone opens its own
        vehicle.
        """
        with reading(self.engine) as connection:
            asked = renewals.find(connection, reference)
            if asked is None:
                return ()
            digest = asked.record.owner.id_digest
            held = renewals.references_by_owner(connection, digest, self.site.kiosk)
        return (reference, *(each for each in held if each != reference))

    def _found(self, connection: Connection, reference: str) -> Found | None:
        now = self.clock()
        judged = judge(connection, reference, self.site, now)
        if judged is None:
            return None
        job = judged.job
        return Found(
            record=judged.record,
            decision=judged.decision,
            issued_at=None if judged.issue is None else judged.issue.issued_at,
            serial=None if judged.issue is None else judged.issue.serial,
            job=None if job is None else requesting.view_of(connection, job, self.site, now),
        )

    def preview(self, reference: str) -> Picture | Denied:
        """Draw the sticker as it would come out, with serial, time and QR as placeholders."""
        with reading(self.engine) as connection:
            stored = renewals.find(connection, reference)
        if stored is None:
            return Denied(Reason.NOT_FOUND)
        fields = sticker_fields(
            stored.record,
            office_name=self.site.office.name_th,
            is_specimen=self.site.is_specimen,
        )
        return draw(fields, self.template, None).picture

    def request_print(self, reference: str, visit: str) -> JobView | Refused | Denied:
        """Ask for the sticker. Asking twice answers with the job there is."""
        return requesting.request_print(self.engine, self.site, self.clock, reference, visit)

    def job(self, job_id: str) -> JobView | None:
        """Return a job as the screen may know it."""
        return requesting.watch(self.engine, self.site, self.clock, job_id)

    def cancel_waiting(self, visit: str) -> None:
        """Cancel what this visitor asked for and nothing was sent of: the visitor is gone."""
        requesting.cancel_waiting(self.engine, self.clock, visit)
        slips.cancel_waiting(self.engine, self.clock, visit)

    def request_slip(self, reference: str, visit: str, rows: Sequence[Row]) -> int | Denied:
        """Ask for a slip of how a renewal stands; to be asked only after the ID was verified."""
        if self.receipt is None:
            return Denied(Reason.SLIP_NOT_PRINTED)
        return slips.ask_slip(
            self.engine, self.clock, self.receipt, reference=reference, visit=visit, rows=rows
        )

    def slip(self, number: int) -> SlipView | None:
        """Return how far a slip is."""
        return slips.watch(self.engine, self.clock, number)

    def taken(self, job_id: str) -> None:
        """Note that the collector pressed Finish after a printed sticker."""
        now = self.clock()
        with writing(self.engine) as connection:
            job = jobs.by_id(connection, job_id)
            if job is None or job.state is not JobState.PRINTED:
                return
            if jobs.set_taken(connection, job, now):
                payload = {"job": job.id}
                log.append(connection, now, AuditEvent.STICKER_TAKEN, Actor.COLLECTOR, payload)

    def call_staff(self, about: Reason | None) -> None:
        """Call staff to the machine; a call that is still open is not made twice."""
        calling.call_staff(self.engine, self.clock, about)

    def machine(self) -> MachineView:
        """Return why the kiosk may not print, if so, and how fresh its records are."""
        now = self.clock()
        with reading(self.engine) as connection:
            facts = machine_facts(connection, self.site, now)
            return MachineView(
                reasons=not_ready(facts),
                data_as_of=facts.data_as_of,
                office_th=self.site.office.name_th,
                office_en=self.site.office.name_en,
                kiosk=self.site.kiosk,
                has_left_sticker=self._has_left_sticker(connection),
                is_stale=is_older(facts.data_as_of, self.site.stale_after, now),
                prints_slips=self.receipt is not None
                and slips.is_ready(connection, self.receipt, now),
            )

    def _has_left_sticker(self, connection: Connection) -> bool:
        left_at = reports.last_left_at(connection)
        return left_at is not None and self.clock() - left_at <= LEFT_FOR
