"""Judges what a printer says while a sticker prints. Pure: replies in, outcome out."""

from __future__ import annotations

from kiosk.domain.printing import EvidenceKind, PrinterState, PrinterStatus
from kiosk.printer import commands, jobs, status
from kiosk.printer.replies import AutoStatus, Block, Garbage, PaperSensor, Reply, StatusByte

# Seen while printing, these say that something moves, and not that something is wrong.
_HARMLESS = (PrinterState.READY, PrinterState.NEAR_END, PrinterState.FEEDING)
_ID_LEADER = 0x37


class Watch:
    """One job's confirmation, awaited.

    `trouble` is set by the first fault and stays: a sticker with a fault in it is in doubt even
    when it gets confirmed. `is_confirmed` is set by this job's own confirmation alone; the ids of
    other jobs count for nothing.
    """

    def __init__(self, process_id: int, awaited: EvidenceKind) -> None:
        self._wanted = commands.PROCESS_ID_MARK + commands.process_id_text(jobs.cut_id(process_id))
        self.awaited = awaited
        self.trouble: str | None = None
        self.is_confirmed = False
        self.reports_itself = False

    def take(self, reply: Reply) -> None:
        """Learn from one reply."""
        match reply:
            case AutoStatus():
                self.reports_itself = True
                self.see(status.from_auto_status(reply))
            case StatusByte(value) if value & status.BIT_3:
                self._doubt(PrinterState.OFFLINE.value)
            case Block(leader, body) if leader == _ID_LEADER and body == self._wanted:
                self.is_confirmed |= self.awaited is EvidenceKind.PROCESS_ID
            case PaperSensor() if self.awaited is EvidenceKind.PROCESSED:
                self.is_confirmed = True
            case Garbage() if self.awaited is EvidenceKind.PROCESSED:
                # A single byte is all the evidence there will be: on a line that garbles, none.
                self._doubt("garbled replies")

    def see(self, seen: PrinterStatus) -> None:
        """Learn from a status read meanwhile."""
        if seen.state not in _HARMLESS:
            self._doubt(seen.state.value)

    def _doubt(self, why: str) -> None:
        if self.trouble is None:
            self.trouble = why
