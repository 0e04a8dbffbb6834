"""The interface that central's jobs speak to: batches in, print log and status out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from typing import Final

import msgspec
from flask import Blueprint, Flask, Response, current_app, request
from sqlalchemy import Engine

from kiosk.sticker.cose import sign1
from kiosk.sticker.grant import to_base64url
from kiosk.sticker.keys import SigningKey
from kiosk.store.engine import reading
from kiosk.sync.server.answers import answer_problems, json_answer
from kiosk.sync.server.gate import Gate
from kiosk.sync.server.intake import Intake
from kiosk.sync.server.limits import LARGEST_PAGE_FACTS, PAGE_FACTS, SMALL_BODY_BYTES
from kiosk.sync.server.problems import ApiProblem, Kind
from kiosk.sync.wire import MAX_INTEGER
from kiosk.usecases import delivering
from kiosk.usecases.delivering import Behind, Page
from kiosk.usecases.ports import Clock

BATCHES: Final = "/sync/v1/batches"
_GZIP_TYPES: Final = ("application/gzip", "application/x-gzip")
_LINES_TYPE: Final = "application/x-ndjson"
_HASH_BYTES: Final = 32
_PLACE: Final = "kiosk.sync.server"

routes = Blueprint("sync", __name__)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the interface stands on: this kiosk, its database, who may come in, and its key."""

    kiosk: str
    office: str
    engine: Engine
    gate: Gate
    intake: Intake
    key: SigningKey
    clock: Clock


def create_api(exchange: Exchange) -> Flask:
    """Return the WSGI application."""
    app = Flask(__name__, static_folder=None)
    app.extensions[_PLACE] = exchange
    app.register_blueprint(routes)
    answer_problems(app)
    return app


def _here() -> Exchange:
    found: Exchange = current_app.extensions[_PLACE]
    return found


@routes.get("/health")
def health() -> Response:
    """Tell that the interface answers and the database can be read."""
    with reading(_here().engine) as connection:
        connection.exec_driver_sql("SELECT 1 FROM meta LIMIT 1").first()
    return json_answer({"status": "ok", "kiosk": _here().kiosk})


@routes.get("/sync/v1/openapi.json")
def openapi() -> Response:
    """Describe the interface (OpenAPI 3.1)."""
    return Response(_document(), content_type="application/json")


def _document() -> bytes:
    return files("kiosk.sync.server").joinpath("openapi.json").read_bytes()


@routes.post(BATCHES)
def batches() -> Response:
    """Take a batch in."""
    here = _here()
    offer, head = here.gate.offer(request.headers.get("Batch-Signature"))
    encoding = request.headers.get("Content-Encoding", "")
    is_gzip = request.mimetype in _GZIP_TYPES and encoding in ("", "identity")
    if not is_gzip and (request.mimetype, encoding) != (_LINES_TYPE, "gzip"):
        raise ApiProblem(
            Kind.WRONG_TYPE,
            f"A batch is {_LINES_TYPE} with Content-Encoding: gzip, or {_GZIP_TYPES[0]}.",
        )
    answer = here.intake.take(offer, head, request.stream)
    return Response(answer, content_type="application/json")


@routes.get("/sync/v1/status")
def status() -> Response:
    """Tell where this kiosk stands."""
    here = _authorised()
    found = delivering.standing(here.engine)
    oldest_at = found.print_log.oldest_at
    return json_answer(
        {
            "kiosk": here.kiosk,
            "office": here.office,
            "time": here.clock().isoformat(),
            "watermarks": {mark.source: mark.last_seq for mark in found.watermarks},
            "data_as_of": None if found.data_as_of is None else found.data_as_of.isoformat(),
            "records": found.records,
            "rejected_open": found.rejected_open,
            "holds_open": found.holds_open,
            "conflicts_open": found.conflicts_open,
            "print_log": {
                "last": found.print_log.last,
                "undelivered": found.print_log.undelivered,
                "oldest_at": None if oldest_at is None else oldest_at.isoformat(),
            },
            "version": version("kiosk"),
        }
    )


@routes.get("/sync/v1/print-log")
def print_log() -> Response:
    """Give a page of the print log, signed."""
    here = _authorised()
    after = _number("after", 0, MAX_INTEGER, 0)
    limit = _number("limit", 1, LARGEST_PAGE_FACTS, PAGE_FACTS)
    found = delivering.page(here.engine, after, limit, here.clock)
    if isinstance(found, Behind):
        raise ApiProblem(
            Kind.LOG_BEHIND,
            f"The log ends at {found.head}, and {after} was asked for: it was cut, or this is an "
            "older copy of the database.",
            head=found.head,
        )
    answer = json_answer(_shown(here.kiosk, after, found))
    digest = hashlib.sha256(answer.get_data()).digest()
    answer.headers["Log-Signature"] = to_base64url(sign1(digest, here.key))
    return answer


def _shown(kiosk: str, after: int, page: Page) -> dict[str, object]:
    facts = []
    for fact in page.facts:
        said = json.loads(fact.fact)
        at = said.pop("at", None)
        one = {"number": fact.number, "key": fact.key, "kind": fact.kind, "at": at, "fact": said}
        facts.append(one)
    number, hashed = page.head
    return {
        "kiosk": kiosk,
        "after": after,
        "facts": facts,
        "last": page.last,
        "head": {"number": number, "hash": hashed.hex()},
        "more": page.is_more,
    }


class Ack(msgspec.Struct, forbid_unknown_fields=True):
    """The head of the log that central keeps now."""

    number: int
    hash: str


@routes.post("/sync/v1/print-log/ack")
def acknowledge() -> Response:
    """Note that central keeps a head of the log."""
    body = request.stream.read(SMALL_BODY_BYTES)
    here = _authorised(body)
    if request.mimetype != "application/json":
        raise ApiProblem(Kind.WRONG_TYPE, "An acknowledgement is application/json.")
    try:
        ack = msgspec.json.decode(body, type=Ack)
        hashed = bytes.fromhex(ack.hash)
    except (ValueError, RecursionError) as error:
        raise ApiProblem(Kind.MALFORMED, f"The acknowledgement is wrong: {error}.") from error
    if not 0 <= ack.number <= MAX_INTEGER or len(hashed) != _HASH_BYTES:
        raise ApiProblem(Kind.MALFORMED, "A head is a number from 0 on and 64 digits.")
    if not delivering.acknowledge(here.engine, ack.number, hashed, here.clock):
        raise ApiProblem(Kind.HEAD_DIFFERS, f"Row {ack.number} of the log has another hash.")
    return json_answer({"number": ack.number})


def _authorised(body: bytes = b"") -> Exchange:
    here = _here()
    query = request.query_string.decode("latin-1")
    target = f"{request.path}?{query}" if query else request.path
    here.gate.authorise(request.headers.get("Authorization"), request.method, target, body)
    return here


def _number(name: str, least: int, most: int, default: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_INTEGER))
    if not is_number or not least <= int(text) <= most:
        raise ApiProblem(Kind.MALFORMED, f"{name} is a whole number from {least} to {most}.")
    return int(text)
