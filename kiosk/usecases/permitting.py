"""Whether a member of staff may do something; a refusal is written to the log."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine

from kiosk.domain.audit import AuditEvent
from kiosk.domain.staff import MAY, Act, Role, roles_for
from kiosk.store import log, people
from kiosk.store.engine import reading, writing
from kiosk.store.people import Person
from kiosk.usecases.ports import Clock
from kiosk.usecases.told import ToldProblem


class NotAllowed(ToldProblem):
    """This is for other roles than that of whoever tried."""

    def __init__(self, act: Act) -> None:
        roles = " or a ".join(roles_for(act))
        super().__init__(f"{act.value.replace('-', ' ')}: this takes a {roles}", "not-allowed")
        self.act = act


def permit(engine: Engine, clock: Clock, act: Act, *, by: str) -> None:
    """Raise NotAllowed, and log it, unless whoever acts may do so.

    Whoever is no member of staff is the kiosk itself, or runs a command as the owner of its
    database, which no role could hold back. A role never changes, so that a look before the act's
    own transaction is enough.
    """
    kind, _, badge = by.partition(":")
    if kind != "staff":
        return
    with reading(engine) as connection:
        person = people.find(connection, badge)
    permit_one_of(engine, clock, act, [] if person is None else [person], by=by)


def permit_one_of(
    engine: Engine, clock: Clock, act: Act, present: Sequence[Person], *, by: str
) -> None:
    """Raise NotAllowed, and log it, unless one of the people present may do something."""
    if any(act in MAY[Role(one.role)] for one in present if one.disabled_at is None):
        return
    with writing(engine) as connection:
        log.append(connection, clock(), AuditEvent.ACT_REFUSED, by, {"act": act.value})
    raise NotAllowed(act)
