"""Answers: JSON for what was asked, and a problem document for whatever went wrong."""

from __future__ import annotations

import json
from http import HTTPStatus

import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from kiosk.store.errors import DatabaseBusy, DiskFull, StoreError
from kiosk.sync.server.problems import ApiProblem, Kind, of_status

log_line = structlog.get_logger("kiosk.sync")


def answer_problems(app: Flask) -> None:
    """Let every exception of the application become a problem document."""
    app.register_error_handler(ApiProblem, _refused)
    app.register_error_handler(StoreError, _of_store)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _of_bug)


def json_answer(value: object) -> Response:
    """Return a value as compact JSON, the same bytes for the same value."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    answer = Response(text, content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _refused(problem: ApiProblem) -> Response:
    return Response(problem.document(), problem.status, problem.headers())


def _of_store(error: StoreError) -> Response:
    log_line.warning("database not usable", why=str(error))
    if isinstance(error, DatabaseBusy):
        return _refused(ApiProblem(Kind.BUSY, "The database is being written by another program."))
    if isinstance(error, DiskFull):
        return _refused(ApiProblem(Kind.DISK_FULL, "Nothing is lost; free space on its disk."))
    return _refused(ApiProblem(Kind.UNUSABLE, "The kiosk needs a technician."))


def _of_http(error: HTTPException) -> Response:
    detail = error.description or error.name
    if error.code == HTTPStatus.NOT_FOUND:  # werkzeug speaks to people who typed an address
        detail = f"This interface has no address {request.path}."
    found = of_status(error.code or 500, detail)
    answer = _refused(found)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def _of_bug(error: Exception) -> Response:
    log_line.error("request not served", exc_info=error)
    return _refused(ApiProblem(Kind.INTERNAL, "It is in the kiosk's own log."))
