"""The line to the host, seen from the printer."""

from __future__ import annotations

from collections.abc import Callable


class HostLine:
    """Where replies go while a host is there; nobody hears them otherwise."""

    def __init__(self) -> None:
        self._send: Callable[[bytes], None] | None = None
        self._drop: Callable[[], None] | None = None

    def attach(self, send: Callable[[bytes], None], drop: Callable[[], None]) -> None:
        """Take a host's line: replies go to `send`, `drop` hangs up."""
        self._send, self._drop = send, drop

    @property
    def is_there(self) -> bool:
        """Whether a host holds the line."""
        return self._send is not None

    def detach(self) -> None:
        """Lose the host."""
        self._send = self._drop = None

    def hang_up(self) -> None:
        """Drop the line, if a host is there."""
        if self._drop is not None:
            self._drop()

    def say(self, raw: bytes) -> None:
        """Send one whole reply."""
        if self._send is not None:
            self._send(raw)
