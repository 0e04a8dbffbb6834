"""Serves the screens on loopback until told to stop."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Event, Thread
from typing import Any, Final

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

THREADS: Final = 8
"""One screen polls; the rest is room for a technician's page and the health check."""


def listen(host: str, port: int) -> socket.socket:
    """Take the address; port 0 takes any that is free. Raises OSError if it cannot be had."""
    return socket.create_server((host, port))


def serve(app: Flask, listener: socket.socket, stop: Event) -> None:
    """Serve on a socket of `listen` until `stop` is set."""
    channels: dict[int, Any] = {}
    server = create_server(  # type: ignore[no-untyped-call] # waitress has no types
        app, sockets=[listener], map=channels, threads=THREADS, ident=None
    )
    watcher = Thread(target=_close_when, args=(stop, server, channels), name="ui-stop", daemon=True)
    watcher.start()
    try:
        server.run()
    finally:
        server.task_dispatcher.shutdown()
        listener.close()


def _close_when(stop: Event, server: Any, channels: dict[int, Any]) -> None:  # noqa: ANN401 waitress has no types
    """Close every connection from inside the server's own loop, which then runs out of work."""
    stop.wait()

    def close() -> None:
        wasyncore.close_all(channels)  # type: ignore[no-untyped-call] # as above

    # The loop may run the thunk, woken by something else, before it is woken for it.
    with suppress(OSError):
        server.trigger.pull_trigger(close)
