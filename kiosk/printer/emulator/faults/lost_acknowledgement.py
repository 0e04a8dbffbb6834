"""The word that a print is done gets lost."""

from __future__ import annotations

from kiosk.printer.emulator.fault import Fault

_PROCESS_ID_HEAD = b"\x37\x22"
_IN_STREAM_BITS = 0x90


class LostAcknowledgement(Fault):
    """Drops what would confirm a print (GS ( H and GS r); every other answer comes."""

    name = "lost-acknowledgement"
    summary = "prints, but the confirmation never arrives"

    def on_reply(self, reply: bytes) -> bytes:
        """Say everything but that."""
        is_paper_answer = len(reply) == 1 and reply[0] & _IN_STREAM_BITS == 0
        return b"" if reply.startswith(_PROCESS_ID_HEAD) or is_paper_answer else reply
