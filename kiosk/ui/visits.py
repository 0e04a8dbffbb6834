"""Who stands in front of the machine: one visit a browser, kept here and never in the browser.

The cookie holds a random token. What a visitor opened is forgotten at finish, at start, on idle
and when nothing was heard for a while, whichever comes first.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from kiosk.ui.visit import Display, Visit

if TYPE_CHECKING:
    from kiosk.domain.thai import Language

COOKIE: Final = "kiosk_visit"

MOST_VISITS: Final = 200
"""A kiosk has one screen; more visits than this is a program that forgets its cookies."""

UNWATCHED: Final = ("/health", "/static/", "/fonts/", "/away")
"""Addresses a page asks for by itself, so that they do not keep a visit alive."""


class VisitSession(CallbackDict[str, Any], SessionMixin):
    """Flask's session, of which only the form token is used; the visit stands beside it."""

    def __init__(self, token: str, visit: Visit, heard_at: datetime) -> None:
        def changed(_: object) -> None:
            self.modified = True

        super().__init__({}, changed)
        self.modified = False
        self.token = token
        self.visit = visit
        self.heard_at = heard_at


class Visits:
    """All visits of this process, in memory, safe for several threads."""

    def __init__(
        self,
        *,
        language: Language,
        lifetime: timedelta,
        clock: Callable[[], datetime],
        on_end: Callable[[str], None],
    ) -> None:
        self._language = language
        self._lifetime = lifetime
        self._clock = clock
        self._on_end = on_end
        self._sessions: dict[str, VisitSession] = {}
        self._lock = Lock()

    def open(self, token: str | None, *, is_heard: bool) -> VisitSession:
        """Return the session of a token, or a new one that is kept once something is in it."""
        self.forget_overdue()
        now = self._clock()
        with self._lock:
            session = self._sessions.get(token or "")
            if session is None:
                return VisitSession(secrets.token_urlsafe(32), self._blank(), now)
            if is_heard:
                session.heard_at = now
            return session

    def keep(self, session: VisitSession) -> None:
        """Remember a session; the one not heard of for longest makes room."""
        with self._lock:
            self._sessions[session.token] = session
            if len(self._sessions) <= MOST_VISITS:
                return
            oldest = min(self._sessions.values(), key=lambda each: each.heard_at)
            del self._sessions[oldest.token]
        self._end(oldest.visit)

    def clear(self, session: VisitSession) -> None:
        """Forget what was opened; the visitor's language and display stay."""
        ended, session.visit = session.visit, Visit(session.visit.display)
        self._end(ended)

    def restart(self, session: VisitSession) -> None:
        """Forget everything, the form token and the cookie's token included."""
        with self._lock:
            self._sessions.pop(session.token, None)
        ended = session.visit
        session.clear()
        session.token = secrets.token_urlsafe(32)
        session.visit = self._blank()
        session.modified = True
        self._end(ended)

    def forget_overdue(self) -> None:
        """Empty every visit that was not heard of in time; its forms stay usable.

        A page that stood untouched overnight must still start at the first touch.
        """
        limit = self._clock() - self._lifetime
        overdue = []
        with self._lock:
            for session in self._sessions.values():
                if session.heard_at < limit and not session.visit.is_blank:
                    overdue.append(session.visit)
                    session.visit = self._blank()
        for visit in overdue:
            self._end(visit)

    def _blank(self) -> Visit:
        return Visit(Display(self._language))

    def _end(self, visit: Visit) -> None:
        if visit.job_id is not None or visit.slips:
            self._on_end(visit.id)


class VisitSessions(SessionInterface):
    """Ties a cookie to its visit."""

    def __init__(self, visits: Visits) -> None:
        self._visits = visits

    def open_session(self, app: Flask, request: Request) -> VisitSession:  # noqa: ARG002 Flask's signature
        """Find the visit of a request."""
        is_heard = not request.path.startswith(UNWATCHED)
        return self._visits.open(request.cookies.get(COOKIE), is_heard=is_heard)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002 Flask's signature
        """Set the cookie where something was put into a new visit."""
        if not isinstance(session, VisitSession) or not session.modified:
            return
        session.modified = False
        self._visits.keep(session)
        response.set_cookie(COOKIE, session.token, httponly=True, samesite="Strict", path="/")
