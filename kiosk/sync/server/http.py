"""Serves the interface with waitress, which is taught our limits and our problem documents."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from threading import BoundedSemaphore, Event, Thread
from typing import Any, Final

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ErrorTask

from kiosk.sync.server.doorkeeper import Doorkeeper, RequestParser
from kiosk.sync.server.limits import LINGER_S
from kiosk.sync.server.problems import ApiProblem, of_status

CLEANUP_S: Final = 5
"""How often silent connections are looked for."""
LINGERING: Final = 16
RECEIVED_BYTES: Final = 128 * 1024
"""Taken from a line at once: in waitress's own 8 kB, batches cost a tenth of their time."""


def serve(app: Flask, listener: socket.socket, keeper: Doorkeeper, stop: Event) -> None:
    """Serve on a listening socket, TCP or Unix, until `stop` is set."""
    limits = keeper.limits
    channels: dict[int, Any] = {}
    server = create_server(  # type: ignore[no-untyped-call] # waitress has no types
        app,
        sockets=[listener],
        map=channels,
        threads=limits.threads,
        ident=None,
        connection_limit=limits.connections + 2,  # it counts its listener and its trigger
        channel_timeout=limits.silent_s,
        cleanup_interval=min(CLEANUP_S, limits.silent_s),
        max_request_body_size=limits.body_bytes + 1,  # for bodies that do not tell their length
        recv_bytes=RECEIVED_BYTES,
        clear_untrusted_proxy_headers=True,
        log_socket_errors=False,
    )
    server.channel_class = _channel_class(keeper)
    watcher = Thread(target=_close_when, args=(stop, server, channels), daemon=True)
    watcher.start()
    try:
        server.run()
    finally:
        server.task_dispatcher.shutdown()
        listener.close()


def _close_when(stop: Event, server: Any, channels: dict[int, Any]) -> None:  # noqa: ANN401 - waitress has no types
    """Close every connection from inside the server's own loop, which then runs out of work."""
    stop.wait()

    def close() -> None:
        wasyncore.close_all(channels)  # type: ignore[no-untyped-call] # as above

    # The loop may run the thunk, woken by something else, before it is woken for it.
    with suppress(OSError):
        server.trigger.pull_trigger(close)


def _channel_class(keeper: Doorkeeper) -> type[HTTPChannel]:
    class Parser(RequestParser):
        doorkeeper = keeper

    class Channel(_Channel):
        parser_class = Parser
        error_task_class = _ProblemTask

    return Channel


class _Channel(HTTPChannel):
    """Lets a refusal arrive although the rest of the request is still on its way here."""

    has_refused = False

    def handle_close(self) -> None:
        line: Any = self.socket
        is_awaited = self.has_refused and self.connected and line is not None
        if is_awaited and _lingering.acquire(blocking=False):
            # Closing now would answer what still comes with a reset, and the refusal be lost.
            Thread(target=_linger, args=(line.dup(),), daemon=True).start()
        super().handle_close()  # type: ignore[no-untyped-call] # waitress has no types


_lingering = BoundedSemaphore(LINGERING)


def _linger(line: socket.socket) -> None:
    """Read away what a refused caller still sends, for a moment."""
    ends_at = time.monotonic() + LINGER_S
    with line, suppress(OSError):
        line.shutdown(socket.SHUT_WR)
        line.settimeout(LINGER_S)
        while time.monotonic() < ends_at and line.recv(65536):
            pass
    _lingering.release()


class _ProblemTask(ErrorTask):
    """Answers with a problem document whatever waitress itself refuses."""

    def execute(self) -> None:
        self.channel.has_refused = True
        error = self.request.error
        if not isinstance(error, ApiProblem):
            self.request.error = of_status(error.code, f"{error.reason}: {error.body}.")
        super().execute()  # type: ignore[no-untyped-call] # waitress has no types
