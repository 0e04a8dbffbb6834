"""A collector who meets the screens over HTTP, as a browser does."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from kiosk.sticker.code import collection_code
from kiosk.sticker.keys import load_signing_key
from tests.torture.house import House

_PATIENCE_S = 1.0
_POLL_S = 0.01
_CODE_LIVES = timedelta(hours=1)


@dataclass(slots=True)
class Collector:
    """A person at the touch screen at `port`, who goes when `is_over` says so."""

    port: int
    is_over: Callable[[], bool]
    token: str = ""
    cookie: str = ""

    def collect(self, code: str) -> None:
        """Come, scan, tap and look until nothing prints; where the screen goes dark, come anew."""
        while not self.is_over():
            try:
                self._visit(code)
            except (OSError, http.client.HTTPException):
                time.sleep(_POLL_S)
            else:
                return

    def _visit(self, code: str) -> None:
        self._ask("GET", "/")
        self._ask("POST", "/scan", text=code)
        self._ask("GET", "/vehicle")
        self._ask("POST", "/print")
        while self._ask("GET", "/printing") == http.HTTPStatus.OK and not self.is_over():
            time.sleep(_POLL_S)

    def _ask(self, method: str, path: str, **fields: str) -> int:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_S)
        body = urlencode({"csrf_token": self.token, **fields}) if method == "POST" else None
        headers = {"Cookie": self.cookie}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            text = answer.read().decode()
        finally:
            line.close()
        self.cookie = (answer.getheader("Set-Cookie") or self.cookie).partition(";")[0]
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        self.token = found[1] if found else self.token
        return answer.status


def code_for(house: House, reference: str) -> str:
    """Return central's collection code of a renewal."""
    central = load_signing_key(house.folder / "central.pem")
    return collection_code(reference, house.clock() + _CODE_LIVES, central)
