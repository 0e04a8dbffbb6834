"""A kiosk's sync process in memory that speaks the wire, and breaks where a test says.

For type checkers the classes here are found as `tests.sync.client.conftest`; tests get them as
fixtures.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from kiosk.sticker import cbor
from kiosk.sticker.cose import Opened, open1, sign1
from kiosk.sticker.key_making import new_key
from kiosk.sticker.keys import KeyRing, KeyRole, SigningKey, load_ring, load_signing_key
from kiosk.sync.client import BatchLimits, Patience, Pushed, Receives, Target, push_file

Answer = tuple[int, dict[str, Any], dict[str, str]]

DROP_BEFORE = "drop before it is read"
DROP_AFTER = "drop after it is done"
HALF = "half an answer"
DRIP = "an answer byte by byte"
DRIP_S = 0.02


def b64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class FakeKiosk:
    """State of one kiosk: what it took, its log, and what goes wrong next.

    `faults` holds what happens to the next requests of a path, in order: None for nothing, one of
    the words above, or a whole answer that is given instead.
    """

    name: str
    ring: KeyRing
    key: SigningKey
    url: str = ""
    largest: int = 64 * 1024 * 1024
    chains: dict[str, list[bytes]] = field(default_factory=dict)
    starts: dict[str, int] = field(default_factory=dict)
    seen: dict[tuple[str, int, int, str], dict[str, Any]] = field(default_factory=dict)
    envelopes: list[dict[str, Any]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    head: dict[str, Any] = field(default_factory=lambda: {"number": 0, "hash": "0" * 64})
    delivered: int = 0
    acked: list[dict[str, Any]] = field(default_factory=list)
    faults: dict[str, list[object]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    on_request: Callable[[str], None] = lambda _path: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def watermark(self, source: str) -> int:
        return self.starts.get(source, 1) - 1 + len(self.chains.get(source, []))

    def print_fact(self, count: int = 1) -> None:
        """Print stickers: each is a fact of the chain, with another entry between."""
        for _ in range(count):
            number = self.head["number"] + 2
            self.facts.append({"number": number, "key": f"k{number}", "kind": "printed"})
            self._grow(number)

    def _grow(self, number: int) -> None:
        self.head = {"number": number, "hash": hashlib.sha256(str(number).encode()).hexdigest()}

    def status(self) -> Answer:
        watermarks = {source: self.watermark(source) for source in self.chains}
        return 200, {"kiosk": self.name, "office": "BKK-5", "watermarks": watermarks}, {}

    def take(self, body: bytes, signature: str) -> Answer:
        """Take a batch as the wire says."""
        if len(body) > self.largest:
            return problem(413, "too large")
        head, _, content = gzip.decompress(body).partition(b"\n")
        opened = open1(b64(signature), self.ring.only(KeyRole.CENTRAL))
        if not isinstance(opened, Opened) or opened.payload != head:
            return problem(401, "bad signature")
        envelope = json.loads(head)
        lines = list(BytesIO(content))
        first, last = envelope["first_seq"], envelope["last_seq"]
        if envelope["audience"] != self.name:
            return problem(403, "another kiosk")
        if envelope["sha256"] != hashlib.sha256(content).hexdigest():
            return problem(422, "hash mismatch")
        if last - first + 1 != len(lines) or (lines and not content.endswith(b"\n")):
            return problem(422, "line count")
        return self._place(envelope, lines)

    def _place(self, envelope: dict[str, Any], lines: list[bytes]) -> Answer:
        source, first, last = envelope["source"], envelope["first_seq"], envelope["last_seq"]
        identity = (source, first, last, envelope["sha256"])
        if not lines and last == self.watermark(source):
            self.heard.append(source)
            return 200, {"source": source, "last_seq": last, "lines": 0}, {}
        if identity in self.seen:
            return 200, self.seen[identity], {}
        stands = self.watermark(source)
        if first <= stands:
            return problem(409, "overlap")
        if first > stands + 1:
            if not (envelope["snapshot"] and stands == 0):
                return problem(409, "gap", expected_seq=stands + 1)
            self.starts[source] = first
        self.chains.setdefault(source, []).extend(lines)
        self.envelopes.append(envelope)
        rejected = sum(b"broken" in line for line in lines)
        applied = len(lines) - rejected
        answer = {"source": source, "last_seq": last, "lines": len(lines)}
        answer |= {"applied": applied, "rejected": rejected}
        self.seen[identity] = answer
        return 200, answer, {}

    def page(self, after: int, limit: int) -> Answer:
        self.delivered = max(self.delivered, after)
        waiting = [fact for fact in self.facts if fact["number"] > after]
        document = {
            "kiosk": self.name,
            "after": after,
            "facts": waiting[:limit],
            "head": self.head,
            "more": len(waiting) > limit,
        }
        digest = hashlib.sha256(json.dumps(document).encode()).digest()
        signature = base64.urlsafe_b64encode(sign1(digest, self.key)).rstrip(b"=").decode()
        return 200, document, {"Log-Signature": signature}

    def acknowledge(self, head: dict[str, Any]) -> Answer:
        if head not in self.acked:
            self.acked.append(head)
            self._grow(self.head["number"] + 1)
        return 200, {}, {}


def problem(status: int, title: str, **members: object) -> Answer:
    permanent = status not in (429, 503)
    document = {"type": f"urn:x:{status}", "title": title, "status": status, **members}
    return status, document | {"permanent": permanent}, {}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    kiosk: FakeKiosk

    def log_message(self, *_words: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(None)

    def _answer(self, body: bytes | None) -> None:
        path, _, query = self.path.partition("?")
        name = path.removeprefix("/sync/v1/")
        with self.kiosk.lock:
            self.kiosk.asked.append(name)
            faults = self.kiosk.faults.get(name, [])
            fault = faults.pop(0) if faults else None
        self.kiosk.on_request(name)
        if fault == DROP_BEFORE:
            self.close_connection = True
            return
        if body is None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        if isinstance(fault, tuple):
            self._write(*fault)
            return
        with self.kiosk.lock:
            answer = self._do(name, query, body)
        if fault == DROP_AFTER:
            self.close_connection = True
            return
        self._write(*answer, fault)

    def _do(self, name: str, query: str, body: bytes) -> Answer:
        if name == "batches":
            return self.kiosk.take(body, self.headers["Batch-Signature"])
        if not self._is_authorised(body):
            return problem(401, "not central")
        if name == "status":
            return self.kiosk.status()
        if name == "print-log":
            asked = dict(part.split("=") for part in query.split("&"))
            return self.kiosk.page(int(asked["after"]), int(asked["limit"]))
        if name == "print-log/ack":
            return self.kiosk.acknowledge(json.loads(body))
        return problem(404, "no such page")

    def _is_authorised(self, body: bytes) -> bool:
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        opened = open1(b64(token), self.kiosk.ring.only(KeyRole.CENTRAL))
        if kind != "COSE" or not isinstance(opened, Opened):
            return False
        read = cbor.read(opened.payload)
        if not isinstance(read, list) or read[:2] != [self.command, self.path]:
            return False
        return bool(read[3:] == [hashlib.sha256(body).digest()])

    def _write(
        self,
        status: int,
        document: dict[str, Any],
        headers: dict[str, str],
        fault: object = None,
    ) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        kind = "application/json" if status == 200 else "application/problem+json"
        for name, value in {"Content-Type": kind, **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if fault == DRIP:
            for byte in body:
                self.wfile.write(bytes([byte]))
                time.sleep(DRIP_S)
            return
        self.wfile.write(body[: len(body) // 2] if fault == HALF else body)
        if fault == HALF:
            self.close_connection = True


@dataclass(frozen=True)
class Central:
    """Central's keys, and fake kiosks to send to."""

    folder: Path
    key: SigningKey
    ring: KeyRing
    start: Callable[[str], FakeKiosk]


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for role in (KeyRole.CENTRAL, KeyRole.SYNC):
        new_key(folder, role, role.value, ring=folder / "ring")
    return folder


