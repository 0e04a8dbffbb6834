"""What may never happen to issues, to blanks and to their rolls."""

from __future__ import annotations

from typing import Final

from kiosk.store.triggers.shapes import constant, kept, new, once, refuse

ISSUES: Final = (
    kept("issues"),
    constant(
        "issues",
        *("id", "reference", "fence", "attempt", "serial", "job_number"),
        *("issued_at", "fields", "code"),
    ),
    new(
        "issues",
        "id = NEW.id OR job_number = NEW.job_number"
        " OR (reference = NEW.reference AND fence = NEW.fence AND attempt = NEW.attempt)"
        " OR (reference = NEW.reference AND validity = 'valid')"
        " OR (serial = NEW.serial AND (void_reason IS NULL OR void_reason <> 'no-output'))",
    ),
    refuse(
        "issues_begin_valid",
        "INSERT",
        "issues",
        "NEW.validity <> 'valid'",
        "an issue begins as valid",
    ),
    refuse(
        "issues_of_claimed_job",
        "INSERT",
        "issues",
        "NOT EXISTS (SELECT 1 FROM jobs WHERE number = NEW.job_number AND state = 'claimed'"
        " AND reference = NEW.reference AND fence = NEW.fence AND attempt = NEW.attempt"
        " AND serial = NEW.serial)",
        "an issue belongs to a claimed job with the same right and serial",
    ),
    refuse(
        "issues_of_issued_blank",
        "INSERT",
        "issues",
        "NOT EXISTS (SELECT 1 FROM blanks WHERE serial = NEW.serial AND fate = 'issued')",
        "its blank is not marked as issued",
    ),
    refuse(
        "issues_void_once",
        "UPDATE OF validity, void_reason",
        "issues",
        "OLD.validity = 'void' AND (NEW.validity IS NOT OLD.validity"
        " OR NEW.void_reason IS NOT OLD.void_reason)",
        "a void issue stays void for its reason",
    ),
)
"""At most one sticker that counts per renewal, and none forgotten."""

STOCK: Final = (
    kept("rolls"),
    constant("rolls", "id", "mode", "first", "last", "blanks", "loaded_at", "loaded_by"),
    once("rolls", "ended_at"),
    new("rolls", "id = NEW.id OR ended_at IS NULL"),
    kept("blanks"),
    constant("blanks", "serial", "roll_id", "position"),
    new("blanks", "serial = NEW.serial OR (roll_id = NEW.roll_id AND position = NEW.position)"),
    refuse(
        "blanks_one_fate",
        "UPDATE OF fate",
        "blanks",
        "NEW.fate IS NOT OLD.fate AND (OLD.fate || '>' || NEW.fate) NOT IN"
        " ('left>issued', 'left>spoiled', 'left>returned', 'issued>spoiled', 'issued>left')",
        "this change of fate is not legal",
    ),
    refuse(
        "blanks_go_back_unused",
        "UPDATE OF fate",
        "blanks",
        "OLD.fate = 'issued' AND NEW.fate = 'left' AND EXISTS (SELECT 1 FROM issues"
        " WHERE serial = NEW.serial AND (void_reason IS NULL OR void_reason <> 'no-output'))",
        "an issue carries this serial",
    ),
)
"""Loaded = issued + spoiled + returned + left."""
