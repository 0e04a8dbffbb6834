"""The dock's page and what it asks: state, pictures of the tray, faults set and mended."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, render_template, request, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

from kiosk.cli.dock.cards import Card
from kiosk.cli.dock.paper import TrayReader
from kiosk.cli.dock.state import state_of
from kiosk.cli.dock.words import FAULT_GROUPS
from kiosk.printer.emulator.control import carry_out
from kiosk.printer.emulator.fault import catalogue
from kiosk.printer.emulator.server import PrinterEmulator
from kiosk.ui.headers import install_headers

MOUNT: Final = "/demo"

OURS: Final = "X-Demo"
"""A header that no form can send and that another site's script may send only after asking us,
which the dock never permits. With the Host check it keeps foreign pages from the buttons; there is
no session here that a token could belong to."""

_MAY_DO: Final = ("inject", "mend", "refill", "tear")

_POLICY: Final = (
    "default-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)


def create_dock(
    stickers: PrinterEmulator,
    receipts: PrinterEmulator,
    tray: TrayReader,
    slips: Path,
    cards: Sequence[Card],
    staff: Sequence[tuple[str, str, str, str]] = (),
) -> Flask:
    """Build the dock over running emulators; `staff` as badge, name, role and PIN.

    `tray` is what comes out of the sticker printer, `slips` the folder of the other's paper.
    """
    app = Flask(__name__)
    printers = {"sticker": stickers, "receipt": receipts}
    install_headers(app)
    # Runs before the headers of all screens are filled in, which leave alone what is there.
    app.after_request(_only_here)
    app.before_request(_is_ours)

    @app.get("/")
    def dock() -> str:
        return render_template(
            "dock.html",
            cards=cards,
            groups=FAULT_GROUPS,
            meanings={name: kind.summary for name, kind in catalogue().items()},
            staff=staff,
        )

    @app.get("/state")
    def state() -> Response:
        return jsonify(state_of(stickers, receipts, tray, slips))

    @app.get("/tray/<name>.png")
    def piece(name: str) -> AnyResponse:
        return send_from_directory(tray.tray.resolve(), f"{name}.png", mimetype="image/png")

    @app.get("/slips/<name>.png")
    def slip(name: str) -> AnyResponse:
        return send_from_directory(slips.resolve(), f"{name}.png", mimetype="image/png")

    @app.post("/printer/<name>")
    def printer(name: str) -> Response:
        """Do one thing to a printer, as its control socket would; answer how all stands then."""
        asked: Any = request.get_json(silent=True)
        if not isinstance(asked, dict) or asked.get("do") not in _MAY_DO or name not in printers:
            abort(400)
        answer = carry_out(printers[name], request.get_data())
        if not answer["ok"]:
            abort(400)
        return jsonify(state_of(stickers, receipts, tray, slips))

    return app


def _is_ours() -> None:
    if request.method in ("GET", "HEAD"):
        return
    origin = request.headers.get("Origin")
    is_foreign = origin is not None and urlsplit(origin).netloc != request.host
    if is_foreign or request.headers.get(OURS) != "1":
        abort(403)


def _only_here(response: AnyResponse) -> AnyResponse:
    response.headers["Content-Security-Policy"] = _POLICY
    return response
