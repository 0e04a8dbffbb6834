"""What may never happen to the log, to evidence and to what says whose database it is."""

from __future__ import annotations

from typing import Final

from kiosk.store.triggers.shapes import constant, kept, new, once, refuse

LOG: Final = (
    kept("audit_events"),
    refuse(
        "audit_events_constant",
        "UPDATE",
        "audit_events",
        # A purge takes the salt along, so that guesses cannot be matched with the digest.
        "NEW.payload IS NOT NULL OR (OLD.payload IS NOT NULL AND NEW.salt IS NOT x'')"
        " OR (OLD.payload IS NULL AND NEW.salt IS NOT OLD.salt) OR "
        + " OR ".join(
            f"NEW.{column} IS NOT OLD.{column}"
            for column in ("number", "at", "event", "actor", "digest", "previous", "hash")
        ),
        "a row is never changed, except that its payload is purged",
    ),
    refuse(
        "audit_events_continue_head",
        "INSERT",
        "audit_events",
        "NOT EXISTS (SELECT 1 FROM audit_head WHERE NEW.number = number + 1"
        " AND NEW.previous = hash) OR NEW.payload IS NULL",
        "a row continues the head",
    ),
    new("audit_events", "number = NEW.number OR previous = NEW.previous OR hash = NEW.hash"),
    (
        # So the head cannot lag behind, whoever inserts.
        "audit_events_move_head",
        """CREATE TRIGGER audit_events_move_head AFTER INSERT ON audit_events
BEGIN UPDATE audit_head SET number = NEW.number, hash = NEW.hash; END""",
    ),
    kept("audit_head"),
    new("audit_head", "1"),
    refuse(
        "audit_head_follows",
        "UPDATE",
        "audit_head",
        "NEW.id IS NOT OLD.id OR NEW.number <> OLD.number + 1 OR NOT EXISTS ("
        "SELECT 1 FROM audit_events WHERE number = NEW.number AND hash = NEW.hash)",
        "the head moves to the next row only",
    ),
    kept("audit_anchors"),
    constant("audit_anchors", "id", "number", "hash", "where", "at"),
    new("audit_anchors", "id = NEW.id"),
    kept("print_log"),
    constant("print_log", "number", "key", "kind", "fact"),
    once("print_log", "delivered_at"),
    new("print_log", "number = NEW.number OR key = NEW.key"),
    kept("job_evidence"),
    constant("job_evidence", "id", "job_number", "kind", "detail", "by", "at"),
    new("job_evidence", "id = NEW.id"),
)
"""The log only grows."""

OWN: Final = (
    kept("meta"),
    constant("meta", "name", "value"),
    new("meta", "name = NEW.name"),
    kept("job_edges"),
    constant("job_edges", "before", "after"),
    refuse("job_edges_fixed", "INSERT", "job_edges", "1", "the legal steps are fixed"),
)
"""Written once."""
