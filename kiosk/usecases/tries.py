"""How often a wrong ID may be typed: per renewal, and on the machine over all of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from kiosk.store import machine

MACHINE = "machine"
"""The subject under which the whole machine's tries are counted."""

FREE_TRIES = 3
"""Wrong IDs in a row that cost nothing: people mistype."""

MACHINE_FREE_TRIES = 15
"""Wrong IDs in a row on the whole machine, over all renewals, before everybody waits."""

FIRST_WAIT = timedelta(seconds=30)
"""The wait after the next wrong one; it doubles with each until the longest."""

LONGEST_WAIT = timedelta(minutes=15)
"""Long enough to make guessing 13 digits of one owner hopeless."""

LONGEST_MACHINE_WAIT = timedelta(minutes=1)
"""Short enough for a queue's next person: one vandal must not close the machine."""

FORGOTTEN_AFTER = timedelta(minutes=30)
"""Tries so long ago were another person's."""


def wait_s(connection: Connection, reference: str, now: datetime) -> int:
    """Return the seconds until an ID is taken for this renewal again; 0 when it is taken now."""
    renewal = _wait_s(connection, reference, FREE_TRIES, LONGEST_WAIT, now)
    return max(renewal, _wait_s(connection, MACHINE, MACHINE_FREE_TRIES, LONGEST_MACHINE_WAIT, now))


def count(connection: Connection, subject: str, now: datetime) -> None:
    """Count a try before it is judged; those of long ago no longer count."""
    _, last_at = machine.wrong_tries(connection, subject)
    if last_at is not None and now - last_at > FORGOTTEN_AFTER:
        machine.forgive(connection, subject)
    machine.count_try(connection, subject, now)


def _wait_s(
    connection: Connection, subject: str, free: int, longest: timedelta, now: datetime
) -> int:
    wrong, last_at = machine.wrong_tries(connection, subject)
    if last_at is None or wrong <= free or now - last_at > FORGOTTEN_AFTER:
        return 0
    span = min(FIRST_WAIT * (1 << min(wrong - free - 1, 10)), longest)
    return max(0, -int((now - last_at - span).total_seconds()))
