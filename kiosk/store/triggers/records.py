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
)
"""No record goes back to an older version, and no refusal is forgotten."""
