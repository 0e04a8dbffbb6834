"""One kiosk's sync process as central speaks to it: signed requests, answers read and checked."""

from __future__ import annotations

import hashlib
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import IO, Final, TypeVar

import httpx
import msgspec

from kiosk.sticker import cbor
from kiosk.sticker.cose import sign1
from kiosk.sticker.keys import SigningKey
from kiosk.sync.client.answer import ANSWER_S, SILENT_S, bounded, is_untrusted, no_answer, waits
from kiosk.sync.client.backoff import Patience, patiently
from kiosk.sync.client.batch import Batch, base64url
from kiosk.sync.client.problem import ClientProblem, read_problem

SENT_BYTES: Final = 256 * 1024
"""Given to a line at once: in blocks of 64 kB a batch takes longer to send than to receive."""

_T = TypeVar("_T")


class Status(msgspec.Struct):
    """What a kiosk says of itself, as far as the client reads it."""

    kiosk: str
    watermarks: dict[str, int] = {}


class Receipt(msgspec.Struct):
    """What became of a batch at the kiosk."""

    last_seq: int
    applied: int = 0
    rejected: int = 0
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class SignedPage:
    """A page of the print log as it came: exact bytes, and the signature over their SHA-256."""

    body: bytes
    signature: str


def open_client(ca: Path | None = None, *, connections: int = 1) -> httpx.Client:
    """Return an HTTP client for many kiosks at once.

    `ca` is a file of certificates to trust besides the system's. Raises ClientProblem.
    """
    context = ssl.create_default_context()
    if ca is not None:
        try:
            context.load_verify_locations(ca)
        except (OSError, ssl.SSLError) as error:
            raise ClientProblem(f"{ca} holds no certificates: {error}", permanent=True) from error
    return httpx.Client(
        verify=context,
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        headers={"Accept-Encoding": "identity", "User-Agent": "kiosk-central"},
    )


@dataclass(frozen=True, slots=True)
class Link:
    """Requests to one kiosk; each waits and tries again as `patience` says."""

    client: httpx.Client
    url: str
    key: SigningKey
    patience: Patience
    stop: threading.Event

    def status(self) -> Status:
        """Ask who the kiosk is and how far it has come. Raises ClientProblem."""
        body = self._authorised("GET", "/sync/v1/status").body
        return self._read(body, Status)

    def send(self, batch: Batch, gone: Callable[[], None] = lambda: None) -> Receipt:
        """Hand a batch over; `gone` is called when all of it has left. Raises ClientProblem."""
        headers = {
            "Batch-Signature": batch.signature,
            "Content-Type": "application/x-ndjson",
            "Content-Encoding": "gzip",
            "Content-Length": str(batch.size),
        }

        def ask() -> SignedPage:
            body = _blocks(batch.body, gone)
            return self._once("POST", "/sync/v1/batches", body, headers, ANSWER_S)

        body = patiently(ask, self.patience, self.stop, self.url).body
        receipt = self._read(body, Receipt)
        if receipt.last_seq != batch.last_seq:
            raise self._nonsense(f"it took {batch.last_seq} for {receipt.last_seq}")
        return receipt

    def log_page(self, after: int, limit: int) -> SignedPage:
        """Ask for the facts that follow a number. Raises ClientProblem."""
        target = f"/sync/v1/print-log?after={after}&limit={limit}"
        return self._authorised("GET", target)

    def acknowledge(self, number: int, digest: str) -> None:
        """Tell the kiosk which head of its log is kept at central. Raises ClientProblem."""
        body = msgspec.json.encode({"number": number, "hash": digest})
        headers = {"Content-Type": "application/json"}
        self._authorised("POST", "/sync/v1/print-log/ack", body, headers)

    def _authorised(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> SignedPage:
        def ask() -> SignedPage:  # signed anew for each try, as a pass holds for five minutes
            mine = {**(headers or {}), "Authorization": f"COSE {self._pass(method, target, body)}"}
            return self._once(method, target, body or None, mine)

        return patiently(ask, self.patience, self.stop, self.url)

    def _pass(self, method: str, target: str, body: bytes) -> str:
        claims = [method, target, int(time.time()), hashlib.sha256(body).digest()]
        return base64url(sign1(cbor.write(claims), self.key))

    def _once(
        self,
        method: str,
        target: str,
        body: bytes | Iterator[bytes] | None,
        headers: Mapping[str, str],
        silent_s: float = SILENT_S,
    ) -> SignedPage:
        ask = partial(self.client.stream, method, self.url + target, timeout=waits(silent_s))
        try:
            with ask(content=body, headers=headers) as answer:
                got = bounded(answer)
        except (httpx.TransportError, RuntimeError) as error:
            # A client closed by another thread raises RuntimeError; `stop` ends the tries then.
            is_final = self.stop.is_set() or is_untrusted(error)
            raise ClientProblem(no_answer(error), permanent=is_final) from error
        if answer.status_code == HTTPStatus.OK:
            return SignedPage(got, answer.headers.get("Log-Signature", ""))
        if answer.status_code == HTTPStatus.NO_CONTENT:
            return SignedPage(b"", "")
        raise read_problem(answer.status_code, answer.headers, got, datetime.now(UTC))

    def _read(self, body: bytes, kind: type[_T]) -> _T:
        try:
            return msgspec.json.decode(body, type=kind)
        except (ValueError, RecursionError) as error:
            raise self._nonsense(str(error)) from error

    def _nonsense(self, why: str) -> ClientProblem:
        return ClientProblem(f"it answered what no kiosk answers ({why})", permanent=True)


def _blocks(body: IO[bytes], gone: Callable[[], None]) -> Iterator[bytes]:
    body.seek(0)
    while block := body.read(SENT_BYTES):
        yield block
    gone()
