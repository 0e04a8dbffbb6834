"""A visitor calls staff to the machine, and staff say that they have heard."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.reasons import Reason
from kiosk.domain.staff import Act
from kiosk.store import calls, log
from kiosk.store.engine import writing
from kiosk.usecases.permitting import permit
from kiosk.usecases.ports import Clock

CALLED_FOR = timedelta(minutes=15)
"""After so long nobody stands there any more; an open call is kept, and a new one is another's."""


def call_staff(engine: Engine, clock: Clock, about: Reason | None) -> None:
    """Call staff; `about` is what the screen said when they were called.

    A call that is still fresh and open stays the one there is, however often the key is pressed.
    """
    now = clock()
    with writing(engine) as connection:
        last = calls.newest_open(connection)
        if last is not None and now - last.called_at < CALLED_FOR:
            return
        number = calls.add(connection, about=None if about is None else about.value, at=now)
        payload = {"call": number, "about": "" if about is None else about.value}
        log.append(connection, now, AuditEvent.STAFF_CALLED, Actor.COLLECTOR, payload)


def answer(engine: Engine, clock: Clock, *, by: str) -> int:
    """Note that a member of staff has heard every open call; return how many there were."""
    permit(engine, clock, Act.ANSWER_CALLS, by=by)
    now = clock()
    with writing(engine) as connection:
        answered = calls.answer(connection, by=by, at=now)
        if answered:
            payload = {"calls": answered}
            log.append(connection, now, AuditEvent.CALL_ANSWERED, by, payload)
    return len(answered)
