"""Heads of the log that leave the machine, so that a cut tail shows."""

from __future__ import annotations

from sqlalchemy import Engine

from kiosk.domain.audit import Actor
from kiosk.store import log
from kiosk.store.engine import writing
from kiosk.usecases.facts import record_head
from kiosk.usecases.ports import Clock

Head = tuple[int, bytes]
"""Number and hash of a row of the log."""


class HeadProblem(ValueError):  # noqa: N818 - it is said to a person, who typed it
    """A text is no head; the message is one sentence."""


def publish_head(engine: Engine, clock: Clock, *, where: str) -> Head:
    """Return the present head and remember that it was given away; the log may not end before it.

    `where` says where it stands now: on a screen, a report, at central.
    """
    now = clock()
    with writing(engine) as connection:
        number, hashed = log.head(connection)
        record_head(connection, number, hashed, where=where, at=now, actor=Actor.SYSTEM)
    return number, hashed


def head_text(head: Head) -> str:
    """Return a head as people note it: `N:HASH`."""
    number, hashed = head
    return f"{number}:{hashed.hex()}"


def parse_head(text: str) -> Head:
    """Read `N:HASH` as it was printed. Raises HeadProblem."""
    number, colon, hashed = text.strip().partition(":")
    try:
        head = int(number), bytes.fromhex(hashed)
    except ValueError:
        head = -1, b""
    if not colon or head[0] < 0 or len(head[1]) != 32:  # noqa: PLR2004 - SHA-256
        raise HeadProblem(f"{text!r} is no head of a log; it looks like 1204:9f3c… (64 digits)")
    return head
