"""The printers, what is asked of them, and when the kiosk is out of service."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from kiosk.domain.service import OPEN_SERVICE, ServiceKind, ServiceState, Verdict
from kiosk.store.tables.shapes import UtcTime, metadata, one_of

IS_OPEN: Final = one_of("state", OPEN_SERVICE)
"""Of a request; the condition of an index, which a query must repeat to the letter to use it."""

printers = Table(
    "printers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("capabilities", Text),
    Column("changed_at", UtcTime, nullable=False),
    Column("checked_at", UtcTime, nullable=False),
    Column("print_ms", Integer),
)
"""What the printer process last saw; `print_ms` is the measured time of a sticker."""

printer_tunings = Table(
    "printer_tunings",
    metadata,
    Column("printer", Text, primary_key=True),
    Column("right_mm", Integer, nullable=False),
    Column("down_mm", Integer, nullable=False),
    Column("density", Integer, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", UtcTime, nullable=False),
)
"""Offsets and density of a printer, as staff last set them."""

service_requests = Table(
    "service_requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("printer", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("state", Text, nullable=False, server_default="requested"),
    Column("serial", ForeignKey("blanks.serial")),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("outcome", Text),
    Column("verdict", Text),
    Column("verdict_by", Text),
    Column("visit", Text),
    Column("reference", Text),
    Column("slip", Text),
    CheckConstraint(one_of("kind", ServiceKind), name="kind"),
    CheckConstraint(one_of("state", ServiceState), name="state"),
    CheckConstraint(one_of("verdict", Verdict), name="verdict"),
    CheckConstraint(
        "(state IN ('done', 'failed')) = (ended_at IS NOT NULL AND outcome IS NOT NULL)",
        name="ended",
    ),
    CheckConstraint(
        "(kind = 'status') = (visit IS NOT NULL AND reference IS NOT NULL)", name="visitor"
    ),
    CheckConstraint(
        "(kind = 'status' AND state IN ('requested', 'started')) = (slip IS NOT NULL)", name="slip"
    ),
    Index(
        "uq_service_requests_open",
        "printer",
        unique=True,
        sqlite_where=text(IS_OPEN),
    ),
    Index(
        "uq_service_requests_slip",
        "visit",
        "reference",
        unique=True,
        sqlite_where=text("visit IS NOT NULL AND state <> 'failed'"),
    ),
    Index("ix_service_requests_printer", "printer"),
    Index("ix_service_requests_visit", "visit", sqlite_where=text("visit IS NOT NULL")),
)
"""What was asked of a printer: the screens write it, the printer process takes it between stickers.
`serial` is the blank it used up; `outcome` says in a word how it ended. A visitor asks for a slip
of one renewal: `visit` is known by its digest; `slip`, the lines to print, goes when it ends."""

service_stops = Table(
    "service_stops",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("why", Text, nullable=False),
    Column("stopped_by", Text, nullable=False),
    Column("stopped_at", UtcTime, nullable=False),
    Column("resumed_by", Text),
    Column("resumed_at", UtcTime),
    Index(
        "uq_service_stops_open",
        text("(1)"),
        unique=True,
        sqlite_where=text("resumed_at IS NULL"),
    ),
)
"""Times at which people took the kiosk out of service; one is open at most."""
