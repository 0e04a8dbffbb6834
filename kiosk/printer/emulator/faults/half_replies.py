"""Replies that break off."""

from __future__ import annotations

from kiosk.printer.emulator.fault import Fault


class HalfReplies(Fault):
    """Says the first half of each reply that has more than one byte."""

    name = "half-replies"
    summary = "replies of several bytes break off in the middle"

    def on_reply(self, reply: bytes) -> bytes:
        """Stop halfway."""
        return reply if len(reply) == 1 else reply[: len(reply) // 2]
