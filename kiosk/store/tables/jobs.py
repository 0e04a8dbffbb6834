"""Print jobs, their legal steps, and what is known of their outcome."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from kiosk.domain.job import ON_PRINTER, OPEN, JobState
from kiosk.store.tables.shapes import UtcTime, metadata, one_of

IS_OPEN: Final = one_of("state", OPEN)
IS_ON_PRINTER: Final = one_of("state", ON_PRINTER)
"""Conditions of indices, which a query must repeat to the letter to use them."""

job_edges = Table(
    "job_edges",
    metadata,
    Column("before", Text, primary_key=True),
    Column("after", Text, primary_key=True),
)
"""The legal steps of a job, the same as `kiosk.domain.job.EDGES`."""

jobs = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("reference", ForeignKey("renewals.reference"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("visit", Text, nullable=False),
    Column("printer", Text),
    Column("serial", Text),
    Column("cause", Text),
    Column("cuts_before", Integer),
    Column("requested_at", UtcTime, nullable=False),
    Column("claimed_at", UtcTime),
    Column("sending_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("taken_at", UtcTime),
    CheckConstraint(one_of("state", JobState), name="state"),
    CheckConstraint(
        "state IN ('requested', 'cancelled') OR (serial IS NOT NULL AND printer IS NOT NULL)",
        name="claimed",
    ),
    Index(
        "uq_jobs_open_renewal",
        "reference",
        unique=True,
        sqlite_where=text(IS_OPEN),
    ),
    Index(
        "uq_jobs_on_printer",
        "printer",
        unique=True,
        sqlite_where=text(IS_ON_PRINTER),
    ),
    Index("ix_jobs_open", "number", sqlite_where=text(IS_OPEN)),
    Index("ix_jobs_reference", "reference"),
    sqlite_autoincrement=True,
)
"""Print jobs. `visit` is a digest of the visitor's session; `cuts_before` the printer's counter."""

job_evidence = Table(
    "job_evidence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job_number", ForeignKey("jobs.number"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    CheckConstraint(
        one_of("kind", ("process-id", "processed", "staff", "counter", "cleared", "not-sent")),
        name="kind",
    ),
    Index("ix_job_evidence_job_number", "job_number"),
)
"""What is known about a job's outcome, and from whom; `detail` is JSON."""
