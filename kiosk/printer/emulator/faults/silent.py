"""The printer says nothing."""

from __future__ import annotations

from kiosk.printer.emulator.fault import Fault


class Silent(Fault):
    """Keeps every reply to itself, while it prints as ever."""

    name = "silent"
    summary = "prints, and answers nothing at all"

    def on_reply(self, reply: bytes) -> bytes:  # noqa: ARG002 - whatever it was
        """Say nothing."""
        return b""
