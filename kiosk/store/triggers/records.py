"""What may never happen to the records that came in."""

from __future__ import annotations

from typing import Final

from kiosk.store.triggers.shapes import constant, kept, new, once, refuse

RECORDS: Final = (
    kept("renewals"),
    refuse(
        "renewals_only_grow",
        "UPDATE",
        "renewals",
        "NEW.version < OLD.version OR NEW.fence < OLD.fence"
        " OR NEW.reference IS NOT OLD.reference OR NEW.id IS NOT OLD.id",
        "version and fence never decrease, the reference is constant",
    ),
    kept("rejects"),
    constant(
        "rejects",
        *("id", "source", "line", "raw", "reference", "version", "field", "reason"),
        "received_at",
    ),
    once("rejects", "settled_at", "settled_how"),
    new("rejects", "id = NEW.id"),
    kept("holds"),
    constant("holds", "id", "reference", "cause", "release_version", "reject_id", "placed_at"),
    once("holds", "released_at"),
    new("holds", "id = NEW.id"),
    kept("batches"),
    constant(
        "batches",
        *("id", "source", "first_seq", "last_seq", "sha256", "is_snapshot", "import_id"),
    ),
    once("batches", "answer"),
    new(
        "batches",
        "id = NEW.id OR import_id = NEW.import_id OR (source = NEW.source"
        " AND first_seq = NEW.first_seq AND last_seq = NEW.last_seq AND sha256 = NEW.sha256)",
    ),
    kept("watermarks"),
    refuse(
        "watermarks_only_grow",
        "UPDATE",
        "watermarks",
        "NEW.source IS NOT OLD.source OR NEW.last_seq < OLD.last_seq",
        "what was applied stays applied",
    ),
    new("watermarks", "source = NEW.source"),
    kept("conflicts"),
    constant("conflicts", "id", "reference", "version", "serial", "what", "raised_at"),
    once("conflicts", "settled_at", "settled_by", "settled_how"),
    new("conflicts", "id = NEW.id"),
)
"""No record goes back to an older version, no batch is applied twice, no refusal is forgotten."""
