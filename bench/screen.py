"""A browser at a kiosk's screens, as far as one is needed to ask for pages and time them."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from kiosk.sticker.code import collection_code
from kiosk.sticker.keys import load_signing_key

START_S = 60
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Screen:
    """One visitor of the kiosk in a folder, on a line that is kept open."""

    def __init__(self, home: Path, port: int) -> None:
        self._line = HTTPConnection("127.0.0.1", port, timeout=START_S)
        self._central = load_signing_key(home / "keys" / "central.pem")
        self._cookie = ""
        self._token = ""
        self._status = 0
        ends_at = time.monotonic() + START_S
        while not self._token:
            try:
                self._begin()
            except OSError:
                if time.monotonic() > ends_at:
                    raise
                self._line.close()
                time.sleep(0.05)

    def _begin(self) -> None:
        found = _TOKEN.search(self._ask("GET", "/"))
        self._token = found[1] if found else ""

    def scan(self, reference: str) -> None:
        """Scan an owner's code."""
        ends_at = datetime.now(UTC) + timedelta(hours=1)
        self.post("/scan", text=collection_code(reference, ends_at, self._central))

    def post(self, path: str, **fields: str) -> None:
        """Send a form."""
        self._ask("POST", path, {"csrf_token": self._token, **fields})

    def page_ms(self, path: str) -> tuple[str, float]:
        """Return a page and how long it took; a page that leads elsewhere is none."""
        began = time.perf_counter()
        page = self._ask("GET", path)
        spent_ms = (time.perf_counter() - began) * 1000
        assert self._status == HTTPStatus.OK, f"{path} answers {self._status}"
        return page, spent_ms

    def vehicle_ms(self, reference: str) -> float:
        """Scan an owner's code; return how long the vehicle's page then takes."""
        self.scan(reference)
        page, spent_ms = self.page_ms("/vehicle")
        assert "กรุงเทพมหานคร" in page, page
        return spent_ms

    def _ask(self, method: str, path: str, form: dict[str, str] | None = None) -> str:
        headers = {"Cookie": self._cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self._line.request(method, path, urlencode(form) if form else None, headers)
        answer = self._line.getresponse()
        self._status = answer.status
        self._cookie = (answer.getheader("Set-Cookie") or self._cookie).partition(";")[0]
        return answer.read().decode()
