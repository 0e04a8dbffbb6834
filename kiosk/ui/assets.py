"""Style, scripts and typefaces, served from here with a long life in the browser's cache."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, send_from_directory, url_for

assets = Blueprint("assets", __name__)

FOLDER: Final = Path(__file__).parent / "static"
YEAR_S: Final = 365 * 24 * 3600
DAY_S: Final = 24 * 3600

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
    return response


@assets.get("/fonts/Sarabun-<weight>.ttf")
def font(weight: str) -> Response:
    """Send one weight of Sarabun out of its package."""
    if weight not in FONTS:
        abort(404)
    folder = str(files("fontpkg_sarabun") / "files")
    return send_from_directory(folder, f"Sarabun-{weight}.ttf", mimetype="font/ttf", max_age=DAY_S)
