"""Screens that are up before the kiosk can begin: they say what keeps it, at every address."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from flask import request

from kiosk.ui.assets import assets

if TYPE_CHECKING:
    from flask import Flask


def begin_later(app: Flask, begin: Callable[[], None]) -> None:
    """Answer nothing but how pages look until `begin` has succeeded; each request tries it again.

    What `begin` raises is shown as any other error, in words that people understand.
    """
    trying = Lock()
    has_begun = False

    @app.before_request
    def begin_first() -> None:
        nonlocal has_begun
        if has_begun or request.blueprint == assets.name:
            return
        with trying:
            if not has_begun:
                begin()
                has_begun = True
