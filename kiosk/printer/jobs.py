"""One print job as bytes: head, dots, confirmations, cut.

Where the printer knows process ids, each job asks for two: an odd one after the cut, and the even
one before it after the picture. Elsewhere it asks the paper sensor in stream, after the cut.
"""

from __future__ import annotations

from kiosk.domain.printing import EvidenceKind, Picture
from kiosk.domain.raster_guard import GuardError, find_command
from kiosk.domain.service import FACTORY, Tuning
from kiosk.printer import commands, raster
from kiosk.printer.tuned import DOTS_PER_MM, shifted

HEAD_DOTS = 576
_HEAD = (
    commands.INITIALISE + commands.MOTION_UNIT_DOT + commands.auto_status(commands.AUTO_STATUS_ALL)
)

# What a job cut short left unsaid, a printer takes from the next job's head. So much nothing ends
# the longest command, and means nothing to a printer that waits for none.
_END_OF_ANY_COMMAND = bytes(commands.RASTER_HEAD_BYTES + raster.MOST_BAND_ROWS * HEAD_DOTS // 8)

_DENSITY_HEAD = commands.density(0)[:-1]


def picture_id(process_id: int) -> int:
    """Return the id that confirms the picture."""
    return 2 * process_id % commands.PROCESS_IDS


def cut_id(process_id: int) -> int:
    """Return the id that confirms the cut, and with it the whole job."""
    return (2 * process_id + 1) % commands.PROCESS_IDS


def compose(
    picture: Picture,
    process_id: int,
    *,
    by_process_id: bool,
    may_clear: bool = True,
    has_margins: bool = True,
    tuning: Tuning = FACTORY,
) -> bytes:
    """Return the whole job; one for a printer that cannot be cleared ends an earlier one first.

    Raises ValueError when the picture is wider than the head or `tuning` moves it off the paper,
    and `GuardError` (a ValueError) when a real-time command would stand in it.
    """
    if picture.width > HEAD_DOTS:
        raise ValueError(f"a picture of {picture.width} dots does not fit {HEAD_DOTS}")
    parts = [_HEAD] if may_clear else [_END_OF_ANY_COMMAND, _HEAD]
    if tuning.density:
        parts.append(commands.density(tuning.density))
    parts.append(commands.feed(tuning.down_mm * DOTS_PER_MM))
    parts.append(raster.banded(shifted(picture, tuning.right_mm), has_margins=has_margins))
    if by_process_id:
        parts.append(commands.process_id(picture_id(process_id)))
    parts.append(commands.FEED_AND_CUT)
    parts.append(
        commands.process_id(cut_id(process_id)) if by_process_id else commands.PAPER_SENSOR
    )
    job = b"".join(parts)
    if find_command(job) is not None:
        raise GuardError("a real-time command stands in the finished job")
    return job


def awaited_evidence(job: bytes, process_id: int) -> EvidenceKind:
    """Return what the job's last bytes ask for. Raises ValueError for a job of another id."""
    if job.endswith(commands.process_id(cut_id(process_id))):
        return EvidenceKind.PROCESS_ID
    if job.endswith(commands.PAPER_SENSOR):
        return EvidenceKind.PROCESSED
    raise ValueError("the job does not ask for this confirmation")


def paper_dots(job: bytes) -> int:
    """Return how many dots of paper a job of `compose` moves, the way to the cutter apart."""
    at, moved = job.index(_HEAD) + len(_HEAD), 0
    while at < len(job):
        command = job[at : at + 2]
        if command == b"\x1dv":
            width = int.from_bytes(job[at + 4 : at + 6], "little")
            height = int.from_bytes(job[at + 6 : at + 8], "little")
            moved += height
            at += commands.RASTER_HEAD_BYTES + width * height
        elif command == b"\x1bJ":
            moved += job[at + 2]
            at += 3
        elif command == b"\x1dL":
            at += len(commands.left_margin(0))
        elif job.startswith(_DENSITY_HEAD, at):
            at += len(commands.density(0))
        else:
            break
    return moved
