"""Finding out what a printer understands, and the questions that not all of them answer.

Every function raises `LinkLostError`.
"""

from __future__ import annotations

import time

from kiosk.domain.printing import Capabilities
from kiosk.printer import commands
from kiosk.printer.device import Device
from kiosk.printer.links.link import LinkLostError
from kiosk.printer.replies import Block, PaperSensor, Reply

NOTHING = Capabilities(process_id=False, counters=False, clear_buffer=False)

CLEAR_TIMEOUT_S = 1.0
COUNT_TIMEOUT_S = 1.0

# A printer at rest answers a real-time command in milliseconds, or does not know it.
_PROBE_CLEAR_TIMEOUT_S = 0.3

# In-stream questions wait behind what is still printing. Of ours nothing is, and what is not told
# now is asked again; the screen must not lose sight of the printer meanwhile.
_DRAIN_TIMEOUT_S = 2.0
_ID_LEADER, _COUNTER_LEADER = 0x37, 0x5F
_PROBE_ID = 0
_CLEARED = Block(_ID_LEADER, commands.CLEARED_BODY)


def clear(device: Device, timeout_s: float = CLEAR_TIMEOUT_S) -> bool:
    """Drop what the printer holds; True when it says that it did."""
    return device.ask(commands.CLEAR_BUFFER, lambda said: said == _CLEARED, timeout_s) is not None


def cut_count(device: Device) -> int | None:
    """Return the counter of cuts, or None without a readable answer."""
    question = commands.counter(commands.COUNTER_CUTS)
    answer = device.ask(question, _is_count, COUNT_TIMEOUT_S)
    return int(answer.body) if isinstance(answer, Block) and answer.body.isdigit() else None


def probe(device: Device) -> Capabilities | None:
    """Ask everything once; None when the printer answered nothing that could be relied on.

    The buffer is cleared first, so ask only a printer that is not at work for us. GS r stands last
    and every printer answers it: what was not answered before it is not known.
    """
    try:
        may_clear = clear(device, _PROBE_CLEAR_TIMEOUT_S)
        device.settle()
        device.write(
            commands.process_id(_PROBE_ID)
            + commands.counter(commands.COUNTER_CUTS)
            + commands.PAPER_SENSOR
        )
        said = _until_paper_answer(device)
        # A printer that took a question for letters forgets them unprinted.
        device.write(commands.INITIALISE)
    except LinkLostError:
        return None
    if not any(isinstance(reply, PaperSensor) for reply in said):
        return None
    id_answer = Block(_ID_LEADER, commands.PROCESS_ID_MARK + commands.process_id_text(_PROBE_ID))
    counts = any(map(_is_count, said))
    return Capabilities(process_id=id_answer in said, counters=counts, clear_buffer=may_clear)


def _is_count(reply: Reply) -> bool:
    return isinstance(reply, Block) and reply.leader == _COUNTER_LEADER


def _until_paper_answer(device: Device) -> list[Reply]:
    said: list[Reply] = []
    until = time.monotonic() + _DRAIN_TIMEOUT_S
    while (left := until - time.monotonic()) > 0:
        said += device.replies(left)
        if any(isinstance(reply, PaperSensor) for reply in said):
            break
    return said
