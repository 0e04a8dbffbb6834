"""The ways in: a collection code, or a reference or plate with the owner's ID."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine

from kiosk.domain import provinces
from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.identity import IdProblem, parse_id
from kiosk.domain.identity_digest import owner_digest
from kiosk.domain.plate import PlateProblem, parse_plate, plate_key
from kiosk.domain.reasons import Reason
from kiosk.domain.thai import to_arabic_digits
from kiosk.domain.typed import fold
from kiosk.sticker.code import CodeProblem, Collected, read_collection_code, read_plain_code
from kiosk.store import log, machine, renewals
from kiosk.store.engine import writing
from kiosk.store.renewals import Stored
from kiosk.usecases import tries
from kiosk.usecases.site import Site
from kiosk.usecases.views import Denied, NeedsId, Opened

MAX_REFERENCE = 40
"""No reference is longer than this; more is a slip of the scanner."""


def open_by_code(engine: Engine, site: Site, now: datetime, text: str) -> Opened | NeedsId | Denied:
    """Read a scanned code with each reader in turn; a signed one opens its renewal."""
    found = _read(text, site, now)
    with writing(engine) as connection:
        if isinstance(found, Opened) and renewals.find(connection, found.reference) is None:
            found = Denied(Reason.NOT_FOUND)
        if isinstance(found, Denied):
            payload = {"reason": found.reason.value}
            log.append(connection, now, AuditEvent.CODE_REFUSED, Actor.COLLECTOR, payload)
        else:
            kind = "signed" if isinstance(found, Opened) else "plain"
            payload = {"reference": found.reference, "kind": kind}
            log.append(connection, now, AuditEvent.CODE_ACCEPTED, Actor.COLLECTOR, payload)
    return found


def _read(text: str, site: Site, now: datetime) -> Opened | NeedsId | Denied:
    for reader in site.codes:
        found = _signed(text, site, now) if reader == "signed" else _plain(text, site)
        if found is not None:
            return found
    return Denied(Reason.CODE_UNREADABLE)


def _signed(text: str, site: Site, now: datetime) -> Opened | Denied | None:
    read = read_collection_code(text, site.ring, now)
    if isinstance(read, Collected):
        return Opened(read.reference)
    if read is CodeProblem.EXPIRED:
        return Denied(Reason.CODE_EXPIRED)
    if read is CodeProblem.FORGED:
        return Denied(Reason.CODE_FORGED)
    return None


def _plain(text: str, site: Site) -> NeedsId | None:
    reference = read_plain_code(text, site.plain_code)
    return None if reference is None else NeedsId(as_reference(reference))


def open_by_reference(
    engine: Engine, site: Site, now: datetime, reference: str, owner_id: str
) -> Opened | Denied:
    """Open a renewal for the person who knows its reference and its owner's ID."""
    typed = as_reference(reference)
    if not typed or len(typed) > MAX_REFERENCE:
        return Denied(Reason.REFERENCE_MALFORMED)
    identity = parse_id(owner_id)
    if isinstance(identity, IdProblem):
        return Denied(Reason.ID_MALFORMED)
    with writing(engine) as connection:
        if wait := _must_wait(connection, typed, now):
            return wait
        stored = find_typed(connection, typed)
        tries.count(connection, tries.MACHINE, now)
        if stored is None:
            return Denied(Reason.NOT_FOUND)
        subject = stored.record.reference
        tries.count(connection, subject, now)
    return _judge(engine, site, now, [stored], identity.number, subject)


def open_by_plate(
    engine: Engine, site: Site, now: datetime, plate: str, province: str, owner_id: str
) -> Opened | Denied:
    """Open a vehicle's newest renewal for the person who knows its plate and its owner's ID."""
    named = provinces.by_name(province)
    if isinstance(parse_plate(plate), PlateProblem) or named is None:
        return Denied(Reason.PLATE_MALFORMED)
    identity = parse_id(owner_id)
    if isinstance(identity, IdProblem):
        return Denied(Reason.ID_MALFORMED)
    key = plate_key(plate)
    subject = f"plate:{key}:{named.iso}"
    with writing(engine) as connection:
        if wait := _must_wait(connection, subject, now):
            return wait
        tries.count(connection, tries.MACHINE, now)
        stored = [
            found
            for found in renewals.find_by_plate(connection, key)
            if provinces.by_name(found.record.plate.province) == named
        ]
        if not stored:
            return Denied(Reason.NOT_FOUND)
        tries.count(connection, subject, now)
    return _judge(engine, site, now, stored, identity.number, subject)


def _must_wait(connection: Connection, subject: str, now: datetime) -> Denied | None:
    # The try is counted before it is judged: pulling the plug gives no free guess.
    wait_s = tries.wait_s(connection, subject, now)
    if wait_s == 0:
        return None
    return Denied(Reason.TOO_MANY_TRIES, retry_after_s=wait_s, params={"seconds": str(wait_s)})


def _judge(
    engine: Engine,
    site: Site,
    now: datetime,
    stored: Sequence[Stored],
    number: str,
    subject: str,
) -> Opened | Denied:
    """Open the newest of some renewals that the number's owner has; tries stand under `subject`."""
    digest = owner_digest(number, site.fleet_key)
    own = [
        found.record
        for found in stored
        if secrets.compare_digest(digest, found.record.owner.id_digest)
    ]
    newest = max(own, key=lambda record: (record.tax.expires_on, record.reference), default=None)
    event = AuditEvent.OWNER_MISMATCH if newest is None else AuditEvent.OWNER_VERIFIED
    named = stored[0].record.reference if newest is None else newest.reference
    with writing(engine) as connection:
        log.append(connection, now, event, Actor.COLLECTOR, {"reference": named})
        if newest is None:
            return Denied(Reason.ID_MISMATCH)
        machine.forgive(connection, subject)
        machine.forgive(connection, tries.MACHINE)
    return Opened(newest.reference)


def as_reference(typed: str) -> str:
    """Return a typed reference without spaces, in capitals and Arabic digits, hyphens kept."""
    return "".join(to_arabic_digits(typed).split()).upper()


def find_typed(connection: Connection, typed: str) -> Stored | None:
    """Find a renewal as its reference was typed: hyphens are often added where there are none."""
    return renewals.find(connection, typed) or renewals.find(connection, fold(typed).upper())
