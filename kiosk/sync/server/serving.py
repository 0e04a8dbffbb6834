"""The interface put together: a listener, TLS in front where asked for, and the server behind."""

from __future__ import annotations

import socket
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from kiosk.sync.server.api import Exchange, create_api
from kiosk.sync.server.doorkeeper import Doorkeeper
from kiosk.sync.server.http import serve
from kiosk.sync.server.limits import Limits
from kiosk.sync.server.tls import TlsFront, server_context

Certificate = tuple[Path, Path]
"""Files of a certificate chain and of its private key, PEM."""


@dataclass(frozen=True, slots=True)
class Serving:
    """An interface that has its port and is not answering yet; `address` is where it will."""

    exchange: Exchange
    keeper: Doorkeeper
    listener: socket.socket
    certificate: Certificate | None
    address: str

    def run(self, stop: threading.Event) -> None:
        """Finish what a crash left over, and serve until `stop` is set. Raises TlsProblem."""
        app = create_api(self.exchange)
        finishing = threading.Thread(target=self.exchange.intake.finish_left_over)
        finishing.start()
        if self.certificate is None:
            serve(app, self.listener, self.keeper, stop)
        else:
            self._serve_behind_tls(app, stop, *self.certificate)
        finishing.join()

    def _serve_behind_tls(self, app: Flask, stop: threading.Event, cert: Path, key: Path) -> None:
        context = server_context(cert, key)
        with tempfile.TemporaryDirectory(prefix="kiosk-sync-") as folder:
            path = Path(folder) / "inner"
            inner = socket.socket(socket.AF_UNIX)
            inner.bind(str(path))
            inner.listen()  # who comes before the server has begun waits for it
            front = TlsFront(self.listener, context, path, self.keeper.limits)
            relaying = threading.Thread(target=front.run, args=(stop,))
            relaying.start()
            serve(app, inner, self.keeper, stop)
            relaying.join()


def open_serving(
    exchange: Exchange,
    host: str,
    port: int,
    limits: Limits,
    certificate: Certificate | None = None,
) -> Serving:
    """Take the port. Raises OSError if it cannot be had, TlsProblem for a wrong certificate."""
    if certificate is not None:
        server_context(*certificate)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    taken = listener.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    address = f"{'http' if certificate is None else 'https'}://{shown}:{taken}"
    return Serving(exchange, Doorkeeper(exchange.gate, limits), listener, certificate, address)
