"""Confirmations of somebody else's job."""

from __future__ import annotations

from kiosk.printer.emulator.fault import Fault

_PROCESS_ID_HEAD = b"\x37\x22"
_FOREIGN = _PROCESS_ID_HEAD + b"~~~~\0"


class ForeignIds(Fault):
    """Answers each GS ( H with the id of another job, as a printer shared by two hosts may."""

    name = "foreign-ids"
    summary = "confirms another job's id instead of this one's"

    def on_reply(self, reply: bytes) -> bytes:
        """Name another job."""
        return _FOREIGN if reply.startswith(_PROCESS_ID_HEAD) else reply
