"""What every answer says to the browser: load nothing foreign, keep nothing, tell nobody."""

from __future__ import annotations

from typing import Final

from flask import Flask, request
from werkzeug.wrappers import Response

LOOPBACK_NAMES: Final = ["localhost", "127.0.0.1"]
"""Names under which the kiosk answers; another one is a foreign page's name pointed at us."""

_POLICY: Final = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'; object-src 'none'"
)

_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def install_headers(app: Flask) -> None:
    """Set the headers on every answer and refuse foreign host names."""
    app.config["TRUSTED_HOSTS"] = LOOPBACK_NAMES

    @app.after_request
    def harden(response: Response) -> Response:
        if request.path == "/health":
            # The page that a touch screen opens with is a file: it may learn that somebody answers.
            # What the answer says is still kept from it, as no header allows it to read.
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
