"""Issues: the fact that a sticker exists or may exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Row, bindparam, insert, select, text, update

from kiosk.domain.job import Validity, VoidReason
from kiosk.domain.sticker import StickerFields
from kiosk.store.jobs import Job
from kiosk.store.tables.stickers import issues

_VALID = select(issues).where(
    issues.c.reference == bindparam("reference"), text("validity = 'valid'")
)


@dataclass(frozen=True, slots=True)
class Issue:
    """A row of `issues`; `fields` is what was printed, `code` the text of its QR."""

    id: int
    reference: str
    fence: int
    attempt: int
    serial: str
    job_number: int
    validity: Validity
    void_reason: VoidReason | None
    issued_at: datetime
    fields: StickerFields
    code: str


def _issue(row: Row[tuple[object, ...]]) -> Issue:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    reason = values["void_reason"]
    return Issue(
        **values
        | {
            "validity": Validity(values["validity"]),
            "void_reason": None if reason is None else VoidReason(reason),
            "fields": msgspec.json.decode(values["fields"], type=StickerFields),
        }
    )


def add(connection: Connection, job: Job, fields: StickerFields, code: str) -> None:
    """Insert the valid issue of a claimed job; its blank must be marked issued before."""
    connection.execute(
        insert(issues).values(
            reference=job.reference,
            fence=job.fence,
            attempt=job.attempt,
            serial=fields.serial,
            job_number=job.number,
            validity=Validity.VALID,
            issued_at=fields.issued_at,
            fields=msgspec.json.encode(fields).decode(),
            code=code,
        )
    )


def valid_for(connection: Connection, reference: str) -> Issue | None:
    """Return the renewal's one valid issue."""
    row = connection.execute(_VALID, {"reference": reference}).first()
    return None if row is None else _issue(row)


def of_job(connection: Connection, job: Job) -> Issue | None:
    """Return the issue that a job made."""
    row = connection.execute(select(issues).where(issues.c.job_number == job.number)).first()
    return None if row is None else _issue(row)


def by_serial(connection: Connection, serial: str) -> Issue | None:
    """Return the newest issue that carries a serial."""
    query = select(issues).where(issues.c.serial == serial).order_by(issues.c.id.desc())
    row = connection.execute(query.limit(1)).first()
    return None if row is None else _issue(row)


def void(connection: Connection, issue: Issue, reason: VoidReason) -> bool:
    """End an issue's validity; False if it had ended."""
    result = connection.execute(
        update(issues)
        .where(issues.c.id == issue.id, issues.c.validity == Validity.VALID)
        .values(validity=Validity.VOID, void_reason=reason)
    )
    return result.rowcount == 1
