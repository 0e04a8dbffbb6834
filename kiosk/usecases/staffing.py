"""Members of staff: who they are, and whether a badge and PIN are theirs."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.staff import Role
from kiosk.domain.thai import BANGKOK
from kiosk.store import log, people
from kiosk.store.engine import writing
from kiosk.store.people import Person
from kiosk.usecases.ports import Clock
from kiosk.usecases.told import ToldProblem

PIN = re.compile(r"[0-9]{6,12}")
BADGE = re.compile(r"[A-Z0-9-]{2,16}")

FREE_TRIES = 3
"""Wrong PINs in a row that lock nothing."""

FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(hours=1)
"""The lock doubles with each further wrong PIN up to an hour, and ends by itself."""


class StaffProblem(ToldProblem):
    """A badge or PIN cannot be used; the message is one sentence."""


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


def add_staff(engine: Engine, clock: Clock, *, badge: str, name: str, role: str, pin: str) -> None:
    """Add a member of staff. Raises StaffProblem with what is wrong."""
    if not BADGE.fullmatch(badge):
        raise StaffProblem(f"badge {badge!r}: use 2 to 16 capital letters, digits or hyphens")
    if role not in list(Role):
        raise StaffProblem(f"role {role!r}: the roles are {', '.join(Role)}")
    if not PIN.fullmatch(pin) or len(set(pin)) == 1:
        raise StaffProblem("the PIN needs 6 to 12 digits that are not all the same")
    pin_hash = _hasher().hash(pin)
    now = clock()
    with writing(engine) as connection:
        if people.find(connection, badge) is not None:
            raise StaffProblem(f"badge {badge} exists; a badge is never given twice")
        people.add(connection, badge=badge, name=name, role=role, pin_hash=pin_hash, at=now)
        payload = {"badge": badge, "role": role}
        log.append(connection, now, AuditEvent.STAFF_ADDED, Actor.SYSTEM, payload)


def disable_staff(engine: Engine, clock: Clock, badge: str) -> None:
    """End a member of staff's access. Raises StaffProblem for an unknown badge."""
    now = clock()
    with writing(engine) as connection:
        if not people.disable(connection, badge, now):
            raise StaffProblem(f"badge {badge} is not known or was disabled before")
        log.append(connection, now, AuditEvent.STAFF_DISABLED, Actor.SYSTEM, {"badge": badge})


def sign_in(engine: Engine, clock: Clock, badge: str, pin: str) -> Person:
    """Return the member of staff whose badge and PIN these are.

    The try is counted and committed before the PIN is judged. Raises StaffProblem.
    """
    now = clock()
    with writing(engine) as connection:
        person = people.find(connection, badge)
        why = _why_not(person, now)
        if person is not None and why is None:
            wrong = person.wrong_pins + 1
            locked_until = None if wrong <= FREE_TRIES else now + _lock(wrong)
            people.set_tries(connection, badge, wrong, locked_until)
        else:
            payload = {"badge": badge[:16], "why": why}
            log.append(connection, now, AuditEvent.STAFF_REFUSED, Actor.SYSTEM, payload)
    if person is None or why is not None:
        raise _refused(person, why, now)
    return _judge_pin(engine, clock, person, pin)


def _why_not(person: Person | None, now: datetime) -> str | None:
    if person is None or person.disabled_at is not None:
        return "badge or PIN is wrong"
    if person.locked_until is not None and person.locked_until > now:
        until = person.locked_until.astimezone(BANGKOK)
        return f"too many wrong PINs: locked until {until:%H:%M:%S}"
    return None


def _refused(person: Person | None, why: str | None, now: datetime) -> StaffProblem:
    if person is None or person.locked_until is None or person.locked_until <= now:
        return StaffProblem(why or "badge or PIN is wrong", "wrong-pin")
    seconds = -int((now - person.locked_until).total_seconds())
    return StaffProblem(why or "locked", "locked", seconds=seconds)


def _judge_pin(engine: Engine, clock: Clock, person: Person, pin: str) -> Person:
    try:
        _hasher().verify(person.pin_hash, pin)
    except VerifyMismatchError:
        with writing(engine) as connection:
            payload = {"badge": person.badge, "why": "wrong PIN"}
            log.append(connection, clock(), AuditEvent.STAFF_REFUSED, Actor.SYSTEM, payload)
        raise StaffProblem("badge or PIN is wrong", "wrong-pin") from None
    with writing(engine) as connection:
        people.set_tries(connection, person.badge, 0, None)
        actor = f"staff:{person.badge}"
        payload = {"badge": person.badge}
        log.append(connection, clock(), AuditEvent.STAFF_SIGNED_IN, actor, payload)
    return person


def _lock(wrong: int) -> timedelta:
    doublings: int = min(wrong - FREE_TRIES - 1, 10)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)
