"""Everything is said twice."""

from __future__ import annotations

from kiosk.printer.emulator.fault import Fault


class DuplicateReplies(Fault):
    """Says each reply twice, as a line does that repeats what was not acknowledged in time."""

    name = "duplicate-replies"
    summary = "every reply comes twice"

    def on_reply(self, reply: bytes) -> bytes:
        """Say it, and say it again."""
        return reply * 2
