"""Noise on the line back."""

from __future__ import annotations

from kiosk.printer.emulator.fault import Fault

_NOISE = b"\xff\x95"  # bit 7 stands in no reply of any kind


class GarbageReplies(Fault):
    """Puts noise before each reply; what the host sends arrives unharmed."""

    name = "garbage-replies"
    summary = "noise stands before every reply"

    def on_reply(self, reply: bytes) -> bytes:
        """Crackle first."""
        return _NOISE + reply