@pytest.fixture
def central(key_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Central]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    ring = load_ring(key_folder / "ring")
    servers: list[ThreadingHTTPServer] = []

    def start(name: str) -> FakeKiosk:
        kiosk = FakeKiosk(name, ring, load_signing_key(key_folder / "sync.pem"))
        handler = type("Handler", (_Handler,), {"kiosk": kiosk})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.handle_error = lambda *_about: None  # type: ignore[method-assign] # it breaks on purpose
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        kiosk.url = f"http://127.0.0.1:{server.server_port}"
        return kiosk

    yield Central(key_folder, load_signing_key(key_folder / "central.pem"), ring, start)
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def fake(central: Central) -> FakeKiosk:
    """A kiosk named BKK-5-1."""
    return central.start("BKK-5-1")


@pytest.fixture
def hasty() -> Patience:
    """Waits of milliseconds, and up to two seconds of them."""
    return Patience(first_s=0.005, cap_s=0.02, give_up_s=2.0)


@pytest.fixture
def make_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of small records, the kiosks taking turns."""

    def make(count: int, *kiosks: str, name: str = "paid.ndjson") -> Path:
        names = kiosks or ("BKK-5-1",)
        lines = (
            json.dumps({"reference": f"R{n}", "kiosk": names[n % len(names)]}) for n in range(count)
        )
        path = tmp_path / name
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        return path

    return make


@pytest.fixture
def push(central: Central, hasty: Patience) -> Callable[..., Pushed]:
    """Push a file to fake kiosks in batches of ten lines."""

    def run(path: Path, *kiosks: FakeKiosk, receives: str = "all", **how: Any) -> Pushed:  # noqa: ANN401 - as push_file takes them
        targets = [Target(kiosk.url, kiosk.name, Receives(receives)) for kiosk in kiosks]
        how = {"limits": BatchLimits(lines=10), "patience": hasty, **how}
        return push_file(path, targets, central.key, "paid", **how)

    return run
