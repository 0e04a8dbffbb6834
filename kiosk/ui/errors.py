"""Pages for what should not happen: the same calm pattern, a code, never a traceback."""

from __future__ import annotations

import logging
from typing import Final

from flask import Flask, current_app, jsonify, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from kiosk.domain.reasons import Reason
from kiosk.store.errors import DatabaseBusy, DiskFull, StoreError
from kiosk.ui.notices import Notice, words

log: Final = logging.getLogger(__name__)

Answer = tuple[str | Response, int] | Response | HTTPException

_BEGINNINGS: Final = ("/start", "/finish", "/display")
"""Steps that lead to the first screen anyway: after a restart of the server they just go there."""


def install_errors(app: Flask) -> None:
    """Answer every error with a page of ours, and every poll with JSON."""
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _unknown_page)
    app.register_error_handler(DatabaseBusy, _busy)
    app.register_error_handler(DiskFull, _full)
    app.register_error_handler(Exception, _internal)


def _foreign_host(error: SecurityError) -> Answer:
    """Say nothing to a page that reached us under another name."""
    return error


def _stale_form(error: CSRFError) -> Answer:
    """Begin again: the form is from before the server's start or of a forgotten visit."""
    if request.path in _BEGINNINGS:
        return redirect("/", code=303)
    return _page(Reason.FORM_STALE, error.code or 400)


def _unknown_page(error: HTTPException) -> Answer:
    return _page(Reason.PAGE_UNKNOWN, error.code or 404)


def _busy(error: DatabaseBusy) -> Answer:
    """Ask for patience: something else holds the database, and nothing was written."""
    log.warning("%s %s met a busy database: %s", request.method, request.path, error)
    return _page(Reason.DATABASE_BUSY, 503)


def _full(error: DiskFull) -> Answer:
    """Say that nothing can be written any more; what was recorded stays."""
    log.error("%s %s: %s", request.method, request.path, error)
    return _page(Reason.DISK_FULL, 507)


def _internal(error: Exception) -> Answer:
    """Log the address, which holds nothing personal, and nothing of the form."""
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return _page(Reason.INTERNAL, 500)


def _page(reason: Reason, status: int) -> Answer:
    if request.path == "/health" or request.path.startswith("/jobs/"):
        return jsonify(status="error", reason=reason.value), status
    try:
        return render_template("notice.html", notice=Notice((reason,)), record=None), status
    except StoreError:  # it was said already, and is met again at each request while it lasts
        return _last_page(reason), status
    except Exception:  # the desk itself may be what is broken
        log.exception("the page for %s failed too", reason.value)
        return _last_page(reason), status


def _last_page(reason: Reason) -> str:
    """Render the page that asks the desk nothing."""
    page = current_app.jinja_env.get_template("broken.html")
    return page.render(told=words(reason, {}, ""))
