"""What a print job may never do."""

from __future__ import annotations

from typing import Final

from kiosk.store.triggers.shapes import constant, kept, new, once, refuse

JOBS: Final = (
    kept("jobs"),
    constant(
        "jobs",
        *("number", "id", "reference", "version", "fence", "attempt", "visit", "requested_at"),
    ),
    once("jobs", "serial", "printer"),
    new(
        "jobs",
        "number = NEW.number OR id = NEW.id OR (reference = NEW.reference"
        " AND state IN ('requested', 'claimed', 'sending', 'in_doubt'))",
    ),
    refuse(
        "jobs_begin_requested",
        "INSERT",
        "jobs",
        "NEW.state <> 'requested'",
        "a job begins as requested",
    ),
    refuse(
        "jobs_legal_step",
        "UPDATE OF state",
        "jobs",
        "NEW.state IS NOT OLD.state AND NOT EXISTS ("
        "SELECT 1 FROM job_edges WHERE before = OLD.state AND after = NEW.state)",
        "this step is not legal",
    ),
    refuse(
        "jobs_sending_has_issue",
        "UPDATE OF state",
        "jobs",
        "NEW.state = 'sending' AND OLD.state <> 'sending' AND NOT EXISTS ("
        "SELECT 1 FROM issues WHERE job_number = NEW.number AND validity = 'valid'"
        " AND reference = NEW.reference AND fence = NEW.fence AND attempt = NEW.attempt"
        " AND serial = NEW.serial)",
        "nothing is sent without a valid issue",
    ),
    refuse(
        "jobs_sending_has_right",
        "UPDATE OF state",
        "jobs",
        "NEW.state = 'sending' AND OLD.state <> 'sending' AND NOT EXISTS ("
        "SELECT 1 FROM renewals WHERE reference = NEW.reference AND status = 'paid'"
        " AND fence = NEW.fence AND kiosk = (SELECT value FROM meta WHERE name = 'kiosk'))",
        "the renewal is not paid, or its right to print is not here",
    ),
    refuse(
        "jobs_sending_not_held",
        "UPDATE OF state",
        "jobs",
        "NEW.state = 'sending' AND OLD.state <> 'sending' AND EXISTS ("
        "SELECT 1 FROM holds WHERE reference = NEW.reference AND released_at IS NULL)",
        "the renewal is held",
    ),
    refuse(
        # The index says so too; UPDATE OR REPLACE would delete the other job to satisfy it.
        "jobs_printer_free",
        "UPDATE OF state, printer",
        "jobs",
        "NEW.state IN ('sending', 'in_doubt') AND EXISTS ("
        "SELECT 1 FROM jobs WHERE printer = NEW.printer AND state IN ('sending', 'in_doubt')"
        " AND number <> NEW.number)",
        "the printer has another job in sending or in doubt",
    ),
    refuse(
        "jobs_cancel_without_issue",
        "UPDATE OF state",
        "jobs",
        "NEW.state = 'cancelled' AND EXISTS (SELECT 1 FROM issues WHERE job_number = NEW.number)",
        "a job that issued a sticker cannot be cancelled",
    ),
    refuse(
        "jobs_outcome_has_evidence",
        "UPDATE OF state",
        "jobs",
        "OLD.state = 'sending' AND NEW.state IN ('printed', 'no_output') AND NOT EXISTS ("
        "SELECT 1 FROM job_evidence WHERE job_number = NEW.number AND"
        " CASE NEW.state WHEN 'printed' THEN kind IN ('process-id', 'processed')"
        " ELSE kind = 'not-sent' END)",
        "an outcome needs its evidence",
    ),
    refuse(
        "jobs_doubt_ended_by_people",
        "UPDATE OF state",
        "jobs",
        "NEW.state IS NOT OLD.state AND (OLD.state = 'in_doubt' OR NEW.state = 'spoiled')"
        " AND NOT EXISTS ("
        "SELECT 1 FROM job_evidence WHERE job_number = NEW.number AND kind = 'staff')",
        "only people end a doubt or spoil a sticker, with evidence",
    ),
)
"""Each with its name and SQL."""
