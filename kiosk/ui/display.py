"""Language, text size and contrast: the visitor's for this visit only."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from kiosk.ui.here import current_visit
from kiosk.ui.messages import LANGUAGES
from kiosk.ui.visit import TextSize, Theme

display = Blueprint("display", __name__)


@display.post("/display")
def choose() -> Response:
    """Change how the screens are shown, and show the same screen again."""
    chosen = current_visit().display
    for language in LANGUAGES:
        if request.form.get("language") == language:
            chosen.language = language
    if (size := request.form.get("size", "")) in list(TextSize):
        chosen.size = TextSize(size)
    if (theme := request.form.get("theme", "")) in list(Theme):
        chosen.theme = Theme(theme)
    return redirect(_page(request.form.get("back", "")), code=303)


def _page(path: str) -> str:
    """Return the path if it is one of our own pages; nothing else is worth returning to."""
    if not path.startswith("/") or "\\" in path or path.startswith("//"):
        return "/"
    try:
        endpoint, _ = current_app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return "/"
    return path if endpoint.startswith(("screens.", "technician.")) else "/"
