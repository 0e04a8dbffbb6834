"""A kiosk whose interface answers on a free port, and central's side of it by hand.

For type checkers the class here is found as `tests.sync.server.conftest`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import pytest

from kiosk.domain.renewal import PaidRecord
from kiosk.sticker import cbor
from kiosk.sticker.cose import sign1
from kiosk.sticker.grant import to_base64url
from kiosk.sticker.key_making import new_key
from kiosk.sticker.keys import KeyRole, SigningKey, load_ring
from kiosk.sync.server.api import Exchange
from kiosk.sync.server.gate import Gate
from kiosk.sync.server.intake import Intake
from kiosk.sync.server.limits import Limits
from kiosk.sync.server.serving import Certificate, open_serving

if TYPE_CHECKING:
    from tests.conftest import Home

BATCHES = "/sync/v1/batches"


@dataclass
class Central:
    """What central does, step by step, so that a test can do each step wrong."""

    home: Home
    url: str
    key: SigningKey
    sync_key: SigningKey
    http: httpx.Client
    spool: Path
    intake: Intake
    seq: dict[str, int] = field(default_factory=dict)

    def lines(self, *records: PaidRecord) -> list[bytes]:
        return [msgspec.json.encode(record) + b"\n" for record in records]

    def some(self, count: int, *, start: int = 1, **changes: object) -> list[bytes]:
        """Return records as lines; only the references differ, so that one grant costs nothing."""
        model = replace(self.home.signed(**changes), grant=None)
        numbers = range(start, start + count)
        return self.lines(*(replace(model, reference=f"REF{n:07d}") for n in numbers))

    def envelope(self, lines: Sequence[bytes], first: int = 1, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        return {
            "source": "tax",
            "audience": "BKK-5-1",
            "first_seq": first,
            "last_seq": first + len(lines) - 1,
            "sha256": hashlib.sha256(b"".join(lines)).hexdigest(),
            "snapshot": False,
            "made_at": self.home.clock().isoformat(),
            **changes,
        }

    def sealed(self, envelope: dict[str, Any], key: SigningKey | None = None) -> tuple[bytes, str]:
        head = json.dumps(envelope).encode()
        return head, to_base64url(sign1(head, key or self.key))

    def push(
        self,
        lines: Sequence[bytes],
        first: int = 1,
        key: SigningKey | None = None,
        **changes: Any,  # noqa: ANN401 - any JSON
    ) -> httpx.Response:
        head, signature = self.sealed(self.envelope(lines, first, **changes), key)
        return self.post(gzip.compress(head + b"\n" + b"".join(lines)), signature)

    def post(self, body: bytes | Iterator[bytes], signature: str | None, **headers: str) -> Any:  # noqa: ANN401 - httpx.Response
        sent = {"Content-Type": "application/gzip", **headers}
        if signature is not None:
            sent["Batch-Signature"] = signature
        return self.http.post(BATCHES, content=body, headers=sent)

    def authorised(
        self, method: str, target: str, at: float | None = None, body: bytes = b""
    ) -> dict[str, str]:
        unix = int(self.home.clock().timestamp() if at is None else at)
        signed = sign1(cbor.write([method, target, unix, hashlib.sha256(body).digest()]), self.key)
        return {"Authorization": f"COSE {to_base64url(signed)}"}

    def get(self, target: str) -> httpx.Response:
        return self.http.get(target, headers=self.authorised("GET", target))

    def acknowledge(self, number: int, digest: str) -> httpx.Response:
        target = "/sync/v1/print-log/ack"
        body = json.dumps({"number": number, "hash": digest}).encode()
        headers = self.authorised("POST", target, body=body)
        headers["Content-Type"] = "application/json"
        return self.http.post(target, content=body, headers=headers)

    def raw(self, *parts: bytes) -> bytes:
        """Send bytes as they are and return everything that comes back."""
        host, port = self.url.rpartition("//")[2].split(":")
        with socket.create_connection((host, int(port)), timeout=10) as line:
            for part in parts:
                line.sendall(part)
            got = b""
            while block := line.recv(65536):
                got += block
        return got


Serve = Callable[..., Any]


@pytest.fixture
def serve(bare_home: Home) -> Iterator[Serve]:
    """Opens the interface with limits; each is stopped at the end of the test."""
    ring = bare_home.folder / "ring"
    sync_key = new_key(bare_home.folder, KeyRole.SYNC, "sync", kiosk="BKK-5-1", ring=ring)
    stop = threading.Event()
    threads: list[threading.Thread] = []

    @contextmanager
    def opened(
        limits: Limits | None = None, certificate: Certificate | None = None
    ) -> Iterator[Central]:
        limits = limits or Limits(per_s=10_000, burst=10_000)
        spool = bare_home.folder / "spool"
        intake = Intake(bare_home.engine, spool, bare_home.clock, limits)
        gate = Gate("BKK-5-1", lambda: load_ring(ring), bare_home.clock, limits)
        exchange = Exchange(
            "BKK-5-1", "BKK-5", bare_home.engine, gate, intake, sync_key, bare_home.clock
        )
        serving = open_serving(exchange, "127.0.0.1", 0, limits, certificate)
        thread = threading.Thread(target=serving.run, args=(stop,))
        thread.start()
        threads.append(thread)
        with httpx.Client(
            base_url=serving.address, timeout=30, verify=certificate is None
        ) as client:
            yield Central(
                bare_home, serving.address, bare_home.central, sync_key, client, spool, intake
            )

    yield opened
    stop.set()
    for thread in threads:
        thread.join(10)


@pytest.fixture
def central(serve: Serve) -> Iterator[Central]:
    """A kiosk with the usual limits, and central."""
    with serve() as opened:
        yield opened


@pytest.fixture
def unharmed(central: Central) -> Iterator[None]:
    """After each mistreatment a good batch still goes in where the watermark says."""
    yield
    central.home.clock.now = datetime(2026, 11, 21, 5, tzinfo=UTC)
    marks = central.get("/sync/v1/status").json()["watermarks"]
    first = marks.get("tax", 0) + 1
    assert central.push(central.some(1, start=900 + first), first).status_code == 200
    assert list(central.spool.iterdir()) == []
