"""What the browser keeps: style, scripts and typefaces, and a page for when the server is away."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, current_app, send_from_directory, url_for

from kiosk.ui.messages import LANGUAGES, say_in

assets = Blueprint("assets", __name__)

FOLDER: Final = Path(__file__).parent / "static"
YEAR_S: Final = 365 * 24 * 3600
DAY_S: Final = 24 * 3600

WORKER: Final = "worker.js"
FONTS: Final = ("Regular", "Medium", "SemiBold", "Bold")


@cache
def fingerprint() -> str:
    """Return a short hash over all files here: a change in any of them changes every address."""
    whole = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            whole.update(path.relative_to(FOLDER).as_posix().encode())
            whole.update(path.read_bytes())
    return whole.hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a file here, with the hash in it."""
    return url_for("assets.static_file", version=fingerprint(), name=name)


@assets.get("/static/<version>/<path:name>")
def static_file(version: str, name: str) -> Response:
    """Send a file under its current address only."""
    if version != fingerprint():
        abort(404)
    response = send_from_directory(FOLDER, name, max_age=YEAR_S)
    response.cache_control.immutable = True
    response.cache_control.public = True
    if name == WORKER:
        # It looks after every page, though it does not lie at the root.
        response.headers["Service-Worker-Allowed"] = "/"
    return response


@assets.get("/away")
def away() -> str:
    """Tell in every language that the screens come back; kept by the browser until they are gone.

    It is the same for everybody: nothing of a visit may be in what is kept.
    """
    page = current_app.jinja_env.get_template("away.html")
    return page.render(say=say_in, languages=LANGUAGES)


@assets.get("/fonts/Sarabun-<weight>.ttf")
def font(weight: str) -> Response:
    """Send one weight of Sarabun out of its package."""
    if weight not in FONTS:
        abort(404)
    folder = str(files("fontpkg_sarabun") / "files")
    return send_from_directory(folder, f"Sarabun-{weight}.ttf", mimetype="font/ttf", max_age=DAY_S)
