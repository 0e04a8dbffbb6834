"""TLS in front of the server: each connection is unwrapped here and passed on to a Unix socket."""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from kiosk.sync.server.limits import LINGER_S, Limits

HANDSHAKE_S: Final = 10.0
"""A handshake is two round trips; over the worst mobile line it takes three seconds."""
POLL_S: Final = 0.5
_BLOCK: Final = 64 * 1024


class TlsProblem(ValueError):  # noqa: N818 - it is said to the operator
    """Certificate or key cannot be used; the message is one sentence."""


def server_context(cert: Path, key: Path) -> ssl.SSLContext:
    """Return what speaks TLS 1.2 or later with this certificate. Raises TlsProblem."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(cert, key)
    except OSError as error:  # ssl.SSLError is one
        raise TlsProblem(
            f"sync.tls_cert {cert} and sync.tls_key {key} cannot be used: {error.strerror}"
        ) from error
    return context


class TlsFront:
    """Accepts TLS connections on a listener and relays what they say to a Unix socket.

    waitress parses and serves; it does not know TLS. A thread a connection is enough for the few
    that central opens; further ones wait in the listener's queue.
    """

    def __init__(
        self, listener: socket.socket, context: ssl.SSLContext, inner: Path, limits: Limits
    ) -> None:
        self._listener = listener
        self._context = context
        self._inner = str(inner)
        self._silent_s = limits.silent_s
        self._free = threading.BoundedSemaphore(limits.connections)

    def run(self, stop: threading.Event) -> None:
        """Accept connections until `stop` is set."""
        self._listener.settimeout(POLL_S)
        while not stop.is_set():
            if not self._free.acquire(timeout=POLL_S):
                continue
            try:
                accepted, _ = self._listener.accept()
            except OSError:  # nobody came in time, or the caller left at once
                self._free.release()
                continue
            threading.Thread(target=self._serve, args=(accepted, stop), daemon=True).start()
        self._listener.close()

    def _serve(self, accepted: socket.socket, stop: threading.Event) -> None:
        try:
            accepted.settimeout(HANDSHAKE_S)
            with (
                self._context.wrap_socket(accepted, server_side=True) as outer,
                socket.socket(socket.AF_UNIX) as inner,
            ):
                inner.connect(self._inner)
                outer.settimeout(self._silent_s)
                inner.settimeout(self._silent_s)
                _relay(outer, inner, stop)
        except OSError:
            pass  # no TLS, or the line dropped: nothing was promised yet
        finally:
            accepted.close()
            self._free.release()


def _relay(outer: ssl.SSLSocket, inner: socket.socket, stop: threading.Event) -> None:
    """Pass blocks on both ways until one side ends; the server minds times and silence."""
    is_refused = False
    while not stop.is_set():
        readable: list[socket.socket] = [outer] if outer.pending() else []
        if not readable:
            readable = select.select([outer, inner], [], [], POLL_S)[0]
        if outer in readable:
            block = outer.recv(_BLOCK)
            if not block:
                return
            is_refused = is_refused or not _is_taken(inner, block)
        if inner in readable or is_refused:
            block = inner.recv(_BLOCK)
            if not block:
                _read_away(outer)
                return
            outer.sendall(block)


def _is_taken(inner: socket.socket, block: bytes) -> bool:
    """Pass a block on; False when the server takes no more of a request that it has answered."""
    try:
        inner.sendall(block)
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


def _read_away(outer: ssl.SSLSocket) -> None:
    """Let the last answer arrive: closing at once answers what still comes with a reset."""
    ends_at = time.monotonic() + LINGER_S
    with suppress(OSError):
        outer.shutdown(socket.SHUT_WR)
        outer.settimeout(LINGER_S)
        while time.monotonic() < ends_at and outer.recv(_BLOCK):
            pass
