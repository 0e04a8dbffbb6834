"""Who of the staff stands at the machine: kept here, never in the browser, and not for long."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from kiosk.store.people import Person
from kiosk.usecases.loading import LoadWalk

COOKIE: Final = "kiosk_staff"

IDLE: Final = timedelta(minutes=2)
"""Without a touch for so long the desk closes: an open desk is an open safe."""

MOST_SESSIONS: Final = 8
"""One machine has one screen; a few more for a page left open."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the next page says about the last act: a key of the catalogue and what fills it."""

    key: str
    is_good: bool
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class StaffSession:
    """One member of staff at work; `walk` while a roll is being loaded.

    `typed` is what stood in a form that was refused, PINs apart, so that nobody types it twice.
    """

    badge: str
    name: str
    heard_at: datetime
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    walk: LoadWalk | None = None
    told: Told | None = None
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def actor(self) -> str:
        """Who the log names."""
        return f"staff:{self.badge}"

    def take_told(self) -> Told | None:
        """Return what is to be said, once."""
        told, self.told = self.told, None
        return told

    def take_typed(self) -> Mapping[str, str]:
        """Return what is to be filled in again, once."""
        typed, self.typed = self.typed, {}
        return typed


class StaffSessions:
    """All sessions of this process, in memory, safe for several threads."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._sessions: dict[str, StaffSession] = {}
        self._lock = Lock()

    def begin(self, person: Person) -> StaffSession:
        """Open a session; an earlier one of the same person ends."""
        session = StaffSession(person.badge, person.name, self._clock())
        with self._lock:
            kept = [s for s in self._sessions.values() if s.badge != person.badge]
            kept = sorted(kept, key=lambda each: each.heard_at)[1 - MOST_SESSIONS :]
            self._sessions = {each.token: each for each in (*kept, session)}
        return session

    def find(self, token: str | None, *, is_heard: bool) -> StaffSession | None:
        """Return the session of a token unless it was idle for too long."""
        now = self._clock()
        with self._lock:
            session = self._sessions.get(token or "")
            if session is None:
                return None
            if now - session.heard_at > IDLE:
                del self._sessions[session.token]
                return None
            if is_heard:
                session.heard_at = now
            return session

    def end(self, token: str | None) -> None:
        """Forget a session."""
        with self._lock:
            self._sessions.pop(token or "", None)
